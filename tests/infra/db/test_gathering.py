"""Starts that wait for several events: each kept until all have happened, each used once (S28)."""

import asyncio
from typing import Any

from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, a_message
from tests.infra.db.test_messages import publish
from tests.infra.db.test_signals import a_signal, broadcast
from tests.infra.db.test_starts import a_case, deploy, end
from workflows.domain.case import Case
from workflows.domain.start import StartCondition, StartEvent, Trigger


def a_part(kind: Any, name: str, element: str = "all") -> StartEvent:
    return StartEvent(element=element, kind=kind, name=name, gathers=True)


PAID, FILED, TARIFF = (
    a_part("message", "paid"),
    a_part("message", "filed"),
    a_part("signal", "tariff"),
)


def words(**given: str) -> dict[str, Any]:
    return {name: {"t": "string", "v": word} for name, word in given.items()}


def told(case: Case, name: str) -> Any:
    variable: Any = case.variables[name]
    return variable["v"]


async def test_a_case_begins_when_everything_of_its_key_has_happened(database: Database) -> None:
    await deploy(database, PAID, FILED)

    first = await publish(database, a_message(variables=words(a="1", b="1")))
    elsewhere = await publish(database, a_message("M2", name="filed", key="R2"))
    last = await publish(database, a_message("M3", name="filed", variables=words(b="2")))

    assert (first.result, first.begun, elsewhere.begun) == ("correlated", (), ())
    (case_id,) = last.begun
    case = await a_case(database, case_id)
    assert (case.start_element, case.started_by) == ("all", "bank")
    assert {name: told(case, name) for name in "ab"} == {"a": "1", "b": "2"}


async def test_everybody_who_helped_to_begin_it_is_told_so_when_asking_again(
    database: Database,
) -> None:
    await deploy(database, PAID, TARIFF)
    await publish(database, a_message())

    begun = (await broadcast(database)).begun

    repeated = await publish(database, a_message())
    assert len(begun) == 1
    assert (repeated.duplicate, repeated.begun) == (True, begun)
    assert (await broadcast(database)).begun == begun


async def test_what_bears_no_key_goes_with_the_first_that_has_the_rest(database: Database) -> None:
    await deploy(database, PAID, FILED, TARIFF)
    await publish(database, a_message("M1", key="R1"))
    await publish(database, a_message("M2", key="R2"))
    await publish(database, a_message("M3", name="filed", key="R2"))

    (case_id,) = (await broadcast(database)).begun

    assert (await publish(database, a_message("M2", key="R2"))).begun == (case_id,)
    assert (await publish(database, a_message("M4", name="filed", key="R1"))).begun == ()


async def test_each_event_is_used_once_the_oldest_first(database: Database) -> None:
    await deploy(database, PAID, TARIFF)
    for no in range(3):
        await publish(database, a_message(f"M{no}", key="", variables=words(no=str(no))))

    begun = [(await broadcast(database, a_signal(f"S{no}"))).begun for no in range(4)]

    assert [len(each) for each in begun] == [1, 1, 1, 0]
    cases = [await a_case(database, each[0]) for each in begun if each]
    assert [told(case, "no") for case in cases] == ["0", "1", "2"]


async def test_for_a_key_the_next_set_waits_until_the_case_has_ended(database: Database) -> None:
    await deploy(database, PAID, FILED)
    await publish(database, a_message("M1"))
    first = await publish(database, a_message("F1", name="filed"))
    await publish(database, a_message("M2"))
    second = await publish(database, a_message("F2", name="filed"))

    await end(database, first.begun[0])

    assert (len(first.begun), second.begun) == (1, ())
    assert len((await publish(database, a_message("F2", name="filed"))).begun) == 1


async def test_a_newer_version_goes_on_with_what_it_waits_for_as_well(database: Database) -> None:
    await deploy(database, PAID, FILED, no=1)
    await publish(database, a_message())
    await deploy(database, PAID, TARIFF, no=2)
    begun = (await broadcast(database)).begun
    await publish(database, a_message("M2"))
    await deploy(database, FILED, TARIFF, no=3)
    await deploy(database, PAID, TARIFF, no=4)

    assert len(begun) == 1
    assert (await broadcast(database, a_signal("S2"))).begun == ()


async def test_two_that_happen_at_the_same_time_begin_one_case(database: Database) -> None:
    await deploy(database, PAID, FILED)

    published = await asyncio.gather(
        publish(database, a_message("M1")), publish(database, a_message("F1", name="filed"))
    )

    assert sum(len(each.begun) for each in published) == 1


async def test_a_kept_message_is_not_kept_for_whoever_waits_for_it_later(
    database: Database,
) -> None:
    await deploy(database, PAID, TARIFF)
    published = await publish(database, a_message())
    async with database.work() as books:
        buffered = await books.messages.waiting_for("I1", [1])

    assert (published.result, published.instances, buffered) == ("correlated", (), ())


async def test_a_condition_is_one_of_what_a_start_waits_for(database: Database) -> None:
    rate = StartCondition(text="rate > 3", reads=("rate",), watches=("rate",))
    condition = StartEvent(
        element="all", kind="condition", name=rate.text, condition=rate, gathers=True
    )
    await deploy(database, condition, PAID)
    trigger = Trigger(kind="condition", source="C-1", at=NOW, by="bo-1", variables=words(rate="4"))
    async with database.work() as books:
        found = await books.starts.conditions("p")
        begun = await books.starts.begin_by_condition(trigger, found)

    published = await publish(database, a_message())

    assert [(process, start.condition) for process, start in found] == [("p", rate)]
    assert (begun.cases, begun.kept) == ((), ("p",))
    case = await a_case(database, published.begun[0])
    assert told(case, "rate") == "4"
