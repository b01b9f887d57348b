"""The jobs that read data stores for an element, and write to them (S31)."""

from collections.abc import Mapping

from workflows.bpmn.interpreter.behaviours.flows import uncontrolled
from workflows.bpmn.interpreter.behaviours.protocol import Behaviour, keep_payload, never_resumed
from workflows.bpmn.interpreter.behaviours.tasks import enter_work
from workflows.bpmn.interpreter.state import Instance
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.stores import STORES
from workflows.feel import Value


def answered(element: Instance, answer: Mapping[str, Value]) -> None:
    """Keep what was read until the inputs of the element are filled; a write answers nothing."""
    if element.phase == "activating":
        stores = answer.get(STORES)
        element.read = stores if isinstance(stores, dict) else {}


def store_fault(_turn: Turn, _job: Instance, answer: Mapping[str, Value]) -> str | None:
    """Say what is wrong with what stores have answered; None where nothing is."""
    is_context = answer.get(STORES) is None or isinstance(answer[STORES], dict)
    return None if is_context else f"{STORES} is no context of values."


STORE_ACCESS = Behaviour(enter_work, uncontrolled, never_resumed, keep_payload)
