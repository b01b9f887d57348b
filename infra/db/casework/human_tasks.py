"""Human tasks as people act on them; they are opened and withdrawn by the journal."""

from typing import Any

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.connections.salting import SALT, new_salt
from infra.db.tables import trail
from workflows.domain.audit import Change
from workflows.domain.human_task import TASK_STEPS, Deed, HumanTask, TaskNotOpen

_tasks = trail.human_tasks
_candidates = trail.human_task_candidates
_deeds = trail.human_task_deeds


class HumanTaskTable:
    """Tasks and what was done about them."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def get(self, instance_id: str, key: int) -> HumanTask | None:
        """A task as it stands."""
        query = select(_tasks).where(_tasks.c.instance_id == instance_id, _tasks.c.key == key)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(HumanTask, row)

    async def deed(self, instance_id: str, request_id: str) -> Deed | None:
        """What was already done under a request id."""
        query = select(_deeds).where(
            _deeds.c.instance_id == instance_id, _deeds.c.request_id == request_id
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Deed, row)

    async def deeds(self, case_id: str) -> tuple[Deed, ...]:
        """Everything people did in a case, in order: what four-eyes looks at."""
        query = select(_deeds).where(_deeds.c.case_id == case_id).order_by(_deeds.c.no)
        return tuple(to_noun(Deed, row) for row in await self._connection.execute(query))

    async def in_hand(self, operator_id: str) -> tuple[HumanTask, ...]:
        """Tasks that somebody has, or is offered by name; the oldest first."""
        offered = exists().where(
            _candidates.c.instance_id == _tasks.c.instance_id,
            _candidates.c.key == _tasks.c.key,
            _candidates.c.kind == "user",
            _candidates.c.candidate == operator_id,
        )
        query = (
            select(_tasks)
            .where(
                _tasks.c.state.in_(("OPEN", "CLAIMED")),
                or_(_tasks.c.assignee == operator_id, offered),
            )
            .order_by(_tasks.c.opened_at, _tasks.c.instance_id, _tasks.c.key)
        )
        return tuple(to_noun(HumanTask, row) for row in await self._connection.execute(query))

    async def perform(self, deed: Deed) -> HumanTask:
        """Do it: write the deed, change the task along TASK_STEPS, write one audit row."""
        task = await self.get(deed.instance_id, deed.key)
        if task is None or deed.act not in TASK_STEPS[task.state]:
            raise TaskNotOpen(
                f"Expected task {deed.key} of {deed.instance_id} open to {deed.act}, but it is "
                + ("unknown" if task is None else task.state)
            )
        written = to_row(deed) | {SALT: new_salt()}
        await self._connection.execute(insert(_deeds), written)
        self._audit.vouch(deed.case_id, "human_task_deeds", written, deed.at)
        statement = (
            update(_tasks)
            .where(_tasks.c.instance_id == deed.instance_id, _tasks.c.key == deed.key)
            .values(consequence(deed))
            .returning(_tasks)
        )
        row = (await self._connection.execute(statement)).one()
        await self._audit.append(_change(deed))
        return to_noun(HumanTask, row)


def consequence(deed: Deed) -> dict[str, Any]:
    """What a deed makes of its task."""
    values: dict[str, Any] = {"state": TASK_STEPS["CLAIMED"][deed.act]}
    match deed.act:
        case "claim":
            values["assignee"] = deed.actor
        case "unclaim":
            values["assignee"] = None
        case "delegate":
            values["assignee"] = deed.delegate_to
        case "complete":
            values |= {"assignee": deed.actor, "outcome": deed.outcome, "closed_at": deed.at}
    return values


def _change(deed: Deed) -> Change:
    return Change(
        stream=deed.case_id,
        action=f"task.{deed.act}",
        actor=deed.actor,
        at=deed.at,
        object_type="human task",
        object_id=f"{deed.instance_id}/{deed.element}/{deed.key}",
        detail={
            "requestId": deed.request_id,
            "level": deed.level,
            "outcome": deed.outcome,
            "delegateTo": deed.delegate_to,
            "limitVersion": deed.limit_version,
            "certificateId": deed.certificate_id,
            **_lent(deed),
            **_graced(deed),
        },
    )


def _lent(deed: Deed) -> dict[str, object]:
    if deed.on_behalf_of is None:
        return {}
    return {"onBehalfOf": deed.on_behalf_of, "delegationId": deed.delegation_id}


def _graced(deed: Deed) -> dict[str, object]:
    return {} if deed.in_grace_until is None else {"inGraceUntil": deed.in_grace_until}
