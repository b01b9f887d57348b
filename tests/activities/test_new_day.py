"""What a customer is told when a limit is missed: why, how far the case is, and a new day."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from activities.follow_up.wording import Occasion, word
from infra.db.tables import cases
from infra.systems.notifier import SmtpNotifier
from tests.activities.office import ZONE, Office, an_operator, moment
from tests.journeys.mailbox import words_of
from workers.limit_alarms import LimitAlarms
from workflows.contracts.follow_up import DelayFacts
from workflows.domain.case import CASE_STATUSES
from workflows.domain.clocks import Clock

MISSED = "2026-10-15T00:00"
"""K-ACC of a notice of Monday 10-12 ends with Wednesday 10-14."""
DELAY = {
    "template": "delay_notice",
    "policyNo": "P-1",
    "applicantPartyId": "PT-1",
    "facts": {"reason": "IN_REVIEW", "dueOn": "2026-10-14"},
}


@pytest.fixture
async def late(office: Office) -> Office:
    """A case that was not accepted in time, bound to its law."""
    await office.add_operator(an_operator("lead-1", 3, unit="SH-01", mail="lead-1@staff.example"))
    await office.do(
        "verification.intake",
        policyNo="P-1",
        item="TERMINATE",
        noticeArrivedAt=moment("2026-10-12T10:00"),
        applicantPartyId="PT-1",
        applicantRole="PH",
        request={},
    )
    await goes_by(office, "cn-life-2026.3")
    return office


async def goes_by(office: Office, pack: str) -> None:
    async with office.registry.begin() as connection:
        await connection.execute(update(cases.cases).values(pack=pack))


async def clock_of(office: Office, rule: str = "K-ACC-NEW") -> Clock | None:
    async with office.database.work() as books:
        known = {each.deadline.rule_id: each for each in await books.clocks.of_case("BQ-1")}
    return known.get(rule)


async def reasons(office: Office) -> list[str]:
    async with office.database.work() as books:
        return [each.reason for each in await books.anomalies.of_case("BQ-1")]


def told(office: Office) -> str:
    (attachment,) = office.mails()[-1].iter_attachments()
    return " ".join(words_of(attachment.get_content()).split())


async def test_a_delay_notice_promises_a_working_day_and_the_case_shows_it(late: Office):
    await late.do("follow_up.letter", at=MISSED, **DELAY)

    promised = await clock_of(late)
    assert promised is not None
    assert promised.state == "RUNNING"
    assert promised.deadline.due_on.isoformat() == "2026-10-20", "15 to 20: a weekend between"
    for words in ("2026-10-14", "Progress:", "complete this step by 2026-10-20"):
        assert words in told(late)


async def test_a_notice_sent_on_the_last_second_counts_from_the_day_after(late: Office):
    await late.do("follow_up.letter", at="2026-10-14T23:59:59", **DELAY)

    promised = await clock_of(late)
    assert promised is not None
    assert promised.deadline.due_on.isoformat() == "2026-10-20"


async def test_a_second_notice_of_the_same_limit_tells_the_same_day(late: Office):
    await late.do("follow_up.letter", at=MISSED, **DELAY)
    await late.do("follow_up.letter", at="2026-10-16T09:00", **DELAY)

    assert "complete this step by 2026-10-20" in told(late)


async def test_what_meets_the_limit_keeps_the_promise(late: Office):
    await late.do("follow_up.letter", at=MISSED, **DELAY)
    await late.do("verification.agree", at="2026-10-20T09:00", policyNo="P-1")

    missed, promised = await clock_of(late, "K-ACC"), await clock_of(late)
    assert missed is not None
    assert promised is not None
    assert (missed.state, promised.state) == ("BREACHED", "MET")
    assert await reasons(late) == ["K-ACC_BREACH", "K-ONE_BREACH"], "the promise is none of them"


async def test_a_promise_that_is_broken_is_on_record_and_told_to_those_above(late: Office):
    await late.do("follow_up.letter", at=MISSED, **DELAY)
    await LimitAlarms(
        database=late.database,
        mailer=SmtpNotifier(host="127.0.0.1", port=late.smtp_port, sender="s@insurer.example"),
        zone=ZONE,
        clock_offset=moment("2026-10-21T00:00") - datetime.now(UTC),
    ).round()
    await late.do("verification.agree", at="2026-10-21T09:00", policyNo="P-1")

    promised = await clock_of(late)
    assert promised is not None
    assert promised.state == "BREACHED"
    assert "K-ACC-NEW_BREACH" in await reasons(late)
    assert (await reasons(late)).count("K-ACC-NEW_BREACH") == 1
    assert "BQ-1: K-ACC-NEW over" in [str(mail["Subject"]) for mail in late.mails()]


async def test_a_promise_stands_still_while_papers_are_awaited(late: Office):
    await late.do("follow_up.letter", at=MISSED, **DELAY)
    await late.do("verification.pause_clock", at="2026-10-15T10:00", rule="K-ACC")
    paused = await clock_of(late)
    await late.do("verification.resume_clock", at="2026-10-26T10:00", rule="K-ACC")

    resumed = await clock_of(late)
    assert paused is not None
    assert resumed is not None
    assert (paused.paused_at is None, resumed.paused_at) == (False, None)
    assert resumed.deadline.due_on.isoformat() == "2026-10-29"


async def test_a_law_without_such_a_rule_promises_nothing(late: Office):
    await goes_by(late, "cn-life-2026.1")

    await late.do("follow_up.letter", at=MISSED, **DELAY)

    assert await clock_of(late) is None
    assert "complete this step" not in told(late)


def test_a_hold_for_risk_reads_as_any_check():
    when = moment(MISSED).date()
    occasion = Occasion(
        case_id="BQ-1", policy_no="P-1", addressee="张三", notice_on=when, dated=when
    )

    words = {
        status: word("delay_notice", occasion, DelayFacts(progress=status)).paragraphs
        for status in CASE_STATUSES
    }

    assert words["RISK_HOLD"] == words["VERIFYING"]
    assert words["APPROVAL"] != words["VERIFYING"]
