"""Legal holds: placed, lifted, and asked for by what erases and disposes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    insert,
    literal,
    or_,
    select,
    tuple_,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import hold as hold_name
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import cases, policies
from infra.db.tables.columns import Instant
from infra.db.tables.legal_holds import legal_holds as _holds
from workflows.domain.audit import Change
from workflows.domain.legal_hold import HOLDS, HoldKind, LegalHold

STREAM = HOLDS
_cases, _roles = cases.cases, policies.policy_roles
_OPEN = _holds.c.lifted_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFilter:
    """Which holds to list."""

    lifted: bool = False
    """Those that were lifted, too."""
    kind: HoldKind | None = None
    target: str | None = None
    before: tuple[datetime, str] | None = None
    """The last hold of the page before: when it was placed, its id."""
    limit: int = 50


class LegalHoldTable:
    """Orders to keep."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def place(self, hold: LegalHold) -> None:
        """Place a hold; whoever erases at this moment is waited for."""
        await self._alone()
        await self._connection.execute(insert(_holds), to_row(hold))
        detail = {
            "kind": hold.kind,
            "target": hold.target,
            "basis": hold.basis,
            "reference": hold.reference,
        }
        await self._tell("place", hold.placed_by, hold.placed_at, hold.id, detail)

    async def lift(
        self, hold: LegalHold, by: tuple[str, str], at: datetime, reason: str
    ) -> LegalHold:
        """Lift a hold; ``by`` are who ordered it and who agreed."""
        lifted = replace(
            hold, lift_ordered_by=by[0], lifted_by=by[1], lifted_at=at, lift_reason=reason
        )
        await self._connection.execute(
            update(_holds).where(_holds.c.id == hold.id).values(to_row(lifted))
        )
        detail = {"kind": hold.kind, "target": hold.target, "proposedBy": by[0]}
        await self._tell("lift", by[1], at, hold.id, detail)
        return lifted

    async def get(self, hold_id: str) -> LegalHold | None:
        """A hold by id; nobody else lifts it meanwhile."""
        query = select(_holds).where(_holds.c.id == hold_id)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else to_noun(LegalHold, row)

    async def list(self, wanted: HoldFilter) -> tuple[LegalHold, ...]:
        """A page of holds, the newest first."""
        place = (_holds.c.placed_at, _holds.c.id)
        query = select(_holds).order_by(*(each.desc() for each in place)).limit(wanted.limit)
        if not wanted.lifted:
            query = query.where(_OPEN)
        for column, value in (("kind", wanted.kind), ("target", wanted.target)):
            if value is not None:
                query = query.where(_holds.c[column] == value)
        if wanted.before is not None:
            at, last = wanted.before
            query = query.where(tuple_(*place) < tuple_(literal(at, Instant), last))
        return await self._found(query)

    async def on_person(self, party_id: str) -> tuple[LegalHold, ...]:
        """What keeps a person's data: the person, or a policy or case the person has a part in.

        Nobody places a hold until the transaction ends.
        """
        await self._alone()
        of_policies = union(
            select(_roles.c.policy_no).where(_roles.c.party_id == party_id),
            select(_cases.c.policy_no).where(_cases.c.applicant_party_id == party_id),
        )
        of_cases = select(_cases.c.id).where(_cases.c.policy_no.in_(of_policies))
        return await self._found(
            select(_holds)
            .where(
                _OPEN,
                or_(
                    and_(_holds.c.kind == "PERSON", _holds.c.target == party_id),
                    and_(_holds.c.kind == "POLICY", _holds.c.target.in_(of_policies)),
                    and_(_holds.c.kind == "CASE", _holds.c.target.in_(of_cases)),
                ),
            )
            .order_by(_holds.c.placed_at, _holds.c.id)
        )

    async def on_case(self, case_id: str) -> tuple[LegalHold, ...]:
        """What keeps a case: the case itself, its policy, or somebody with a part in either."""
        query = (
            select(_holds)
            .where(exists().where(_cases.c.id == case_id, _reaches()))
            .order_by(_holds.c.placed_at, _holds.c.id)
        )
        return await self._found(query)

    async def _found(self, query: Select[Any]) -> tuple[LegalHold, ...]:
        return tuple(to_noun(LegalHold, row) for row in await self._connection.execute(query))

    async def _alone(self) -> None:
        await hold_name(self._connection, (STREAM,))

    async def _tell(
        self, act: str, by: str, at: datetime, hold_id: str, detail: Mapping[str, object]
    ) -> None:
        await self._audit.append(
            Change(
                stream=STREAM,
                action=f"hold.{act}",
                actor=by,
                at=at,
                object_type="legal hold",
                object_id=hold_id,
                detail=detail,
            )
        )


def is_held(case_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a case is kept by a hold: what belongs to it is not disposed of."""
    return exists().where(_cases.c.id == case_id, _reaches())


def _reaches() -> ColumnElement[bool]:
    """A hold that is not lifted keeps a case."""
    part = exists().where(
        _roles.c.policy_no == _cases.c.policy_no, _roles.c.party_id == _holds.c.target
    )
    return and_(
        _OPEN,
        or_(
            and_(_holds.c.kind == "CASE", _holds.c.target == _cases.c.id),
            and_(_holds.c.kind == "POLICY", _holds.c.target == _cases.c.policy_no),
            and_(
                _holds.c.kind == "PERSON",
                or_(_holds.c.target == _cases.c.applicant_party_id, part),
            ),
        ),
    )
