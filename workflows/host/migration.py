"""A running case goes on by another version of its model: foreseen, or carried out as one step.

Work that is out goes on; what it will answer finds the element that took over. Effects keep the key
under which they were begun, whatever the element is called now.
"""

from collections.abc import Mapping
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ApplicationError

from workflows.bpmn.interpreter import Foresight, State, Trace
from workflows.bpmn.interpreter.migration import (
    MigrationRefused,
    Plan,
    foresee_migration,
    migrate,
)
from workflows.bpmn.program import Program
from workflows.contracts.repair import Migrate
from workflows.contracts.routing import SEARCH_VERSION
from workflows.host.case import Case
from workflows.host.dispatch import carry_out
from workflows.host.fleeting import lasting
from workflows.host.programs import ProgramUnavailable, program
from workflows.host.record import write_commands, write_trail
from workflows.host.rehanging import rehang
from workflows.host.requests import refusal

LONGEST_REFUSAL = 400


def objection(case: Case, act: Migrate) -> ApplicationError | None:
    """Say what stands against a migration before the models are looked at."""
    if case.finish is not None:
        return refusal("NOT_OPEN", "The case has already ended.")
    if act.program_hash == case.input.program_hash:
        return refusal("SAME_VERSION", "The case goes by this version already.")
    if act.source_hash not in ("", case.input.program_hash):
        return refusal("OTHER_VERSION", "The case goes by another version than the plan.")
    if case.still.deferred:
        return refusal("INVALID", "What a repair began still waits for the case to be resumed.")
    return None


def foresee(case: Case, act: Migrate) -> Foresight:
    """Look what would come of it; raises MigrationRefused."""
    target = _target(case, act)
    with workflow.unsafe.sandbox_unrestricted():
        return foresee_migration(case.program, target, case.state, plan_of(act), case.now())


def check(case: Case, act: Migrate) -> None:
    """Refuse what cannot be carried out."""
    error = objection(case, act)
    if error is not None:
        raise error
    try:
        foresee(case, act)
    except MigrationRefused as refused:
        raise _refused(refused) from None
    except ProgramUnavailable as away:
        raise refusal("NOT_READY", str(away)) from None


def obey(case: Case, act: Migrate, told: Mapping[str, Any]) -> ApplicationError | dict[str, Any]:
    """Go on by the other version; what can no more be done by now is refused."""
    error = objection(case, act)
    if error is not None:
        return error
    target, before = _target(case, act), case.program
    with workflow.unsafe.sandbox_unrestricted():
        try:
            done = migrate(before, target, case.state, plan_of(act), case.now())
        except MigrationRefused as refused:
            return _refused(refused)
    back = _back(case, done.back)
    case.note("operatorActed", data={**told, "back": back})
    was = {key: before.nodes[one.node].id for key, one in case.state.instances.items()}
    _note_gone(case, target, done.trail)
    _switch(case, act, target, done.state)
    rehang(case, was)
    write_trail(case, [one for one in done.trail if _is_known(case.program, one)])
    commands = lasting(done.commands)
    write_commands(case, commands)
    carry_out(case, commands)
    return {"back": back}


def plan_of(act: Migrate) -> Plan:
    """Return the plan that an order bears."""
    return Plan(elements=act.elements, flows=act.flows, renew=act.renew, dues=act.dues)


def _target(case: Case, act: Migrate) -> Program:
    return program(act.program_hash, case.input.process_id)


def _switch(case: Case, act: Migrate, target: Program, state: State) -> None:
    case.program, case.state = target, state
    update = {"version": act.version, "program_hash": act.program_hash}
    case.input = case.input.model_copy(update=update)
    key = SearchAttributeKey.for_int(SEARCH_VERSION)
    workflow.upsert_search_attributes([key.value_set(act.version)])


def _note_gone(case: Case, target: Program, trail: list[Trace]) -> None:
    """Write down the end of elements that the new model has not."""
    for one in trail:
        if not _is_known(target, one):
            data = {"type": one.kind, "scope": one.scope}
            case.note("elementTerminated", (one.element, one.element, one.key), data)


def _is_known(target: Program, one: Trace) -> bool:
    return one.element in target.ids or one.kind == "sequenceFlow"


def _back(case: Case, back: Plan) -> dict[str, Any]:
    """What an undoing will order: small enough for the journal, being ids alone."""
    return {
        "version": case.input.version,
        "programHash": case.input.program_hash,
        "elements": dict(back.elements),
        "flows": dict(back.flows),
        "dues": {name: due.isoformat() for name, due in back.dues.items()},
    }


def _refused(refused: MigrationRefused) -> ApplicationError:
    return refusal("INVALID", str(refused)[:LONGEST_REFUSAL])
