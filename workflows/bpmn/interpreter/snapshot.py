"""A state to compact canonical JSON and back, losing nothing.

Equal states give equal bytes: order is kept, not sorted, as the order of variables is part of the
state. Texts, booleans, nulls, lists and contexts stand as they are; everything else is tagged by
an object whose one name begins with ``#``.
"""

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, cast

from workflows.bpmn.interpreter.lifecycle import PHASES
from workflows.bpmn.interpreter.packing import (
    Json,
    dump_assignment,
    dump_entries,
    dump_memory,
    dump_passing,
    dump_undoing,
    load_assignment,
    load_entries,
    load_memory,
    load_passing,
    load_undoing,
    pack,
    pack_variables,
    unpack,
    unpack_variables,
)
from workflows.bpmn.interpreter.state import (
    NOTHING,
    Heard,
    Incident,
    Instance,
    Item,
    Loop,
    State,
    Wait,
    WaitKind,
)

FORMAT: Final = 1
"""Raised when the meaning of a snapshot changes; ``load`` reads every format ever written."""


def dump(state: State) -> str:
    """Write a state."""
    told: dict[str, Json] = {
        "v": FORMAT,
        "k": state.next_key,
        "e": state.evaluations,
        "q": state.quiet,
        "o": state.outcome,
        "c": list(state.catches),
        "y": [list(pair) for pair in state.escalations],
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
        escalations=tuple((code, interrupts) for code, interrupts in told.get("y", ())),
        zone=told.get("z"),
        seed=told.get("s", ""),
    )
    for row in told.get("i", ()):
        _load_instance(state, row)
    for row in told.get("w", ()):
        wait = _load_wait(row)
        state.waits[wait.id] = wait
        if wait.kind == "condition":
            state.watching[wait.id] = None
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
        "d": instance.part or None,
        "k": instance.listened or None,
        "i": instance.chosen or None,
        "j": None if instance.task is None else dump_assignment(instance.task),
        "q": None if instance.passing is None else dump_passing(instance.passing),
        "h": None if instance.heard is None else _dump_heard(instance.heard),
        "g": None if instance.gates is None else _dump_gates(instance.gates),
        "c": None if instance.entries is None else dump_entries(instance.entries),
        "y": None if instance.memory is None else dump_memory(instance.memory),
        "u": None if instance.undoing is None else dump_undoing(instance.undoing),
        "v": None if instance.gathered is None else pack_variables(instance.gathered),
        "x": None if instance.read is None else pack_variables(instance.read),
        "z": list(instance.begun_with) or None,
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
    instance.locals = unpack_variables(told["l"]) if "l" in told else None
    instance.payload = unpack_variables(told["p"]) if "p" in told else None
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
    for name, (attribute, read) in _RARE.items():
        if name in told:
            setattr(instance, attribute, read(told[name]))


def _dump_heard(heard: Mapping[int, Heard]) -> Json:
    return [[node, one.counts, pack_variables(one.payload)] for node, one in heard.items()]


def _load_heard(rows: Json) -> dict[int, Heard]:
    return {node: Heard(counts, unpack_variables(told)) for node, counts, told in rows}


def _dump_gates(gates: Mapping[int, tuple[int, ...]]) -> Json:
    return [[node, list(flows)] for node, flows in gates.items()]


def _load_gates(rows: Json) -> dict[int, tuple[int, ...]]:
    return {node: tuple(flows) for node, flows in rows}


_RARE: Final[Mapping[str, tuple[str, Callable[[Json], object]]]] = {
    "d": ("part", int),
    "k": ("listened", int),
    "i": ("chosen", int),
    "j": ("task", load_assignment),
    "q": ("passing", load_passing),
    "h": ("heard", _load_heard),
    "g": ("gates", _load_gates),
    "c": ("entries", load_entries),
    "y": ("memory", load_memory),
    "u": ("undoing", load_undoing),
    "v": ("gathered", unpack_variables),
    "x": ("read", unpack_variables),
    "z": ("begun_with", tuple),
}
"""What few instances have: its name in a snapshot, its own, and what reads it."""


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
    match wait.kind:
        case "message":
            row.append(wait.key)
        case "timer":
            due, anchor = _dump_time(wait.due), _dump_time(wait.anchor)
            row += [due, None if anchor == due else anchor, wait.left]
        case "condition":
            row += [wait.held, wait.is_stirred]
        case "signal" | "offer":
            pass
    return [*row, wait.part] if wait.part else row


_WAIT_KINDS: Final[Mapping[str, WaitKind]] = {
    "t": "timer",
    "m": "message",
    "s": "signal",
    "c": "condition",
    "o": "offer",
}
_OWN: Final[Mapping[WaitKind, int]] = {
    "timer": 3,
    "message": 1,
    "signal": 0,
    "condition": 2,
    "offer": 0,
}
"""How many columns follow the common ones; behind them stands the part, where it is not 0."""


def _load_wait(row: Sequence[Json]) -> Wait:
    kind = _WAIT_KINDS[row[1]]
    wait = Wait(row[0], kind, row[2], row[3], row[4])
    own, rest = row[5 : 5 + _OWN[kind]], row[5 + _OWN[kind] :]
    match kind:
        case "message":
            wait.key = own[0]
        case "timer":
            wait.due = _load_time(own[0])
            wait.anchor = _load_time(own[1]) if own[1] is not None else wait.due
            wait.left = own[2]
        case "condition":
            wait.held, wait.is_stirred = own
        case "signal" | "offer":
            pass
    if rest:
        wait.part = rest[0]
    return wait


def _dump_time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _load_time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
