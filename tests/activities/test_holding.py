"""No work is begun of a process, a type or a system that stands still."""

from dataclasses import replace

import pytest
from temporalio.exceptions import ApplicationError

from activities.execution import THROUGH_CORE
from activities.once import Once
from activities.registry import STEPS
from activities.step import Outside
from tests.activities.office import Office
from tests.activities.test_execution import payable
from workflows.contracts.catalogue import CONTRACTS
from workflows.domain.standstill import SYSTEMS

PAY = "execution.pay"


async def held(office: Office, *sources: str) -> str | None:
    """What a payment fails by while something stands still."""
    order = await payable(office)
    call = office.call(PAY, order)

    async def standing() -> frozenset[str]:
        return frozenset(sources)

    once = Once(replace(office.equipment, standing=standing), CONTRACTS[PAY], STEPS[PAY])
    try:
        await once.run(call)
    except ApplicationError as error:
        return error.type
    return None


@pytest.mark.parametrize(
    "source", ["system:bank", f"activity:{PAY}", "process:contract_termination"]
)
async def test_nothing_is_sent_nor_written_down(office: Office, source: str):
    assert await held(office, source) == f"held:{source}"
    assert office.bank.payments() == []
    async with office.database.work() as books:
        (obligation,) = await books.obligations.of_case("BQ-1")
        assert await books.obligations.attempts(obligation.id) == ()


async def test_what_stands_still_elsewhere_holds_nothing_up(office: Office):
    assert await held(office, "system:mail", "activity:execution.quote", "process:other") is None
    assert len(office.bank.payments()) == 1


def test_every_step_with_an_outside_system_names_it():
    steps = [*STEPS.items(), *THROUGH_CORE.items()]
    outside = {name: step for name, step in steps if isinstance(step, Outside)}

    assert len(outside) > 5
    assert [name for name, step in outside.items() if not step.systems] == []
    assert {one for step in outside.values() for one in step.systems} == set(SYSTEMS)
