"""``human_task.act``: what a person does about a task, judged and written in one transaction."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from temporalio import activity

from activities.entitlement import (
    CHECKING_LEVEL,
    Refusal,
    Situation,
    Stakes,
    judge,
    limit_of,
    read_stakes,
    valid_certificate,
)
from activities.envelope import read_values
from activities.once import Messages, guarded, journaled
from activities.ports import Books
from activities.requeue import must_requeue, requeue
from activities.step import Equipment
from workflows.contracts.human_task import HUMAN_TASK_ACT, ActAnswer, ActCall, TaskAct
from workflows.domain.authority import Operator
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
                return await _act(books, call, messages)

        answer: ActAnswer = await guarded(HUMAN_TASK_ACT, lambda: equipment.again(run))
        return answer

    return act


async def _act(books: Books, call: ActCall, messages: Messages) -> ActAnswer:
    known = await books.human_tasks.deed(call.instance_id, call.act.request_id)
    if known is not None:
        return _repeated(known, call.act, messages)
    try:
        situation = await _situation(books, call)
    except ValueError as error:
        return _refused(Refusal(code="INVALID", message=f"{error}."), messages)
    refusal = situation if isinstance(situation, Refusal) else judge(situation)
    if isinstance(situation, Refusal) or refusal is not None:
        found = refusal or Refusal(code="FORBIDDEN", message="")
        if isinstance(situation, Situation) and must_requeue(situation, found):
            await requeue(books, situation, _deed(call, situation))
        return _refused(found, messages)
    task = await books.human_tasks.perform(_deed(call, situation))
    return ActAnswer(assignee=task.assignee, messages=messages)


async def _situation(books: Books, call: ActCall) -> Situation | Refusal:
    act = call.act
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
        limits=await books.operators.limits(case.item, call.at.date()),
        started_by=case.started_by,
        interests=await _interests(books, case, call.at.date()),
        paid_lately=zero() if stakes.amount is None else await _paid_lately(books, case, call),
        makers=await _makers(books, deeds),
        beside=await _beside(books, task, stakes, deeds),
        delegated=_is_delegated(task, deeds),
        forsaken=await _is_forsaken(books, task, person),
        at=call.at,
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


async def _makers(books: Books, deeds: Sequence[Deed]) -> frozenset[str]:
    """Who approved a decision below the checking level: made what others check."""
    makers = set()
    for deed in deeds:
        if deed.act == "complete" and deed.outcome == "approve" and deed.actor not in makers:
            task = await books.human_tasks.get(deed.instance_id, deed.key)
            if task is not None and _is_making(task):
                makers.add(deed.actor)
    return frozenset(makers)


async def _beside(
    books: Books, task: HumanTask, stakes: Stakes, deeds: Sequence[Deed]
) -> frozenset[str]:
    """Who has another of the tasks that this one is kept apart from."""
    if stakes.apart is None:
        return frozenset()
    others = {(deed.instance_id, deed.key) for deed in deeds} - {(task.instance_id, task.key)}
    held = [await books.human_tasks.get(*other) for other in sorted(others)]
    return frozenset(
        one.assignee
        for one in held
        if one is not None
        and one.assignee is not None
        and one.state in {"CLAIMED", "COMPLETED"}
        and read_stakes(read_values(one.variables)).apart == stakes.apart
    )


def _is_making(task: HumanTask) -> bool:
    level = read_stakes(read_values(task.variables)).required_level
    return 0 < level < CHECKING_LEVEL


async def _is_forsaken(books: Books, task: HumanTask, person: Operator) -> bool:
    """Tell whether whoever has it works here no more, for now or for good."""
    if task.assignee in {None, person.id}:
        return False
    holder = await books.operators.get(str(task.assignee))
    return holder is None or holder.status != "ACTIVE"


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
    return Deed(
        instance_id=call.instance_id,
        key=act.task_key,
        case_id=call.case_id,
        element=task.element,
        request_id=act.request_id,
        act=act.act,
        actor=act.actor,
        at=call.at,
        level=situation.person.level,
        outcome=act.outcome,
        comment=act.comment,
        variables=act.variables,
        content_hash=act.content_hash,
        delegate_to=act.delegate_to,
        limit_version=None if limit is None else limit.version,
        certificate_id=None if certificate is None else certificate.id,
    )


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
