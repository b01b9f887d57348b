"""Who acts in whose place: lent authority, tasks of those who are away, hands kept apart."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from activities.entitlement import (
    Refusal,
    Situation,
    Stakes,
    judge,
    own_interests,
    read_stakes,
)
from activities.envelope import read_values
from activities.ports import Books
from workflows.domain.authority import Operator
from workflows.domain.emergency import EmergencyGrant
from workflows.domain.human_task import Deed, HumanTask

_LENDABLE = frozenset({"AUTHORITY", "FORBIDDEN"})
"""Refusals that somebody else's authority may overcome."""
_HELD = frozenset({"CLAIMED", "COMPLETED"})


async def with_lent_authority(
    books: Books, situation: Situation
) -> tuple[Situation, Refusal | None]:
    """Judge by the person's own authority; where that is too little, by what others have lent.

    Whom a task is offered to in somebody's name alone is told how far that name goes.
    """
    refusal = judge(situation)
    if refusal is None or refusal.code not in _LENDABLE:
        return situation, refusal
    for delegation in await books.standing_in.lent_to(situation.person.id, situation.at):
        lender = await books.operators.get(delegation.given_by)
        if lender is None or not delegation.covers(situation.item, situation.at):
            continue
        lent = replace(situation, lender=lender, delegation=delegation)
        beyond = judge(lent)
        if beyond is None:
            return lent, None
        if beyond.code == "AUTHORITY":
            refusal = beyond
    return await _raised(books, situation, refusal)


async def _raised(
    books: Books, situation: Situation, refusal: Refusal
) -> tuple[Situation, Refusal | None]:
    """Judge by the levels granted for hours; a grant by who may not act here counts for nothing."""
    for grant in await books.emergencies.granted_to(situation.person.id, situation.at):
        if not grant.covers(situation.item, situation.at):
            continue
        if await _is_partial(books, situation, grant):
            continue
        higher = replace(situation.person, level=max(grant.level, situation.person.level))
        raised = replace(situation, lender=higher, delegation=grant)
        beyond = judge(raised)
        if beyond is None:
            return raised, None
        if beyond.code == "AUTHORITY":
            refusal = beyond
    return situation, refusal


async def _is_partial(books: Books, situation: Situation, grant: EmergencyGrant) -> bool:
    """Tell whether a hand in the grant had a hand in the case, or has an interest in it."""
    barred = {
        *situation.makers, *situation.beside, *situation.stakes.excluded, situation.started_by,
    }  # fmt: skip
    if barred & grant.hands:
        return True
    givers = [await books.operators.get(each) for each in (grant.ordered_by, grant.agreed_by)]
    return any(one is None or own_interests(one) & situation.interests for one in givers)


async def is_forsaken(books: Books, task: HumanTask, person: Operator, at: datetime) -> bool:
    """Tell whether whoever has it works here no more, for now or for good."""
    if task.assignee in {None, person.id}:
        return False
    holder = await books.operators.get(str(task.assignee))
    if holder is None or holder.status != "ACTIVE":
        return True
    return await books.standing_in.is_absent(holder.id, at)


async def kept_apart(
    books: Books, task: HumanTask, stakes: Stakes, deeds: Sequence[Deed]
) -> frozenset[str]:
    """Who has another of the tasks that this one is kept apart from, and in whose name they act.

    Whose authority was used by somebody who may not act here may not act here either.
    """
    beside = set() if stakes.apart is None else await _beside(books, task, stakes.apart, deeds)
    barred = beside | set(stakes.excluded)
    return frozenset(beside | {
        deed.on_behalf_of for deed in deeds if deed.on_behalf_of and deed.actor in barred
    })  # fmt: skip


async def _beside(books: Books, task: HumanTask, apart: str, deeds: Sequence[Deed]) -> set[str]:
    others = {(deed.instance_id, deed.key) for deed in deeds} - {(task.instance_id, task.key)}
    held = [await books.human_tasks.get(*other) for other in sorted(others)]
    return {
        one.assignee
        for one in held
        if one is not None
        and one.assignee is not None
        and one.state in _HELD
        and read_stakes(read_values(one.variables)).apart == apart
    }
