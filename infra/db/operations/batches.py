"""Batches: which cases are meant, what was done to each, and how far it is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.rows import to_noun, to_row
from infra.db.journal.versions import VersionViews
from infra.db.operations.batch_selection import called, selection, spelt
from infra.db.operations.incidents import SHORT_NAME, IncidentViews
from infra.db.tables.batches import batch_items, batches
from infra.db.tables.columns import Instant
from workflows.contracts.batch import BatchAct, BatchCounts, BatchFilter, BatchMark
from workflows.domain.audit import Change

MOST: Final = 50_000
"""Cases in one batch."""
_ROWS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One batch, as ordered and as it stands."""

    id: str
    act: dict[str, Any]
    filter: dict[str, Any]
    rate: float
    failure_share: float
    ordered_by: str
    role: str
    reason: str
    ordered_at: datetime
    state: str = "RUNNING"
    why: str = ""
    proposed_by: str = ""
    selected_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def what(self) -> BatchAct:
        """What is done to each."""
        return BatchAct.model_validate(self.act)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One case or incident of a batch."""

    batch_id: str
    no: int
    case_id: str
    instance_id: str
    incident: int | None
    state: str = "PENDING"
    problem: str | None = None
    detail: str = ""
    attempts: int = 0
    at: datetime | None = None


class BatchTable:
    """Batches and their items."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def order(self, batch: Batch) -> Batch:
        """Write down a batch before it begins; the same once more is the one that stands."""
        known = await self.get(batch.id)
        if known is not None:
            return known
        await self._connection.execute(insert(batches), to_row(batch))
        detail: dict[str, Any] = {
            "role": batch.role,
            "reason": batch.reason,
            "do": batch.act["do"],
            "filter": batch.filter,
            "rate": str(batch.rate),
        }
        if batch.proposed_by:
            detail["proposedBy"] = batch.proposed_by
        await self._tell(batch.id, "batch.order", batch.ordered_by, batch.ordered_at, detail)
        return batch

    async def get(self, batch_id: str) -> Batch | None:
        """A batch by id."""
        query = select(batches).where(batches.c.id == batch_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Batch, row)

    async def list(
        self, *, after: tuple[datetime, str] | None = None, limit: int = 50
    ) -> tuple[Batch, ...]:
        """A page of batches, the newest first."""
        place = (batches.c.ordered_at, batches.c.id)
        query = select(batches).order_by(*(one.desc() for one in place)).limit(limit)
        if after is not None:
            query = query.where(
                tuple_(*place) < tuple_(literal(after[0], Instant), literal(after[1]))
            )
        return tuple(to_noun(Batch, row) for row in await self._connection.execute(query))

    async def meant(
        self, act: BatchAct, wanted: BatchFilter, limit: int
    ) -> tuple[tuple[str, str, int | None], ...]:
        """Case, instance and incident of what a filter means now, the oldest first.

        Of a process that is migrated, what other cases called of it comes after its own cases.
        """
        if wanted.cause is not None and SHORT_NAME.fullmatch(wanted.cause):
            group = await IncidentViews(self._connection).group(wanted.cause)
            known = None if group is None else spelt(wanted, group)
            if known is None:
                return ()
            wanted = known
        rows = await self._connection.execute(selection(act, wanted).limit(limit))
        found = [(row[0], row[1], row[2]) for row in rows]
        if act.do == "migrate":
            found += [(*one, None) for one in await self._called(act, wanted)]
        return tuple(found[:limit])

    async def _called(self, act: BatchAct, wanted: BatchFilter) -> tuple[tuple[str, str], ...]:
        """Called processes that go by a version with a plan: only their journal tells which."""
        versions = VersionViews(self._connection)
        found: list[tuple[str, str]] = []
        for row in (await self._connection.execute(called(wanted))).all():
            known = await versions.of_case(row.case_id)
            here = (one for one in known if one.instance_id == row.id)
            if any(one.program_hash in act.plans for one in here):
                found.append((row.case_id, row.id))
        return tuple(found)

    async def select(self, batch: Batch, at: datetime) -> None:
        """Write down what is meant, once: what comes later is not part of the batch."""
        if batch.selected_at is not None:
            return
        wanted = BatchFilter.model_validate(batch.filter)
        found = await self.meant(batch.what, wanted, MOST)
        rows = [
            to_row(Item(batch_id=batch.id, no=no, case_id=case, instance_id=instance, incident=key))
            for no, (case, instance, key) in enumerate(found, 1)
        ]
        for begin in range(0, len(rows), _ROWS):
            await self._connection.execute(insert(batch_items), rows[begin : begin + _ROWS])
        await self._set(batch.id, selected_at=at)

    async def pending(self, batch_id: str, limit: int) -> tuple[Item, ...]:
        """The next ones that are not done yet; what could not be reached comes last."""
        query = (
            select(batch_items)
            .where(batch_items.c.batch_id == batch_id, batch_items.c.state == "PENDING")
            .order_by(batch_items.c.attempts, batch_items.c.no)
            .limit(limit)
        )
        return tuple(to_noun(Item, row) for row in await self._connection.execute(query))

    async def settle(self, items: Iterable[Item]) -> None:
        """Write down what came of items; the first answer counts."""
        for item in items:
            await self._connection.execute(
                update(batch_items)
                .where(
                    batch_items.c.batch_id == item.batch_id,
                    batch_items.c.no == item.no,
                    batch_items.c.state == "PENDING",
                )
                .values(
                    state=item.state,
                    problem=item.problem,
                    detail=item.detail[:500],
                    attempts=item.attempts,
                    at=item.at,
                )
            )

    async def results(
        self, batch_id: str, *, state: str | None = None, after: int = 0, limit: int = 50
    ) -> tuple[Item, ...]:
        """A page of what came of each."""
        query = (
            select(batch_items)
            .where(batch_items.c.batch_id == batch_id, batch_items.c.no > after)
            .order_by(batch_items.c.no)
            .limit(limit)
        )
        if state is not None:
            query = query.where(batch_items.c.state == state)
        return tuple(to_noun(Item, row) for row in await self._connection.execute(query))

    async def counts(self, batch_id: str) -> BatchCounts:
        """How far it is."""
        query = (
            select(batch_items.c.state, func.count())
            .where(batch_items.c.batch_id == batch_id)
            .group_by(batch_items.c.state)
        )
        found = {row[0]: row[1] for row in await self._connection.execute(query)}
        return BatchCounts(
            left=found.get("PENDING", 0), done=found.get("DONE", 0), failed=found.get("FAILED", 0)
        )

    async def mark(self, mark: BatchMark, at: datetime) -> None:
        """Write down in which state it is, and who ordered that; the same again changes nothing."""
        known = await self.get(mark.batch_id)
        if known is None or known.state == mark.state or known.finished_at is not None:
            return
        over = at if mark.state in ("COMPLETED", "CANCELLED") else None
        await self._set(mark.batch_id, state=mark.state, why=mark.reason[:500], finished_at=over)
        counts = await self.counts(mark.batch_id)
        detail: dict[str, Any] = {"reason": mark.reason, **counts.model_dump()}
        if mark.actor:
            detail |= {"role": mark.role, "requestId": mark.request_id}
        action = f"batch.{mark.state.lower()}"
        await self._tell(mark.batch_id, action, mark.actor or "system", at, detail)

    async def _set(self, batch_id: str, **values: object) -> None:
        await self._connection.execute(
            update(batches).where(batches.c.id == batch_id).values(**values)
        )

    async def _tell(
        self, batch_id: str, action: str, actor: str, at: datetime, detail: dict[str, Any]
    ) -> None:
        await self._audit.append(
            Change(
                stream=batch_id,
                action=action,
                actor=actor,
                at=at,
                object_type="batch",
                object_id=batch_id,
                detail=detail,
            )
        )


def answered(item: Item, at: datetime, problem: str | None = None, detail: str = "") -> Item:
    """Return an item with its answer: done, or refused with a reason."""
    state = "DONE" if problem is None else "FAILED"
    return replace(
        item, state=state, problem=problem, detail=detail, attempts=item.attempts + 1, at=at
    )
