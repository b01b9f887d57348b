"""Where a process begins when nobody says where: its none start, or the condition that is true."""

from collections.abc import Mapping
from datetime import datetime

from workflows.bpmn.program import ConditionDefinition, MultipleDefinition, Program
from workflows.feel import Environment, FeelLimitError, Value


def begins_by_itself(program: Program) -> bool:
    """Tell whether a process can be started without saying where."""
    return bool(_none_starts(program))


def beginning(
    program: Program, variables: Mapping[str, Value], at: datetime
) -> tuple[int, ...] | None:
    """Find where a process begins with these variables; None where it does not.

    "Start event: by an API call with variables" (S27): without a none start event it is the first
    whose condition is true of the variables it is started with; there is nothing else to read yet.
    """
    found = _none_starts(program)
    if found:
        return found
    for index in program.nodes[0].starts:
        node = program.nodes[index]
        if isinstance(node.event, MultipleDefinition) and node.event.parallel:
            continue  # the condition alone is not enough
        for event in node.catches:
            if isinstance(event, ConditionDefinition) and _holds(event, variables, at):
                return (index,)
    return None


def _none_starts(program: Program) -> tuple[int, ...]:
    """Return the none start event, or what no flow leads to."""
    starts = [program.nodes[index] for index in program.nodes[0].starts]
    for node in starts:
        if node.kind == "startEvent" and node.event is None:
            return (node.index,)
    return tuple(node.index for node in starts if node.kind != "startEvent")


def _holds(event: ConditionDefinition, variables: Mapping[str, Value], at: datetime) -> bool:
    try:
        return event.condition.evaluate(variables, Environment(at)) is True
    except FeelLimitError:
        return False
