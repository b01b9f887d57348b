"""The registry at the door: lent authority, absences, certificates and limits by two persons."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from activities.human_tasks import human_task_act
from infra.db.book.registry_acts import STREAM
from tests.api.door import NOW, Door, is_problem
from workflows.contracts.human_task import ActAnswer, ActCall, TaskAct, content_hash
from workflows.domain.notice import REGISTRY, StaffNotice

NEXT_WEEK = "2026-10-19T00:00:00+08:00"
LENT = {"items": ["TERMINATE"], "until": NEXT_WEEK, "reason": "on leave"}
AWAY = {"substitute": "checker-2", "until": NEXT_WEEK, "reason": "annual leave"}
PASSED = {
    "type": "REINSTATEMENT",
    "validFrom": "2026-10-01T00:00:00+08:00",
    "validTo": "2028-10-01T00:00:00+08:00",
    "reason": "passed the exam",
}
LOWER = {
    "item": "TERMINATE",
    "level": 3,
    "maximum": "90000.00",
    "effectiveFrom": "2026-10-13",
    "reason": "a bad quarter",
}


async def lend(door: Door, by: str, to: str, **changes: Any) -> httpx.Response:
    body = {**LENT, **changes}
    return await door.post(f"/v1/operators/{to}/delegations", body, "supervisor", subject=by)


async def be_away(door: Door, of: str, by: str | None = None, **changes: Any) -> httpx.Response:
    path = f"/v1/operators/{of}/absences"
    return await door.post(path, {**AWAY, **changes}, "supervisor", subject=by or of)


async def certify(door: Door, by: str, of: str = "checker-1", **changes: Any) -> httpx.Response:
    path = f"/v1/operators/{of}/certificates"
    return await door.post(path, {**PASSED, **changes}, "admin", subject=by)


async def limit(door: Door, by: str, **changes: Any) -> httpx.Response:
    return await door.post("/v1/authority-limits", {**LOWER, **changes}, "admin", subject=by)


async def seen(door: Door, operator: str) -> dict[str, Any]:
    answer = await door.get(f"/v1/operators/{operator}", "admin")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def acts(door: Door) -> list[tuple[str, str]]:
    """What the chain of the registry says was done, by whom; it must be whole."""
    async with door.deployment.database.work() as books:
        assert (await books.audit.verify(STREAM)).intact
        records = await books.audit.records(STREAM)
    return [(each.change.action, each.change.actor) for each in records]


class Judge:
    """What judges a decision in the case, over the same database as the door."""

    def __init__(self, door: Door) -> None:
        self.work = door.deployment.database.work
        self.zone = door.deployment.zone

    async def again(self, unit: Any) -> Any:
        return await unit()

    async def decide(self, task_id: str, actor: str, at: datetime, shown: Any) -> str | None:
        case_id, _, key = task_id.partition("~")
        act = TaskAct(
            request_id=f"{actor}-{task_id}-{at.isoformat()}", act="complete", task_key=int(key),
            actor=actor, outcome="approve", content_hash=content_hash(shown),
        )  # fmt: skip
        call = ActCall(case_id=case_id, instance_id=case_id, at=at.astimezone(UTC), act=act)
        equipment: Any = self
        activity: Any = human_task_act(equipment)
        answer: ActAnswer = await activity(call)
        return answer.refusal


async def offered(door: Door, key: int, amount: str) -> tuple[str, dict[str, Any]]:
    """Offer a decision of L3 in a case of its own; answers its id and what it shows."""
    shown = {"requiredLevel": {"t": "string", "v": "L3"}, "amount": {"t": "number", "v": amount}}
    case_id = await door.start()
    task_id = await door.open_task(
        case_id, key, "L3", headers={"act": "decision"},
        variables=shown, contentHash=content_hash(shown),
    )  # fmt: skip
    return task_id, shown


async def decided(
    door: Door, key: int, by: str, amount: str = "150000.00", at: datetime = NOW
) -> str | None:
    """Let somebody decide it; answers why that is refused."""
    task_id, shown = await offered(door, key, amount)
    return await Judge(door).decide(task_id, by, at, shown)


# --- lent authority ---------------------------------------------------------------------------


async def test_who_has_lent_authority_decides_up_to_the_lenders_limit_never_beyond(door: Door):
    before = await decided(door, 1, "checker-1")
    made = await lend(door, "lead-1", "checker-1")
    within = await decided(door, 2, "checker-1", "200000.00")
    beyond = await decided(door, 3, "checker-1", "200000.01")

    assert made.status_code == 201, made.text
    assert (before, within, beyond) == ("FORBIDDEN", None, "AUTHORITY")


async def test_lent_authority_is_for_its_items_for_its_days_until_it_is_taken_back(door: Door):
    begins = NOW + timedelta(days=1)
    made = (await lend(door, "lead-1", "checker-1", since=begins.isoformat())).json()
    other = await lend(door, "lead-2", "checker-2", items=["POLICY_LOAN"])
    early = await decided(door, 1, "checker-1")
    during = await decided(door, 2, "checker-1", at=begins)
    over = await decided(door, 3, "checker-1", at=datetime.fromisoformat(NEXT_WEEK))
    elsewhere = await decided(door, 4, "checker-2", at=begins)

    path = f"/v1/delegations/{made['delegationId']}/revoke"
    await door.post(path, {"reason": "back"}, "supervisor", subject="lead-1")
    revoked = await decided(door, 5, "checker-1", at=begins)

    assert other.status_code == 201
    assert (early, during, over) == ("FORBIDDEN", None, "FORBIDDEN")
    assert (elsewhere, revoked) == ("FORBIDDEN", "FORBIDDEN")


async def test_what_was_lent_is_not_lent_on(door: Door):
    await lend(door, "lead-1", "checker-1")

    onward = await lend(door, "checker-1", "checker-2", maximum="150000.00")
    whole = await lend(door, "checker-1", "checker-2")

    assert is_problem(onward, 403, "authority")
    assert whole.status_code == 201, "the own L2, and no more"
    assert await decided(door, 1, "checker-2") == "FORBIDDEN"


async def test_who_could_not_decide_now_lends_nothing(door: Door):
    await lend(door, "lead-expiring", "checker-1")
    noon = NOW.replace(hour=12, minute=0)

    assert await decided(door, 1, "checker-1", at=noon - timedelta(minutes=1)) is None
    assert await decided(door, 2, "checker-1", at=noon) == "FORBIDDEN"


async def test_nobody_lends_more_than_the_own_limit(door: Door):
    most = await lend(door, "lead-1", "checker-1", maximum="200000.00")
    more = await lend(door, "lead-1", "checker-1", maximum="200000.01")
    nowhere = await lend(
        door, "lead-1", "checker-1", maximum="1.00", items=["TERMINATE", "EX_GRATIA_SURRENDER"]
    )

    assert most.status_code == 201
    assert is_problem(more, 403, "authority")
    assert is_problem(nowhere, 403, "authority")


@pytest.mark.parametrize("to", ["ops-1", "agent-1", "back-office"])
async def test_authority_is_lent_among_those_who_decide(door: Door, to: str):
    assert is_problem(await lend(door, "lead-1", to), 403, "authority")


async def test_nothing_is_lent_or_left_to_who_works_here_no_more(door: Door):
    door.hand.run("UPDATE operators SET status = 'LEFT' WHERE id = 'checker-2'")

    lent = await lend(door, "lead-1", "checker-2")
    left_to = await be_away(door, "checker-1")

    assert is_problem(lent, 403, "authority")
    assert is_problem(left_to, 403, "authority")


async def test_the_borrower_sees_what_may_be_decided_now(door: Door):
    case_id = await door.start()
    task_id = await door.open_task(case_id, 5, "L3")
    await lend(door, "lead-1", "checker-1")
    await lend(door, "lead-1", "checker-2", items=["POLICY_LOAN"])

    mine = await door.get(f"/v1/tasks/{task_id}", "supervisor", subject="checker-1")
    theirs = await door.get(f"/v1/tasks/{task_id}", "supervisor", subject="checker-2")

    assert mine.status_code == 200
    assert is_problem(theirs, 404, "unknown-task")


@pytest.mark.parametrize(
    "changes",
    [
        {"since": "2026-10-12T10:29:59+08:00"},
        {"until": "2026-10-12T10:30:00+08:00"},
        {"until": "2027-10-13T10:30:01+08:00"},
        {"since": NEXT_WEEK},
    ],
    ids=["past", "over at once", "beyond a year", "backwards"],
)
async def test_lent_authority_and_absences_begin_now_or_later_for_a_year_at_most(
    door: Door, changes: dict[str, str]
):
    assert is_problem(await lend(door, "lead-1", "checker-1", **changes), 422, "period")
    assert is_problem(await be_away(door, "lead-1", **changes), 422, "period")


@pytest.mark.long
@pytest.mark.parametrize(
    "changes",
    [
        {"items": []},
        {"items": ["SURRENDER_EVERYTHING"]},
        {"maximum": "-1.00"},
        {"maximum": 100},
        {"until": "2026-10-19"},
        {"reason": ""},
        {"level": 6},
    ],
    ids=["nothing", "unknown", "negative", "a number", "no time", "no reason", "more"],
)
async def test_what_is_not_said_properly_lends_nothing(door: Door, changes: dict[str, Any]):
    assert is_problem(await lend(door, "lead-1", "checker-1", **changes), 422)
    assert (await seen(door, "checker-1"))["delegations"] == []


# --- absences ---------------------------------------------------------------------------------


async def test_work_in_hand_shows_to_the_substitute_until_the_return(door: Door):
    case_id = await door.start()
    task_id = await door.open_task(case_id, 5, "L2", assignee="checker-1")

    async def hers() -> list[str]:
        answer = await door.get(
            "/v1/tasks", "supervisor", subject="checker-2", params={"mine": True}
        )
        return [task["taskId"] for task in answer.json()["tasks"]]

    before = await hers()
    told = (await be_away(door, "checker-1")).json()
    during, away = await hers(), (await seen(door, "checker-1"))["isAbsent"]
    path = f"/v1/absences/{told['absenceId']}/end"
    await door.post(path, {"reason": "back early"}, "supervisor", subject="checker-1")
    after, back = await hers(), (await seen(door, "checker-1"))["isAbsent"]

    assert (before, during, after) == ([], [task_id], [])
    assert (away, back) == (True, False)


async def test_a_substitute_decides_by_the_own_authority_alone(door: Door):
    """Substitution routes work; what somebody may decide is lent, or it is not."""
    await be_away(door, "lead-1")

    assert await decided(door, 1, "checker-2") == "FORBIDDEN"


async def test_an_absence_is_told_by_the_person_or_from_above_in_the_unit(door: Door):
    above = await be_away(door, "checker-1", by="lead-1")
    beside = await be_away(door, "checker-1", by="checker-2")
    elsewhere = await be_away(door, "checker-1", by="hq-1")
    below = await be_away(door, "lead-1", by="checker-1", substitute="lead-2")

    assert above.status_code == 201
    for refused in (beside, elsewhere, below):
        assert is_problem(refused, 403, "authority")


async def test_nobody_stands_in_for_oneself(door: Door):
    assert is_problem(await be_away(door, "checker-1", substitute="checker-1"), 403, "four-eyes")


# --- by two persons ---------------------------------------------------------------------------


async def test_a_certificate_takes_two_admins_who_say_the_same(door: Door):
    first = await certify(door, "admin-1")
    same_person = await certify(door, "admin-1")
    another_order = await certify(door, "admin-2", validTo="2029-10-01T00:00:00+08:00")
    another_person = await certify(door, "admin-2", of="checker-2")
    agreed = await certify(door, "admin-2", reason="I saw the paper")

    for refused in (first, same_person, another_order, another_person):
        assert is_problem(refused, 409, "second-person")
    assert agreed.status_code == 201, agreed.text
    held = (await seen(door, "checker-1"))["certificates"]
    assert [one["type"] for one in held if one["isValid"]] == ["REINSTATEMENT", "POLICY_SERVICING"]


async def test_the_same_instants_written_otherwise_are_the_same_certificate(door: Door):
    await certify(door, "admin-1")

    agreed = await certify(
        door, "admin-2", validFrom="2026-09-30T16:00:00Z", validTo="2028-09-30T12:00:00.0-04:00"
    )

    assert agreed.status_code == 201, agreed.text


@pytest.mark.parametrize("written", ["90000", "90000.0"])
async def test_the_same_amount_written_otherwise_is_the_same_limit(door: Door, written: str):
    await limit(door, "admin-1")

    agreed = await limit(door, "admin-2", maximum=written)

    assert (agreed.status_code, agreed.json()["maximum"]) == (201, "90000.00")


async def test_no_limit_and_another_amount_are_other_orders(door: Door):
    await limit(door, "admin-1")

    for maximum in (None, "90000.01"):
        assert is_problem(await limit(door, "admin-2", maximum=maximum), 409, "second-person")


async def test_what_two_agreed_on_is_done_once(door: Door):
    await certify(door, "admin-1")
    path = "/v1/operators/checker-1/certificates"
    first = await door.post(path, PASSED, "admin", subject="admin-2", key="agreed-once")
    again = await door.post(path, PASSED, "admin", subject="admin-2", key="agreed-once")
    third = await certify(door, "admin-3")

    assert first.json() == again.json()
    assert is_problem(third, 409, "second-person")
    assert len((await seen(door, "checker-1"))["certificates"]) == 2


async def test_nobody_certifies_oneself(door: Door):
    assert is_problem(await certify(door, "admin-1", of="admin-1"), 403, "four-eyes")


async def test_a_certificate_ends_by_one_admin_at_once(door: Door):
    revoked = await door.post(
        "/v1/certificates/QC-lead-1/revoke", {"reason": "lapsed"}, "admin", subject="admin-1"
    )

    assert revoked.json()["isValid"] is False
    assert await decided(door, 1, "lead-1") == "QUALIFICATION_EXPIRED"


async def test_a_limit_takes_two_admins_who_say_the_same_until_then_the_old_one_holds(door: Door):
    first = await limit(door, "admin-1")
    other = await limit(door, "admin-2", maximum="95000.00")
    tomorrow = datetime.fromisoformat("2026-10-13T00:00:00+08:00")
    before = await decided(door, 1, "lead-1", at=tomorrow)
    agreed = await limit(door, "admin-2")

    assert is_problem(first, 409, "second-person")
    assert is_problem(other, 409, "second-person")
    assert (agreed.json()["version"], agreed.json()["maximum"]) == (2, "90000.00")
    assert before is None
    assert await decided(door, 2, "lead-1", at=tomorrow - timedelta(seconds=1)) is None
    assert await decided(door, 3, "lead-1", at=tomorrow) == "AUTHORITY", "from its day, as here"
    assert await decided(door, 4, "lead-1", "90000.00", at=tomorrow) is None


@pytest.mark.long
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"effectiveFrom": "2026-10-11"}, "period"),
        ({"level": 7}, None),
        ({"level": 0}, None),
        ({"item": "SURRENDER_EVERYTHING"}, None),
        ({"effectiveFrom": "2026-02-30"}, None),
    ],
    ids=["yesterday", "no level", "the machine", "no item", "no day"],
)
async def test_a_limit_that_is_none_is_proposed_by_nobody(
    door: Door, changes: dict[str, Any], code: str | None
):
    assert is_problem(await limit(door, "admin-1", **changes), 422, code)
    assert door.scalar("SELECT count(*) FROM repair_proposals") == 0


async def test_a_certificate_that_ends_before_it_begins_is_proposed_by_nobody(door: Door):
    answer = await certify(door, "admin-1", validTo=PASSED["validFrom"])

    assert is_problem(answer, 422, "period")
    assert door.scalar("SELECT count(*) FROM repair_proposals") == 0


async def test_of_two_who_agree_at_once_one_agrees(door: Door):
    await limit(door, "admin-1")

    answers = await asyncio.gather(*(limit(door, f"admin-{no}") for no in (2, 3)))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    query = "SELECT max(version) FROM authority_limits WHERE level = 3 AND item = 'TERMINATE'"
    assert door.scalar(query) == 2


# --- notices ----------------------------------------------------------------------------------


async def test_a_notice_about_a_certificate_is_about_no_case(door: Door):
    async with door.deployment.database.work() as books:
        await books.notices.tell(
            StaffNotice(
                id="SN-1", code="CERTIFICATE_ENDS_30", case_id=REGISTRY, instance_id="QC-clerk-1",
                key=0, about="clerk-1", unit="SH-01", above_level=2, at=NOW,
            )
        )  # fmt: skip

    async def read_by(who: str) -> list[tuple[str, str | None, str | None]]:
        page = (await door.get("/v1/notices", "supervisor", subject=who)).json()
        return [(one["code"], one["caseId"], one["taskId"]) for one in page["notices"]]

    told = [("CERTIFICATE_ENDS_30", None, None)]
    assert [await read_by(who) for who in ("clerk-1", "lead-1", "branch-1")] == [told] * 3
    assert [await read_by(who) for who in ("clerk-2", "checker-1")] == [[], []]


# --- the chain --------------------------------------------------------------------------------


async def test_every_act_stands_in_the_chain_of_the_registry(door: Door):
    lent = (await lend(door, "lead-1", "checker-1")).json()
    await door.post(
        f"/v1/delegations/{lent['delegationId']}/revoke", {"reason": "back"}, "admin",
        subject="admin-1",
    )  # fmt: skip
    away = (await be_away(door, "checker-1", by="lead-1")).json()
    await door.post(
        f"/v1/absences/{away['absenceId']}/end", {"reason": "back"}, "supervisor",
        subject="checker-1",
    )  # fmt: skip
    await certify(door, "admin-1")
    held = (await certify(door, "admin-2")).json()
    revoke = f"/v1/certificates/{held['certificateId']}/revoke"
    await door.post(revoke, {"reason": "lapsed"}, "admin", subject="admin-1")
    await limit(door, "admin-2")
    await limit(door, "admin-1")

    assert await acts(door) == [
        ("operator.delegate", "lead-1"),
        ("operator.revoke", "admin-1"),
        ("operator.absent", "lead-1"),
        ("operator.back", "checker-1"),
        ("repair.propose", "admin-1"),
        ("operator.certify", "admin-2"),
        ("operator.decertify", "admin-1"),
        ("repair.propose", "admin-2"),
        ("operator.limit", "admin-1"),
    ]


async def test_why_something_was_ended_is_read_with_it(door: Door):
    lent = (await lend(door, "lead-1", "checker-1")).json()
    away = (await be_away(door, "checker-1", by="lead-1")).json()
    await door.post(
        f"/v1/delegations/{lent['delegationId']}/revoke", {"reason": "moved on"}, "admin",
        subject="admin-1",
    )  # fmt: skip
    await door.post(
        f"/v1/absences/{away['absenceId']}/end", {"reason": "well again"}, "supervisor",
        subject="checker-1",
    )  # fmt: skip

    seen = (await door.get("/v1/operators/checker-1", "admin", subject="admin-1")).json()

    assert seen["delegations"][0]["revokedReason"] == "moved on"
    assert seen["absences"][0]["endedReason"] == "well again"


async def test_what_is_refused_leaves_no_trace_in_the_chain(door: Door):
    await lend(door, "lead-1", "lead-1")
    await be_away(door, "lead-1", by="checker-1")
    await certify(door, "admin-1", of="nobody-1")
    await limit(door, "admin-1", effectiveFrom="2026-10-11")

    assert await acts(door) == []
