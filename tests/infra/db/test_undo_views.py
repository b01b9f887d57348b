"""What stands after a point, in the order of its commits, and what was known where it was made."""

from datetime import timedelta
from typing import Any

from infra.db.journal.effects import ADOPTED
from infra.db.journal.undo_views import UNKNOWN_WORK
from infra.db.unit_of_work import Database
from tests.infra.db.cases_at_hand import NOW, accepted, batch, entry
from workflows.contracts.undoing import Handler, Made
from workflows.domain.effects import UNDOES, Effect

HANDLER = Handler(element="undo", type="anomaly.close", whole_loop=False)


def an_effect(number: int, element: str = "commit", **more: Any) -> Effect:
    given: dict[str, Any] = {
        "key": f"BQ-1/{element}/{number}",
        "kind": "execution.commit",
        "case_id": "BQ-1",
        "instance_id": "BQ-1",
        "element": element,
        "result": {"variables": {}},
        "at": NOW,
        **more,
    }
    return Effect(**given)


async def recorded(database: Database, *effects: Effect) -> None:
    async with database.work() as books:
        for effect in effects:
            await books.effects.record(effect)


async def standing(database: Database, **handlers: Handler) -> list[Made]:
    async with database.reading() as room:
        return list(await room.undo_views.made_since("BQ-1", NOW, handlers))


async def test_effects_stand_in_the_order_of_their_commits(database: Database):
    await accepted(database)
    late, early = an_effect(9), an_effect(7, at=NOW + timedelta(seconds=9))
    before = an_effect(3, at=NOW - timedelta(seconds=1))

    await recorded(database, before, late, early)

    assert [one.keys for one in await standing(database)] == [
        ("BQ-1/commit/9",), ("BQ-1/commit/7",),
    ]  # fmt: skip


async def test_neither_what_was_undone_nor_what_undid_it_stands(database: Database):
    await accepted(database)

    await recorded(
        database,
        an_effect(7),
        an_effect(7, key="BQ-1/commit/7:undo", kind="x", detail={UNDOES: ["BQ-1/commit/7"]}),
        an_effect(8),
    )

    assert [one.keys for one in await standing(database)] == [("BQ-1/commit/8",)]


async def test_what_was_taken_over_is_one_effect_with_two_keys(database: Database):
    await accepted(database)

    await recorded(database, an_effect(7), an_effect(8, detail={ADOPTED: "BQ-1/commit/7"}))

    assert [one.keys for one in await standing(database)] == [("BQ-1/commit/8", "BQ-1/commit/7")]


async def test_what_threw_is_told(database: Database):
    await accepted(database)

    await recorded(database, an_effect(7, result={"fault": {}, "variables": {}}))

    assert [one.threw for one in await standing(database)] == [True]


async def test_a_drawn_handler_goes_with_the_effects_of_its_element(database: Database):
    await accepted(database)

    await recorded(database, an_effect(7), an_effect(8, "other"))

    assert [one.handler for one in await standing(database, commit=HANDLER)] == [HANDLER, None]


async def test_what_has_a_handler_and_left_no_effect_is_told_until_the_handler_ran(
    database: Database,
):
    await accepted(database)
    handled = Handler(element="undone", type="anomaly.close", whole_loop=False)
    done = entry(1, "elementCompleted", 7)
    async with database.work() as books:
        await books.journal.append(batch(done))
    found = await standing(database, element=handled)

    async with database.work() as books:
        ran = entry(2, "elementCompleted", 8).model_copy(update={"element": "undone"})
        await books.journal.append(batch(ran))

    assert [(one.kind, one.element) for one in found] == [(UNKNOWN_WORK, "element")]
    assert [one.handler and one.handler.type for one in found] == [""]
    assert await standing(database, element=handled) == []


async def test_what_was_visible_is_the_scopes_around_and_the_result(database: Database):
    await accepted(database)
    told = (
        entry(1, "elementActivated", 1, scope=0),
        entry(2, "variablesChanged", 1, variables={"a": 1, "b": 1}),
        entry(3, "elementActivated", 5, scope=1),
        entry(4, "variablesChanged", 5, variables={"b": 2, "c": 2}),
        entry(5, "elementActivated", 7, scope=5),
        entry(6, "variablesChanged", 7, variables={"c": 3, "d": 3}),
        entry(7, "elementActivated", 8, scope=1),
        entry(8, "variablesChanged", 8, variables={"a": 9}),
    )
    async with database.work() as books:
        await books.journal.append(batch(*told))
    await recorded(database, an_effect(7, result={"variables": {"d": 4}}))

    (made,) = await standing(database)
    async with database.reading() as room:
        known = await room.undo_views.known_at(made)

    assert known == {"a": 1, "b": 2, "c": 3, "d": 4}
