"""Entering those who work here, at the door: what is asked of an entry, what an act brings about.

What permits takes two admins, what protects takes one (ADR 48): a suspension, an interest declared.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from api.answers import Once
from api.local_ids import local_id
from api.permissions import ADMIN
from api.problems import Problem
from api.registering import agreed, carried_out, colleague, entry_of
from api.schemas.registry import EntrySeen, OperatorChanged, OperatorEntered
from infra.db.book.operators import OperatorFilter
from infra.db.unit_of_work import ReadingRoom, UnitOfWork
from workflows.domain.authority import Operator, RegistryAct
from workflows.domain.certificates import read_above
from workflows.domain.human_task import HumanTask
from workflows.domain.notice import REGISTRY, StaffNotice
from workflows.domain.registration import ADMINS, is_candidate, unfit

_ALL: Final = 1_000_000
_ORDERED: Final = (
    "party_id", "unit", "level", "roles", "groups", "status", "conflicts", "agent_id", "mail",
)  # fmt: skip
"""What two have to mean alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act on an entry: what it is called, why, and who said the same before."""

    name: str
    reason: str
    digest: str | None = None
    """Of the order that two give; None: one is enough."""
    first: str | None = None

    def told(self, operator_id: str, asked: Once) -> RegistryAct:
        """Return it as it is written down."""
        return RegistryAct(
            operator_id=operator_id,
            act=self.name,
            by=asked.caller.subject,
            reason=self.reason,
            at=asked.composed.now(),
            proposed_by=self.first,
        )


def entered(body: OperatorEntered) -> Operator:
    """Return the entry that is asked for; raises Problem 422 for duties that are kept apart."""
    return fit(
        Operator(
            id=body.operator_id,
            party_id=body.party_id,
            unit=body.unit,
            level=body.level,
            roles=tuple(sorted(set(body.roles))),
            groups=tuple(sorted(set(body.groups))),
            status="ACTIVE",
            conflicts=tuple(sorted(set(body.interests))),
            agent_id=body.agent_id,
            mail=body.mail,
        )
    )


def changed(known: Operator, body: OperatorChanged) -> Operator:
    """Return an entry as it is to become; raises Problem 422 where that may not be."""
    if not body.model_fields_set - {"reason"}:
        raise Problem(422, "registration", "Say what of the entry becomes other.")
    return fit(
        replace(
            known,
            unit=known.unit if body.unit is None else body.unit,
            level=known.level if body.level is None else body.level,
            roles=known.roles if body.roles is None else tuple(sorted(set(body.roles))),
            groups=known.groups if body.groups is None else tuple(sorted(set(body.groups))),
            conflicts=known.conflicts
            if body.interests is None
            else tuple(sorted(set(body.interests))),
            mail=known.mail if body.mail is None else body.mail,
        )
    )


def fit(wanted: Operator) -> Operator:
    """Return the entry; raises Problem 422 with what is kept apart and is not."""
    why = unfit(wanted)
    if why is not None:
        raise Problem(422, "registration", why)
    return wanted


async def on_the_books(room: ReadingRoom, interests: Sequence[str]) -> None:
    """Raise Problem 422 for an interest that is neither a policy nor a person of the books."""
    for each in interests:
        if await room.policies.get(each) is None and await room.parties.get(each) is None:
            raise Problem(
                422, "registration", f"{each} is neither a policy nor a person of the books."
            )


async def by_another(room: ReadingRoom, asked: Once, operator_id: str) -> Operator:
    """Return whose entry it is; raises Problem 403 to the person, 404, and 409 for who has left."""
    if asked.caller.subject == operator_id:
        raise Problem(403, "four-eyes", "Nobody acts on the own entry.")
    known = await colleague(room, operator_id)
    if known.status == "LEFT":
        raise Problem(409, "operator-state", "Who has left comes back under another id.")
    return known


async def ordered(asked: Once, name: str, wanted: Operator, reason: str) -> Act:
    """Return what two admins ordered alike: the very entry that comes of it."""
    order = {each: getattr(wanted, each) for each in _ORDERED}
    what = f"{name}/{wanted.id}"
    digest, first = await agreed(asked.composed, asked, what, order, reason)
    return Act(name=name, reason=reason, digest=digest, first=first)


async def rewrite(
    books: UnitOfWork, asked: Once, before: Operator, wanted: Operator, act: Act
) -> EntrySeen:
    """Write an entry anew; raises Problem 409 where it is not as it was looked at.

    There are always admins enough to agree on anything, and nobody holds what is not theirs.
    """
    await books.registry.hold()
    if act.digest is not None:
        await carried_out(books, act.digest)
    if await books.operators.get(wanted.id) != before:
        raise Problem(409, "conflict", "Somebody changed the same thing just now.")
    if act.name in {"change", "leave"}:
        await _admins_stay(books, wanted)
    tasks = await books.human_tasks.in_hand(wanted.id)
    if act.name == "change":
        _nothing_beyond(wanted, tasks)
    await books.registry.change(before, wanted, act.told(wanted.id, asked))
    asked.composed.barred.forget()
    if wanted.status == "ACTIVE" or before.status != "ACTIVE":
        return seen(wanted, ())
    await _tell(books, wanted, tasks, asked)
    return seen(wanted, tasks)


def seen(operator: Operator, tasks: Sequence[HumanTask]) -> EntrySeen:
    """Return an entry as whoever acts on it sees it, with the tasks that others take now."""
    alone = [task for task in tasks if not _has_others(operator, task)]
    return EntrySeen(
        **entry_of(operator),
        agent_id=operator.agent_id,
        interests=list(operator.conflicts),
        mail=operator.mail,
        freed_tasks=[_id(task) for task in tasks if task not in alone],
        stranded_tasks=[_id(task) for task in alone],
    )


async def _admins_stay(books: UnitOfWork, wanted: Operator) -> None:
    if wanted.status == "ACTIVE" and ADMIN in wanted.roles:
        return
    listed = await books.operators.list(OperatorFilter(status="ACTIVE", role=ADMIN, limit=_ALL))
    left = {one.id for one in listed} - {wanted.id}
    if len(left) < ADMINS and any(one.id == wanted.id for one in listed):
        raise Problem(409, "last-admins", f"{ADMINS} active admins stay; enter another one first.")


def _nothing_beyond(wanted: Operator, tasks: Sequence[HumanTask]) -> None:
    beyond = [
        _id(task)
        for task in tasks
        if task.assignee == wanted.id and not is_candidate(wanted, task)
    ]  # fmt: skip
    if beyond:
        raise Problem(
            409,
            "tasks-in-hand",
            f"Given back before the change: {', '.join(beyond[:20])} would not be offered to "
            f"{wanted.id} any more. A suspension frees tasks at once.",
        )


async def _tell(
    books: UnitOfWork,
    gone: Operator,
    tasks: Sequence[HumanTask],
    asked: Once,
) -> None:
    """Tell those above: of the person, and of every task that waits for somebody else."""
    places = [(REGISTRY, gone.id, 0, f"OPERATOR_{gone.status}")]
    places += [(task.case_id, task.instance_id, task.key, "TASK_FREED") for task in tasks]
    for case_id, instance_id, key, code in places:
        name = f"{asked.request_id}/{instance_id}/{key}"
        await books.notices.tell(
            StaffNotice(
                id=f"NT-{hashlib.sha256(name.encode()).hexdigest()[:20].upper()}",
                code=code,
                case_id=case_id,
                instance_id=instance_id,
                key=key,
                about=gone.id,
                unit=gone.unit,
                above_level=read_above(gone),
                at=asked.composed.now(),
            )
        )


def _has_others(operator: Operator, task: HumanTask) -> bool:
    others = set(task.candidate_users) - {operator.id}
    nobody_named = not task.candidate_groups and not task.candidate_users
    return bool(task.candidate_groups or others or nobody_named)


def _id(task: HumanTask) -> str:
    return local_id(task.instance_id, task.key)
