"""What goes wrong around money: late answers, second workers, old keys, odd books."""

import asyncio
import contextlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from temporalio.exceptions import ApplicationError

from infra.db.tables import money as money_tables
from infra.db.tables import papers, trail
from infra.db.unit_of_work import Database
from infra.systems.bank_simulator.script import Behaviour
from tests.activities.office import (
    NOTICE,
    Fault,
    KilledError,
    Office,
    a_case,
    a_policy,
    moment,
)
from workflows.domain.money import money
from workflows.domain.policy import Policy, Role
from workflows.domain.records import Document

OWNER = (Role(party_id="PT-1", kind="PH", since=date(2018, 3, 1)),)


async def quoted(office: Office, policy_no: str = "P-1", **more: Any) -> Any:
    given: dict[str, Any] = {"basis": "SURRENDER", "asOf": moment(NOTICE), "request": {}}
    answer = await office.do("execution.quote", policyNo=policy_no, **(given | more))
    return answer["quote"]


async def committed(office: Office, policy_no: str = "P-1", **more: Any) -> dict[str, Any]:
    await office.do("verification.payee", policyNo=policy_no, payeeAccountId="AC-1")
    quote = await quoted(office, policy_no, **more)
    held = await office.do("execution.reserve", policyNo=policy_no, quote=quote)
    return await office.do(
        "execution.commit",
        policyNo=policy_no,
        quote=quote,
        reservation=held["reservation"],
        basis=quote["basis"],
        payee={"accountId": "AC-1"},
    )


async def payable(office: Office) -> dict[str, Any]:
    answer = await committed(office)
    return {"obligation": answer["obligation"], "payee": {"accountId": "AC-1"}}


async def refusal(office: Office, kind: str, **variables: Any) -> str | None:
    with pytest.raises(ApplicationError) as caught:
        await office.do(kind, **variables)
    return caught.value.type


async def balances(office: Office) -> dict[str, int]:
    async with office.database.reading() as room:
        assert await room.ledger.unbalanced() == ()
        postings = await room.ledger.of_case("BQ-1")
    found: dict[str, int] = {}
    for posting in postings:
        for entry in posting.entries:
            sign = 1 if entry.side == "DR" else -1
            found[entry.account] = found.get(entry.account, 0) + sign * entry.amount.minor
    return found


class Deaf(httpx.AsyncBaseTransport):
    """A connection that loses the order, and hears "never seen" long after it was said."""

    def __init__(self, bank: httpx.AsyncBaseTransport) -> None:
        self._bank = bank
        self.asked, self.heard = asyncio.Event(), asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise httpx.ReadTimeout("lost")
        answer = await self._bank.handle_async_request(request)
        self.asked.set()
        await self.heard.wait()
        return answer


async def test_a_worker_that_hears_nothing_does_not_unsay_what_another_heard(office: Office):
    order = await payable(office)
    deaf = Deaf(office.bank_client._transport)
    call = office.call("execution.pay", order)
    async with httpx.AsyncClient(transport=deaf, base_url="http://bank") as client:
        lost = asyncio.create_task(replace(office, bank_client=client).answer(call))
        await deaf.asked.wait()
        payment = (await office.run(call))["payment"]
        deaf.heard.set()
        with pytest.raises(ApplicationError):
            await lost

    settled = await office.do("execution.settle", payment=payment, **order)

    assert settled["obligation"]["state"] == "SETTLED"
    assert office.bank.balance() == 56_801_45


async def test_an_order_older_than_the_banks_memory_is_not_sent_again(office: Office):
    order = await payable(office)
    office.failpoint = Fault("pay.intent_written")
    with pytest.raises(KilledError):
        await office.do("execution.pay", **order)
    office.failpoint = Fault()

    late = (moment(NOTICE) + timedelta(days=5, hours=15)).strftime("%Y-%m-%dT%H:%M")
    with pytest.raises(ApplicationError) as caught:
        await office.do("execution.pay", at=late, **order)
    soon = (await office.do("execution.pay", at="2026-10-17T10:00", **order))["payment"]

    assert caught.value.type == "refused:PAYMENT_KEY_EXPIRED"
    assert (soon["state"], soon["attempt"]) == ("SENT", 1)
    assert office.bank.balance() == 56_801_45


async def test_an_old_order_that_the_bank_knows_is_no_question(office: Office):
    order = await payable(office)
    office.failpoint = Fault("pay.sent")
    with pytest.raises(KilledError):
        await office.do("execution.pay", **order)
    office.failpoint = Fault()

    payment = (await office.do("execution.pay", at="2026-11-30T10:00", **order))["payment"]

    assert payment["state"] == "SENT"
    assert len(office.bank.payments()) == 1


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(lost_answer=True),
        Behaviour(fail_status=503, times=2),
        Behaviour(reports=5),
        Behaviour(outcome="RETURNED", reports=3),
    ],
    ids=["timeout after success", "down, then up", "told five times", "bounces"],
)
async def test_whatever_the_bank_does_money_leaves_once(office: Office, behaviour: Behaviour):
    order = await payable(office)
    office.bank.script("*", behaviour)
    call = office.call("execution.pay", order)
    for _ in range(4):
        with contextlib.suppress(ApplicationError):
            payment = (await office.run(call))["payment"]
    office.bank.advance(10**12)
    final = (await office.do("execution.query_payment", payment=payment, **order))["payment"]
    ending = "execution.settle" if final["state"] == "SETTLED" else "execution.returned"

    for _ in range(3):
        await office.do(ending, payment=final, **order)

    paid = 56_801_45 if final["state"] == "SETTLED" else 0
    assert (office.bank.balance(), len(office.bank.payments())) == (paid, 1)
    assert (await balances(office))["1001"] == -paid
    assert (await balances(office)).get("2202", 0) == paid - 56_801_45


async def test_a_payment_that_comes_back_after_it_was_settled_is_owed_again(office: Office):
    order = await payable(office)
    payment = (await office.do("execution.pay", **order))["payment"]
    await office.do("execution.settle", payment=payment, **order)
    back = payment | {"state": "RETURNED", "returnCode": "ACCOUNT_CLOSED"}

    owed = await office.do("execution.returned", payment=back, **order)
    await office.do("execution.returned", payment=back, **order)
    late = await office.do("execution.settle", payment=payment, **order)

    assert (owed["obligation"]["state"], late["obligation"]["state"]) == ("DUE", "DUE")
    assert await balances(office) | {"1001": 0} == await balances(office)
    assert (await balances(office))["2202"] == -56_801_45


async def test_two_workers_commit_once(office: Office):
    quote = await quoted(office)
    held = await office.do("execution.reserve", policyNo="P-1", quote=quote)
    call = office.call(
        "execution.commit",
        {"policyNo": "P-1", "quote": quote, **held, "basis": "SURRENDER"},
    )
    other = Database.at(str(office.database.engine.url))
    twin = replace(office, database=other)

    first, second = await asyncio.gather(office.answer(call), twin.answer(call))
    await other.close()

    assert first == second
    assert await office.count(money_tables.obligations) == 1
    assert (await balances(office))["2202"] == -56_801_45


async def test_an_effect_key_belongs_to_one_kind_of_work(office: Office):
    call = office.call("execution.release", {"policyNo": "P-1"})
    await office.answer(call)

    with pytest.raises(ApplicationError) as caught:
        await office.run(
            office.call("follow_up.archive", {"policyNo": "P-1"}, effect_key=call.effect_key)
        )

    assert caught.value.type == "refused:EFFECT_KEY_REUSED"


async def test_other_variables_under_a_known_key_find_what_was_done(office: Office):
    first = office.call("execution.release", {"policyNo": "P-1"})
    await office.answer(first)

    again = await office.answer(
        office.call("execution.release", {"policyNo": "P-0"}, effect_key=first.effect_key)
    )

    assert again.variables == {}
    assert await office.count(trail.effects) == 1


async def test_a_debt_above_the_value_ends_the_contract_and_pays_nothing(office: Office):
    loan = replace(a_policy().loans[0], id="L-9", principal=money(99_000), balance=money(99_000))
    await office.add_policy(a_policy("P-9", loans=(loan,)), cash_value=money(86_400))

    answer = await committed(office, "P-9")

    assert answer["obligation"]["amount"] == Decimal("0.00")
    assert answer["obligation"]["state"] == "SETTLED"
    assert (await balances(office))["2202"] == 0
    assert (await balances(office))["6701"] > 0
    assert office.bank.payments() == []


async def test_a_contract_without_value_ends_without_a_journal(office: Office):
    await office.add_policy(
        a_policy("P-9", loans=(), accumulated_dividends=money(0)), cash_value=money(0)
    )

    answer = await committed(office, "P-9")

    assert (answer["obligation"]["state"], answer.get("journalId")) == ("SETTLED", None)
    assert await office.lines() == []


async def test_a_value_that_the_table_does_not_hold_is_not_guessed(office: Office):
    await office.add_policy(a_policy("P-9", loans=()))

    assert (
        await refusal(
            office, "execution.quote", policyNo="P-9", basis="SURRENDER",
            asOf=moment(NOTICE), request={},
        )
        == "refused:NO_CASH_VALUE"
    )  # fmt: skip


async def test_a_notice_before_the_book_can_tell_is_a_case_for_a_person(office: Office):
    early = moment("2026-03-19T10:00")

    facts = await refusal(office, "verification.policy", policyNo="P-1", noticeArrivedAt=early)
    quote = await refusal(
        office, "execution.quote", policyNo="P-1", basis="SURRENDER", asOf=early, request={}
    )

    assert (facts, quote) == ("refused:BEFORE_BALANCE", "refused:BEFORE_BALANCE")


@pytest.mark.parametrize("wrong", ["1E+30", "123.456", "-1"])
async def test_a_sum_nobody_can_be_assured_for_is_refused_as_input(office: Office, wrong: str):
    asked = {"newSumAssured": Decimal(wrong)}

    told = await refusal(
        office, "execution.quote", policyNo="P-1", basis="PARTIAL",
        asOf=moment(NOTICE), request=asked,
    )  # fmt: skip

    assert told == "refused:INPUT"


async def test_a_reservation_that_ran_out_stands_in_nobodys_way(office: Office):
    await office.add_case(a_case("BQ-0"))
    quote = await quoted(office)
    forgotten = office.call(
        "execution.reserve", {"policyNo": "P-1", "quote": quote}, case_id="BQ-0"
    )
    await office.answer(forgotten)
    at_once = await refusal(office, "execution.reserve", policyNo="P-1", quote=quote)

    later = await office.do("execution.reserve", at="2026-10-13T10:00", policyNo="P-1", quote=quote)

    assert at_once == "bpmn:STALE"
    assert later["reservation"]["policyVersion"] == 1


async def young(office: Office, **more: Any) -> Policy:
    policy = a_policy(
        "P-9", premiums_paid=money(12_000), loans=(), accumulated_dividends=money(0), **more
    )
    await office.add_policy(policy, cash_value=money(3_240))
    return policy


async def test_a_contract_taken_back_takes_the_commission_back_once(office: Office):
    await young(office)
    await committed(office, "P-9", basis="COOLING_OFF")

    async with office.database.work() as books:
        (event,) = await books.commissions.of_case("BQ-1")

    assert (event.agent_id, event.policy_version) == ("AG-1", 2)
    assert (event.premiums, event.voided_at) == (money(12_000), None)


@pytest.mark.parametrize(
    ("basis", "agent"),
    [("SURRENDER", "AG-1"), ("COOLING_OFF", None)],
    ids=["surrender", "no agent"],
)
async def test_no_commission_is_taken_back_otherwise(office: Office, basis: str, agent: str | None):
    await young(office, agent_id=agent)

    await committed(office, "P-9", basis=basis)

    assert await office.count(money_tables.commission_claw_backs) == 0


async def test_a_commission_is_not_owed_back_when_the_contract_is_restored(office: Office):
    await young(office)
    answer = await committed(office, "P-9", basis="COOLING_OFF")

    await office.do("execution.reverse", policyNo="P-9", obligation=answer["obligation"])

    async with office.database.work() as books:
        (event,) = await books.commissions.of_case("BQ-1")
    assert event.voided_at == moment(NOTICE)


@pytest.mark.parametrize(
    ("paper", "missing"),
    [
        ({"party_id": "PT-2", "policy_no": "P-1"}, ["APPLICANT_ID"]),
        ({"party_id": "PT-1", "policy_no": "P-1"}, []),
        ({"party_id": "PT-1", "policy_no": "P-7"}, []),
        ({"party_id": None, "policy_no": "P-7"}, ["APPLICANT_ID"]),
    ],
    ids=["another person's", "own", "own, with another policy", "nobody's, of another policy"],
)
async def test_only_the_applicants_own_paper_is_held(
    office: Office, paper: dict[str, Any], missing: list[str]
):
    async with office.database.work() as books:
        await books.documents.add(
            Document(
                id="DOC-9", type="APPLICANT_ID", sha256="0" * 64, store_ref="sha256:0",
                media_type="image/png", size=1, received_at=moment("2026-01-05T09:00"),
                case_id="BQ-0", **paper,
            )
        )  # fmt: skip
    wanted = {"type": "APPLICANT_ID", "mandatory": True, "reuseIfHeld": True, "form": "COPY"}

    answer = await office.do(
        "verification.documents", item="TERMINATE", channel="COUNTER",
        request={}, requiredDocuments=[wanted],
    )  # fmt: skip

    assert answer["documents"]["missing"] == missing


async def test_a_letter_about_to_be_sent_has_a_record_of_its_own(office: Office):
    office.failpoint = Fault("letter.intent_written")
    with pytest.raises(KilledError):
        await office.do(
            "follow_up.letter", template="withdrawn", policyNo="P-1", applicantPartyId="PT-1"
        )

    async with office.database.reading() as room:
        records = await room.audit.records("BQ-1")

    assert [each.change.action for each in records] == ["communication.intent"]
    assert await office.count(papers.communications) == 1
