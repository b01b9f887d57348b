"""Where tokens can ever be in a scope, and where at the same time: rather too much than too little.

A scope is read as a net: places are its flows and its activities at work, transitions what moves
tokens between them. Choices are free, conditions unknown, so what is *not* found never happens in
any run. Two places are together when tokens may stand at both at once: what a transition puts out
stands together, and whatever is together with all that a transition takes is together with what it
puts out. (A. Kovalyov, "Concurrency relations and the safety problem for Petri nets", 1992.)
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations_with_replacement
from typing import Final

from workflows.bpmn.compiler.drawing import (
    Scope,
    catches_compensation,
    instantiates,
    is_event_sub_process,
    link_name,
)
from workflows.bpmn.compiler.nets import Net, Transition
from workflows.bpmn.model import CallActivity, Event, FlowNode, Gateway, SubProcess, Task

EFFORT: Final = 100_000
"""Pairs of places looked at, after which the question is left open: some hundredths of a second."""

_ONE_WAY: Final = ("exclusiveGateway", "eventBasedGateway")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """What is possible in a scope."""

    reached: frozenset[str]
    """Nodes that do something in some run."""
    fed: frozenset[str]
    """Flows and activities at which a token stands in some run."""


def marking(scope: Scope) -> Marking | None:
    """Tell what is possible in a scope; None where that cannot be said, or would take too long."""
    transitions = [*_transitions(scope)]
    if scope.owner.kind == "adHocSubProcess" or all(one.takes for one in transitions):
        return None
    net = Net(transitions)
    net.reduce()
    return _possible(net)


# --- the net -----------------------------------------------------------------------------------


def _transitions(scope: Scope) -> Iterator[Transition]:
    for node in scope.nodes.values():
        begins = node.kind == "startEvent" or instantiates(node)
        if not begins and not _into(scope, node):
            continue
        match node:
            case Task() | SubProcess() | CallActivity():
                yield from _work(scope, node, begins=begins)
            case Gateway():
                yield from _gateway(scope, node, begins=begins)
            case Event():
                yield from _event(scope, node, begins=begins)
    none = [one for one in scope.nodes.values() if one.kind == "startEvent" and _is_none(one)]
    if len(none) > 1:  # a sub-process begins at all of them
        yield Transition(
            node=none[0].id, puts=frozenset(chain(*(_out(scope, one) for one in none)))
        )


def _is_none(node: FlowNode) -> bool:
    return isinstance(node, Event) and not node.definitions


def _into(scope: Scope, node: FlowNode) -> tuple[str, ...]:
    """The places a node takes its tokens from."""
    if isinstance(node, Event) and node.kind == "boundaryEvent":
        return (node.attached_to or "",)
    return tuple(flow.id for flow in scope.incoming.get(node.id, ())) or _linked(scope, node)


def _linked(scope: Scope, node: FlowNode) -> tuple[str, ...]:
    """A link catch takes them where the throws of its name take theirs."""
    name = link_name(node, "intermediateCatchEvent")
    if name is None:
        return ()
    throws = [
        one for one in scope.nodes.values() if link_name(one, "intermediateThrowEvent") == name
    ]
    return tuple(flow.id for one in throws for flow in scope.incoming.get(one.id, ()))


def _out(scope: Scope, node: FlowNode) -> tuple[str, ...]:
    return tuple(flow.id for flow in scope.outgoing.get(node.id, ()))


def _work(
    scope: Scope, node: Task | SubProcess | CallActivity, *, begins: bool
) -> Iterator[Transition]:
    if node.for_compensation or is_event_sub_process(node):
        return
    into = _into(scope, node)
    if begins:
        yield Transition(node=node.id, puts=frozenset({node.id}))
    elif node.start_quantity > 1:
        for pair in combinations_with_replacement(into, 2):
            yield Transition(node=node.id, takes=pair, puts=frozenset({node.id}))
    else:
        yield from (
            Transition(node=node.id, takes=(one,), puts=frozenset({node.id})) for one in into
        )
    many = node.completion_quantity > 1
    yield Transition(
        node=node.id, takes=(node.id,), puts=frozenset(_out(scope, node)), doubles=many
    )


def _event(scope: Scope, node: Event, *, begins: bool) -> Iterator[Transition]:
    if catches_compensation(node):
        if node.kind == "startEvent":
            yield Transition(node=node.id, puts=frozenset(_out(scope, node)))
        return
    puts = frozenset(_out(scope, node))
    if begins:
        yield Transition(node=node.id, puts=puts)
    stays = node.kind == "boundaryEvent" and not node.interrupting
    for place in _into(scope, node):
        yield Transition(node=node.id, takes=(place,), puts=puts | {place} if stays else puts)


def _gateway(scope: Scope, node: Gateway, *, begins: bool) -> Iterator[Transition]:
    out = _out(scope, node)
    apart = node.kind in _ONE_WAY and node.event_gateway_type != "Parallel"
    puts: list[tuple[str, ...]] = [(one,) for one in out] if apart else [out]
    into = _into(scope, node)
    takes: list[tuple[str, ...]] = [(one,) for one in into]
    if begins:
        takes = [()]
    elif node.kind == "parallelGateway":
        takes = [into]
    for some in takes:
        yield from (
            Transition(node=node.id, takes=some, puts=frozenset(one)) for one in puts or [()]
        )


# --- what is possible --------------------------------------------------------------------------


def _possible(net: Net) -> Marking | None:
    """Let transitions fire until nothing new can stand together with anything."""
    together: dict[str, set[str]] = {}
    fired: dict[Transition, None] = {}
    todo = deque(one for one in net.transitions if not one.takes)
    effort = 0
    while todo:
        one = todo.popleft()
        if not _enabled(one, together):
            continue
        fired[one] = None
        beside = _beside(one, together)
        effort += 1 + len(beside)
        if effort > EFFORT:
            return None
        changed = _fire(one, beside, together)
        todo.extend(other for place in changed for other in net.consumers.get(place, ()))
    for place in together:
        fired.update(dict.fromkeys(net.idle.get(place, ())))
    parts = [part for one in fired for part in one.whole()]
    return Marking(
        reached=frozenset(part.node for part in parts),
        fed=frozenset(chain(together, *(part.passes for part in parts))),
    )


def _enabled(one: Transition, together: dict[str, set[str]]) -> bool:
    return all(
        place in together and all(other in together[place] for other in one.takes[number + 1 :])
        for number, place in enumerate(one.takes)
    )


def _beside(one: Transition, together: dict[str, set[str]]) -> set[str]:
    """The places that may hold tokens while all that it takes do."""
    return set.intersection(*(together[place] for place in one.takes)) if one.takes else set()


def _fire(one: Transition, beside: set[str], together: dict[str, set[str]]) -> dict[str, None]:
    """Put out tokens; return the places that now stand, or stand together with more."""
    changed = dict.fromkeys(place for place in one.puts if place not in together)
    for place in changed:
        together[place] = set()
    for place in one.puts:
        others = beside | (one.puts if one.doubles else one.puts - {place})
        for other in others - together[place]:
            together[place].add(other)
            together[other].add(place)
            changed[place] = changed[other] = None
    return changed
