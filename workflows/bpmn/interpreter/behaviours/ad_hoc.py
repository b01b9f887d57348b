"""The ad-hoc sub-process: activities in any order, until its condition is true (S29).

An inner activity that ends without a flow to go on is tested like an instance of a loop; so the
sub-process keeps what a loop keeps: what is still to begin, the outputs, how much has completed.
"""

from workflows.bpmn.interpreter.behaviours.flows import uncontrolled
from workflows.bpmn.interpreter.behaviours.protocol import (
    Behaviour,
    activated,
    never_resumed,
    settle_outputs,
)
from workflows.bpmn.interpreter.behaviours.scopes import begin_at
from workflows.bpmn.interpreter.state import Instance
from workflows.bpmn.interpreter.tokens import create, ended
from workflows.bpmn.interpreter.turn import Stuck, Turn
from workflows.bpmn.interpreter.variables import evaluate_with_reason, visible
from workflows.bpmn.program import AdHoc, Node


def ad_hoc_at(node: Node) -> AdHoc:
    """Return what an ad-hoc sub-process says about itself."""
    if node.ad_hoc is None:
        raise TypeError(f"Expected an ad-hoc sub-process, but {node.id} is a {node.kind}")
    return node.ad_hoc


def _enter(turn: Turn, node: Node, instance: Instance) -> None:
    """Begin the activities that are named, or those that need nobody; offer the others."""
    chosen = _chosen(turn, node, instance)
    activated(turn, node, instance)
    targets, instance.begin = instance.begin, None
    if targets is not None:
        begin_at(turn, instance, targets)
        return
    if ad_hoc_at(node).sequential:
        instance.begin = chosen[1:]
        chosen = chosen[:1]
    for index in chosen:
        create(turn, turn.nodes[index], instance)
    if not chosen:
        ended(turn, instance)


def _chosen(turn: Turn, node: Node, instance: Instance) -> tuple[int, ...]:
    """Evaluate which activities begin: "an id that does not exist → incident" (S29)."""
    ad_hoc = ad_hoc_at(node)
    if ad_hoc.active_elements is None or instance.begin is not None:
        return ad_hoc.begin
    names, reason = evaluate_with_reason(
        turn, ad_hoc.active_elements, visible(instance), "Active elements"
    )
    if not isinstance(names, list):
        raise Stuck("active-elements-invalid", f"'{node.id}' has no list of elements{reason}.")
    inner = {_own_id(turn.nodes[index].id): index for index in node.children}
    unknown = [name for name in names if name not in inner]
    if unknown:
        raise Stuck("active-elements-invalid", f"'{node.id}' has no inner activity '{unknown[0]}'.")
    return tuple(inner[str(name)] for name in names)


def _own_id(identity: str) -> str:
    """The id as drawn: elements of an inlined process bear the call's id before theirs."""
    return identity.rpartition("/")[2]


AD_HOC = Behaviour(_enter, uncontrolled, never_resumed, settle_outputs)
