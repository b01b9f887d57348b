"""The drawn tree as the reader would read it, without writing and reading a file each time.

Every element is written and read once, with the product's own reader, and is taken again wherever
one is drawn that differs in nothing but its id and its flows. Where that is so much faster, the
reader itself is not under test: the sweep goes through a file now and then, and a test compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, Final

from tests.builders.process import NAMESPACES, FlowBuilder, ProcessBuilder, attributes
from tests.reference.blocks import Model
from tests.reference.drawing import drawings, thrown_at_root
from workflows.bpmn.model import (
    Activity,
    Content,
    Definitions,
    Event,
    FlowNode,
    Gateway,
    Place,
    Process,
    RootElement,
    SequenceFlow,
    SubProcess,
)
from workflows.bpmn.reader import read_definitions

NOWHERE: Final = Place()
_OWN: Final = ("id", "default", "attachedToRef")
"""Attributes by which elements differ that are alike otherwise."""
_ID: Final = "Own9"
"""Stands for the element's own id while it is not known."""
_KNOWN: Final = 50_000
_AT_ROOT: Final = "".join(thrown_at_root(code) for code in ("E1", "E2"))


def modelled(model: Model) -> Definitions:
    """The model as definitions; what stands at which line is not told."""
    processes = drawings(model)
    roots = dict.fromkeys(root for one in processes for root in one.roots)
    found: dict[str, RootElement] = {}
    for root in roots:
        for line in root.split("\n"):
            found |= _root(line)
    return replace(_file(""), processes=tuple(map(_process, processes)), roots=found)


def _process(builder: ProcessBuilder) -> Process:
    shell = _file('<bpmn:process id="p" isExecutable="true" />').processes[0]
    return replace(shell, id=builder.identity, content=_content(builder))


def _content(flow: FlowBuilder) -> Content:
    besides = [_inside(raw) for raw in flow.raw]
    return Content(
        nodes=(*_nodes(flow), *(node for one in besides for node in one.nodes)),
        flows=tuple(
            replace(_flow(one.condition), id=one.id, source=one.source, target=one.target)
            for one in flow.flows
        ),
        artifacts=tuple(artifact for one in besides for artifact in one.artifacts),
    )


def _nodes(flow: FlowBuilder) -> Iterator[FlowNode]:
    for one in flow.nodes:
        rest = {name: value for name, value in one.attributes.items() if name not in _OWN}
        inside = f"{attributes(rest)}>{one.body}{one.loop}"
        drawn = f'<bpmn:{one.tag} id="{_ID}"{inside.replace(one.id, _ID)}</bpmn:{one.tag}>'
        shell = _inside(drawn).nodes[0]
        if one.id in inside:
            shell = _named(shell, one.id)
        own: dict[str, Any] = {"id": one.id}
        if one.attributes.get("default") is not None and isinstance(shell, Activity | Gateway):
            own["default"] = one.attributes["default"]
        if isinstance(shell, Event):
            own["attached_to"] = one.attributes.get("attachedToRef")
        if one.inner is not None and isinstance(shell, SubProcess):
            own["content"] = _content(one.inner)
        yield replace(shell, **own)


def _named(value: Any, name: str) -> Any:
    """The same, with the element's own id wherever it is part of a name."""
    if isinstance(value, str):
        return value.replace(_ID, name)
    if isinstance(value, tuple):
        return tuple(_named(one, name) for one in value)
    if isinstance(value, dict):
        return {key: _named(one, name) for key, one in value.items()}
    if not is_dataclass(value) or isinstance(value, type | Place):
        return value
    old = {field.name: getattr(value, field.name) for field in fields(value)}
    new = {key: _named(one, name) for key, one in old.items()}
    changes = {key: one for key, one in new.items() if one is not old[key] and one != old[key]}
    return replace(value, **changes) if changes else value


# --- read once ---------------------------------------------------------------------------------


@lru_cache(maxsize=_KNOWN)
def _flow(condition: str | None) -> SequenceFlow:
    flow = FlowBuilder(cursor="a")
    flow.flow(condition).connect("b")
    return _inside(flow.content()).flows[0]


@lru_cache(maxsize=_KNOWN)
def _inside(drawn: str) -> Content:
    beside = _AT_ROOT if "BehaviorEventRef" in drawn else ""
    return _file(f'<bpmn:process id="p">{drawn}</bpmn:process>{beside}').processes[0].content


@lru_cache(maxsize=_KNOWN)
def _root(drawn: str) -> dict[str, RootElement]:
    return dict(_file(drawn).roots)


@lru_cache(maxsize=8)
def _file(inside: str) -> Definitions:
    head = f'<bpmn:definitions {NAMESPACES} id="definitions" targetNamespace="urn:test">'
    reading = read_definitions(f"{head}{inside}</bpmn:definitions>".encode(), file="model.bpmn")
    if reading.definitions is None or reading.diagnostics:
        raise AssertionError(f"{reading.diagnostics} in {inside}")
    return replace(reading.definitions, ids=())
