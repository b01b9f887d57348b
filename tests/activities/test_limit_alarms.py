"""Marks of a limit told to real people's mailboxes: each once, to the right ones, and on record."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from infra.db.tables import cases
from infra.systems.notifier import SmtpNotifier
from tests.activities.office import ZONE, Office, an_operator, moment
from workers.limit_alarms import LimitAlarms
from workflows.domain.systems import SystemUnavailable


def alarms(office: Office, at: str, port: int | None = None) -> LimitAlarms:
    return LimitAlarms(
        database=office.database,
        mailer=SmtpNotifier(
            host="127.0.0.1", port=port or office.smtp_port, sender="service@insurer.example"
        ),
        zone=ZONE,
        clock_offset=moment(at) - datetime.now(UTC),
    )


@pytest.fixture
async def waiting(office: Office) -> Office:
    """A case that waits to be accepted since Monday noon, two working days long; nobody claims."""
    staff = (("lead-1", 3, "SH-01"), ("head-1", 4, "SH-01"), ("director-1", 5, "HQ"))
    for name, level, unit in staff:
        mail = f"{name}@staff.example"
        await office.add_operator(an_operator(name, level, unit=unit, mail=mail))
    await office.do(
        "verification.intake",
        policyNo="P-1",
        item="TERMINATE",
        noticeArrivedAt=moment("2026-10-12T10:00"),
        applicantPartyId="PT-1",
        applicantRole="PH",
        request={},
    )
    async with office.registry.begin() as connection:
        await connection.execute(
            update(cases.clocks).where(cases.clocks.c.rule_id != "K-ACC").values(state="STOPPED")
        )
    return office


async def told(office: Office) -> list[tuple[int, str, str]]:
    async with office.database.reading() as room:
        known = await room.limit_alarms.of_case("BQ-1")
    return [(each.mark, each.operator_id, each.state) for each in known]


async def test_each_mark_is_told_once_to_who_must_know_and_later_ones_higher(waiting: Office):
    for at in ("2026-10-12T11:00", "2026-10-13T18:00", "2026-10-15T00:00", "2026-10-15T18:00"):
        await alarms(waiting, at).round()
        await alarms(waiting, at).round()

    assert await told(waiting) == [
        (80, "lead-1", "SENT"),
        (100, "head-1", "SENT"),
        (100, "lead-1", "SENT"),
        (101, "director-1", "SENT"),
        (101, "head-1", "SENT"),
        (101, "lead-1", "SENT"),
    ]
    mails = waiting.mails()
    assert len(mails) == len({mail["Message-ID"] for mail in mails}) == 6
    assert all("BQ-1: K-ACC" in mail["Subject"] for mail in mails)
    assert all("张三" not in mail.get_content() for mail in mails)


async def test_a_breach_is_on_record_though_nobody_touched_the_case_and_stays_one(waiting: Office):
    await alarms(waiting, "2026-10-15T00:00").round()
    await waiting.do(
        "anomaly.record", at="2026-10-15T00:00", reason="K-ACC_BREACH", **{"class": "SLA"}
    )
    await waiting.do("verification.agree", at="2026-10-15T09:00", policyNo="P-1")

    async with waiting.database.work() as books:
        known = await books.anomalies.of_case("BQ-1")
        states = {each.deadline.rule_id: each.state for each in await books.clocks.of_case("BQ-1")}
    assert [(each.class_, each.reason) for each in known] == [("SLA", "K-ACC_BREACH")]
    assert states["K-ACC"] == "BREACHED"


async def test_a_limit_that_stands_still_tells_nobody_until_it_goes_on(waiting: Office):
    await waiting.do("verification.pause_clock", at="2026-10-13T09:00", rule="K-ACC")
    await alarms(waiting, "2026-10-16T09:00").round()
    paused = await told(waiting)
    await waiting.do("verification.resume_clock", at="2026-10-16T10:00", rule="K-ACC")
    await alarms(waiting, "2026-10-16T18:00").round()
    resumed = await told(waiting)

    assert paused == []
    assert [mark for mark, _, _ in resumed] == [50]


async def test_a_mail_system_that_is_away_is_tried_again_and_nobody_is_told_twice(waiting: Office):
    with pytest.raises(SystemUnavailable):
        await alarms(waiting, "2026-10-13T18:00", port=1).round()
    before = await told(waiting)
    await alarms(waiting, "2026-10-13T18:01").round()

    assert before == [(80, "lead-1", "TO_SEND")]
    assert await told(waiting) == [(80, "lead-1", "SENT")]
    assert len(waiting.mails()) == 1


async def test_what_was_met_is_not_told_of(waiting: Office):
    await waiting.do("verification.agree", at="2026-10-12T12:00", policyNo="P-1")

    await alarms(waiting, "2026-10-13T12:00").round()

    assert [mark for mark, _, _ in await told(waiting)] == []
