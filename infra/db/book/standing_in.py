"""Delegations and absences: made, ended, and asked for by those who judge; all of it audited."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Table, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.book.emergency import EmergencyTable
from infra.db.book.registry_acts import registry_act
from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import people
from infra.db.tables.standing_in import absences, delegations
from workflows.domain.standing_in import Absence, Delegation


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """Tasks that lent authority or a grant lets somebody see: of which levels, about what."""

    groups: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingIn:
    """In whose place somebody may look at tasks, at an instant."""

    substitutes_for: tuple[str, ...] = ()
    """Who is away and named this person."""
    lent: tuple[Lent, ...] = ()


def _lent(level: int, items: tuple[str, ...]) -> Lent:
    return Lent(groups=tuple(f"L{each}" for each in range(1, level + 1)), items=items)


ALONE = StandingIn()
"""In nobody's place but one's own."""


class StandingInTable:
    """Who acts for whom."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    # --- delegations --------------------------------------------------------------------------

    async def delegate(self, delegation: Delegation) -> None:
        """Lend authority."""
        await self._connection.execute(insert(delegations), to_row(delegation))
        detail = {
            "to": delegation.given_to,
            "items": delegation.items,
            "maximum": None if delegation.maximum is None else str(delegation.maximum),
            "since": delegation.since,
            "until": delegation.until,
        }
        await self._tell("delegate", delegation.given_by, delegation.made_at, delegation.id, detail)

    async def delegation(self, delegation_id: str) -> Delegation | None:
        """A delegation by id; nobody else takes it back meanwhile."""
        query = select(delegations).where(delegations.c.id == delegation_id)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(Delegation, row)

    async def revoke(
        self, delegation: Delegation, by: str, at: datetime, reason: str
    ) -> Delegation:
        """Take lent authority back; decisions taken under it stand."""
        values = {"revoked_at": at, "revoked_by": by, "revoked_reason": reason}
        await self._change(delegations, delegation.id, values)
        await self._tell("revoke", by, at, delegation.id, {})
        return replace(delegation, revoked_at=at, revoked_by=by, revoked_reason=reason)

    async def delegations_of(self, operator_id: str) -> tuple[Delegation, ...]:
        """All that somebody gave or was given, the newest first."""
        mine = or_(delegations.c.given_by == operator_id, delegations.c.given_to == operator_id)
        return await self._delegations(mine)

    async def lent_to(self, operator_id: str, at: datetime) -> tuple[Delegation, ...]:
        """What others have lent somebody at an instant."""
        of_others = await self._delegations(delegations.c.given_to == operator_id)
        return tuple(one for one in of_others if any(one.covers(item, at) for item in one.items))

    async def _delegations(self, wanted: ColumnElement[bool]) -> tuple[Delegation, ...]:
        query = (
            select(delegations)
            .where(wanted)
            .order_by(delegations.c.made_at.desc(), delegations.c.id)
        )
        return tuple(to_noun(Delegation, row) for row in await self._connection.execute(query))

    # --- absences -----------------------------------------------------------------------------

    async def be_absent(self, absence: Absence) -> None:
        """Write down that somebody will be away."""
        await self._connection.execute(insert(absences), to_row(absence))
        detail = {
            "operator": absence.operator_id,
            "substitute": absence.substitute_id,
            "since": absence.since,
            "until": absence.until,
        }
        await self._tell("absent", absence.told_by, absence.told_at, absence.id, detail)

    async def absence(self, absence_id: str) -> Absence | None:
        """An absence by id; nobody else ends it meanwhile."""
        query = select(absences).where(absences.c.id == absence_id)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(Absence, row)

    async def come_back(self, absence: Absence, by: str, at: datetime, reason: str) -> Absence:
        """End an absence before its day, or call it off."""
        values = {"ended_at": at, "ended_by": by, "ended_reason": reason}
        await self._change(absences, absence.id, values)
        await self._tell("back", by, at, absence.id, {"operator": absence.operator_id})
        return replace(absence, ended_at=at, ended_by=by, ended_reason=reason)

    async def absences_of(self, operator_id: str) -> tuple[Absence, ...]:
        """When somebody is away, the latest first."""
        return await self._absences(absences.c.operator_id == operator_id)

    async def is_absent(self, operator_id: str, at: datetime) -> bool:
        """Whether somebody is away at an instant."""
        return any(one.holds(at) for one in await self.absences_of(operator_id))

    async def substitutes_for(self, operator_id: str, at: datetime) -> tuple[str, ...]:
        """Who is away at an instant, and has this person as substitute."""
        found = await self._absences(absences.c.substitute_id == operator_id)
        return tuple(sorted({one.operator_id for one in found if one.holds(at)}))

    async def at(self, operator_id: str, at: datetime) -> StandingIn:
        """In whose place somebody may look at tasks."""
        lent = await self.lent_to(operator_id, at)
        raised = await EmergencyTable(self._connection, self._audit).granted_to(operator_id, at)
        wanted = people.operators.c.id.in_([one.given_by for one in lent])
        query = select(people.operators.c.id, people.operators.c.level).where(wanted)
        levels = {row.id: row.level for row in await self._connection.execute(query)}
        return StandingIn(
            substitutes_for=await self.substitutes_for(operator_id, at),
            lent=(
                *(_lent(levels[one.given_by], one.items) for one in lent),
                *(_lent(one.level, one.items) for one in raised),
            ),
        )

    async def _absences(self, wanted: ColumnElement[bool]) -> tuple[Absence, ...]:
        query = select(absences).where(wanted).order_by(absences.c.since.desc(), absences.c.id)
        return tuple(to_noun(Absence, row) for row in await self._connection.execute(query))

    # --- both ---------------------------------------------------------------------------------

    async def _change(self, table: Table, row_id: str, values: dict[str, object]) -> None:
        await self._connection.execute(update(table).where(table.c.id == row_id).values(values))

    async def _tell(
        self, act: str, by: str, at: datetime, row_id: str, detail: Mapping[str, object]
    ) -> None:
        await self._audit.append(registry_act(f"operator.{act}", by, at, row_id, detail))
