"""What stands still, whom it concerns, and who does not do yet what was ordered."""

from datetime import timedelta
from typing import Any

from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, accepted, batch, entry, started
from workflows.domain.standstill import Standstill, StandstillKind


def word(kind: StandstillKind = "process", target: str = "contract_termination", **more: Any):
    given = {"id": "ST-1", "by": "ops-1", "role": "ops", "reason": "a look", "since": NOW, **more}
    return Standstill(kind=kind, target=target, **given)


async def begin(database: Database, one: Standstill) -> bool:
    async with database.work() as books:
        return await books.standstills.begin(one, "R-1")


async def end(database: Database, one: Standstill) -> bool:
    async with database.work() as books:
        return await books.standstills.end(one, "R-2")


async def straying(database: Database) -> tuple[list[str], list[str]]:
    async with database.reading() as room:
        known = {one.source for one in await room.standstills.all()}
        free, bound = await room.standstills.straying(known)
    return [one.source for one in free], [one.source for one in bound]


def waiting(seq: int, kind: str, source: str):
    return entry(seq, "waitOpened", seq, **{"for": kind, "source": source})


async def tell(database: Database, *entries: Any) -> None:
    async with database.work() as books:
        await books.journal.append(batch(*entries))


async def test_what_stands_still_does_so_once_and_ends_once(database: Database) -> None:
    done = [await begin(database, word()), await begin(database, word(id="ST-2"))]
    ended = [await end(database, word()), await end(database, word())]

    assert done == [True, False]
    assert ended == [True, False]


async def test_both_orders_stand_in_a_chain_of_their_own(database: Database) -> None:
    await begin(database, word("system", "bank"))
    await end(database, word("system", "bank"))

    async with database.reading() as room:
        chain = await room.audit.chain("system:bank")

    assert [one.change.action for one in chain] == ["system.suspend", "system.resume"]


async def test_a_running_case_of_the_process_strays_until_it_stands_still(
    database: Database,
) -> None:
    await accepted(database)
    await tell(database, started())
    await begin(database, word())
    before = await straying(database)
    await tell(database, waiting(2, "suspension", "process:contract_termination"))
    obeyed = await straying(database)
    await end(database, word())

    assert before == (["process:contract_termination"], [])
    assert obeyed == ([], [])
    assert await straying(database) == ([], ["process:contract_termination"])


async def test_work_that_was_held_strays_when_that_goes_on(database: Database) -> None:
    await accepted(database)
    await tell(database, started(), waiting(2, "held", "system:bank"))

    assert await straying(database) == ([], ["system:bank"])


async def test_what_an_operator_ordered_of_one_case_is_nobody_elses(database: Database) -> None:
    await accepted(database)
    await tell(database, started(), waiting(2, "suspension", "case"))

    assert await straying(database) == ([], [])


async def test_a_case_of_a_standing_process_is_not_begun_and_not_missed(
    database: Database,
) -> None:
    await accepted(database)
    await begin(database, word())
    later = NOW + timedelta(days=1)

    async with database.reading() as room:
        relayed = await room.acceptance.unstarted(later)
        missed = await room.watch.unstarted(later)
        concerned = await room.standstills.concerned("process", "contract_termination")

    assert (relayed, missed) == ((), ())
    assert (concerned.running, concerned.unbegun) == (0, 1)


async def test_held_work_is_counted(database: Database) -> None:
    await accepted(database)
    await tell(database, started(), waiting(2, "held", "system:bank"))

    async with database.reading() as room:
        concerned = await room.standstills.concerned("system", "bank")

    assert (concerned.running, concerned.standing) == (1, 1)
