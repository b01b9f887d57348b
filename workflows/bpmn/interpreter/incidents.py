"""Incidents: a lifecycle command that stuck, kept until it is issued again (S33)."""

from workflows.bpmn.interpreter.commands import OpenIncident
from workflows.bpmn.interpreter.state import Incident, Instance, Item
from workflows.bpmn.interpreter.tokens import close_incident
from workflows.bpmn.interpreter.turn import Turn

MESSAGE_LENGTH = 1_000


def open_incident(
    turn: Turn, instance: Instance, item: Item, code: str, message: str, node: int | None = None
) -> None:
    """Park an instance in the phase it is in, or what waits inside; nothing else stops."""
    close_incident(turn, instance)
    message = message if len(message) <= MESSAGE_LENGTH else f"{message[:MESSAGE_LENGTH]}…"
    shown = instance.node if node is None else node
    incident = Incident(turn.next_key(), item, shown, code, message)
    turn.state.incidents[incident.id] = incident
    instance.incident = incident.id
    turn.commands.append(
        OpenIncident(
            incident=incident.id,
            key=instance.key,
            element=turn.nodes[shown].id,
            code=code,
            message=message,
        )
    )
    turn.note(instance, "incident", {"code": code, "message": message})
