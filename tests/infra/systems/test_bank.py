from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from infra.systems.bank import HttpBank
from infra.systems.bank_simulator.app import Bank, beat, create_bank, report_to
from infra.systems.bank_simulator.ledger import BankLedger
from infra.systems.bank_simulator.script import Account, Behaviour
from workflows.domain.money import money
from workflows.domain.payment import AccountCheck, PaymentOrder
from workflows.domain.systems import OutcomeUnknown, SystemUnavailable

TOKEN = "-".join(("bank", "and", "insurer"))


class Hand:
    """A clock that a test turns by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def ledger(tmp_path: Path):
    ledger = BankLedger(tmp_path / "bank.db")
    yield ledger
    ledger.close()


@pytest.fixture
async def client(ledger: BankLedger, clock: Hand) -> AsyncIterator[httpx.AsyncClient]:
    app = create_bank(Bank(ledger=ledger, token=TOKEN, clock=clock), control=True)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://bank",
        headers={"Authorization": f"Bearer {TOKEN}"},
    ) as client:
        yield client


@pytest.fixture
def bank(client: httpx.AsyncClient) -> HttpBank:
    return HttpBank(client)


def an_order(*, key: str = "BQ-1:OB-1:1", account: str = "6222001", amount: str = "100.00"):
    return PaymentOrder(
        idempotency_key=key,
        reference=key,
        bank="Sandbox Bank",
        account_no=account,
        holder_name="张三",
        amount=money(amount),
    )


def a_check(*, account: str = "6222001", holder: str = "张三") -> AccountCheck:
    return AccountCheck(bank="Sandbox Bank", account_no=account, holder_name=holder)


async def test_an_order_is_taken_then_settled(bank: HttpBank, ledger: BankLedger, clock: Hand):
    ledger.script("6222001", Behaviour(after=5))

    taken = await bank.disburse(an_order())
    clock.now += 5
    ledger.advance(clock.now)
    settled = await bank.query("BQ-1:OB-1:1")

    assert taken.state == "SENT"
    assert settled is not None
    assert settled.state == "SETTLED"
    assert settled.bank_ref == taken.bank_ref


async def test_the_same_key_and_body_pay_once(bank: HttpBank, ledger: BankLedger):
    first = await bank.disburse(an_order())

    second = await bank.disburse(an_order())

    assert second == first
    assert ledger.balance() == 100_00
    assert len(ledger.payments()) == 1


async def test_the_same_key_with_another_body_is_no_refusal(bank: HttpBank, ledger: BankLedger):
    """Something was paid under this key: who took it for a refusal would pay again."""
    await bank.disburse(an_order())

    with pytest.raises(OutcomeUnknown):
        await bank.disburse(an_order(amount="200.00"))

    assert ledger.balance() == 100_00


async def test_a_closed_account_returns_the_money(bank: HttpBank, ledger: BankLedger, clock: Hand):
    ledger.open_account(Account(number="6222001", holder="张三", status="CLOSED"))

    await bank.disburse(an_order())
    ledger.advance(clock.now)
    report = await bank.query("BQ-1:OB-1:1")

    assert report is not None
    assert (report.state, report.return_code) == ("RETURNED", "ACCOUNT_CLOSED")
    assert ledger.balance() == 0


async def test_a_lost_answer_is_an_unknown_outcome_with_effect(bank: HttpBank, ledger: BankLedger):
    ledger.script("6222001", Behaviour(lost_answer=True))

    with pytest.raises(OutcomeUnknown):
        await bank.disburse(an_order())

    report = await bank.query("BQ-1:OB-1:1")
    assert report is not None
    assert report.state == "SENT"


async def test_a_failing_bank_leaves_the_outcome_unknown_without_effect(
    bank: HttpBank, ledger: BankLedger
):
    ledger.script("6222001", Behaviour(fail_status=503, times=1))

    with pytest.raises(OutcomeUnknown):
        await bank.disburse(an_order())

    assert await bank.query("BQ-1:OB-1:1") is None


async def test_a_limited_behaviour_wears_off(bank: HttpBank, ledger: BankLedger):
    ledger.script("6222001", Behaviour(fail_status=503, times=1))
    with pytest.raises(OutcomeUnknown):
        await bank.disburse(an_order())

    report = await bank.disburse(an_order())

    assert report.state == "SENT"


async def test_an_order_the_bank_will_never_take_is_refused(bank: HttpBank, ledger: BankLedger):
    ledger.script("6222001", Behaviour(reject_code="LIMIT"))

    report = await bank.disburse(an_order())

    assert (report.state, report.return_code) == ("REFUSED", "LIMIT")
    assert ledger.payments() == []


async def test_a_bank_that_cannot_be_reached_took_nothing():
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with httpx.AsyncClient(
        transport=httpx.MockTransport(refuse), base_url="http://bank"
    ) as client:
        with pytest.raises(SystemUnavailable):
            await HttpBank(client).disburse(an_order())


async def test_an_answer_that_times_out_is_unknown():
    def hang(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    async with httpx.AsyncClient(
        transport=httpx.MockTransport(hang), base_url="http://bank"
    ) as client:
        with pytest.raises(OutcomeUnknown):
            await HttpBank(client).disburse(an_order())


async def test_an_answer_that_is_no_report_is_unknown():
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"hello": "world"}))

    async with httpx.AsyncClient(transport=transport, base_url="http://bank") as client:
        with pytest.raises(OutcomeUnknown):
            await HttpBank(client).disburse(an_order())


async def test_an_account_is_in_the_name_it_was_opened_in(bank: HttpBank, ledger: BankLedger):
    ledger.open_account(Account(number="6222001", holder="张三"))

    own, other = (
        await bank.check_account(a_check()),
        await bank.check_account(a_check(holder="李四")),
    )

    assert (own.open, own.match) == (True, "EXACT")
    assert other.match == "NONE"


async def test_a_check_can_be_told_to_deny_the_name(bank: HttpBank, client: httpx.AsyncClient):
    script = {"account": "6222001", "behaviour": {"nameMismatch": True}}
    assert (await client.post("/control/behaviours", json=script)).status_code == 204

    report = await bank.check_account(a_check())

    assert report.match == "NONE"


async def test_a_caller_without_the_token_is_turned_away(client: httpx.AsyncClient):
    answer = await client.get("/payments/x", headers={"Authorization": "Bearer wrong"})

    assert answer.status_code == 401


async def test_the_control_routes_do_not_exist_unless_opened(ledger: BankLedger):
    app = create_bank(Bank(ledger=ledger))

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://bank"
    ) as client:
        answer = await client.post("/control/accounts", json={})

    assert answer.status_code == 404


async def test_the_control_routes_answer_the_same_machine_only(ledger: BankLedger):
    app = create_bank(Bank(ledger=ledger), control=True)
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 4000))

    async with httpx.AsyncClient(transport=transport, base_url="http://bank") as client:
        answer = await client.post("/control/accounts", json={"number": "1", "holder": "x"})

    assert answer.status_code == 403


async def test_an_outcome_is_reported_as_often_as_scripted(ledger: BankLedger, clock: Hand):
    heard: list[tuple[str, dict[str, object]]] = []

    def listen(request: httpx.Request) -> httpx.Response:
        heard.append(
            (request.headers["Idempotency-Key"], __import__("json").loads(request.content))
        )
        return httpx.Response(202)

    async with (
        httpx.AsyncClient(transport=httpx.MockTransport(listen)) as insurer,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(create_bank(Bank(ledger=ledger, clock=clock))),
            base_url="http://bank",
        ) as client,
    ):
        report = report_to("http://insurer/v1/messages", TOKEN, insurer)
        ledger.script("*", Behaviour(outcome="RETURNED", return_code="NAME_MISMATCH", reports=2))
        await HttpBank(client).disburse(an_order())
        await beat(Bank(ledger=ledger, clock=clock, report=report))
        await beat(Bank(ledger=ledger, clock=clock, report=report))

    message = {
        "name": "payment.result",
        "key": "BQ-1:OB-1:1",
        "id": "SB000000000001:RETURNED",
        "ttl": "P30D",
        "variables": {
            "state": "RETURNED",
            "returnCode": "NAME_MISMATCH",
            "bankRef": "SB000000000001",
        },
    }
    assert heard == [("SB000000000001:RETURNED", message)] * 2


async def test_a_report_nobody_heard_comes_again(ledger: BankLedger, clock: Hand):
    answers = iter([httpx.Response(503), httpx.Response(200)])
    heard: list[bool] = []

    async def report(due: object) -> bool:
        del due
        heard.append(next(answers).is_success)
        return heard[-1]

    bank = Bank(ledger=ledger, clock=clock, report=report)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_bank(bank)), base_url="http://bank"
    ) as client:
        await HttpBank(client).disburse(an_order())
    await beat(bank)
    clock.now += 1
    await beat(bank)
    await beat(bank)

    assert heard == [False, True]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 409, 422])
async def test_only_the_banks_own_word_is_a_refusal(status: int):
    transport = httpx.MockTransport(lambda _: httpx.Response(status, json={"detail": "no"}))
    async with httpx.AsyncClient(transport=transport, base_url="http://bank") as client:
        with pytest.raises(OutcomeUnknown):
            await HttpBank(client).disburse(an_order())


@pytest.mark.parametrize("other", [{"amountMinor": 1}, {"key": "BQ-9:OB-9:1"}])
async def test_an_answer_about_another_order_is_not_believed(other: dict[str, object]):
    body: dict[str, object] = {
        "key": "BQ-1:OB-1:1",
        "bankRef": "SB1",
        "state": "ACCEPTED",
        "amountMinor": 100_00,
        "account": "6222001",
    }
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=body | other))
    async with httpx.AsyncClient(transport=transport, base_url="http://bank") as client:
        with pytest.raises(OutcomeUnknown):
            await HttpBank(client).disburse(an_order())
