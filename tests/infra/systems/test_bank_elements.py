"""Four elements compared at the bank: together, apart, and nobody there to ask."""

from dataclasses import replace

import httpx
import pytest

from infra.systems.bank import HttpBank
from infra.systems.bank_simulator.app import Bank, create_bank
from infra.systems.bank_simulator.ledger import BankLedger
from infra.systems.bank_simulator.script import Account, Behaviour
from workflows.domain.payment import ElementsCheck, ElementsReport
from workflows.domain.systems import SystemUnavailable

CHECK = ElementsCheck(
    account_no="6222001", holder_name="张三", id_no="110101198001010011", phone="13900000001"
)


async def compared(check: ElementsCheck, ledger: BankLedger) -> ElementsReport:
    transport = httpx.ASGITransport(app=create_bank(Bank(ledger=ledger)))
    async with httpx.AsyncClient(transport=transport, base_url="http://bank") as client:
        return await HttpBank(client).check_elements(check)


@pytest.fixture
def ledger(tmp_path):
    with_holder = BankLedger(tmp_path / "bank.db")
    yield with_holder
    with_holder.close()


async def test_what_belongs_together_matches(ledger: BankLedger):
    first, again = await compared(CHECK, ledger), await compared(CHECK, ledger)

    assert (first.answer, again.answer) == ("MATCH", "MATCH")


@pytest.mark.parametrize(
    ("element", "change"),
    [
        ("NAME", {"holder_name": "李四"}),
        ("ID", {"id_no": "110101198001010029"}),
        ("PHONE", {"phone": "13900000002"}),
    ],
)
async def test_every_element_that_differs_is_named(
    ledger: BankLedger, element: str, change: dict[str, str]
):
    await compared(CHECK, ledger)

    report = await compared(replace(CHECK, **change), ledger)

    assert (report.answer, report.differing) == ("MISMATCH", (element,))


async def test_a_closed_account_is_unknown(ledger: BankLedger):
    ledger.open_account(Account(number="6222001", holder="张三", status="CLOSED"))

    assert (await compared(CHECK, ledger)).answer == "UNKNOWN"


async def test_a_bank_out_of_order_gives_no_answer(ledger: BankLedger):
    ledger.script("6222001", Behaviour(fail_status=503, times=1))

    with pytest.raises(SystemUnavailable):
        await compared(CHECK, ledger)
    assert (await compared(CHECK, ledger)).answer == "MATCH"
