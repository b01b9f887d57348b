"""A state to compact canonical JSON and back, losing nothing.

Equal states give equal bytes: order is kept, not sorted, as the order of variables is part of the
state. Texts, booleans, nulls, lists and contexts stand as they are; everything else is tagged by
an object whose one name begins with ``#``.
"""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

from workflows.bpmn.interpreter.lifecycle import PHASES
from workflows.bpmn.interpreter.state import (
    NOTHING,
    Incident,
    Instance,
    Item,
    Loop,
    State,
    Wait,
)
from workflows.feel import Value
from workflows.feel.wire import decode, encode

FORMAT: Final = 1
"""Raised when the meaning of a snapshot changes; ``load`` reads every format ever written."""

Json = Any
"""What ``json`` reads and writes."""


def dump(state: State) -> str:
    """Write a state."""
    told: dict[str, Json] = {
        "v": FORMAT,
        "k": state.next_key,
        "e": state.evaluations,
        "q": state.quiet,
        "o": state.outcome,
        "c": list(state.catches),
        "z": state.zone,
        "s": state.seed,
        "i": [_dump_instance(instance) for instance in state.instances.values()],
        "w": [_dump_wait(wait) for wait in state.waits.values()],
        "x": [
            [one.id, *one.item, one.node, one.code, one.message] for one in state.incidents.values()
        ],
        "a": [list(item) for item in state.agenda],
        "j": list(state.joining),
    }
    kept = {name: value for name, value in told.items() if value not in _EMPTY}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


_EMPTY: Final[tuple[Json, ...]] = ("", [], None)


def load(text: str) -> State:
    """Read a state that ``dump`` wrote."""
    told = json.loads(text)
    if told.get("v") != FORMAT:
        raise ValueError(f"Expected a snapshot of format {FORMAT}, but got {told.get('v')}.")
    state = State(
        next_key=told["k"],
        evaluations=told["e"],
        quiet=told["q"],
        outcome=told.get("o", ""),
        catches=tuple(told.get("c", ())),
        zone=told.get("z"),
        seed=told.get("s", ""),
    )
    for row in told.get("i", ()):
        _load_instance(state, row)
    for row in told.get("w", ()):
        wait = _load_wait(row)
        state.waits[wait.id] = wait
    for row in told.get("x", ()):
        incident = Incident(row[0], (row[1], row[2]), row[3], row[4], row[5])
        state.incidents[incident.id] = incident
        state.instances[incident.item[1]].incident = incident.id
    state.agenda = deque(cast(Item, tuple(item)) for item in told.get("a", ()))
    state.joining = dict.fromkeys(told.get("j", ()))
    return state


# --- instances --------------------------------------------------------------------------------


def _dump_instance(instance: Instance) -> list[Json]:
    """Write key, node, parent and phase; what else there is follows by name."""
    row: list[Json] = [
        instance.key,
        instance.node,
        instance.parent.key if instance.parent is not None else 0,
        PHASES.index(instance.phase),
    ]
    more = _dump_more(instance)
    if more:
        row.append(more)
    return row


def _dump_more(instance: Instance) -> dict[str, Json]:
    loop = instance.loop
    told: dict[str, Json] = {
        "l": None if instance.locals is None else pack_variables(instance.locals),
        "p": None if instance.payload is None else pack_variables(instance.payload),
        "t": None if instance.taken is None else [list(pair) for pair in instance.taken.items()],
        "w": instance.waits,
        "m": None if loop is None else _dump_loop(loop),
        "n": None if instance.index == NOTHING else instance.index,
        "b": None if instance.begin is None else list(instance.begin),
        "f": None if instance.then == NOTHING else instance.then,
        "r": instance.interrupted or None,
        "s": instance.isolated or None,
        "o": [instance.work, instance.work_name] if instance.work else None,
        "a": instance.attempt or None,
        "e": None if instance.error is None else list(instance.error),
    }
    return {name: value for name, value in told.items() if value is not None}


def _load_instance(state: State, row: Sequence[Json]) -> None:
    key, node, parent, phase = row[:4]
    instance = Instance(key, node, state.instances[parent] if parent else None)
    instance.phase = PHASES[phase]
    state.instances[key] = instance
    if instance.parent is None:
        state.root = instance
    else:
        if instance.parent.children is None:
            instance.parent.children = {}
        instance.parent.children[key] = instance
    if len(row) > len(("key", "node", "parent", "phase")):
        _load_more(instance, row[4])
    if instance.work:
        state.busy += 1


def _load_more(instance: Instance, told: Mapping[str, Json]) -> None:
    instance.locals = _maybe_variables(told.get("l"))
    instance.payload = _maybe_variables(told.get("p"))
    instance.taken = dict(told["t"]) if "t" in told else None
    instance.waits = told.get("w")
    instance.loop = _load_loop(told["m"]) if "m" in told else None
    instance.index = told.get("n", NOTHING)
    instance.begin = tuple(told["b"]) if "b" in told else None
    instance.then = told.get("f", NOTHING)
    instance.interrupted = told.get("r", False)
    instance.isolated = told.get("s", False)
    instance.work, instance.work_name = told.get("o", ("", ""))
    instance.attempt = told.get("a", 0)
    instance.error = cast(tuple[str, str], tuple(told["e"])) if "e" in told else None


def _dump_loop(loop: Loop) -> list[Json]:
    return [
        [pack(item) for item in loop.items],
        [pack(item) for item in loop.outputs],
        loop.started,
        loop.completed,
        loop.terminated,
    ]


def _load_loop(row: Sequence[Json]) -> Loop:
    items, outputs, started, completed, terminated = row
    return Loop(
        [unpack(item) for item in items],
        [unpack(item) for item in outputs],
        started,
        completed,
        terminated,
    )


# --- waits ------------------------------------------------------------------------------------


def _dump_wait(wait: Wait) -> list[Json]:
    row: list[Json] = [wait.id, wait.kind[0], wait.owner, wait.node, wait.name]
    if wait.kind == "message":
        return [*row, wait.key]
    due, anchor = _dump_time(wait.due), _dump_time(wait.anchor)
    return [*row, due, None if anchor == due else anchor, wait.left]


def _load_wait(row: Sequence[Json]) -> Wait:
    if row[1] == "m":
        return Wait(row[0], "message", row[2], row[3], row[4], row[5])
    due = _load_time(row[5])
    anchor = _load_time(row[6]) if row[6] is not None else due
    return Wait(row[0], "timer", row[2], row[3], row[4], "", due, anchor, row[7])


def _dump_time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _load_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


# --- values -----------------------------------------------------------------------------------


def pack_variables(variables: Mapping[str, Value]) -> dict[str, Json]:
    """Write variables by name."""
    return {name: pack(value) for name, value in variables.items()}


def _maybe_variables(told: Mapping[str, Json] | None) -> dict[str, Value] | None:
    return None if told is None else {name: unpack(value) for name, value in told.items()}


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
