"""Days reconciled with the bank, and the breaks they showed."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.casework.anomalies import AnomalyTable
from infra.db.chain.audit import AuditTable
from infra.db.chain.vouching import LEDGER_STREAM
from infra.db.connections.locking import hold, to_change
from infra.db.connections.rows import to_noun
from infra.db.operations.compared_books import compared_books
from infra.db.tables.columns import Instant
from infra.db.tables.reconciliation import breaks, reconciliations
from workflows.domain.audit import Change
from workflows.domain.findings import ANOMALY_ROUTES, Anomaly
from workflows.domain.ids import derive
from workflows.domain.money import CNY, Money
from workflows.domain.reconciliation import BankLine, Books, Break

AGREES = "AGREES"
"""How a break ends that a later comparison does not find any more."""
_TOLD_LATE = "RETRIED"
"""How its anomaly ends: the news came by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """One day, asked for and then compared."""

    day: date
    asked_at: datetime
    asked_by: str
    done_at: datetime | None = None
    lines: int | None = None
    orders: int | None = None
    breaks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBreak:
    """A break with what became of it; amounts in minor units of ``currency``."""

    id: str
    kind: str
    about: str
    case_id: str | None
    at: datetime
    first_day: date
    last_day: date
    at_bank_minor: int | None
    by_case_minor: int | None
    in_ledger_minor: int | None
    currency: str
    anomaly_id: str | None = None
    outcome: str | None = None
    note: str | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time that one comparison answers for, up to the end of a day."""

    day: date
    since: datetime
    until: datetime
    due_on: date | None
    """By when what it finds must be dealt with."""
    at: datetime


class ReconciliationTable:
    """Days and breaks."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def ask(self, day: date, *, by: str, at: datetime) -> Reconciliation:
        """Have a day compared, again if it was before."""
        await hold(self._connection, ("reconciliation", day.isoformat()))
        values = {
            "asked_at": at, "asked_by": by,
            "done_at": None, "lines": None, "orders": None, "breaks": None,
        }  # fmt: skip
        known = await self.get(day)
        await self._connection.execute(
            insert(reconciliations).values(day=day, **values)
            if known is None
            else update(reconciliations).where(reconciliations.c.day == day).values(values)
        )
        await self._audit.append(
            Change(
                stream=LEDGER_STREAM,
                action="reconciliation.ask",
                actor=by,
                at=at,
                object_type="day",
                object_id=day.isoformat(),
            )
        )
        return Reconciliation(day=day, asked_at=at, asked_by=by)

    async def get(self, day: date) -> Reconciliation | None:
        """A day; nobody else compares it until the transaction ends."""
        query = select(reconciliations).where(reconciliations.c.day == day)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(Reconciliation, row)

    async def wanted(self) -> Reconciliation | None:
        """The first day that was asked for and not compared yet."""
        query = (
            select(reconciliations)
            .where(reconciliations.c.done_at.is_(None))
            .order_by(reconciliations.c.day)
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Reconciliation, row)

    async def list(self, *, before: date | None, limit: int) -> tuple[Reconciliation, ...]:
        """A page of days, the latest first."""
        query = select(reconciliations).order_by(reconciliations.c.day.desc()).limit(limit)
        if before is not None:
            query = query.where(reconciliations.c.day < before)
        rows = await self._connection.execute(query)
        return tuple(to_noun(Reconciliation, row) for row in rows)

    async def books(
        self, lines: tuple[BankLine, ...], *, since: datetime, first_day: date
    ) -> Books:
        """What is put beside the bank's lines."""
        return await compared_books(self._connection, lines, since=since, first_day=first_day)

    async def conclude(self, window: Window, books: Books, found: tuple[Break, ...]) -> None:
        """Write down what a comparison found: new breaks with an anomaly, old ones seen again.

        What it did not find any more, of the days it answers for, has come right.
        """
        for one in found:
            await self._see(one, window)
        still = {one.id for one in found}
        for known in await self._open(window):
            if known.id not in still:
                note = "The books agree again."
                await self.close(known, AGREES, note, by="system", at=window.at)
        await self._connection.execute(
            update(reconciliations)
            .where(reconciliations.c.day == window.day)
            .values(
                done_at=window.at,
                lines=len(books.lines),
                orders=len(books.orders),
                breaks=len(found),
            )
        )

    async def breaks(self, *, day: date) -> tuple[KnownBreak, ...]:
        """The breaks that the comparisons of a day showed."""
        query = (
            select(breaks)
            .where(breaks.c.first_day <= day, breaks.c.last_day >= day)
            .order_by(breaks.c.at, breaks.c.id)
        )
        rows = await self._connection.execute(query)
        return tuple(to_noun(KnownBreak, row) for row in rows)

    async def page(
        self, *, closed: bool, after: tuple[datetime, str] | None, limit: int
    ) -> tuple[KnownBreak, ...]:
        """A page of breaks, the oldest first."""
        query = select(breaks).order_by(breaks.c.at, breaks.c.id).limit(limit)
        if not closed:
            query = query.where(breaks.c.closed_at.is_(None))
        if after is not None:
            place = tuple_(literal(after[0], Instant), literal(after[1]))
            query = query.where(tuple_(breaks.c.at, breaks.c.id) > place)
        rows = await self._connection.execute(query)
        return tuple(to_noun(KnownBreak, row) for row in rows)

    async def get_break(self, break_id: str) -> KnownBreak | None:
        """A break; nobody else closes it until the transaction ends."""
        query = select(breaks).where(breaks.c.id == break_id)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(KnownBreak, row)

    async def close(
        self, one: KnownBreak, outcome: str, note: str, *, by: str, at: datetime
    ) -> KnownBreak:
        """It was dealt with, or came right by itself; its anomaly ends with it."""
        statement = (
            update(breaks)
            .where(breaks.c.id == one.id)
            .values(outcome=outcome, note=note, closed_by=by, closed_at=at)
            .returning(breaks)
        )
        closed = to_noun(KnownBreak, (await self._connection.execute(statement)).one())
        if one.anomaly_id is not None:
            ended = _TOLD_LATE if outcome == AGREES else outcome
            await AnomalyTable(self._connection).close(one.anomaly_id, ended, note, at)
        await self._audit.append(
            Change(
                stream=one.case_id or LEDGER_STREAM,
                action="reconciliation.close",
                actor=by,
                at=at,
                object_type="break",
                object_id=one.id,
                detail={"outcome": outcome, "note": note},
            )
        )
        return closed

    async def _open(self, window: Window) -> tuple[KnownBreak, ...]:
        query = select(breaks).where(
            breaks.c.closed_at.is_(None), breaks.c.at.between(window.since, window.until)
        )
        rows = await self._connection.execute(query)
        return tuple(to_noun(KnownBreak, row) for row in rows)

    async def _see(self, one: Break, window: Window) -> None:
        """A break: seen again, or new. What a person closed stays closed, though it still shows."""
        known = await self.get_break(one.id)
        amounts = {
            f"{name}_minor": amount.minor if amount else None for name, amount in _columns(one)
        }
        if known is not None and known.outcome != AGREES:
            last = max(known.last_day, window.day)
            statement = update(breaks).where(breaks.c.id == one.id)
            await self._connection.execute(statement.values({"last_day": last, **amounts}))
            return
        row = {
            "id": one.id, "kind": one.kind, "about": one.about, "case_id": one.case_id,
            "at": one.at, "first_day": window.day, "last_day": window.day,
            "currency": _currency(one), "anomaly_id": await self._anomaly(one, window),
            "outcome": None, "note": None, "closed_by": None, "closed_at": None,
        }  # fmt: skip
        await self._connection.execute(
            insert(breaks).values(row | amounts)
            if known is None
            else update(breaks).where(breaks.c.id == one.id).values(row | amounts)
        )
        await self._audit.append(
            Change(
                stream=one.case_id or LEDGER_STREAM,
                action="reconciliation.break",
                actor="system",
                at=window.at,
                object_type="break",
                object_id=one.id,
                detail={"kind": one.kind, "about": one.about, **amounts},
            )
        )

    async def _anomaly(self, one: Break, window: Window) -> str | None:
        """Open the anomaly of a break; one that no case can be named for has none."""
        if one.case_id is None:
            return None
        anomaly = Anomaly(
            id=derive("AN", one.id, window.at.isoformat()),
            case_id=one.case_id,
            class_="MONEY",
            reason=one.kind,
            route=ANOMALY_ROUTES["MONEY"].queue,
            opened_at=window.at,
            due_on=window.due_on,
            detail=f"Reconciliation of {window.day}: {one.about}",
        )
        await AnomalyTable(self._connection).record(anomaly)
        return anomaly.id


def _columns(one: Break) -> tuple[tuple[str, Money | None], ...]:
    return (("at_bank", one.at_bank), ("by_case", one.by_case), ("in_ledger", one.in_ledger))


def _currency(one: Break) -> str:
    return next((amount.currency for _, amount in _columns(one) if amount is not None), CNY)
