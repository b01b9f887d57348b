"""The job that steers an ad-hoc sub-process: it is told what there is, and says what begins (S29).

An answer has ``activateElements``, ids or contexts of an ``elementId`` with ``variables``, and may
say that the sub-process is over: ``isCompletionConditionFulfilled``, with the rest cancelled by
``isCancelRemainingInstances``. Whatever else it has are variables. After each activity inside the
job is asked for anew.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from workflows.bpmn.interpreter.behaviours.ad_hoc import ad_hoc_at, inner_id
from workflows.bpmn.interpreter.behaviours.flows import uncontrolled
from workflows.bpmn.interpreter.behaviours.protocol import (
    Behaviour,
    keep_payload,
    never_resumed,
)
from workflows.bpmn.interpreter.behaviours.scopes import begin_at
from workflows.bpmn.interpreter.behaviours.tasks import enter_work
from workflows.bpmn.interpreter.state import COMPLETION, Instance
from workflows.bpmn.interpreter.tokens import clear, create
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.interpreter.variables import write_up
from workflows.bpmn.program import Node
from workflows.feel import Value

ELEMENTS: Final = "adHocSubProcessElements"
BEGIN: Final = "activateElements"
OVER: Final = "isCompletionConditionFulfilled"
CANCEL: Final = "isCancelRemainingInstances"


class _Begun(NamedTuple):
    element: str
    variables: Mapping[str, Value]


def _enter(turn: Turn, node: Node, job: Instance) -> None:
    """Tell the job which activities there are."""
    listed: list[Value] = [
        {"elementId": inner_id(one), "elementName": one.name}
        for index in turn.nodes[node.scope].children
        if (one := turn.nodes[index]).in_ad_hoc and not one.incoming
    ]
    job.locals = {ELEMENTS: listed}
    enter_work(turn, node, job)


def steered(turn: Turn, scope: Instance, answer: Mapping[str, Value]) -> None:
    """Do what the job has said."""
    node = turn.nodes[scope.node]
    ad_hoc, inner = ad_hoc_at(node), _inner(turn, node)
    own = (BEGIN, OVER, CANCEL)
    write_up(turn, scope, {name: value for name, value in answer.items() if name not in own})
    for one in _begun(answer):
        if ad_hoc.sequential:
            begin_at(turn, scope, (inner[one.element],))
        else:
            create(turn, turn.nodes[inner[one.element]], scope).locals = dict(one.variables) or None
    if answer.get(OVER) is not True:
        return
    scope.begin = None
    if answer.get(CANCEL) is True or not scope.children:
        clear(turn, scope, COMPLETION, scope.payload)
    else:
        scope.then = COMPLETION


def _inner(turn: Turn, node: Node) -> dict[str, int]:
    inside = (turn.nodes[index] for index in node.children)
    return {inner_id(one): one.index for one in inside if one.in_ad_hoc}


def _begun(answer: Mapping[str, Value]) -> list[_Begun]:
    told = answer.get(BEGIN)
    begun = []
    for one in told if isinstance(told, list) else []:
        if isinstance(one, dict):
            variables = one.get("variables")
            given = variables if isinstance(variables, dict) else {}
            begun.append(_Begun(str(one.get("elementId")), given))
        else:
            begun.append(_Begun(str(one), {}))
    return begun


def steering_fault(turn: Turn, job: Instance, answer: Mapping[str, Value]) -> str | None:
    """Say what is wrong with the answer of a steering job; None where nothing is."""
    node = turn.nodes[turn.nodes[job.node].scope]
    if not isinstance(answer.get(BEGIN, []), list):
        return f"{BEGIN} is no list."
    for name in (OVER, CANCEL):
        if answer.get(name) not in (None, True, False):
            return f"{name} is neither true nor false."
    known = _inner(turn, node)
    for one in _begun(answer):
        if one.element not in known:
            return f"'{node.id}' has no inner activity '{one.element}'."
        if one.variables and ad_hoc_at(node).sequential:
            return f"'{node.id}' is sequential: what begins in it brings no variables of its own."
    return None


STEERING = Behaviour(_enter, uncontrolled, never_resumed, keep_payload)
