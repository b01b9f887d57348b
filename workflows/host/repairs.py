"""What operations order about the whole case: checked here, foreseen, or put into the inbox."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows.bpmn.interpreter import Foresight, OccurrenceRefused, foresee
from workflows.bpmn.interpreter.commands import Command
from workflows.bpmn.interpreter.foresight import Standing
from workflows.bpmn.interpreter.instructions import (
    ActivateElement,
    AddInstance,
    CompensateActivity,
    MoveInstance,
    SetScopeVariables,
    TerminateElement,
    TerminateInstance,
)
from workflows.bpmn.interpreter.instructions import Instruction as Ordering
from workflows.bpmn.interpreter.migration import MigrationRefused
from workflows.bpmn.interpreter.occurrences import (
    ActivitiesChosen,
    Cancelled,
    ErrorRaised,
    IncidentResolved,
    IncidentSkipped,
    Modified,
    Occurrence,
)
from workflows.bpmn.interpreter.state import ROOT
from workflows.bpmn.program.work import Human, Job
from workflows.contracts.repair import (
    Begin,
    Cancel,
    EffectTold,
    Forecast,
    Instruction,
    Migrate,
    Modify,
    RepairOrder,
    Resume,
    Retry,
    Skip,
    StandingTold,
    StuckTold,
    Suspend,
    Throw,
    TokenTold,
    WaitTold,
)
from workflows.feel.wire import decode
from workflows.host import migration, suspension
from workflows.host.case import Case, Ordered, Posted, decode_all, is_readable
from workflows.host.requests import Reply, refusal

_NAMES: Final[Mapping[str, str]] = {
    "suspend": "case.suspend",
    "resume": "case.resume",
    "retry": "incident.retry",
    "skip": "incident.skip",
    "throw": "incident.throw",
    "modify": "case.modify",
    "begin": "case.begin",
    "migrate": "case.migrate",
}
"""By act, what the audit trail calls it."""


def check(case: Case, order: RepairOrder) -> None:
    """Refuse an order that cannot be carried out."""
    if case.requests.recall(order.request_id, order) is not None:
        return
    error = suspension.objection(case, order)
    if error is not None:
        raise error
    if isinstance(order.act, Suspend | Resume):
        return
    if isinstance(order.act, Migrate):
        migration.check(case, order.act)
        return
    if isinstance(order.act, Retry | Cancel):
        raise refusal("INVALID", "This is only looked at here; it is ordered by itself.")
    fault = _unreadable(order) or _unknown(case, order)
    if fault:
        raise fault
    try:
        _foresee(case, order)
    except OccurrenceRefused as refused:
        raise refusal("INVALID", str(refused)) from None


def post(case: Case, order: RepairOrder) -> Reply:
    """Put an order into the inbox."""
    reply = case.requests.open(order.request_id, order)
    if isinstance(order.act, Suspend | Resume | Migrate):
        case.inbox.append(Ordered(order=order, told=_told(order), reply=reply))
    else:
        case.inbox.append(
            Posted(
                occurrence=happening(case, order),
                request_id=order.request_id,
                reply=reply,
                told=_told(order),
            )
        )
    return reply


def forecast(case: Case, order: RepairOrder) -> Forecast:
    """Say what would come of an order: the very step, on a copy of the state."""
    fault = _objection(case, order) or _unreadable(order) or _unknown(case, order)
    if fault is not None:
        return Forecast(faults=(fault.message,))
    try:
        foreseen = _foresee(case, order)
    except OccurrenceRefused as refused:
        return Forecast(faults=(str(refused),))
    except MigrationRefused as refused:
        return Forecast(faults=refused.faults)
    told = _forecast(foreseen)
    return told.model_copy(update={"effects": (*_answered(case, order), *told.effects)})


def _objection(case: Case, order: RepairOrder) -> ApplicationError | None:
    if isinstance(order.act, Migrate):
        return migration.objection(case, order.act)
    return suspension.objection(case, order)


def _foresee(case: Case, order: RepairOrder) -> Foresight:
    if isinstance(order.act, Migrate):
        return migration.foresee(case, order.act)
    with workflow.unsafe.sandbox_unrestricted():
        return foresee(case.program, case.state, [happening(case, order)])


# --- an order as an occurrence ----------------------------------------------------------------


def happening(case: Case, order: RepairOrder) -> Occurrence:
    """Return what an order lets happen to the interpreter."""
    at = case.now()
    match order.act:
        case Retry(incident=incident, variables=given, retries=retries):
            return IncidentResolved(
                at=at, incident=incident, variables=decode_all(given), retries=retries
            )
        case Cancel():
            return Cancelled(at=at, reason=order.reason)
        case Skip(incident=incident, variables=given):
            return IncidentSkipped(at=at, incident=incident, variables=decode_all(given))
        case Throw(incident=incident, code=code, message=message, variables=given):
            return ErrorRaised(
                at=at,
                incident=incident,
                code=code,
                message=message,
                variables=decode_all(given),
            )
        case Modify(instructions=wanted):
            return Modified(at=at, instructions=tuple(map(_ordering, wanted)))
        case Begin(wait=wait, activities=wanted, is_last=is_last):
            chosen = tuple((one.element, decode_all(one.variables)) for one in wanted)
            return ActivitiesChosen(at=at, wait=wait, activities=chosen, is_last=is_last)
        case Suspend() | Resume() | Migrate():
            raise AssertionError(f"Expected a repair of the model's run, but got {order.act.act}")


def _ordering(one: Instruction) -> Ordering:
    return _ORDERINGS[one.do](one)


def _ending(one: Instruction) -> Ordering:
    if one.key:
        return TerminateInstance(key=one.key)
    return TerminateElement(element=one.element)


_ORDERINGS: Final[Mapping[str, Callable[[Instruction], Ordering]]] = {
    "activate": lambda one: ActivateElement(
        element=one.element, scope=one.scope, variables=decode_all(one.variables)
    ),
    "terminate": _ending,
    "move": lambda one: MoveInstance(
        key=one.key, element=one.element, variables=decode_all(one.variables)
    ),
    "addInstance": lambda one: AddInstance(key=one.key, item=decode(one.item)),
    "setVariables": lambda one: SetScopeVariables(
        key=one.key or ROOT, variables=decode_all(one.variables)
    ),
    "compensate": lambda one: CompensateActivity(element=one.element),
}


def _unreadable(order: RepairOrder) -> Any:  # noqa: ANN401 - an error, or nothing
    given = [getattr(order.act, "variables", {})]
    if isinstance(order.act, Modify):
        given += [one.variables for one in order.act.instructions]
        given += [{"item": one.item} for one in order.act.instructions if one.do == "addInstance"]
    if isinstance(order.act, Begin):
        given += [one.variables for one in order.act.activities]
    if all(map(is_readable, given)):
        return None
    return refusal("INVALID", "A variable is not a wire-encoded value.")


def _unknown(case: Case, order: RepairOrder) -> Any:  # noqa: ANN401 - an error, or nothing
    if isinstance(order.act, Begin) and order.act.wait not in case.waits.offers:
        return refusal("NOT_OPEN", "This is not offered.")
    incident = getattr(order.act, "incident", None)
    if incident is None or incident in case.incidents:
        return None
    return refusal("NOT_OPEN", "The incident is not open.")


def _told(order: RepairOrder) -> dict[str, Any]:
    """What the journal, and with it the audit trail, says of an order; no value of a variable."""
    told: dict[str, Any] = {
        "act": _NAMES[order.act.act],
        "actor": order.actor,
        "role": order.role,
        "reason": order.reason,
        "requestId": order.request_id,
    }
    if order.proposed_by:
        told["proposedBy"] = order.proposed_by
    match order.act:
        case Skip(incident=incident, variables=given):
            told |= {"incident": incident, "variables": sorted(given)}
        case Throw(incident=incident, code=code, variables=given):
            told |= {"incident": incident, "code": code, "variables": sorted(given)}
        case Modify(instructions=wanted):
            told["instructions"] = [_in_short(one) for one in wanted]
        case Begin(wait=wait, activities=begun, is_last=is_last):
            told |= {"offer": wait, "elements": [one.element for one in begun], "isLast": is_last}
        case Migrate(version=version, program_hash=program_hash, undoes=undoes):
            told |= {"version": version, "programHash": program_hash}
            told |= {"undoes": undoes} if undoes else {}
        case _:
            pass
    return told


def _in_short(one: Instruction) -> dict[str, Any]:
    told = one.model_dump(include={"do", "element", "key", "scope"}, exclude_defaults=True)
    return {**told, "do": one.do, **({"variables": sorted(one.variables)} if one.variables else {})}


# --- a preview as a message -------------------------------------------------------------------


def _forecast(foreseen: Foresight) -> Forecast:
    places = {
        token.key: token.element
        for standing in (foreseen.before, foreseen.after)
        for token in standing.tokens
    }
    return Forecast(
        before=_standing(foreseen.before),
        after=_standing(foreseen.after),
        effects=tuple(
            effect for command in foreseen.commands for effect in _effects(command, places)
        ),
    )


def _standing(one: Standing) -> StandingTold:
    return StandingTold(
        tokens=tuple(
            TokenTold(
                element=token.element,
                key=token.key,
                scope=token.scope,
                kind=token.kind,
                phase=token.phase,
                count=token.count,
            )
            for token in one.tokens
        ),
        waits=tuple(
            WaitTold(
                element=wait.element,
                waits_for=wait.waits_for,
                name=wait.name,
                key=wait.key,
                due=wait.due,
            )
            for wait in one.waits
        ),
        incidents=tuple(
            StuckTold(incident=each.incident, element=each.element, key=each.key, code=each.code)
            for each in one.incidents
        ),
        compensations=one.compensations,
        outcome=one.outcome,
    )


def _answered(case: Case, order: RepairOrder) -> list[EffectTold]:
    """Name the work whose place the operator takes."""
    if not isinstance(order.act, Skip | Throw):
        return []
    incident = case.state.incidents.get(order.act.incident)
    if incident is None:
        return []
    node = case.program.nodes[incident.node]
    match node.work:
        case Job(type=type_):
            named = type_ if isinstance(type_, str) else ""
        case Human():
            named = "closeHumanTask"
        case _:
            return []
    return [EffectTold(what="answered", element=node.id, type=named)]


_BEGINS: Final[Mapping[str, str]] = {
    "runTask": "type",
    "openHumanTask": "name",
    "startChild": "process_id",
    "publishMessage": "message",
    "broadcastSignal": "signal",
}
"""By kind of command, the field that says what begins."""
_WITHDRAWS: Final = frozenset(("cancelTask", "closeHumanTask", "cancelChild"))


def _effects(command: Command, places: Mapping[int, str]) -> list[EffectTold]:
    if command.kind in _BEGINS:
        named = str(getattr(command, _BEGINS[command.kind]))
        return [EffectTold(what="begins", element=getattr(command, "element", ""), type=named)]
    if command.kind in _WITHDRAWS:
        element = places.get(getattr(command, "key", 0), "")
        return [EffectTold(what="withdrawn", element=element, type=command.kind)]
    return []
