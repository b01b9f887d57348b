"""A premium on the books: received once, paid, lent, lapsed; a contract that comes back, or not."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from infra.db.tables import trail
from tests.activities.office import NOTICE, Fault, KilledError, Office, a_case, a_policy, moment
from workflows.domain.consent import DebitAuthority
from workflows.domain.money import money
from workflows.domain.policy import Policy, PolicyLock, Role, RoleKind
from workflows.domain.premium import PaymentInstruction

NO, DUE = "P-5", date(2026, 8, 1)
STEP: dict[str, Any] = {"policyNo": NO, "dueOn": DUE}
LAPSED: dict[str, Any] = {
    "state": "LAPSED",
    "lapsed_on": date(2026, 10, 1),
    "unpaid_premium": money(9_600),
}


@pytest.fixture
async def premium(office: Office) -> Office:
    await owing(office)
    return office


async def owing(office: Office, value: int = 21_300, policy_no: str = NO, **more: Any) -> None:
    given: dict[str, Any] = {
        "flags": (),
        "loans": (),
        "paid_to": DUE,
        "annual_premium": money(9_600),
        **more,
    }
    await office.add_policy(a_policy(policy_no, **given), cash_value=money(value))


async def book(office: Office, policy_no: str = NO) -> Policy:
    async with office.database.work() as books:
        policy = await books.policies.get(policy_no)
    assert policy is not None
    return policy


async def refusal(office: Office, kind: str, **variables: Any) -> str:
    with pytest.raises(ApplicationError) as caught:
        await office.do(kind, **variables)
    return str(caught.value)


async def test_money_under_one_reference_is_booked_once(premium: Office):
    money_in: dict[str, Any] = {"policyNo": NO, "amount": 4000, "reference": "B-1"}

    told = [(await premium.do("execution.receive_premium", **money_in))["received"] for _ in "12"]
    other = await premium.do("execution.receive_premium", **{**money_in, "reference": "B-2"})

    assert [each["result"] for each in told] == ["BOOKED", "DUPLICATE"]
    assert str(other["received"]["suspense"]) == "8000"
    assert await premium.lines() == ["DR 1001 4000.00", "CR 2203 4000.00"] * 2
    assert str((await book(premium)).suspense_premium) == "8000.00"


@pytest.mark.parametrize(("amount", "result"), [("1000", "BOOKED"), ("1000.01", "REFUSED")])
async def test_an_agent_takes_a_thousand_in_cash_and_no_more(
    premium: Office, amount: str, result: str
):
    cash: dict[str, Any] = {"policyNo": NO, "amount": Decimal(amount), "means": "AGENT_CASH"}

    told = await premium.do("execution.receive_premium", **cash, reference="C-1")

    assert told["received"]["result"] == result
    assert bool(await premium.lines()) is (result == "BOOKED")


async def test_a_premium_that_dies_while_it_is_paid_is_paid_once(premium: Office):
    await premium.do("execution.fall_due", **STEP)
    await premium.do("execution.receive_premium", policyNo=NO, amount=9600, reference="B-1")
    call = premium.call("execution.apply_premium", STEP)
    premium.failpoint = Fault("effect.before_commit")
    with pytest.raises(KilledError):
        await premium.answer(call)
    premium.failpoint = Fault()

    first, again = await premium.run(call), await premium.run(call)

    assert first == again
    assert (await premium.lines())[2:] == ["DR 2203 9600.00", "CR 6001 9600.00"]
    policy = await book(premium)
    assert (policy.paid_to, str(policy.suspense_premium)) == (date(2027, 8, 1), "0.00")


async def test_money_for_a_contract_that_ended_stays_in_suspense(office: Office):
    await owing(office, state="TERMINATED")

    told = await office.do("execution.apply_premium", **STEP)

    assert (told["paid"]["applied"], await office.lines()) == (False, [])


async def test_a_premium_lent_bears_the_rate_of_the_product(premium: Office):
    told = (await premium.do("execution.lend_premium", **STEP))["premiumLoan"]

    assert (str(told["amount"]), str(told["rate"]), told["whole"]) == ("9600", "0.055", True)
    assert await premium.lines() == ["DR 1222 9600.00", "CR 6001 9600.00"]
    assert "STALE" in await refusal(premium, "execution.lend_premium", **STEP), "lent already"


@pytest.mark.parametrize("kind", ["lend_premium", "make_paid_up", "lapse"])
@pytest.mark.parametrize(
    "changed", [{"flags": ("CLAIM_OPEN",)}, {"suspense_premium": money(9_600)}]
)
async def test_what_was_decided_on_another_book_is_not_done(
    office: Office, kind: str, changed: dict[str, Any]
):
    await owing(office, **changed)

    assert "STALE" in await refusal(office, f"execution.{kind}", **STEP)
    assert (await book(office)).version == 1


@pytest.mark.parametrize("kind", ["lend_premium", "make_paid_up"])
async def test_a_value_that_fell_is_not_lent_on(office: Office, kind: str):
    await owing(office, value=9_599)

    assert "STALE" in await refusal(office, f"execution.{kind}", **STEP)


async def test_a_lapse_starts_the_clock_of_its_notice(premium: Office):
    told = (await premium.do("execution.lapse", **STEP))["lapse"]

    assert (str(told["lapsedOn"]), str(told["noticeDueOn"])) == ("2026-10-12", "2026-10-26")
    assert str(told["windowEndsOn"]) == "2028-10-12"
    assert await premium.lines() == []


async def test_only_what_may_end_or_reduce_a_contract_goes_before_its_premium(premium: Office):
    async with premium.database.work() as books:
        for item in ("POLICY_LOAN", "BENEFICIARY_CHANGE"):
            await books.locks.acquire(lock(item))
    facts = (await premium.do("verification.renewal", **STEP))["renewal"]
    async with premium.database.work() as books:
        await books.locks.acquire(lock("TERMINATE"))
    after = (await premium.do("verification.renewal", **STEP))["renewal"]

    assert (facts["blockedBy"], after["blockedBy"]) == ("", "BQ-TERMINATE")


def lock(item: str) -> PolicyLock:
    return PolicyLock(
        policy_no=NO, case_id=f"BQ-{item}", item=item, notice_arrived_at=moment(NOTICE)
    )


async def test_the_list_tells_what_falls_due_soon_and_nothing_that_was_missed(office: Office):
    today = date(2026, 10, 12)
    for policy_no, days in (("P-A", -8), ("P-B", -7), ("P-C", 31), ("P-D", 32)):
        await owing(office, policy_no=policy_no, paid_to=today + timedelta(days=days))
    await owing(office, policy_no="P-E", paid_to=today, state="LAPSED")

    for _ in "12":
        told = (await office.do("execution.due_list"))["dueList"]
        assert (int(told["told"]), told["afterPolicyNo"]) == (2, "")
    assert await office.count(trail.messages) == 2


async def reinstating(office: Office, **more: Any) -> str:
    await owing(office, **{**LAPSED, **more})
    await office.do("execution.receive_premium", policyNo=NO, amount=9704, reference="B-1")
    if more.get("flags"):
        return await refusal(office, "execution.reinstate", policyNo=NO, asOf=date(2026, 10, 12))
    await office.do("execution.reinstate", policyNo=NO, asOf=date(2026, 10, 12))
    return ""


async def test_a_contract_comes_back_with_its_premium_and_interest(office: Office):
    await reinstating(office)

    assert (await office.lines())[2:] == [
        "DR 2203 9694.68", "CR 6001 9600.00", "CR 6011 94.68",
    ]  # fmt: skip
    policy = await book(office)
    assert (policy.state, str(policy.suspense_premium)) == ("IN_FORCE", "9.32")
    assert policy.suicide_clause_from == date(2026, 10, 12)
    assert "STALE" in await refusal(
        office, "execution.reinstate", policyNo=NO, asOf=date(2026, 10, 12)
    ), "it is in force already"


@pytest.mark.parametrize(
    ("arrived", "within"), [("2028-03-12T23:59:59", True), ("2028-03-13T00:00:00", False)]
)
async def test_s6_the_last_day_of_two_years_is_a_sunday_and_counts(
    office: Office, arrived: str, within: bool
):
    kinds: tuple[RoleKind, ...] = ("PH", "INSURED")
    roles = tuple(Role(party_id="PT-1", kind=kind, since=date(2018, 3, 1)) for kind in kinds)
    await owing(office, **{**LAPSED, "lapsed_on": date(2026, 3, 12), "roles": roles})

    answer = await office.do(
        "verification.reinstatement",
        at="2028-03-13T09:00",
        policyNo=NO,
        item="REINSTATEMENT",
        applicantPartyId="PT-1",
        applicantRole="PH",
        noticeArrivedAt=moment(arrived),
        request={"reinstatement": {"healthDeclared": True, "adverse": True, "accountId": ""}},
    )

    facts = answer["reinstatement"]
    assert (facts["windowEndsOn"], facts["withinWindow"]) == (date(2028, 3, 12), within)


async def test_a_contract_with_a_claim_does_not_come_back(office: Office):
    assert "STALE" in await reinstating(office, flags=("CLAIM_OPEN",))
    assert (await book(office)).state == "LAPSED"


async def test_an_extra_premium_stands_on_the_main_cover(office: Office):
    await owing(office, **LAPSED)
    await office.do("execution.receive_premium", policyNo=NO, amount=9704, reference="B-1")

    await office.do(
        "execution.reinstate", policyNo=NO, asOf=date(2026, 10, 12), terms="EXTRA",
        extraPremium=600,
    )  # fmt: skip

    policy = await book(office)
    assert str(policy.annual_premium) == "10200.00"
    assert policy.coverages[0].premium == a_policy().coverages[0].premium + money(600)


async def test_a_premium_is_taken_up_once_and_only_the_next(premium: Office):
    asked: dict[str, Any] = {
        "policyNo": NO, "item": "RENEWAL_PREMIUM", "noticeArrivedAt": NOTICE + ":00+08:00",
        "applicantPartyId": "PT-1", "applicantRole": "PH",
    }  # fmt: skip
    due = {"renewal": {"dueOn": DUE.isoformat()}}
    later = {"renewal": {"dueOn": "2027-08-01"}}
    told = await premium.do("verification.open_renewal", **asked, request=due)
    first = told["fingerprint"]
    assert told["outcome"] == "TAKEN_UP"
    told = await premium.do("verification.open_renewal", **asked, request=later)
    assert told["outcome"] == "NOT_DUE"
    await premium.add_case(replace(a_case("BQ-2"), policy_no=NO))
    async with premium.database.work() as books:
        await books.cases.stamp("BQ-2", str(first), None)
    again = await premium.do("verification.open_renewal", **asked, request=due)
    assert (again["outcome"], again["duplicateOf"]) == ("DUPLICATE", "BQ-2")


@pytest.mark.parametrize(
    ("ended", "limit", "account"),
    [(False, 9_600, "AC-1"), (True, 9_600, ""), (False, 9_599, "")],
)
async def test_only_an_account_whose_authority_stands_is_debited_and_up_to_its_limit(
    office: Office, ended: bool, limit: int, account: str
):
    instruction = PaymentInstruction(
        id="PI-1", party_id="PT-1", account_id="AC-1", frequency="ANNUAL",
        premium=money(9_600), limit=money(limit), authorised_on=DUE, since=date(2026, 1, 1),
    )  # fmt: skip
    await owing(office, instructions=(instruction,))
    async with office.database.work() as books:
        await books.debit_authorities.grant(
            DebitAuthority(
                id="DA-1", policy_no=NO, party_id="PT-1", account_id="AC-1", since=date(2026, 1, 1)
            )
        )
        if ended:
            await books.debit_authorities.revoke(NO, on=date(2026, 10, 1), by="BQ-7")

    facts = (await office.do("verification.renewal", **STEP))["renewal"]

    assert facts["accountId"] == account
    assert ("debitAt" in facts) is bool(account)
