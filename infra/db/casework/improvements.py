"""What goes wrong by reason code, and the improvement items opened from it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, String, and_, cast, func, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import cases, feedback, trail
from infra.db.tables.columns import Instant
from workflows.domain.audit import Change
from workflows.domain.feedback import RECOVERY_CSAT
from workflows.domain.findings import COMPLAINT
from workflows.domain.improvement import Cohort, Defect, DefectSource, Improvement

STREAM: Final = "improvements"
"""The chain that tells of items: they belong to no single case."""
_AGAINST: Final = ("reject", "return")
_items, _cases = feedback.improvement_items, cases.cases
_Span = tuple[datetime, datetime]


class ImprovementTable:
    """Improvement items, and the defects they are opened from."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def defects(self, span: _Span) -> tuple[Defect, ...]:
        """Reasons by source, process and version, those of the most cases first."""
        found: Counter[tuple[DefectSource, str, str, int]] = Counter()
        for source, told in _TOLD.items():
            reasons = told(span).subquery()
            query = (
                select(
                    reasons.c.reason, _cases.c.process_id, _cases.c.version,
                    func.count(reasons.c.case_id.distinct()),
                )
                .join(_cases, _cases.c.id == reasons.c.case_id)
                .group_by(reasons.c.reason, _cases.c.process_id, _cases.c.version)
            )  # fmt: skip
            for reason, process_id, version, number in await self._connection.execute(query):
                found[source, reason, process_id, version] = number
        ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))
        return tuple(
            Defect(source=key[0], reason=key[1], process_id=key[2], version=key[3], cases=number)
            for key, number in ordered
        )

    async def cohort(self, item: Improvement, version: int) -> Cohort:
        """The cases of a version of the item's model, and how many of them have its reason."""
        of_version = and_(_cases.c.process_id == item.process_id, _cases.c.version == version)
        every = await self._connection.scalar(
            select(func.count()).select_from(_cases).where(of_version)
        )
        reasons = _TOLD[item.source](None).subquery()
        having = await self._connection.scalar(
            select(func.count(reasons.c.case_id.distinct()))
            .join(_cases, _cases.c.id == reasons.c.case_id)
            .where(of_version, reasons.c.reason == item.reason)
        )
        return Cohort(version=version, cases=every or 0, with_reason=having or 0)

    async def open(self, item: Improvement) -> None:
        """Write down an item."""
        await self._connection.execute(insert(_items), to_row(item))
        detail = {
            "source": item.source, "reason": item.reason, "process": item.process_id,
            "version": item.version,
        }  # fmt: skip
        await self._tell(item, "open", item.opened_by, item.opened_at, detail)

    async def get(self, item_id: str) -> Improvement | None:
        """An item by id; nobody else closes it until the transaction ends."""
        query = select(_items).where(_items.c.id == item_id)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(Improvement, row)

    async def is_open(self, item: Improvement) -> bool:
        """Whether somebody works on this reason in this model already."""
        query = select(_items.c.id).where(
            _items.c.state == "OPEN",
            _items.c.source == item.source,
            _items.c.reason == item.reason,
            _items.c.process_id == item.process_id,
        )
        return (await self._connection.execute(query)).first() is not None

    async def list(
        self, *, closed: bool, before: tuple[datetime, str] | None, limit: int
    ) -> tuple[Improvement, ...]:
        """A page of items, the newest first."""
        key = (_items.c.opened_at, _items.c.id)
        query = select(_items).order_by(*(column.desc() for column in key)).limit(limit)
        if not closed:
            query = query.where(_items.c.state == "OPEN")
        if before is not None:
            query = query.where(tuple_(*key) < tuple_(literal(before[0], Instant), before[1]))
        return tuple(to_noun(Improvement, row) for row in await self._connection.execute(query))

    async def close(
        self, item: Improvement, *, version: int | None, reason: str, by: str, at: datetime
    ) -> Improvement:
        """Done in a version of the model, or, without one, dropped."""
        closed = replace(
            item, state="DROPPED" if version is None else "DONE", done_version=version,
            closed_by=by, closed_at=at, closing_reason=reason,
        )  # fmt: skip
        values = to_row(closed)
        await self._connection.execute(update(_items).where(_items.c.id == item.id).values(values))
        detail = {"state": closed.state, "version": version}
        await self._tell(closed, "close", by, at, detail)
        return closed

    async def _tell(
        self, item: Improvement, act: str, by: str, at: datetime, detail: dict[str, Any]
    ) -> None:
        await self._audit.append(
            Change(
                stream=STREAM,
                action=f"improvement.{act}",
                actor=by,
                at=at,
                object_type="improvement item",
                object_id=item.id,
                detail=detail,
            )
        )


def _complained(span: _Span | None) -> Select[Any]:
    told = feedback.complaints
    return _within(select(told.c.case_id, told.c.cause.label("reason")), told.c.received_at, span)


def _dissatisfied(span: _Span | None) -> Select[Any]:
    told = cases.surveys
    reason = literal("CSAT_") + cast(told.c.csat, String)
    query = select(told.c.case_id, reason.label("reason")).where(told.c.csat <= RECOVERY_CSAT)
    return _within(query, told.c.answered_at, span)


def _anomalous(span: _Span | None) -> Select[Any]:
    told = cases.anomalies
    reason = told.c["class"] + ":" + told.c.reason
    # A complaint tells its cause, and is counted by it.
    query = select(told.c.case_id, reason.label("reason")).where(told.c.reason != COMPLAINT)
    return _within(query, told.c.opened_at, span)


def _decided_against(span: _Span | None) -> Select[Any]:
    told = trail.human_task_deeds
    reason = told.c.outcome + ":" + told.c.element
    query = select(told.c.case_id, reason.label("reason")).where(
        told.c.act == "complete", told.c.outcome.in_(_AGAINST)
    )
    return _within(query, told.c.at, span)


def _within(query: Select[Any], column: Any, span: _Span | None) -> Select[Any]:  # noqa: ANN401
    return query if span is None else query.where(column >= span[0], column < span[1])


_TOLD: Final[Mapping[DefectSource, Callable[[_Span | None], Select[Any]]]] = {
    "complaint": _complained,
    "survey": _dissatisfied,
    "anomaly": _anomalous,
    "decision": _decided_against,
}
"""Where each source keeps its reasons: case and reason."""
