"""Signals in a played world: broadcast to whoever listens, and forgotten (S25)."""

from collections.abc import Mapping

from workflows.bpmn.interpreter.occurrences import SignalArrived, Started
from workflows.bpmn.program import Node, Program, SignalDefinition
from workflows.feel import Environment, Value
from workflows.play.world import World


def broadcast(world: World, signal: str, variables: Mapping[str, Value]) -> bool:
    """Send a signal to all that listen now; tell whether anybody heard it.

    "Every subscription open at that moment … in (instance, subscription) order, plus one new
    instance for each latest definition with that signal start."
    """
    listeners = world.signals.instances(signal)
    for instance in listeners:
        arrived = SignalArrived(at=world.now, signal=signal, variables=variables)
        world.pending.append((instance, arrived))
    started = [
        world.begin(program, Started(at=world.now, start=start.id, variables=variables))
        for program in world.programs.values()
        for start in signal_starts(world, program, signal)[:1]
    ]
    return bool(listeners or started)


def signal_starts(world: World, program: Program, signal: str) -> list[Node]:
    """List what begins a process by a signal."""
    root = program.nodes[0]
    return [
        node
        for node in map(program.nodes.__getitem__, (*root.starts, *root.instantiators))
        if any(
            isinstance(one, SignalDefinition) and _name(world, one) == signal
            for one in node.catches
        )
    ]


def _name(world: World, definition: SignalDefinition) -> str:
    name = definition.name
    return name if isinstance(name, str) else str(name.evaluate({}, Environment(world.now)))
