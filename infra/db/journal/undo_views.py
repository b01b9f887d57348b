"""What a replay would have to undo: the effects after its point, and what was known where.

Effects stand in the order in which they were committed: that of their audit records.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.journal.effects import ADOPTED
from infra.db.journal.scoping import SCOPES, visible
from infra.db.journal.telling import as_told_now
from infra.db.tables import trail
from workflows.bpmn.interpreter.state import ROOT
from workflows.contracts.undoing import Handler, Made
from workflows.domain.canonical import JsonObject
from workflows.domain.effects import UNDOES

_effects, _audit, _journal = trail.effects, trail.audit, trail.journal
UNKNOWN_WORK = "compensation"
"""The kind of what has a handler and left no effect."""


class UndoViews:
    """Effects that stand, and variables as they were told."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def made_since(
        self, case_id: str, at: datetime, handlers: Mapping[str, Handler]
    ) -> tuple[Made, ...]:
        """Effects of a case that stand and were made since, the oldest first."""
        ordered = and_(
            _audit.c.stream == case_id,
            _audit.c.action == "effect",
            _audit.c.object_id == _effects.c.key,
        )
        query = (
            select(_effects)
            .join(_audit, ordered)
            .where(_effects.c.case_id == case_id)
            .order_by(_audit.c.seq)
        )
        rows = (await self._connection.execute(query)).all()
        gone = {key for row in rows for key in row.detail.get(UNDOES, ())}
        gone |= {row.detail[ADOPTED] for row in rows if ADOPTED in row.detail}
        made = tuple(
            _made(row, handlers if row.instance_id == case_id else {})
            for row in rows
            if row.at >= at and row.key not in gone and UNDOES not in row.detail
        )
        return *made, *await self._without_effect(case_id, at, handlers, rows)

    async def _without_effect(
        self, case_id: str, at: datetime, handlers: Mapping[str, Handler], rows: Sequence[Any]
    ) -> list[Made]:
        """What has a handler and left no effect of ours, as work of others or a sub-process."""
        known = {row.element for row in rows}
        handling = {one.element: activity for activity, one in handlers.items()}
        query = (
            select(_journal.c.element, _journal.c.at)
            .where(
                _journal.c.instance_id == case_id,
                _journal.c.kind == "elementCompleted",
                _journal.c.at >= at,
                as_told_now(),
            )
            .order_by(_journal.c.seq)
        )
        found: dict[str, Made] = {}
        for row in await self._connection.execute(query):
            found.pop(handling.get(row.element, ""), None)  # its handler has run since
            handler = handlers.get(row.element)
            if handler is not None and row.element not in known:
                found[row.element] = Made(
                    keys=(),
                    kind=UNKNOWN_WORK,
                    instance_id=case_id,
                    element=row.element,
                    at=row.at,
                    handler=replace(handler, type=""),
                )
        return list(found.values())

    async def known_at(self, made: Made) -> JsonObject:
        """What was visible at the element that made an effect, wire-encoded, with its result."""
        query = (
            select(_journal)
            .where(
                _journal.c.instance_id == made.instance_id,
                _journal.c.kind.in_(SCOPES),
                as_told_now(),
            )
            .order_by(_journal.c.seq)
        )
        rows = (await self._connection.execute(query)).all()
        own = select(_effects.c.result).where(_effects.c.key == made.keys[0])
        result: Any = (await self._connection.execute(own)).scalar_one()
        return {**visible(rows, _number(made.keys)), **result["variables"]}


def _made(row: Any, handlers: Mapping[str, Handler]) -> Made:  # noqa: ANN401 - a row
    adopted = row.detail.get(ADOPTED)
    return Made(
        keys=(row.key, adopted) if adopted else (row.key,),
        kind=row.kind,
        instance_id=row.instance_id,
        element=row.element,
        at=row.at,
        threw="fault" in row.result,
        handler=handlers.get(row.element),
    )


def _number(keys: Collection[str]) -> int:
    """Return the element instance that an effect was made for."""
    text = next(iter(keys)).rpartition("/")[2].partition(":")[0].partition("~")[0]
    return int(text) if text.isdecimal() else ROOT
