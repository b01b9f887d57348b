"""The register of breaches: limits run from when it was known, nothing closes before it is told."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from infra.db.operations.breaches import STREAM
from tests.api.door import Door, is_problem
from tests.api.states import _begun
from workers.breach_notices import BreachNotices
from workflows.domain.records import Mail, MailReceipt

ZONE = ZoneInfo("Asia/Shanghai")
LEAK = {
    "kind": "DISCLOSURE",
    "severity": "HIGH",
    "knownAt": "2026-10-11T23:30:00+08:00",
    "data": ["NAME", "ACCOUNT"],
    "people": 12,
    "description": "a list was sent to the wrong branch",
    "exposure": "PIPL art. 66",
}


async def reported(door: Door, **more: object) -> dict[str, Any]:
    answer = await door.post("/v1/breaches", LEAK | more, "auditor")
    return dict(answer.json())


async def step(door: Door, breach: dict[str, Any], kind: str) -> httpx.Response:
    path = f"/v1/breaches/{breach['breachId']}/steps"
    return await door.post(path, {"step": kind, "note": f"{kind}: done"}, "auditor")


async def test_the_limits_to_tell_run_from_when_it_was_known(door: Door):
    breach = await reported(door)

    register = await door.get("/v1/breaches", "supervisor", subject="privacy-1")
    [listed] = register.json()["breaches"]

    assert listed == breach
    assert breach["authorityDueAt"] == "2026-10-12T15:59:59Z"  # one day: to the end of the 12th
    assert breach["subjectsDueAt"] == "2026-10-14T15:59:59Z"
    assert breach["pack"] == "cn-life-2026.3"
    assert breach["isLate"] is False


async def test_who_was_told_too_late_stays_late(door: Door):
    breach = await reported(door, knownAt="2026-10-01T10:00:00+08:00")

    told = (await step(door, breach, "AUTHORITY_TOLD")).json()

    assert breach["isLate"] is True
    assert told["isLate"] is True
    assert told["authorityToldAt"] is not None


async def test_a_breach_is_closed_when_it_was_mended_and_everybody_was_told(door: Door):
    breach = await reported(door)
    refused = []
    for kind in ("MEASURE", "AUTHORITY_TOLD", "SUBJECTS_TOLD"):
        refused.append(await step(door, breach, "CLOSED"))
        await step(door, breach, kind)

    closed = await step(door, breach, "CLOSED")

    assert all(is_problem(one, 409, "not-done-yet") for one in refused)
    assert [one["step"] for one in closed.json()["steps"]] == [
        "MEASURE", "AUTHORITY_TOLD", "SUBJECTS_TOLD", "CLOSED",
    ]  # fmt: skip
    assert is_problem(await step(door, breach, "MEASURE"), 409, "not-open")
    assert (await door.get("/v1/breaches", "auditor")).json()["breaches"] == []


async def test_persons_are_spared_only_where_a_measure_keeps_harm_away(door: Door):
    breach = await reported(door)

    early = await step(door, breach, "SUBJECTS_SPARED")
    await step(door, breach, "MEASURE")
    spared = await step(door, breach, "SUBJECTS_SPARED")

    assert is_problem(early, 409, "not-done-yet")
    assert spared.json()["subjectsToldAt"] is not None


async def test_a_missed_limit_has_nobody_to_be_told(door: Door):
    breach = await reported(door, kind="MISSED_LIMIT", caseId=await _begun(door))

    await step(door, breach, "MEASURE")
    closed = await step(door, breach, "CLOSED")

    assert (breach["authorityDueAt"], breach["subjectsDueAt"]) == (None, None)
    assert closed.json()["closedAt"] is not None


async def test_every_act_is_on_record_without_the_words(door: Door):
    breach = await reported(door)
    await step(door, breach, "MEASURE")

    told = door.hand.rows(
        "SELECT action, detail FROM audit WHERE object_id = ?", breach["breachId"]
    )

    assert [action for action, _ in told] == ["breach.report", "breach.measure"]
    assert "wrong branch" not in str(told)


@pytest.mark.parametrize("known_at", ["2099-01-01T00:00:00+08:00"])
async def test_what_is_not_known_yet_is_not_reported(door: Door, known_at: str):
    answer = await door.post("/v1/breaches", LEAK | {"knownAt": known_at}, "ops")

    assert is_problem(answer, 422, "breach-in-future")


async def test_the_register_is_the_privacy_desks_who_reported_or_not(door: Door):
    told = await door.post("/v1/breaches", LEAK, "supervisor", subject="lead-1")
    path = f"/v1/breaches/{told.json()['breachId']}"
    body = {"step": "MEASURE", "note": "called them"}

    answers = [
        await door.get("/v1/breaches", "supervisor", subject="lead-1"),
        await door.get(path, "supervisor", subject="lead-1"),
        await door.post(f"{path}/steps", body, "supervisor", subject="lead-1"),
    ]
    step = await door.post(f"{path}/steps", body, "supervisor", subject="privacy-1")

    assert all(is_problem(one, 403, "authority") for one in answers)
    assert [one["by"] for one in step.json()["steps"]] == ["privacy-1"]


# --- who is told that limits end --------------------------------------------------------------


class Kept:
    """A mailbox that takes everything; what is mailed is looked at in ``tests/activities``."""

    async def send(self, mail: Mail) -> MailReceipt:
        return MailReceipt(message_id=mail.message_id, response="250 taken")


async def told_at(door: Door, *ats: str) -> list[str]:
    """What the privacy desk has read after two rounds at each of these times, the newest first."""
    for at in ats:
        offset = datetime.fromisoformat(at) - datetime.now(UTC)
        chore = BreachNotices(
            database=door.deployment.database, mailer=Kept(), zone=ZONE, clock_offset=offset
        )
        await chore.round()
        await chore.round()
    return await notices(door, "privacy-1")


async def notices(door: Door, who: str, role: str = "supervisor") -> list[str]:
    page = (await door.get("/v1/notices", role, subject=who)).json()["notices"]
    assert all(one["caseId"] is None for one in page)
    return [f"{one['code']} {one['about']}" for one in page if one["code"].startswith("BREACH")]


async def test_the_privacy_desk_is_told_once_at_four_fifths_and_once_when_a_limit_is_over(
    door: Door,
):
    breach = (await reported(door))["breachId"]

    early = await told_at(door, "2026-10-12T19:05:00+08:00")
    warned = await told_at(door, "2026-10-12T19:06:10+08:00", "2026-10-12T23:59:58+08:00")
    over = await told_at(door, "2026-10-13T00:00:30+08:00")
    later = await told_at(door, "2026-10-14T23:00:00+08:00", "2026-10-20T00:00:00+08:00")

    assert early == []
    assert warned == [f"BREACH_AUTHORITY_80 {breach}"]
    assert over == [f"BREACH_AUTHORITY_100 {breach}", *warned]
    assert later == [f"BREACH_SUBJECTS_100 {breach}", f"BREACH_SUBJECTS_80 {breach}", *over]
    async with door.deployment.database.work() as books:
        assert (await books.audit.verify(STREAM)).intact


async def test_who_reads_of_limits_to_tell_is_the_desk_or_oversees(door: Door):
    await reported(door)
    await told_at(door, "2026-10-13T00:00:30+08:00")

    read = {who: await notices(door, who) for who in ("privacy-1", "lead-1", "executive-1")}

    assert {who: len(found) for who, found in read.items()} == {
        "privacy-1": 1, "lead-1": 0, "executive-1": 0,
    }  # fmt: skip
    assert await notices(door, "auditor-1", "auditor") == read["privacy-1"]


async def test_nobody_is_told_of_a_limit_that_was_kept(door: Door):
    breach = await reported(door)
    await step(door, breach, "MEASURE")
    await step(door, breach, "AUTHORITY_TOLD")

    assert await told_at(door, "2026-10-13T23:00:00+08:00") == []


async def test_a_limit_that_the_law_does_not_set_is_not_told_of(door: Door):
    await reported(door, kind="MISSED_LIMIT", caseId=await _begun(door))

    assert await told_at(door, "2026-12-31T00:00:00+08:00") == []
