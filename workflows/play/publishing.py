"""Publishing a message in a played world: to whom it goes, what it starts, what is kept (S23)."""

from collections.abc import Mapping
from datetime import UTC
from typing import Final

from workflows.bpmn.interpreter.occurrences import MessageArrived, Started
from workflows.bpmn.program import MessageDefinition, Node, Program
from workflows.bpmn.timers import after
from workflows.feel import DaysTime, Environment, Value
from workflows.feel.temporal import Duration
from workflows.play.gathering import begin_gathered, gathers, keep
from workflows.play.messages import Message, Subscription
from workflows.play.world import Case, Kept, World

DEFAULT_TIME_TO_LIVE: Final = DaysTime(3_600 * 1_000_000_000)
"""How long a message is kept that the model itself throws without saying so: one hour."""


def publish(
    world: World,
    address: tuple[str, str],
    variables: Mapping[str, Value],
    time_to_live: Duration,
    message_id: str | None,
) -> bool:
    """Publish to (name, key); tell whether anybody heard it or it is kept.

    Raises ValueError for a message id that was used with other content.
    """
    name, key = address
    if message_id is not None and world.messages.is_repeated(message_id, name, key, variables):
        return True
    expires = after(world.now, time_to_live, 1, UTC)
    message = Message(
        name=name,
        key=key,
        id=message_id or f"message-{world.number()}",
        variables=variables,
        expires=expires,
    )
    _offer(world, message)
    if expires > world.now:
        world.messages.keep(message)
        return True
    return bool(message.reached)


def _offer(world: World, message: Message) -> None:
    """Send a message on its way to all that it has not reached yet."""
    for subscription in world.messages.listeners(message):
        hand_over(world, message, subscription)
    for program in world.programs.values():
        _start_by(world, program, message)


def give_back(world: World, case: Case, arrived: MessageArrived) -> None:
    """Keep a message whose subscription was closed while it was on its way (S16)."""
    message = world.messages.delivered[arrived.message_id]
    if message.expires > world.now:
        world.messages.take_back(message, case.process_id)
        _offer(world, message)


def hand_over(world: World, message: Message, subscription: Subscription) -> None:
    """Send a message on its way to one subscription."""
    message.reached[subscription.process_id] = None
    world.messages.delivered[message.id] = message
    if subscription.once:
        world.messages.close(subscription.instance, subscription.wait)
    arrived = MessageArrived(
        at=world.now, wait=subscription.wait, message_id=message.id, variables=message.variables
    )
    world.pending.append((subscription.instance, arrived))


def start_next(world: World, ended: Case) -> None:
    """Start the next instance for a key, once the one before has ended."""
    if ended.started_by is None:
        return
    world.busy.discard((ended.process_id, ended.started_by))
    began = ended.program.ids.get(ended.started_by[0])
    if began is not None and gathers(ended.program.nodes[began]):
        begin_gathered(world, ended.program, ended.program.nodes[began])
    message = world.messages.oldest(ended.started_by, ended.process_id, world.now)
    if message is not None:
        _start_by(world, ended.program, message)


def _start_by(world: World, program: Program, message: Message) -> None:
    """Start a process by its message start event; one active instance for each key."""
    start = _message_start(world, program, message.name)
    if start is None or program.process_id in message.reached:
        return
    node, part = start
    if gathers(node):
        message.reached[program.process_id] = None
        keep(world, program, node, Kept(part=part, key=message.key, variables=message.variables))
        return
    started_by = (message.name, message.key)
    if message.key and (program.process_id, started_by) in world.busy:
        return
    message.reached[program.process_id] = None
    started = Started(at=world.now, start=node.id, variables=message.variables)
    world.begin(program, started).started_by = started_by
    world.busy.add((program.process_id, started_by))


def _message_start(world: World, program: Program, name: str) -> tuple[Node, int] | None:
    root = program.nodes[0]
    for node in map(program.nodes.__getitem__, (*root.starts, *root.instantiators)):
        for part, event in enumerate(node.catches):
            if isinstance(event, MessageDefinition) and _name(world, event) == name:
                return node, part
    return None


def _name(world: World, event: MessageDefinition) -> str:
    name = event.name
    return name if isinstance(name, str) else str(name.evaluate({}, Environment(world.now)))
