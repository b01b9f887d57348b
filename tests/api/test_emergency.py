"""Emergency grants (break-glass): two persons, a reason, hours, told at once, reviewed next day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api.door import NOW, Door, is_problem
from tests.api.test_operators import Judge, acts, decided, offered, seen
from workers.late_reviews import LateReviews

GRANT = {"level": 3, "items": ["TERMINATE"], "hours": 4, "reason": "all leads are out of reach"}
FOUND = {"finding": "JUSTIFIED", "reason": "one case, decided as it should be"}


async def order(door: Door, by: str, to: str = "checker-1", **changes: Any) -> httpx.Response:
    path = f"/v1/operators/{to}/emergency-grants"
    return await door.post(path, {**GRANT, **changes}, "supervisor", subject=by)


async def granted(door: Door, *by: str, **changes: Any) -> dict[str, Any]:
    for who in by or ("lead-1", "lead-2"):
        answer = await order(door, who, **changes)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def review(door: Door, grant_id: str, by: str = "auditor-1") -> httpx.Response:
    role = "auditor" if by.startswith("auditor") else "admin"
    return await door.post(f"/v1/emergency-grants/{grant_id}/review", FOUND, role, subject=by)


async def notices(door: Door, who: str, role: str) -> list[tuple[str, str]]:
    page = (await door.get("/v1/notices", role, subject=who)).json()
    return [(one["code"], one["about"]) for one in page["notices"]]


async def test_two_persons_raise_somebody_to_a_level_with_its_limit_for_its_items(door: Door):
    before = await decided(door, 1, "checker-1")
    made = await granted(door)
    within = await decided(door, 2, "checker-1", "200000.00")
    beyond = await decided(door, 3, "checker-1", "200000.01")
    nobody_else = await decided(door, 4, "checker-2")

    assert (made["orderedBy"], made["agreedBy"]) == ("lead-1", "lead-2")
    assert (before, within, beyond) == ("FORBIDDEN", None, "AUTHORITY")
    assert nobody_else == "FORBIDDEN"
    deeds = door.hand.rows("SELECT actor, level, on_behalf_of, delegation_id FROM human_task_deeds")
    assert deeds == [("checker-1", 3, None, made["grantId"])]


async def test_the_same_items_in_another_order_are_the_same_grant(door: Door):
    await order(door, "lead-1", items=["TERMINATE", "PARTIAL"], hours=4)

    agreed = await order(door, "lead-2", items=["PARTIAL", "TERMINATE"], hours=4.0)

    assert agreed.status_code == 201, agreed.text


async def test_a_grant_lasts_its_hours(door: Door):
    await granted(door)
    end = NOW + timedelta(hours=4)

    assert await decided(door, 1, "checker-1", at=end - timedelta(seconds=1)) is None
    assert await decided(door, 2, "checker-1", at=end) == "FORBIDDEN"


async def test_a_grant_is_for_its_items(door: Door):
    await granted(door, items=["POLICY_LOAN"])

    assert await decided(door, 1, "checker-1") == "FORBIDDEN"


async def test_a_grant_sets_no_certificate_aside(door: Door):
    await granted(door)
    await door.post("/v1/certificates/QC-checker-1/revoke", {"reason": "struck off"}, "admin")

    assert await decided(door, 1, "checker-1") == "FORBIDDEN"


async def test_a_grant_by_somebody_with_an_interest_counts_for_nothing(door: Door):
    await granted(door)
    door.hand.run("UPDATE operators SET conflicts = '[\"P-S3\"]' WHERE id = 'lead-2'")

    assert await decided(door, 1, "checker-1") == "FORBIDDEN"


async def test_a_grant_by_who_asked_for_the_case_counts_for_nothing(door: Door):
    await granted(door)
    task_id, shown = await offered(door, 1, "150000.00")
    door.hand.run("UPDATE cases SET started_by = 'lead-1'")

    assert await Judge(door).decide(task_id, "checker-1", NOW, shown) == "FORBIDDEN"


async def test_one_person_alone_raises_nobody(door: Door):
    first = await order(door, "lead-1")
    again = await order(door, "lead-1")
    other = await order(door, "lead-2", hours=5)

    for refused in (first, again, other):
        assert is_problem(refused, 409, "second-person")
    assert await decided(door, 1, "checker-1") == "FORBIDDEN"


@pytest.mark.parametrize(
    ("by", "to", "changes", "code"),
    [
        ("lead-1", "lead-1", {"level": 4}, "four-eyes"),
        ("checker-2", "checker-1", {}, "authority"),
        ("lead-1", "checker-1", {"level": 5}, "authority"),
        ("lead-1", "lead-2", {"level": 3}, "authority"),
        ("lead-1", "ops-1", {}, "authority"),
    ],
    ids=["oneself", "a checker", "two levels up", "to what is there", "to who decides nothing"],
)
async def test_who_may_raise_whom(door: Door, by: str, to: str, changes: dict[str, Any], code: str):
    assert is_problem(await order(door, by, to, **changes), 403, code)


@pytest.mark.long
@pytest.mark.parametrize(
    "changes",
    [{"hours": 25}, {"hours": 0}, {"level": 7}, {"level": 1}, {"items": []}, {"reason": ""}],
    ids=str,
)
async def test_what_is_no_grant_is_ordered_by_nobody(door: Door, changes: dict[str, Any]):
    assert is_problem(await order(door, "lead-1", **changes), 422)


async def test_those_above_with_auditors_and_admins_are_told_at_once(door: Door):
    await granted(door)

    told = [("EMERGENCY_GRANTED", "checker-1")]
    for who, role in (
        ("auditor-1", "auditor"), ("admin-1", "admin"), ("lead-1", "supervisor"),
        ("hq-1", "supervisor"), ("checker-1", "supervisor"),
    ):  # fmt: skip
        assert await notices(door, who, role) == told, who
    assert await notices(door, "checker-2", "supervisor") == []


async def test_a_grant_waits_for_its_review_the_next_day_by_somebody_else(door: Door):
    made = await granted(door)

    async def waiting() -> list[tuple[str, str]]:
        page = (await door.get("/v1/emergency-grants", "auditor")).json()
        return [(one["grantId"], one["reviewDueOn"]) for one in page["grants"]]

    before = await waiting()
    own = await review(door, made["grantId"], by="lead-1")
    done = await review(door, made["grantId"])
    twice = await review(door, made["grantId"])

    assert before == [(made["grantId"], "2026-10-13")]
    assert is_problem(own, 403, "four-eyes")
    assert (done.json()["finding"], done.json()["reviewedBy"]) == ("JUSTIFIED", "auditor-1")
    assert is_problem(twice, 409, "not-open")
    assert await waiting() == []


async def test_a_review_ends_what_is_still_in_force(door: Door):
    made = await granted(door)

    await review(door, made["grantId"])

    assert await decided(door, 1, "checker-1") == "FORBIDDEN"


async def test_a_review_that_is_not_done_the_next_day_is_overdue(door: Door):
    await granted(door)
    door.hand.run("UPDATE emergency_grants SET review_due_on = '2026-10-11'")

    (shown,) = (await seen(door, "checker-1"))["emergencyGrants"]

    assert shown["isOverdue"] is True


async def test_a_review_that_is_late_is_told_of_once(door: Door):
    made = await granted(door)

    async def rounds(at: str) -> list[tuple[str, str]]:
        offset = datetime.fromisoformat(at) - datetime.now(UTC)
        chore = LateReviews(
            database=door.deployment.database, zone=door.deployment.zone, clock_offset=offset
        )
        await chore.round()
        await chore.round()
        return await notices(door, "auditor-1", "auditor")

    in_time = await rounds("2026-10-13T23:59:00+08:00")
    late = await rounds("2026-10-14T00:00:00+08:00")
    await review(door, made["grantId"])

    told = ("EMERGENCY_GRANTED", "checker-1")
    assert in_time == [told]
    assert late == [("EMERGENCY_UNREVIEWED", "checker-1"), told]


async def test_grant_notice_review_stand_in_the_chain(door: Door):
    made = await granted(door)
    await review(door, made["grantId"])

    assert await acts(door) == [
        ("repair.propose", "lead-1"),
        ("emergency.grant", "lead-2"),
        ("staff.told", "system"),
        ("emergency.review", "auditor-1"),
    ]
