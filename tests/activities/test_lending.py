"""Money collected once; a loan made, repaid, capitalised and exhausted on the books."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from infra.db.tables import money as money_tables
from infra.systems.bank_simulator.script import Behaviour
from tests.activities.office import NOTICE, Fault, KilledError, Office, moment
from workflows.domain.policy import Loan, Policy
from workflows.domain.records import Communication

DEBIT: dict[str, Any] = {
    "policyNo": "P-1",
    "payerPartyId": "PT-1",
    "accountId": "AC-1",
    "amount": 5000,
}
LOAN = "L-P-1"


async def the_policy(office: Office) -> Policy:
    async with office.database.work() as books:
        policy = await books.policies.get("P-1")
    assert policy is not None
    return policy


async def the_loan(office: Office) -> Loan:
    (loan,) = (each for each in (await the_policy(office)).loans if each.id == LOAN)
    return loan


async def collected(office: Office, amount: int = 5000) -> str:
    """Collect an amount that the bank has settled; returns the collection."""
    taken = await office.do("execution.collect", **{**DEBIT, "amount": amount})
    await settled(office, taken)
    return str(taken["collection"]["id"])


async def settled(office: Office, taken: dict[str, Any], **more: Any) -> dict[str, Any]:
    office.bank.advance(10**12)
    obligation = {"id": taken["collection"]["id"]}
    asked = await office.do(
        "execution.query_payment", obligation=obligation, payment=taken["payment"]
    )
    kind = "execution.settle" if asked["payment"]["state"] == "SETTLED" else "execution.returned"
    return await office.do(kind, obligation=obligation, payment=asked["payment"], **more)


@pytest.mark.parametrize(
    "instant", ["pay.intent_written", "pay.sent", "effect.before_commit", "pay.recorded"]
)
async def test_a_collection_that_dies_anywhere_is_collected_once(office: Office, instant: str):
    call = office.call("execution.collect", DEBIT)
    office.failpoint = Fault(instant)
    with pytest.raises(KilledError):
        await office.answer(call)
    office.failpoint = Fault()

    taken = await office.run(call)
    await settled(office, taken)

    assert len(office.bank.payments()) == 1
    assert office.bank.balance() == -5_000_00
    assert await office.lines() == ["DR 1001 5000.00", "CR 2203 5000.00"]
    assert await office.count(money_tables.payment_attempts) == 1


@pytest.mark.parametrize(("given_up", "state"), [(False, "DUE"), (True, "CANCELLED")])
async def test_what_is_not_collected_any_more_is_owed_no_more(
    office: Office, given_up: bool, state: str
):
    office.bank.script("*", Behaviour(outcome="RETURNED", return_code="ACCOUNT_CLOSED", times=1))
    taken = await office.do("execution.collect", **DEBIT)

    told = [await settled(office, taken, givenUp=given_up) for _ in "12"]

    assert [each["obligation"]["state"] for each in told] == [state, state]
    assert await office.lines() == []


async def test_a_lost_answer_to_a_collection_is_asked_for(office: Office):
    office.bank.script("*", Behaviour(lost_answer=True, times=1))

    taken = await office.do("execution.collect", **DEBIT)

    assert taken["payment"]["state"] == "SENT"
    assert len(office.bank.payments()) == 1


async def test_what_came_back_was_never_booked_and_is_tried_again(office: Office):
    office.bank.script("*", Behaviour(outcome="RETURNED", return_code="NO_MONEY", times=1))
    taken = await office.do("execution.collect", **DEBIT)
    back = await settled(office, taken)
    assert (back["obligation"]["state"], await office.lines()) == ("DUE", [])

    again = await office.do("execution.collect", **DEBIT, collection=taken["collection"]["id"])
    await settled(office, again)

    assert again["collection"]["id"] == taken["collection"]["id"]
    assert again["payment"]["attempt"] == 2
    assert await office.lines() == ["DR 1001 5000.00", "CR 2203 5000.00"]


async def test_a_repayment_capitalises_what_ended_then_pays_interest_then_principal(
    office: Office,
):
    collection = await collected(office)
    call = office.call(
        "execution.repay", {"policyNo": "P-1", "loanId": LOAN, "collection": collection}
    )

    first, again = await office.run(call), await office.run(call)

    assert first == again
    assert (await office.lines())[2:] == [
        "DR 1221 756.16",
        "CR 6011 756.16",
        "DR 2203 5000.00",
        "CR 6011 92.69",
        "CR 1221 4907.31",
    ]
    loan = await the_loan(office)
    assert (str(loan.balance), loan.balance_since) == ("25848.85", date(2026, 10, 12))
    assert (await the_policy(office)).version == 2


async def test_more_than_is_owed_stays_in_suspense_for_the_policyholder(office: Office):
    collection = await collected(office, 31_000)

    used = (await office.do("execution.repay", policyNo="P-1", loanId=LOAN, collection=collection))[
        "repaid"
    ]

    assert (str(used["excess"]), used["settled"]) == ("151.15", True)
    policy = await the_policy(office)
    assert (str(policy.suspense_premium), policy.open_loans, policy.flags) == ("151.15", (), ())


async def test_money_that_has_not_come_repays_nothing(office: Office):
    taken = await office.do("execution.collect", **DEBIT)

    with pytest.raises(ApplicationError) as caught:
        await office.do(
            "execution.repay", policyNo="P-1", loanId=LOAN, collection=taken["collection"]["id"]
        )

    assert caught.value.non_retryable
    assert await office.lines() == []


async def test_a_term_is_capitalised_once(office: Office):
    term: dict[str, Any] = {"policyNo": "P-1", "loanId": LOAN, "on": date(2026, 9, 20)}

    first = await office.do("execution.capitalise", **term)
    second = await office.do("execution.capitalise", **term)

    assert str(first["capitalised"]["interest"]) == "756.16"
    assert not second["capitalised"]["interest"]
    assert await office.lines() == ["DR 1221 756.16", "CR 6011 756.16"]
    loan = await the_loan(office)
    assert (str(loan.balance), loan.balance_since) == ("30756.16", date(2026, 9, 20))


async def test_the_next_thing_a_loan_waits_for_comes_from_the_book(office: Office):
    term = (await office.do("verification.loan_term", policyNo="P-1", loanId=LOAN))["term"]
    gone = (await office.do("verification.loan_term", policyNo="P-1", loanId="L-404"))["term"]

    assert (term["open"], term["step"], str(term["on"])) == (True, "LOOK", "2026-11-12")
    assert str(term["maturesOn"]) == "2027-03-20"
    assert (gone["open"], gone["step"]) == (False, "NONE")


async def test_a_loan_beside_one_repaid_meanwhile_is_looked_at_from_that_day_on(office: Office):
    policy = await the_policy(office)
    (old,) = policy.loans
    beside = replace(old, id="L-2", started_on=date(2026, 10, 12), balance_since=date(2026, 10, 12))
    async with office.database.work() as books:
        await books.policies.commit(
            replace(policy, loans=(old, beside)),
            cause="LOAN_REPAYMENT",
            case_id="BQ-2",
            at=moment(NOTICE),
            reservation_id=None,
        )

    term = (
        await office.do(
            "verification.loan_term", policyNo="P-1", loanId=LOAN, after=date(2026, 9, 20)
        )
    )["term"]

    assert (term["step"], str(term["on"])) == ("LOOK", "2026-11-12")


async def test_a_contract_does_not_end_while_its_debts_are_below_its_value(office: Office):
    with pytest.raises(ApplicationError) as caught:
        await office.do("execution.exhaust", policyNo="P-1", loanId=LOAN, on=moment(NOTICE).date())

    assert caught.value.non_retryable
    assert (await the_policy(office)).state == "IN_FORCE"


async def test_a_contract_nobody_was_warned_of_does_not_end(office: Office):
    years_later = date(2050, 1, 1)

    with pytest.raises(ApplicationError) as caught:
        await office.do("execution.exhaust", policyNo="P-1", loanId=LOAN, on=years_later)

    assert caught.value.type == "bpmn:NOT_WARNED"
    assert (await the_policy(office)).state == "IN_FORCE"


async def warned(office: Office, *days: str | None) -> None:
    """Warnings are on record, sent on these days; None: the mail system has not taken it."""
    async with office.database.work() as books:
        for no, day in enumerate(days):
            warning = Communication(
                id=f"CM-{no}", case_id="BQ-1", party_id="PT-1", direction="OUT", channel="EMAIL",
                template="loan_warning@1", contact_id=None, content_hash="h", document_id=None,
                message_id=None, sent_at=None if day is None else moment(f"{day}T09:00"),
            )  # fmt: skip
            await books.communications.record(warning)


@pytest.mark.parametrize(
    ("days", "ends"),
    [
        (("2026-06-01", "2026-07-01"), False),
        (("2026-06-01", "2026-07-01", None), False),
        (("2026-06-01", "2026-07-01", "2026-09-13"), False),
        (("2026-06-01", "2026-07-01", "2026-09-12"), True),
    ],
)
async def test_s17_three_warnings_were_sent_the_last_a_month_before_or_the_contract_stands(
    office: Office, days: tuple[str | None, ...], ends: bool
):
    await warned(office, *days)
    asked: dict[str, Any] = {"policyNo": "P-1", "loanId": LOAN, "on": date(2050, 1, 1)}

    if ends:
        await office.do("execution.exhaust", **asked)
    else:
        with pytest.raises(ApplicationError, match="by surprise"):
            await office.do("execution.exhaust", **asked)

    assert ((await the_policy(office)).state != "IN_FORCE") is ends
