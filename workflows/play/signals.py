"""Signals in a played world: broadcast to whoever listens, and forgotten (S25)."""

from collections.abc import Mapping

from workflows.bpmn.interpreter.occurrences import SignalArrived, Started
from workflows.bpmn.program import Node, Program, SignalDefinition
from workflows.feel import Environment, Value
from workflows.play.gathering import gathers, keep
from workflows.play.world import Kept, World


def broadcast(world: World, signal: str, variables: Mapping[str, Value]) -> bool:
    """Send a signal to all that listen now; tell whether anybody heard it.

    "Every subscription open at that moment … in (instance, subscription) order, plus one new
    instance for each latest definition with that signal start."
    """
    listeners = world.signals.instances(signal)
    for instance in listeners:
        arrived = SignalArrived(at=world.now, signal=signal, variables=variables)
        world.pending.append((instance, arrived))
    starts = [
        (program, start)
        for program in world.programs.values()
        for start in _starts(world, program, signal)[:1]
    ]
    for program, start in starts:
        _begin(world, program, start, variables)
    return bool(listeners or starts)


def _begin(
    world: World, program: Program, start: tuple[Node, int], variables: Mapping[str, Value]
) -> None:
    node, part = start
    if gathers(node):
        keep(world, program, node, Kept(part=part, key="", variables=variables))
    else:
        world.begin(program, Started(at=world.now, start=node.id, variables=variables))


def _starts(world: World, program: Program, signal: str) -> list[tuple[Node, int]]:
    """List what begins a process by a signal, and which of its events that is."""
    root = program.nodes[0]
    return [
        (node, part)
        for node in map(program.nodes.__getitem__, (*root.starts, *root.instantiators))
        for part, one in enumerate(node.catches)
        if isinstance(one, SignalDefinition) and _name(world, one) == signal
    ]


def _name(world: World, definition: SignalDefinition) -> str:
    name = definition.name
    return name if isinstance(name, str) else str(name.evaluate({}, Environment(world.now)))
