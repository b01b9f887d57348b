"""``human_task.act``: what a person does about a task, judged and written in one transaction."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from temporalio import activity

from activities.entitlement import (
    Refusal,
    Situation,
    grace_used,
    is_release,
    limit_of,
    read_stakes,
    valid_certificate,
)
from activities.envelope import read_values
from activities.once import Messages, guarded, journaled
from activities.ports import Books
from activities.requeue import must_requeue, requeue
from activities.standing_in import is_forsaken, kept_apart, with_lent_authority
from activities.step import Equipment
from workflows.contracts.human_task import HUMAN_TASK_ACT, ActAnswer, ActCall, TaskAct
from workflows.domain.authority import CHECKING_LEVEL
from workflows.domain.case import Case
from workflows.domain.human_task import Deed, HumanTask
from workflows.domain.money import Money, zero
from workflows.domain.policy import Role

_SPLITTING = timedelta(days=30)


def human_task_act(equipment: Equipment) -> Callable[..., object]:
    """Build the activity."""

    @activity.defn(name=HUMAN_TASK_ACT)
    async def act(call: ActCall) -> ActAnswer:
        async def run() -> ActAnswer:
            async with equipment.work() as books:
                await books.hold(call.case_id)
                messages = await journaled(books, call.journal)
                return await _act(books, call, call.at.astimezone(equipment.zone), messages)

        answer: ActAnswer = await guarded(HUMAN_TASK_ACT, lambda: equipment.again(run))
        return answer

    return act


async def _act(books: Books, call: ActCall, at: datetime, messages: Messages) -> ActAnswer:
    known = await books.human_tasks.deed(call.instance_id, call.act.request_id)
    if known is not None:
        return _repeated(known, call.act, messages)
    try:
        situation = await _situation(books, call, at)
    except ValueError as error:
        return _refused(Refusal(code="INVALID", message=f"{error}."), messages)
    if isinstance(situation, Refusal):
        return _refused(situation, messages)
    situation, refusal = await with_lent_authority(books, situation)
    if refusal is not None:
        if must_requeue(situation, refusal):
            await requeue(books, situation, _deed(call, situation))
        return _refused(refusal, messages)
    task = await books.human_tasks.perform(_deed(call, situation))
    return ActAnswer(assignee=task.assignee, messages=messages)


async def _situation(books: Books, call: ActCall, at: datetime) -> Situation | Refusal:
    act, today = call.act, at.date()
    task = await books.human_tasks.get(call.instance_id, act.task_key)
    if task is None:
        return Refusal(code="NOT_OPEN", message="There is no such task.")
    if act.act == "delegate" and not act.delegate_to:
        return Refusal(code="INVALID", message="A delegation names somebody.")
    person_id = act.delegate_to if act.act == "delegate" and act.delegate_to else act.actor
    person = await books.operators.get(person_id)
    case = await books.cases.get(call.case_id)
    if person is None or case is None:
        return Refusal(code="FORBIDDEN", message="The operator is not in the registry.")
    stakes = read_stakes(read_values(task.variables))
    deeds = await books.human_tasks.deeds(call.case_id)
    return Situation(
        task=task,
        act=act,
        person=person,
        stakes=stakes,
        limits=await books.operators.limits(case.item, today),
        started_by=case.started_by,
        interests=await _interests(books, case, today),
        paid_lately=zero() if stakes.amount is None else await _paid_lately(books, case, call),
        makers=await _makers(books, task, deeds),
        beside=await kept_apart(books, task, stakes, deeds),
        delegated=_is_delegated(task, deeds),
        forsaken=await is_forsaken(books, task, person, call.at),
        item=case.item,
        at=call.at,
        zone=at.tzinfo or UTC,
        substitutes_for=frozenset(await books.standing_in.substitutes_for(person.id, call.at)),
        is_absent=await books.standing_in.is_absent(person.id, call.at),
    )


def _is_held(role: Role, on: date) -> bool:
    return role.until is None or on < role.until


async def _interests(books: Books, case: Case, on: date) -> frozenset[str]:
    policy = await books.policies.get(case.policy_no)
    if policy is None:
        return frozenset({case.policy_no, case.applicant_party_id})
    parties = {role.party_id for role in policy.roles if _is_held(role, on)}
    agents = {policy.agent_id} if policy.agent_id else set[str]()
    return frozenset({case.policy_no, case.applicant_party_id, *parties, *agents})


async def _paid_lately(books: Books, case: Case, call: ActCall) -> Money:
    return await books.obligations.lately(
        party_id=case.applicant_party_id,
        policy_no=case.policy_no,
        except_case=case.id,
        since=call.at - _SPLITTING,
    )


async def _makers(books: Books, task: HumanTask, deeds: Sequence[Deed]) -> frozenset[str]:
    """Who approved below the checking level: made what others check.

    What finance releases was made by everybody who approved before, and in whose name.
    """
    release, makers = is_release(task), set[str]()
    for deed in deeds:
        if deed.act == "complete" and deed.outcome == "approve":
            earlier = await books.human_tasks.get(deed.instance_id, deed.key)
            if earlier is not None and _is_making(earlier, release=release):
                makers |= {deed.actor, deed.on_behalf_of or deed.actor}
    return frozenset(makers)


def _is_making(task: HumanTask, *, release: bool) -> bool:
    if release:
        return not is_release(task)
    level = read_stakes(read_values(task.variables)).required_level
    return 0 < level < CHECKING_LEVEL


def _is_delegated(task: HumanTask, deeds: Sequence[Deed]) -> bool:
    """Claiming it again does not make a task that was given one's own."""
    delegated = False
    for deed in deeds:
        if (deed.instance_id, deed.key) == (task.instance_id, task.key):
            delegated = deed.act == "delegate" or (delegated and deed.act != "unclaim")
    return delegated


def _deed(call: ActCall, situation: Situation) -> Deed:
    act, task = call.act, situation.task
    certificate, limit = valid_certificate(situation), limit_of(situation)
    grace = grace_used(situation)
    return Deed(
        instance_id=call.instance_id,
        key=act.task_key,
        case_id=call.case_id,
        element=task.element,
        request_id=act.request_id,
        act=act.act,
        actor=act.actor,
        at=call.at,
        level=situation.authority.level,
        outcome=act.outcome,
        comment=act.comment,
        variables=act.variables,
        content_hash=act.content_hash,
        delegate_to=act.delegate_to,
        limit_version=None if limit is None else limit.version,
        certificate_id=None if certificate is None else certificate.id,
        on_behalf_of=_in_whose_name(situation),
        delegation_id=None if situation.delegation is None else situation.delegation.id,
        in_grace_until=None if grace is None else grace.astimezone(UTC),
    )


def _in_whose_name(situation: Situation) -> str | None:
    """Return whose authority was used; whoever is raised for hours acts in the own name."""
    lender = situation.lender
    return None if lender is None or lender.id == situation.person.id else lender.id


def _repeated(deed: Deed, act: TaskAct, messages: Messages) -> ActAnswer:
    same = (deed.key, deed.act, deed.actor, deed.outcome, deed.delegate_to) == (
        act.task_key,
        act.act,
        act.actor,
        act.outcome,
        act.delegate_to,
    )
    if not same:
        message = "This request id was used before for something else."
        return _refused(Refusal(code="REQUEST_REUSED", message=message), messages)
    return ActAnswer(assignee=_assignee_after(deed), messages=messages)


def _assignee_after(deed: Deed) -> str | None:
    match deed.act:
        case "claim" | "complete":
            return deed.actor
        case "delegate":
            return deed.delegate_to
        case "unclaim":
            return None


def _refused(refusal: Refusal, messages: Messages) -> ActAnswer:
    return ActAnswer(refusal=refusal.code, message=refusal.message, messages=messages)
