"""The virtual clock: timers of instances and of start events, fired in the order they fall due."""

from workflows.bpmn.interpreter.occurrences import Started, TimerFired
from workflows.bpmn.program import Node, Program, TimerDefinition
from workflows.bpmn.timers import TimerError, first_firing, next_firing, timer_of
from workflows.feel import Environment, FeelLimitError
from workflows.play.alarms import Alarm, TimerStart
from workflows.play.fields import ScenarioError
from workflows.play.world import World


def ring(world: World, alarm: Alarm) -> None:
    """Let a timer fall due; the clock moves there."""
    world.now = max(world.now, alarm.due)
    world.alarms.cancel(alarm.instance, alarm.wait)
    if alarm.start is None:
        fired = TimerFired(at=world.now, wait=alarm.wait)
        world.pending.append((alarm.instance, fired))
        return
    start = alarm.start
    world.begin(start.program, Started(at=world.now, start=start.element))
    following = next_firing(start.timer, start.firing, world.now, None)
    if following is not None:
        _set(world, TimerStart(start.program, start.element, start.timer, following))


def schedule_starts(world: World) -> None:
    """Set the timers of start events, as a deployment does (S26)."""
    for program in world.programs.values():
        for index in program.nodes[0].starts:
            node = program.nodes[index]
            for definition in node.catches:
                if isinstance(definition, TimerDefinition):
                    _set(world, _timer_start(world, program, node, definition))


def _timer_start(
    world: World, program: Program, node: Node, definition: TimerDefinition
) -> TimerStart:
    value = definition.value
    try:
        told = value if isinstance(value, str) else value.evaluate({}, Environment(world.now))
        timer = timer_of(definition.form, told)
        firing = first_firing(timer, world.now, None)
    except (TimerError, FeelLimitError) as error:
        raise ScenarioError(f"The timer of '{node.id}' cannot be set: {error}") from None
    return TimerStart(program, node.id, timer, firing)


def _set(world: World, start: TimerStart) -> None:
    number = world.number()
    world.alarms.set(Alarm(start.firing.due, number, 0, number, start))
