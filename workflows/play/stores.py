"""Data stores of a played world: kept in memory, for all its instances, until the play is over.

A scenario that names one of the two job types among its workers answers in their place.
"""

from decimal import Decimal
from typing import Final

from workflows.bpmn.interpreter.commands import RunTask
from workflows.bpmn.interpreter.occurrences import Occurrence, TaskCompleted, TaskFailed
from workflows.bpmn.stores import (
    READ,
    STORES,
    WRITE,
    WRITES,
    Entries,
    StoreFull,
    value_of,
    written,
)
from workflows.feel import Value
from workflows.play.world import World

TYPES: Final = (READ, WRITE)


def access(world: World, command: RunTask) -> Occurrence:
    """Read data stores, or write to them; all of it or, where one is full, nothing."""
    if command.type == READ:
        found: dict[str, Value] = {
            variable: value_of(world.stores.get(store, {}))
            for variable, store in command.headers.items()
        }
        return TaskCompleted(at=world.now, key=command.key, variables={STORES: found})
    try:
        world.stores |= _written(world, command.variables.get(WRITES))
    except StoreFull as full:
        return TaskFailed(at=world.now, key=command.key, message=str(full), code="STORE_FULL")
    return TaskCompleted(at=world.now, key=command.key)


def _written(world: World, writes: Value) -> dict[str, Entries]:
    changed: dict[str, Entries] = {}
    for one in writes if isinstance(writes, list) else []:
        if not isinstance(one, dict):
            continue
        store, path, capacity = str(one["store"]), one["path"], one["capacity"]
        changed[store] = written(
            changed.get(store, world.stores.get(store, {})),
            [str(part) for part in path] if isinstance(path, list) else [],
            one["value"],
            int(capacity) if isinstance(capacity, Decimal) else None,
        )
    return changed
