"""The ad-hoc sub-process: its activities in any order, until its condition is true (S29).

What is still to begin, where it runs one after the other, stands in ``begin``; the outputs gathered
so far are what it will bring out: ``payload``, or ``gathered`` once it has been interrupted.
"""

from typing import NamedTuple

from workflows.bpmn.interpreter.behaviours.flows import uncontrolled
from workflows.bpmn.interpreter.behaviours.protocol import (
    Behaviour,
    activated,
    never_resumed,
    settle_outputs,
)
from workflows.bpmn.interpreter.behaviours.scopes import begin_at
from workflows.bpmn.interpreter.state import COMPLETION, NOTHING, Instance
from workflows.bpmn.interpreter.subscriptions import close, open_offer
from workflows.bpmn.interpreter.tokens import clear, create, ended, take, terminate
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import evaluate, evaluate_with_reason, storable, visible
from workflows.bpmn.program import AdHoc, Node
from workflows.feel import Value


class Tested(NamedTuple):
    """What the completion of an inner activity means for the sub-process."""

    is_over: bool
    outputs: dict[str, Value] | None


def ad_hoc_at(node: Node) -> AdHoc:
    """Return what an ad-hoc sub-process says about itself."""
    if node.ad_hoc is None:
        raise TypeError(f"Expected an ad-hoc sub-process, but {node.id} is a {node.kind}")
    return node.ad_hoc


# --- beginning --------------------------------------------------------------------------------


def _enter(turn: Turn, node: Node, scope: Instance) -> None:
    """Begin the activities that are named, or those that need nobody; the others are offered."""
    targets = scope.begin
    chosen = _chosen(turn, node, scope) if targets is None else ()
    activated(turn, node, scope)
    _offer(turn, node, scope)
    scope.begin, scope.payload = chosen or None, _no_outputs(ad_hoc_at(node))
    if targets is not None:
        begin_at(turn, scope, targets)
    elif ad_hoc_at(node).steering is not None:
        steer(turn, node, scope)
    elif not ad_hoc_at(node).sequential:
        scope.begin = None
        for index in chosen:
            create(turn, turn.nodes[index], scope)
    if not scope.children:
        ended(turn, scope)


def inner_id(node: Node) -> str:
    """Return the id of an activity as its ad-hoc sub-process knows it."""
    return node.id.rpartition("/")[2]


def _offer(turn: Turn, node: Node, scope: Instance) -> None:
    offered = [turn.nodes[index] for index in ad_hoc_at(node).offers]
    if offered:
        told = tuple((inner_id(one), one.name or inner_id(one)) for one in offered)
        open_offer(turn, scope, node, told)


def close_offer(turn: Turn, scope: Instance) -> None:
    """Nothing more is to be begun from outside."""
    for wait in [turn.state.waits[wait] for wait in scope.waits or ()]:
        if wait.kind == "offer":
            close(turn, scope, wait)


def _chosen(turn: Turn, node: Node, scope: Instance) -> tuple[int, ...]:
    """Evaluate which activities begin: "an id that does not exist → incident" (S29)."""
    ad_hoc = ad_hoc_at(node)
    if ad_hoc.active_elements is None:
        return ad_hoc.begin
    expression = ad_hoc.active_elements
    names, reason = evaluate_with_reason(turn, expression, visible(scope), "Active elements")
    if not isinstance(names, list):
        raise Stuck("active-elements-invalid", f"'{node.id}' has no list of elements{reason}.")
    inner = {inner_id(turn.nodes[index]): index for index in node.children}
    for name in names:
        if not isinstance(name, str) or not turn.nodes[inner.get(name, 0)].in_ad_hoc:
            raise Stuck("active-elements-invalid", f"'{node.id}' has no inner activity '{name}'.")
    return tuple(inner[str(name)] for name in names)


def _no_outputs(ad_hoc: AdHoc) -> dict[str, Value] | None:
    return None if ad_hoc.output_collection is None else {ad_hoc.output_collection: []}


def run_ad_hoc(turn: Turn, node: Node, scope: Instance) -> None:
    """Go on when nothing is active: with what is queued, or to the end.

    "Without a condition it completes when nothing is active or offered", and once it has been
    interrupted "when the event sub-process does" (S15). With a condition that is not true then,
    nothing could ever happen any more: that is told, and tested again when it is resolved.
    """
    if scope.children:
        return
    ad_hoc = ad_hoc_at(node)
    if scope.interrupted:
        scope.payload = scope.gathered
        turn.queue("complete", scope)
    elif scope.begin:
        first, *rest = scope.begin
        scope.begin = tuple(rest) or None
        create(turn, turn.nodes[first], scope)
    elif ad_hoc.offers:
        return
    elif ad_hoc.steering is not None and not _holds(turn, node, scope):
        turn.item = ("work", scope.key)
        told = f"Nothing is active in '{node.id}', and its job named nothing that begins."
        raise Stuck("nothing-to-begin", told)
    elif ad_hoc.completion_condition is None or _holds(turn, node, scope):
        turn.queue("complete", scope)
    else:
        told = f"Nothing is active or offered in '{node.id}', but its condition is not true."
        raise Stuck("nothing-to-begin", told)


def steer(turn: Turn, node: Node, scope: Instance) -> None:
    """Ask the job of an ad-hoc sub-process what begins; what was asked before is withdrawn."""
    steering = ad_hoc_at(node).steering
    if steering is None:
        raise TypeError(f"Expected a job to steer {node.id}, but there is none")
    _dismiss(turn, scope, steering)
    create(turn, turn.nodes[steering], scope)


def _dismiss(turn: Turn, scope: Instance, steering: int | None) -> None:
    """Withdraw what the job was asked: there is something else to ask, or nothing more."""
    for child in [one for one in (scope.children or {}).values() if one.node == steering]:
        terminate(turn, child)


def _holds(turn: Turn, node: Node, instance: Instance) -> bool:
    """Test the completion condition, as an instance sees it."""
    condition = ad_hoc_at(node).completion_condition
    if condition is None:
        return False
    value, reason = evaluate_with_reason(turn, condition, visible(instance), "Completion condition")
    if value is True or value is False:
        return value
    raise Stuck(
        "condition-not-boolean",
        f"The completion condition of '{node.id}' is neither true nor false{reason}.",
    )


# --- completions inside -----------------------------------------------------------------------


def tested_inner(turn: Turn, instance: Instance) -> Tested:
    """Evaluate what an inner activity leaves, and whether that was the last; nothing changes."""
    scope = instance.parent
    if scope is None:
        raise AssertionError(f"Expected a scope around {instance.key}, but there is none")
    node = turn.nodes[scope.node]
    ad_hoc, outputs = ad_hoc_at(node), scope.payload
    if ad_hoc.output_element is not None and ad_hoc.output_collection is not None:
        output = evaluate(turn, ad_hoc.output_element, visible(instance), "Output element")
        storable(output, "The output element")
        known = (outputs or {}).get(ad_hoc.output_collection)
        outputs = {ad_hoc.output_collection: [*(known if isinstance(known, list) else []), output]}
    return Tested(_holds(turn, node, instance), outputs)


def go_on(turn: Turn, scope: Instance, tested: Tested, flows: tuple[int, ...]) -> None:
    """An inner activity has completed: end the rest, wait for the rest, or go on."""
    scope.payload = tested.outputs
    ad_hoc = ad_hoc_at(turn.nodes[scope.node])
    if tested.is_over:
        scope.begin = None
        if ad_hoc.cancel_remaining:
            clear(turn, scope, COMPLETION, tested.outputs)
            return
        close_offer(turn, scope)
        scope.then = COMPLETION
    elif scope.then == NOTHING and ad_hoc.steering is not None:
        steer(turn, turn.nodes[scope.node], scope)
    take(turn, scope, flows)
    if not scope.children:
        ended(turn, scope)
    elif tested.is_over:
        _dismiss(turn, scope, ad_hoc.steering)


AD_HOC = Behaviour(_enter, uncontrolled, never_resumed, settle_outputs)
