"""S10: a payment that bounces, is owed again, and is paid once; and what may happen before it."""

from __future__ import annotations

import pytest

from tests.journeys import seen
from tests.journeys.clock import SkippingClock
from tests.journeys.conftest import Opening, Replaying
from tests.journeys.house import CALL, House

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

NOTICE = "2026-06-15T09:30:00+08:00"
DAY = 86_400
COMMITTED = ["DR 6401 128,000.00", "CR 2202 128,000.00"]
PAID = ["DR 2202 128,000.00", "CR 1001 128,000.00"]
RETURNED = ["DR 1001 128,000.00", "CR 2202 128,000.00"]


async def test_s10_a_bounced_payment_is_owed_again_and_paid_to_an_account_a_second_person_checked(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(NOTICE) as (house, clock):
        case = await _bounced(house, clock)
        await _it_is_owed_again(house, case)

        await clock.until("2026-06-22T10:00:00+08:00")
        await house.behave("AC-S10-2", after=DAY)
        await house.tell("payee.account.provided", case, payeeAccountId="AC-S10-2")
        task = await house.task("checker-2", case, "payout/check_payee")
        by_one_who_decided = await house.complete("checker-1", task)
        assert by_one_who_decided.status_code == 403
        await house.decide("checker-2", case, "payout/check_payee")
        await house.waits(case, "payout/payment_result")
        await clock.until("2026-06-23T11:00:00+08:00")
        await _answered(house, case)

        ledger = await house.ledger(case)
        assert seen.journals(ledger) == [COMMITTED, PAID, RETURNED, PAID]
        assert seen.value_dates(ledger)[-1] == "2026-06-22", "sent; settled the next day"
        assert seen.owed(ledger) == [("128000.00", "SETTLED", ["RETURNED", "SETTLED"])]
        assert _on_days(house, case) == [
            ("pay", "06-17"), ("returned", "06-18"), ("pay", "06-22"), ("settle", "06-23"),
        ]  # fmt: skip
        assert (await house.policy("P-S10")).state == "TERMINATED"
        obligation = ledger["obligations"][0]["obligationId"]
        assert [(sent.key, sent.state) for sent in house.bank.payments()] == [
            (f"{case}:{obligation}:1", "RETURNED"),
            (f"{case}:{obligation}:2", "SETTLED"),
        ]
        assert house.bank.balance() == 12_800_000
        assert seen.clock_states(await house.case(case))["K-DO"] == "MET"
        assert [mail.template for mail in house.letters(case)] == [
            "payment_returned", "approved_outcome", "",
        ]  # fmt: skip
        assert (await house.get("auditor-1", f"/v1/cases/{case}/audit"))["whole"]
        await replays(house, case, "s10-bounce-and-repayment")


async def test_s10_an_answer_that_got_lost_is_asked_for_and_nothing_is_sent_a_third_time(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(NOTICE) as (house, clock):
        case = await _bounced(house, clock)
        await clock.until("2026-06-22T10:00:00+08:00")
        await house.behave("AC-S10-2", after=DAY, lost_answer=True)
        await house.tell("payee.account.provided", case, payeeAccountId="AC-S10-2")
        await house.decide("checker-2", case, "payout/check_payee")
        await house.waits(case, "payout/payment_result")
        await clock.until("2026-06-23T11:00:00+08:00")
        await _answered(house, case)

        ledger = await house.ledger(case)
        obligation = ledger["obligations"][0]["obligationId"]
        assert seen.owed(ledger) == [("128000.00", "SETTLED", ["RETURNED", "SETTLED"])]
        assert house.wire.orders == [f"{case}:{obligation}:1", f"{case}:{obligation}:2"]
        assert house.bank.balance() == 12_800_000
        await replays(house, case, "s10-lost-answer")


@pytest.mark.long
async def test_s10_a_payment_returned_after_the_limit_of_law_is_a_breach_and_earns_interest(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(NOTICE) as (house, clock):
        await house.behave("AC-S10-1", outcome="RETURNED", return_code="CLOSED", after=29 * DAY)
        case = await _approved(house, clock)
        await clock.until("2026-07-16T11:00:00+08:00")
        await house.waits(case, "payout/account_provided")
        assert seen.clock_states(await house.case(case))["K-SUR"] == "RUNNING"
        await clock.until("2026-07-20T10:00:00+08:00")
        await house.tell("payee.account.provided", case, payeeAccountId="AC-S10-2")
        await house.decide("checker-2", case, "payout/check_payee")

        task = await house.task("finance-1", case, "payout/decide_compensation")
        late = task["shown"]["shown"]["late"]
        assert (late["rule"], late["days"], late["amount"]) == ("K-SUR", 5, 87.67)
        await house.decide("finance-1", case, "payout/decide_compensation")
        await _answered(house, case)

        page, ledger = await house.case(case), await house.ledger(case)
        assert ("SLA", "K-SUR_BREACH") in seen.anomalies(page)
        assert seen.journals(ledger)[4:] == [
            ["DR 6712 87.67", "CR 2245 87.67"], ["DR 2245 87.67", "CR 1001 87.67"],
        ]  # fmt: skip
        assert seen.owed(ledger) == [
            ("128000.00", "SETTLED", ["RETURNED", "SETTLED"]), ("87.67", "SETTLED", ["SETTLED"]),
        ]  # fmt: skip
        assert house.bank.balance() == 12_808_767
        letters = [mail.template for mail in house.letters(case)]
        assert letters[-3:] == ["late_compensated", "approved_outcome", ""]
        await replays(house, case, "s10-paid-late")


async def test_s10_an_order_of_unknown_outcome_is_asked_about_before_it_is_sent_again(
    opened: Opening,
) -> None:
    async with opened(NOTICE) as (house, clock):
        house.wire.outages = 1
        case = await _approved(house, clock)
        await _answered(house, case)

        ledger = await house.ledger(case)
        obligation = ledger["obligations"][0]["obligationId"]
        key = f"{case}:{obligation}:1"
        assert house.wire.seen[:4] == [("POST", key), ("GET", key), ("GET", key), ("POST", key)]
        assert seen.owed(ledger) == [("128000.00", "SETTLED", ["SETTLED"])]
        assert seen.journals(ledger) == [COMMITTED, PAID]
        assert house.bank.balance() == 12_800_000


async def test_s10_a_withdrawal_before_the_commit_leaves_the_policy_in_force(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(NOTICE) as (house, _):
        case = await house.request("P-S10")
        await house.decide("clerk-1", case, "make")
        await house.decide("lead-2", case, CALL)
        await house.decide("checker-1", case, "approval/check")
        await house.task("lead-1", case, "approval/approve")
        await house.tell("customer.withdrawn", case)
        page = await house.when(case, status="WITHDRAWN", outcome="completed")

        policy = await house.policy("P-S10")
        assert (policy.state, policy.version) == ("IN_FORCE", 1)
        assert (await house.ledger(case))["lines"] == []
        assert house.rows("SELECT count(*) FROM reservations WHERE state = 'ACTIVE'") == [(0,)]
        assert house.rows("SELECT count(*) FROM policy_locks") == [(0,)]
        assert house.bank.payments() == []
        assert page["tasks"] == []
        assert house.letters(case)[-1].template == "withdrawn"
        await replays(house, case, "s10-withdrawal")


async def test_s10_an_account_in_the_sons_name_is_blocked_until_the_own_one_is_given(
    opened: Opening, replays: Replaying
) -> None:
    async with opened(NOTICE) as (house, _):
        case = await house.request("P-S10", request={"payeeAccountId": "AC-S10-3"})
        await house.waits(case, "assess_risk/own_account_provided")
        page = await house.case(case)
        assert page["status"] == "RISK_HOLD"
        assert page["tasks"] == []
        assert seen.anomalies(page) == [("MONEY", "PAYEE_NAME_MISMATCH")]
        path = f"/v1/cases/{case}/decisions"
        decided = (await house.get("auditor-1", path, purpose="AUDIT"))["decisions"]
        stops = [one["output"] for one in decided if one["table"] == "dt_1_hard_stops"]
        assert [(one["stop"], one["rule"]) for one in stops] == [("BLOCK_PAYEE", "H3")]

        await house.tell("payee.account.provided", case, payeeAccountId="AC-S10-1")
        await house.task("clerk-1", case, "make")
        assert house.bank.payments() == []
        await house.tell("customer.withdrawn", case)
        await house.when(case, status="WITHDRAWN", outcome="completed")
        await replays(house, case, "s10-account-of-another")


def _on_days(house: House, case: str) -> list[tuple[str, str]]:
    """Every step of the payment, and its day."""
    query = (
        "SELECT kind, at FROM effects WHERE case_id = ? AND kind IN"
        " ('execution.pay', 'execution.returned', 'execution.settle') ORDER BY at"
    )
    return [(kind.partition(".")[2], str(at)[5:10]) for kind, at in house.rows(query, case)]


async def _it_is_owed_again(house: House, case: str) -> None:
    page, ledger = await house.case(case), await house.ledger(case)
    assert seen.due(page) == {
        "K-ACC": "2026-06-17",
        "K-ONE": "2026-06-23",
        "K-SUR": "2026-07-15",
        "K-DO": "2026-06-24",
    }
    assert seen.journals(ledger) == [COMMITTED, PAID, RETURNED]
    assert seen.value_dates(ledger) == ["2026-06-17", "2026-06-17", "2026-06-18"]
    assert seen.owed(ledger) == [("128000.00", "DUE", ["RETURNED"])]
    assert ledger["obligations"][0]["attempts"][0]["returnCode"] == "ACCOUNT_CLOSED"
    assert (await house.policy("P-S10")).state == "TERMINATED"
    assert seen.anomalies(page) == [("MONEY", "ACCOUNT_CLOSED")]
    assert house.letters(case)[-1].template == "payment_returned"
    letter = house.letters(case)[-1]
    assert "128,000.00" in letter.words
    assert letter.links == [f"https://service.insurer.example/cases/{case}"]


async def _bounced(house: House, clock: SkippingClock) -> str:
    """Sent on 06-17, returned on 06-18."""
    await house.behave("AC-S10-1", outcome="RETURNED", return_code="ACCOUNT_CLOSED", after=DAY)
    case = await _approved(house, clock)
    await house.waits(case, "payout/payment_result")
    assert seen.owed(await house.ledger(case)) == [("128000.00", "SENT", ["SENT"])]
    await clock.until("2026-06-18T11:00:00+08:00")
    await house.waits(case, "payout/account_provided")
    return case


async def _approved(house: House, clock: SkippingClock) -> str:
    """Asked on 06-15, agreed on 06-16, approved on 06-17."""
    case = await house.request("P-S10")
    await house.task("clerk-1", case, "make")
    await clock.until("2026-06-16T10:00:00+08:00")
    await house.decide("clerk-1", case, "make")
    await house.decide("lead-2", case, CALL)
    await house.task("checker-1", case, "approval/check")
    await clock.until("2026-06-17T10:00:00+08:00")
    await house.decide("checker-1", case, "approval/check")
    await house.decide("lead-1", case, "approval/approve")
    return case


async def _answered(house: House, case: str) -> None:
    answer = await house.waits(case, "follow_up/survey_answered")
    await house.tell("survey.answered", answer["key"], csat=5)
    await house.when(case, status="CLOSED", outcome="completed")
