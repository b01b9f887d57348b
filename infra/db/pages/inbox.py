"""The inbox: which tasks an operator may see, and pages of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.book.standing_in import ALONE, StandingIn
from infra.db.connections.rows import to_noun
from infra.db.tables import cases, trail
from infra.db.tables.columns import Instant
from workflows.domain.authority import Operator
from workflows.domain.human_task import Deed, HumanTask, TaskState

_tasks = trail.human_tasks
_candidates = trail.human_task_candidates
_deeds = trail.human_task_deeds
_cases = cases.cases


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks to list."""

    operator: Operator | None = None
    """None: whoever's (ops, auditor)."""
    standing: StandingIn = ALONE
    """In whose place the operator looks, too."""
    states: tuple[TaskState, ...] = ("OPEN", "CLAIMED")
    case_id: str | None = None
    mine_only: bool = False
    after: tuple[datetime, str, int] | None = None
    """The last task of the page before: opened_at, instance id, key."""
    limit: int = 50


class Inbox:
    """Lists of human tasks."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self, wanted: TaskFilter) -> tuple[HumanTask, ...]:
        """A page of tasks, oldest first."""
        place = (_tasks.c.opened_at, _tasks.c.instance_id, _tasks.c.key)
        query: Any = (
            select(_tasks)
            .where(_tasks.c.state.in_(wanted.states))
            .order_by(*place)
            .limit(wanted.limit)
        )
        if wanted.operator is not None:
            query = query.where(
                _mine(wanted.operator, wanted.standing)
                if wanted.mine_only
                else _visible(wanted.operator, wanted.standing)
            )
        if wanted.case_id is not None:
            query = query.where(_tasks.c.case_id == wanted.case_id)
        if wanted.after is not None:
            at, instance_id, key = wanted.after
            query = query.where(
                tuple_(*place) > tuple_(literal(at, Instant), literal(instance_id), literal(key))
            )
        return tuple(to_noun(HumanTask, row) for row in await self._connection.execute(query))

    async def get(self, instance_id: str, key: int) -> HumanTask | None:
        """A task, whoever may see it."""
        query = select(_tasks).where(_tasks.c.instance_id == instance_id, _tasks.c.key == key)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(HumanTask, row)

    async def is_visible(
        self, task: HumanTask, operator: Operator, standing: StandingIn = ALONE
    ) -> bool:
        """Whether an operator may see a task."""
        query = select(_tasks.c.key).where(
            _tasks.c.instance_id == task.instance_id,
            _tasks.c.key == task.key,
            _visible(operator, standing),
        )
        return (await self._connection.execute(query)).first() is not None

    async def draft(self, task: HumanTask) -> Deed | None:
        """What the last who had to give the task back had entered."""
        query = (
            select(_deeds)
            .where(
                _deeds.c.instance_id == task.instance_id,
                _deeds.c.key == task.key,
                _deeds.c.act == "unclaim",
                _deeds.c.outcome.is_not(None),
            )
            .order_by(_deeds.c.no.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Deed, row)

    async def deeds(self, case_id: str) -> tuple[Deed, ...]:
        """Everything people did in a case, in order."""
        query = select(_deeds).where(_deeds.c.case_id == case_id).order_by(_deeds.c.no)
        return tuple(to_noun(Deed, row) for row in await self._connection.execute(query))


def _mine(operator: Operator, standing: StandingIn) -> ColumnElement[bool]:
    return _tasks.c.assignee.in_((operator.id, *standing.substitutes_for))


def _visible(operator: Operator, standing: StandingIn) -> ColumnElement[bool]:
    users = (operator.id, *standing.substitutes_for)
    offered = [
        _offered("user", users),
        _offered("group", operator.candidate_groups),
        *(
            and_(
                _offered("group", lent.groups),
                exists().where(_cases.c.id == _tasks.c.case_id, _cases.c.item.in_(lent.items)),
            )
            for lent in standing.lent
        ),
    ]
    return or_(_mine(operator, standing), *offered)


def _offered(kind: str, candidates: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(
        _candidates.c.instance_id == _tasks.c.instance_id,
        _candidates.c.key == _tasks.c.key,
        _candidates.c.kind == kind,
        _candidates.c.candidate.in_(candidates),
    )
