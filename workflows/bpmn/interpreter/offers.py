"""Activities that an ad-hoc sub-process offers: begun by a person, or by a call from outside (S29).

An offer is a wait of the sub-process like any other: it has a number, it is shown, it ends with its
owner. It may be taken up any number of times, until somebody says that nothing more is to come.
"""

from collections.abc import Iterator

from workflows.bpmn.interpreter.behaviours.ad_hoc import ad_hoc_at, inner_id
from workflows.bpmn.interpreter.behaviours.scopes import begin_at
from workflows.bpmn.interpreter.occurrences import ActivitiesChosen
from workflows.bpmn.interpreter.state import COMPLETION, Instance, State, Wait
from workflows.bpmn.interpreter.subscriptions import close
from workflows.bpmn.interpreter.tokens import clear, create
from workflows.bpmn.interpreter.turn import OccurrenceRefused, Turn
from workflows.bpmn.program import Node, Program


def check_choice(program: Program, state: State, chosen: ActivitiesChosen) -> None:
    """Refuse a choice that makes no sense, with everything that is wrong with it."""
    wait = state.waits.get(chosen.wait)
    if wait is None or wait.kind != "offer":
        raise OccurrenceRefused(f"There is no offer {chosen.wait}.")
    faults = [*_faults(program, state.instances[wait.owner], chosen)]
    if faults:
        raise OccurrenceRefused(" ".join(faults))


def _faults(program: Program, scope: Instance, chosen: ActivitiesChosen) -> Iterator[str]:
    node = program.nodes[scope.node]
    offered = _offered(program, node)
    for element, variables in chosen.activities:
        if element not in offered:
            yield f"'{node.id}' does not offer '{element}'."
        if variables and ad_hoc_at(node).sequential:
            yield f"'{node.id}' is sequential: what begins in it brings no variables of its own."
    if chosen.is_last and ad_hoc_at(node).sequential and (chosen.activities or scope.begin):
        yield f"'{node.id}' is sequential: it is over when nothing waits for its turn."
    if not chosen.activities and not chosen.is_last:
        yield "Nothing was chosen."


def _offered(program: Program, node: Node) -> dict[str, int]:
    return {inner_id(program.nodes[index]): index for index in ad_hoc_at(node).offers}


def choose(turn: Turn, wait: Wait, chosen: ActivitiesChosen) -> None:
    """Begin what was chosen; after the last choice the sub-process waits for what is active."""
    scope = turn.state.instances[wait.owner]
    node = turn.nodes[scope.node]
    offered = _offered(turn.program, node)
    for element, variables in chosen.activities:
        if ad_hoc_at(node).sequential:
            begin_at(turn, scope, (offered[element],))
        else:
            begun = create(turn, turn.nodes[offered[element]], scope)
            begun.locals = dict(variables) or None
    if not chosen.is_last:
        return
    close(turn, scope, wait)
    if scope.children:
        scope.then = COMPLETION
    else:
        clear(turn, scope, COMPLETION, scope.payload)
