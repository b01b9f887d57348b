"""Values, what a compensation remembers, how human tasks stand: as plain JSON and back.

Texts, booleans, nulls, lists and contexts stand as they are; everything else is tagged by an object
whose one name begins with ``#``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from workflows.bpmn.interpreter.state import Assignment, Entry, Passing, Undo, Undoing
from workflows.feel import Value
from workflows.feel.wire import decode, encode

Json = Any
"""What ``json`` reads and writes."""


def pack_variables(variables: Mapping[str, Value]) -> dict[str, Json]:
    """Write variables by name."""
    return {name: pack(value) for name, value in variables.items()}


def unpack_variables(told: Mapping[str, Json]) -> dict[str, Value]:
    """Read variables by name."""
    return {name: unpack(value) for name, value in told.items()}


def pack(value: Value) -> Json:
    """Write a FEEL value as plain JSON, tagged where JSON has no such thing."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Decimal):
        return {"#n": str(value)}
    if isinstance(value, list):
        return [pack(item) for item in value]
    if isinstance(value, dict):
        packed = pack_variables(value)
        return {"#c": packed} if any(name.startswith("#") for name in value) else packed
    return {"#v": encode(value)}


def unpack(told: Json) -> Value:
    """Read what ``pack`` wrote."""
    if isinstance(told, list):
        return [unpack(item) for item in told]
    if not isinstance(told, dict):
        return cast(Value, told)
    if "#n" in told:
        return Decimal(told["#n"])
    if "#v" in told:
        return decode(told["#v"])
    inner = told.get("#c", told)
    return {name: unpack(value) for name, value in inner.items()}


# --- compensation -----------------------------------------------------------------------------


def dump_entries(entries: Sequence[Entry]) -> Json:
    """Write what may be compensated."""
    return [
        [
            one.number,
            one.node,
            one.handler,
            None if one.locals is None else pack_variables(one.locals),
            dump_entries(one.inner),
        ]
        for one in entries
    ]


def load_entries(rows: Json) -> list[Entry]:
    """Read what ``dump_entries`` wrote."""
    return [
        Entry(
            number,
            node,
            handler,
            None if told is None else unpack_variables(told),
            load_entries(inner),
        )
        for number, node, handler, told, inner in rows
    ]


def dump_memory(memory: tuple[dict[str, Value], ...]) -> Json:
    """Write the variables of scopes that have ended."""
    return [pack_variables(layer) for layer in memory]


def load_memory(told: Json) -> tuple[dict[str, Value], ...]:
    """Read what ``dump_memory`` wrote."""
    return tuple(unpack_variables(layer) for layer in told)


def dump_undoing(undoing: Undoing) -> Json:
    """Write a compensation under way."""
    steps = [
        [one.scope, one.handler, dump_memory(one.memory), dump_entries(one.inner)]
        for one in undoing.steps
    ]
    return [undoing.thrower, steps]


def load_undoing(told: Json) -> Undoing:
    """Read what ``dump_undoing`` wrote."""
    thrower, steps = told
    return Undoing(
        thrower,
        [
            Undo(scope, handler, load_memory(memory), load_entries(inner))
            for scope, handler, memory, inner in steps
        ],
    )


# --- human tasks ------------------------------------------------------------------------------


def dump_assignment(task: Assignment) -> Json:
    """Write what a human task is offered with."""
    return [
        task.assignee,
        list(task.candidate_groups),
        list(task.candidate_users),
        None if task.due is None else task.due.isoformat(),
        None if task.follow_up is None else task.follow_up.isoformat(),
        task.priority,
    ]


def load_assignment(told: Json) -> Assignment:
    """Read what ``dump_assignment`` wrote."""
    assignee, groups, users, due, follow_up, priority = told
    return Assignment(
        assignee,
        tuple(groups),
        tuple(users),
        None if due is None else datetime.fromisoformat(due),
        None if follow_up is None else datetime.fromisoformat(follow_up),
        priority,
    )


def dump_passing(passing: Passing) -> Json:
    """Write what the listeners of a human task decide about."""
    return [
        passing.event,
        dump_assignment(passing.task),
        pack_variables(passing.values),
        passing.begun,
        list(passing.corrected),
        passing.is_denied,
        passing.reason,
    ]


def load_passing(told: Json) -> Passing:
    """Read what ``dump_passing`` wrote."""
    event, task, values, begun, corrected, is_denied, reason = told
    return Passing(
        event,
        load_assignment(task),
        unpack_variables(values),
        begun,
        tuple(corrected),
        is_denied,
        reason,
    )
