"""An operator answers in the place of a stuck element: skip it, or throw an error instead.

Both end an incident otherwise than by trying again. They work on the lifecycle command that stuck,
and put the element where its behaviour goes on by itself: nothing is jumped over that the element
does when it ends, and what stands between its failure and its end is left out.
"""

from collections.abc import Callable, Mapping
from typing import Final

from workflows.bpmn.interpreter.occurrences import ErrorRaised, IncidentSkipped
from workflows.bpmn.interpreter.rest import DEAD_JOIN
from workflows.bpmn.interpreter.state import ROOT, Incident, Instance, Op, State, Variables
from workflows.bpmn.interpreter.subscriptions import close_all
from workflows.bpmn.interpreter.tokens import close_incident, thrown
from workflows.bpmn.interpreter.turn import OccurrenceRefused, Turn
from workflows.bpmn.interpreter.variables import write_up
from workflows.bpmn.program import Program


def check_skip(state: State, occurrence: IncidentSkipped) -> None:
    """Refuse to skip what has no end that could be taken for it."""
    incident = state.incidents.get(occurrence.incident)
    if incident is None:
        return
    if incident.item[0] not in _SKIPS or incident.code == DEAD_JOIN:
        raise OccurrenceRefused(
            f"An incident '{incident.code}' at this point cannot be skipped: "
            "correct variables and retry, or move the token."
        )
    if incident.item[1] == ROOT:
        raise OccurrenceRefused("The process as a whole cannot be skipped; cancel the case.")


def check_raise(program: Program, state: State, occurrence: ErrorRaised) -> None:
    """Refuse to throw where an error is no possible end of the element."""
    incident = state.incidents.get(occurrence.incident)
    if incident is None:
        return
    if not occurrence.code:
        raise OccurrenceRefused("Name the code of the error.")
    instance = state.instances[incident.item[1]]
    if incident.code == DEAD_JOIN or instance.phase not in ("created", "activating", "activated"):
        raise OccurrenceRefused(
            f"'{program.nodes[incident.node].id}' is past the point where an error may be thrown."
        )


def skip(turn: Turn, incident: Incident, instance: Instance, brought: Variables) -> None:
    """Take the element for done, with what its work would have brought."""
    close_incident(turn, instance)
    _SKIPS[incident.item[0]](turn, instance, brought)


def raise_error(
    turn: Turn, instance: Instance, code: str, message: str, brought: Variables
) -> None:
    """Let the element throw a BPMN error: it looks for its catcher as any other (S17)."""
    close_incident(turn, instance)
    _activated(turn, instance)
    instance.error = (code, message)
    instance.payload = brought
    turn.queue("throw", instance)


def _activated(turn: Turn, instance: Instance) -> None:
    if instance.phase == "created":
        turn.advance(instance, "activating")
    if instance.phase == "activating":
        turn.advance(instance, "activated")


def _done(turn: Turn, instance: Instance, brought: Variables) -> None:
    """Complete with what is said to have been brought; output mappings apply."""
    _activated(turn, instance)
    instance.error = None
    if turn.nodes[instance.node].throws:
        instance.payload = {**(instance.payload or {}), **brought}
        thrown(turn, instance)
        return
    instance.payload = brought
    turn.queue("complete", instance)


def _unmapped(turn: Turn, instance: Instance, brought: Variables) -> None:
    """Leave without the output mappings, which do not work: what they would give is said."""
    if instance.phase == "activated":
        turn.advance(instance, "completing")
        if instance.waits:
            close_all(turn, instance)
    instance.isolated = False
    instance.payload = None
    if instance.parent is not None:
        write_up(turn, instance.parent, brought)
    turn.queue("leave", instance)


_SKIPS: Final[Mapping[Op, Callable[[Turn, Instance, Variables], None]]] = {
    "activate": _done,
    "enter": _done,
    "work": _done,
    "throw": _done,
    "complete": _unmapped,
}
"""By the lifecycle command that stuck; the others are no step of an element's own work."""
