"""S11: a limit is warned of at four fifths, breached at its end; the customer has a new day."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from infra.systems.notifier import SmtpNotifier
from tests.journeys import seen
from tests.journeys.clock import SkippingClock
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import House, Json
from tests.journeys.mailbox import Letter, letters
from workers.limit_alarms import LimitAlarms

LEADS = {"lead-1", "lead-2", "lead-expiring"}
HEADS = {"branch-1", "branch-2"}

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


async def test_s11_a_breach_is_warned_of_recorded_told_and_never_erased(
    opened: Opening, replays: Replaying
) -> None:
    async with opened("2026-09-24T09:30:00+08:00") as (house, clock):
        case = await _claimed_and_left(house)
        await _warned(house, clock, case)
        await _broken(house, clock, case)

        task = await house.task("checker-1", case, "approval/check")
        await house.post("checker-1", f"/v1/tasks/{task['taskId']}/delegate", {"to": "checker-2"})
        await house.decide("checker-2", case, "approval/check")
        answer = await house.waits(case, "follow_up/survey_answered")
        await house.tell("survey.answered", answer["key"], csat=2, comment="太慢")
        page = await house.when(case, status="CLOSED", outcome="completed")

        assert seen.anomalies(page) == [("SLA", "K-DO_WARN"), ("SLA", "K-DO_BREACH")]
        assert seen.clock_states(page)["K-DO"] == "BREACHED"
        assert seen.clock_states(page)["K-DO-NEW"] == "MET", "what was promised was kept"
        counted = await _kpi(house, "COMPLETE_ON_TIME")
        assert (counted["numerator"], counted["denominator"]) == (0, 1)
        assert set(await _alarmed(house, clock, case)) == {50, 80, 100}, "nothing once it is done"
        assert [mail.template for mail in house.letters(case)] == [
            "delay_notice", "approved_outcome", "",
        ]  # fmt: skip
        assert house.rows("SELECT count(*) FROM recoveries WHERE case_id = ?", case) == [(1,)]
        await replays(house, case, "s11-breach")


async def _claimed_and_left(house: House) -> str:
    """Agreed on Thursday 09-24, claimed by a checker, and idle."""
    case = await house.request("P-PARTIAL", item="PARTIAL", request={"newSumAssured": 350000})
    await house.decide("clerk-1", case, "make")
    task = await house.task("checker-1", case, "approval/check")
    await house.post("checker-1", f"/v1/tasks/{task['taskId']}/claim", {})
    assert seen.due(await house.case(case))["K-DO"] == "2026-10-09"
    return case


async def _warned(house: House, clock: SkippingClock, case: str) -> None:
    """Four fifths on Thursday 10-08: owner and lead at 18:00, the customer not yet."""
    await clock.until("2026-10-08T17:59:00+08:00")
    assert seen.anomalies(await house.case(case)) == []
    assert await _alarmed(house, clock, case) == {50: {"checker-1"}}
    await clock.until("2026-10-08T18:01:00+08:00")
    assert seen.anomalies(await house.case(case)) == [("SLA", "K-DO_WARN")]
    assert (await _alarmed(house, clock, case))[80] == {"checker-1", *LEADS}
    assert house.letters(case) == []


async def _broken(house: House, clock: SkippingClock, case: str) -> None:
    """Over at 24:00 of 10-09: the head of the unit is told, and the customer why and till when."""
    await clock.until("2026-10-10T09:00:00+08:00")
    notice = await house.eventually(lambda: _told(house, case), case, "a delay notice")
    breached = await house.case(case)
    assert seen.anomalies(breached) == [("SLA", "K-DO_WARN"), ("SLA", "K-DO_BREACH")]
    for told in (
        "2026-10-09", "the review is still going on", "A supervisor follows it",
        "Progress: your papers are complete and the decision is being taken",
        "complete this step by 2026-10-14",
    ):  # fmt: skip
        assert told in notice.text
    assert seen.due(breached)["K-DO-NEW"] == "2026-10-14", "three working days: 10-12, 13, 14"
    assert [task["element"] for task in breached["tasks"]] == ["approval/check"]
    assert (await _alarmed(house, clock, case))[100] == {"checker-1", *LEADS, *HEADS}


async def _told(house: House, case: str) -> Letter | None:
    return next((mail for mail in house.letters(case) if mail.template == "delay_notice"), None)


async def _alarmed(house: House, clock: SkippingClock, case: str) -> dict[int, set[str]]:
    """Who was told of which mark, after the alarms had their round; each had one mail of it."""
    settings = house.settings
    await LimitAlarms(
        database=house.database,
        mailer=SmtpNotifier(host="127.0.0.1", port=settings.smtp_port, sender=settings.mail_from),
        zone=ZoneInfo(settings.zone),
        clock_offset=clock.now() - datetime.now(UTC),
    ).round()
    told: dict[int, set[str]] = {}
    for mark, operator, state in house.rows(
        "SELECT mark, operator_id, state FROM limit_alarms WHERE case_id = ? AND rule_id = 'K-DO'",
        case,
    ):
        assert state == "SENT"
        told.setdefault(mark, set()).add(operator)
    mails = [mail for mail in letters(house.folder / "mail") if f"{case}: K-DO" in mail.subject]
    assert len(mails) == sum(map(len, told.values()))
    return told


async def _kpi(house: House, kpi: str) -> Json:
    told = await house.get("lead-1", "/v1/kpis", since="2026-09-24", until="2026-10-10")
    return next(one for one in told["figures"] if one["kpi"] == kpi)
