import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from infra.db.tables import money as money_tables
from infra.db.tables import policies, trail
from infra.systems.bank_simulator.script import Account, Behaviour
from tests.activities.office import (
    NOTICE,
    Fault,
    KilledError,
    Office,
    a_party,
    a_policy,
    an_account,
    moment,
)
from workflows.domain.money import money
from workflows.domain.policy import Policy, Role


async def quoted(office: Office, **more: Any) -> Any:
    given: dict[str, Any] = {
        "policyNo": "P-1",
        "basis": "SURRENDER",
        "asOf": moment(NOTICE),
        "request": {},
    }
    answer = await office.do("execution.quote", **(given | more))
    return answer["quote"]


async def reserved(office: Office, quote: Any) -> Any:
    answer = await office.do("execution.reserve", policyNo="P-1", quote=quote)
    return answer["reservation"]


async def committed(office: Office) -> dict[str, Any]:
    quote = await quoted(office)
    reservation = await reserved(office, quote)
    return await office.do(
        "execution.commit",
        policyNo="P-1",
        quote=quote,
        reservation=reservation,
        basis="SURRENDER",
        payee={"accountId": "AC-1"},
    )


async def verified(office: Office) -> None:
    await office.do("verification.payee", policyNo="P-1", payeeAccountId="AC-1")


async def payable(office: Office) -> dict[str, Any]:
    await verified(office)
    answer = await committed(office)
    return {"obligation": answer["obligation"], "payee": {"accountId": "AC-1"}}


async def the_policy(office: Office) -> Policy:
    async with office.database.work() as books:
        policy = await books.policies.get("P-1")
    assert policy is not None
    return policy


async def test_a_surrender_with_a_loan_is_quoted_to_the_cent(office: Office):
    quote = await quoted(office)

    assert {line["code"]: line["amount"] for line in quote["lines"]} == {
        "CASH_VALUE": Decimal("86400.00"),
        "DIVIDENDS": Decimal("1250.30"),
        "LOAN_PRINCIPAL": Decimal("30756.16"),
        "LOAN_INTEREST": Decimal("92.69"),
    }
    assert quote["net"] == Decimal("56801.45")


async def test_a_commit_posts_the_obligation_then_the_debts(office: Office):
    await committed(office)

    assert await office.lines() == [
        "DR 1221 756.16",
        "CR 6011 756.16",
        "DR 6401 86400.00",
        "DR 2211 1250.30",
        "CR 2202 87650.30",
        "DR 2202 30848.85",
        "CR 1221 30756.16",
        "CR 6011 92.69",
    ]


async def test_a_commit_ends_the_policy(office: Office):
    answer = await committed(office)

    policy = await the_policy(office)
    assert (policy.state, policy.termination_reason, policy.version) == (
        "TERMINATED",
        "SURRENDER",
        2,
    )
    assert answer["obligation"]["amount"] == Decimal("56801.45")
    assert answer["obligation"]["state"] == "DUE"
    assert answer["endorsement"]["no"].startswith("ED-")


async def test_cooling_off_refunds_the_premiums_less_the_fee(office: Office):
    await office.add_policy(
        a_policy("P-2", premiums_paid=money(12_000), loans=(), accumulated_dividends=money(0))
    )

    quote = await quoted(office, policyNo="P-2", basis="COOLING_OFF")

    assert quote["net"] == Decimal("11990.00")


async def test_a_quote_without_a_cash_value_is_refused(office: Office):
    await office.add_policy(a_policy("P-2"))

    with pytest.raises(ApplicationError) as caught:
        await quoted(office, policyNo="P-2")

    assert caught.value.type == "refused:NO_CASH_VALUE"


async def test_a_reduction_pays_its_share_of_the_cash_value(office: Office):
    await office.add_policy(
        a_policy("P-2", loans=(), accumulated_dividends=money(0)), cash_value=money(86_400)
    )

    quote = await quoted(
        office, policyNo="P-2", basis="PARTIAL", request={"newSumAssured": Decimal(350_000)}
    )

    assert quote["net"] == Decimal("25920.00")


async def test_a_changed_amount_cannot_be_reserved(office: Office):
    quote = await quoted(office)

    with pytest.raises(ApplicationError) as caught:
        await reserved(office, quote | {"net": Decimal("99999.00")})

    assert caught.value.type == "bpmn:STALE"


async def test_a_policy_that_moved_on_makes_the_commit_stale(office: Office):
    quote = await quoted(office)
    reservation = await reserved(office, quote)
    async with office.database.work() as books:
        policy = await books.policies.get("P-1")
        assert policy is not None
        await books.policies.commit(
            policy, cause="CONTACT", case_id="BQ-9", at=moment(NOTICE), reservation_id=None
        )

    with pytest.raises(ApplicationError) as caught:
        await office.do(
            "execution.commit",
            policyNo="P-1",
            quote=quote,
            reservation=reservation,
            basis="SURRENDER",
            payee={"accountId": "AC-1"},
        )

    assert caught.value.type == "bpmn:STALE"
    assert await office.count(money_tables.ledger_journals) == 0


async def test_an_expired_reservation_makes_the_commit_stale(office: Office):
    quote = await quoted(office)
    reservation = await reserved(office, quote)
    call = office.call(
        "execution.commit",
        {"policyNo": "P-1", "quote": quote, "reservation": reservation, "basis": "SURRENDER"},
        at="2026-10-13T10:00",
    )

    with pytest.raises(ApplicationError) as caught:
        await office.run(call)

    assert caught.value.type == "bpmn:STALE"


async def test_the_same_commit_again_changes_nothing(office: Office):
    quote = await quoted(office)
    reservation = await reserved(office, quote)
    call = office.call(
        "execution.commit",
        {"policyNo": "P-1", "quote": quote, "reservation": reservation, "basis": "SURRENDER"},
    )
    first = await office.answer(call)

    second = await office.answer(call)

    assert second == first
    assert await office.count(money_tables.obligations) == 1
    assert await office.count(policies.policy_versions) == 1


async def test_a_commit_that_dies_before_it_commits_leaves_nothing(office: Office):
    quote = await quoted(office)
    reservation = await reserved(office, quote)
    call = office.call(
        "execution.commit",
        {"policyNo": "P-1", "quote": quote, "reservation": reservation, "basis": "SURRENDER"},
    )
    effects = await office.count(trail.effects)
    office.failpoint = Fault("effect.before_commit")

    with pytest.raises(KilledError):
        await office.answer(call)

    assert (await the_policy(office)).state == "IN_FORCE"
    assert await office.count(trail.effects) == effects
    assert await office.count(money_tables.ledger_journals) == 0


async def test_a_payment_is_sent_then_settled(office: Office):
    order = await payable(office)

    payment = (await office.do("execution.pay", **order))["payment"]
    office.bank.advance(10**12)
    settled = (await office.do("execution.query_payment", payment=payment, **order))["payment"]
    answer = await office.do("execution.settle", payment=settled, **order)

    assert (payment["state"], settled["state"]) == ("SENT", "SETTLED")
    assert answer["obligation"]["state"] == "SETTLED"
    assert (await office.lines())[-2:] == ["DR 2202 56801.45", "CR 1001 56801.45"]
    assert office.bank.balance() == 56_801_45


async def a_childs_money(office: Office, account: str) -> dict[str, Any]:
    """What is owed to a child of nine, ordered to an account of the parent or of an uncle."""
    await office.add_party(a_party("PT-C", born_on=date(2017, 5, 1)), mail=None)
    for party, name in (("PT-M", "方以宁"), ("PT-U", "方远")):
        await office.add_party(a_party(party, name=name), mail=None)
        await office.add_account(
            an_account(f"AC-{party}", party_id=party, holder_name=name, match="EXACT")
        )
    roles = (
        Role(party_id="PT-C", kind="PH", since=date(2018, 3, 1)),
        Role(party_id="PT-M", kind="GUARDIAN", since=date(2018, 3, 1), relation="PARENT"),
    )
    await office.add_policy(a_policy("P-2", roles=roles, loans=()), cash_value=money(5_000))
    quote = await quoted(office, policyNo="P-2")
    order = {"policyNo": "P-2", "quote": quote}
    reservation = (await office.do("execution.reserve", **order))["reservation"]
    answer = await office.do(
        "execution.commit",
        **order,
        reservation=reservation,
        basis="SURRENDER",
        payee={"accountId": account},
    )
    return {"obligation": answer["obligation"], "payee": {"accountId": account}}


async def test_a_childs_money_goes_to_the_guardian_who_asks_for_it(office: Office):
    order = await a_childs_money(office, "AC-PT-M")

    payment = (await office.do("execution.pay", **order))["payment"]

    assert payment["state"] == "SENT"


async def test_a_childs_money_goes_to_nobody_else(office: Office):
    order = await a_childs_money(office, "AC-PT-U")

    with pytest.raises(ApplicationError, match="NOT_ENTITLED"):
        await office.do("execution.pay", **order)


async def test_a_payment_is_known_to_the_bank_by_case_obligation_and_attempt(office: Office):
    order = await payable(office)

    payment = (await office.do("execution.pay", **order))["payment"]

    assert payment["reference"] == f"BQ-1:{order['obligation']['id']}:1"


@pytest.mark.parametrize(
    "instant", ["pay.intent_written", "pay.sent", "effect.before_commit", "pay.recorded"]
)
async def test_a_payment_that_dies_anywhere_is_paid_once(office: Office, instant: str):
    order = await payable(office)
    call = office.call("execution.pay", order)
    office.failpoint = Fault(instant)
    with pytest.raises(KilledError):
        await office.answer(call)
    office.failpoint = Fault()

    payment = (await office.run(call))["payment"]

    assert payment["state"] == "SENT"
    assert office.bank.balance() == 56_801_45
    assert (await office.lines()).count("CR 1001 56801.45") == 1
    assert await office.count(money_tables.payment_attempts) == 1


async def test_a_lost_answer_is_asked_for_instead_of_sent_again(office: Office):
    order = await payable(office)
    office.bank.script("*", Behaviour(lost_answer=True, times=1))

    payment = (await office.do("execution.pay", **order))["payment"]

    assert payment["state"] == "SENT"
    assert len(office.bank.payments()) == 1


async def test_an_outcome_that_stays_unknown_is_written_down_and_tried_again(office: Office):
    order = await payable(office)
    office.bank.script("*", Behaviour(fail_status=503, times=1))
    call = office.call("execution.pay", order)
    with pytest.raises(ApplicationError) as caught:
        await office.run(call)
    assert (caught.value.type, caught.value.non_retryable) == ("unavailable:outcome", False)
    async with office.database.work() as books:
        (attempt,) = await books.obligations.attempts(order["obligation"]["id"])
    assert attempt.state == "UNKNOWN"

    payment = (await office.run(call))["payment"]

    assert payment["state"] == "SENT"
    assert office.bank.balance() == 56_801_45


async def test_a_returned_payment_is_owed_again_and_paid_to_another_account(office: Office):
    order = await payable(office)
    office.bank.open_account(Account(number="62220000000" + "1", holder="张三", status="CLOSED"))
    payment = (await office.do("execution.pay", **order))["payment"]
    office.bank.advance(10**12)
    bounced = (await office.do("execution.query_payment", payment=payment, **order))["payment"]

    owed = await office.do("execution.returned", payment=bounced, **order)
    second = (await office.do("execution.pay", **order))["payment"]

    assert (bounced["state"], bounced["returnCode"]) == ("RETURNED", "ACCOUNT_CLOSED")
    assert owed["obligation"]["state"] == "DUE"
    assert second["reference"].endswith(":2")
    assert (await office.lines())[-6:] == [
        "DR 2202 56801.45",
        "CR 1001 56801.45",
        "DR 1001 56801.45",
        "CR 2202 56801.45",
        "DR 2202 56801.45",
        "CR 1001 56801.45",
    ]


async def test_a_refused_order_posts_nothing(office: Office):
    order = await payable(office)
    before = await office.lines()
    office.bank.script("*", Behaviour(reject_code="LIMIT"))

    payment = (await office.do("execution.pay", **order))["payment"]
    owed = await office.do("execution.returned", payment=payment, **order)

    assert (payment["state"], payment["returnCode"]) == ("RETURNED", "LIMIT")
    assert owed["obligation"]["state"] == "DUE"
    assert await office.lines() == before


async def test_an_obligation_under_way_is_not_paid_again(office: Office):
    order = await payable(office)
    await office.do("execution.pay", **order)

    with pytest.raises(ApplicationError) as caught:
        await office.do("execution.pay", **order)

    assert caught.value.type == "refused:NOT_DUE"


async def test_an_account_that_was_not_checked_is_not_paid_to(office: Office):
    answer = await committed(office)

    with pytest.raises(ApplicationError) as caught:
        await office.do(
            "execution.pay", obligation=answer["obligation"], payee={"accountId": "AC-1"}
        )

    assert caught.value.type == "refused:PAYEE_NOT_VERIFIED"
    assert office.bank.payments() == []


async def test_a_result_that_comes_twice_settles_once(office: Office):
    order = await payable(office)
    payment = (await office.do("execution.pay", **order))["payment"]
    await office.do("execution.settle", payment=payment, **order)

    again = await office.do("execution.settle", payment=payment, **order)

    assert again["obligation"]["state"] == "SETTLED"
    assert (await office.lines()).count("CR 1001 56801.45") == 1


async def test_a_reversal_restores_the_policy_and_turns_the_journals_round(office: Office):
    before = await the_policy(office)
    answer = await committed(office)

    await office.do("execution.reverse", policyNo="P-1", obligation=answer["obligation"])

    after = await the_policy(office)
    assert after.state == "IN_FORCE"
    assert after.loans == before.loans
    assert after.version == 3
    async with office.database.work() as books:
        postings = await books.ledger.of_case("BQ-1")
        (endorsement,) = await books.endorsements.of_case("BQ-1")
    balance: dict[str, int] = {}
    for posting in postings:
        for entry in posting.entries:
            sign = 1 if entry.side == "DR" else -1
            balance[entry.account] = balance.get(entry.account, 0) + sign * entry.amount.minor
    assert set(balance.values()) == {0}
    assert endorsement.voided_at is not None


async def test_money_that_left_is_not_reversed(office: Office):
    order = await payable(office)
    await office.do("execution.pay", **order)

    with pytest.raises(ApplicationError) as caught:
        await office.do("execution.reverse", policyNo="P-1", obligation=order["obligation"])

    assert caught.value.type == "bpmn:NOT_REVERSIBLE"


async def test_a_release_that_keeps_the_lock_lets_go_of_the_reservation_only(office: Office):
    await office.do(
        "verification.intake",
        policyNo="P-1",
        item="TERMINATE",
        noticeArrivedAt=moment(NOTICE),
        applicantPartyId="PT-1",
        applicantRole="PH",
        request={},
    )
    await reserved(office, await quoted(office))
    call = office.call("execution.release", {"policyNo": "P-1"}, headers={"keepLock": "true"})

    await office.answer(call)

    async with office.database.work() as books:
        assert await books.policies.active_reservation("BQ-1") is None
        assert len(await books.locks.holders("P-1")) == 1


async def test_a_release_frees_the_policy(office: Office):
    quote = await quoted(office)
    await reserved(office, quote)

    await office.do("execution.release", policyNo="P-1")

    async with office.database.work() as books:
        assert await books.policies.active_reservation("BQ-1") is None
        assert await books.locks.holders("P-1") == ()


async def test_two_workers_with_the_same_payment_pay_once(office: Office):
    order = await payable(office)
    call = office.call("execution.pay", order)

    first, second = await asyncio.gather(office.answer(call), office.answer(call))

    assert first == second
    assert office.bank.balance() == 56_801_45
    assert (await office.lines()).count("CR 1001 56801.45") == 1


async def test_a_name_only_a_person_can_match_waits_for_that_person(office: Office):
    await office.add_party(a_party("PT-2", name="Zhang San"))
    await office.add_account(an_account("AC-2", party_id="PT-2", holder_name="张三"))
    await office.add_policy(
        a_policy("P-2", roles=(Role(party_id="PT-2", kind="PH", since=date(2018, 3, 1)),)),
        cash_value=money(86_400),
    )
    checked = await office.do("verification.payee", policyNo="P-2", payeeAccountId="AC-2")
    quote = await quoted(office, policyNo="P-2")
    reservation = await office.do("execution.reserve", policyNo="P-2", quote=quote)
    answer = await office.do(
        "execution.commit",
        policyNo="P-2",
        quote=quote,
        reservation=reservation["reservation"],
        basis="SURRENDER",
        payee={"accountId": "AC-2"},
    )

    with pytest.raises(ApplicationError) as caught:
        await office.do("execution.pay", obligation=answer["obligation"], payee=checked["payee"])

    assert checked["payee"]["holderMatch"] == "MANUAL"
    assert caught.value.type == "refused:PAYEE_NOT_VERIFIED"
