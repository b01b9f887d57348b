"""Erasing a person's data with a record of it: two persons, a reason, and chains that stay whole.

What must be kept is never erased: a policy that runs or ended too lately, a case that is open or
ended too lately, a person under a legal hold. Everything else of the person goes in one
transaction with a record in the chain of every case that it empties.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from sqlalchemy import Row, Select, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.chain.emptying import CASE_ERASED, EMPTIED
from infra.db.chain.legal_holds import LegalHoldTable
from infra.db.chain.sealing import destroy_key
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import cases, contact, metadata, papers, parties, policies
from infra.db.tables.erasures import erased_cases, erasures
from workflows.domain.audit import Change

ErasureBasis = Literal["RETENTION_OVER", "PURPOSE_OVER", "CONSENT_WITHDRAWN", "UNLAWFUL"]
"""The cases of PIPL article 47."""
STREAM: Final = "erasures"
_OVER: Final = frozenset({"TERMINATED", "MATURED"})

_OF_CASE: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType({
    **EMPTIED,
    "case_requests": {"payload": {}, "quote": None, "salt": None},
    "human_tasks": {"variables": {}, "form": {}, "headers": {}},
    "surveys": {"comment": ""},
    "recoveries": {"outcome": None},
    "complaints": {"reason": "", "facts": None, "basis": None, "review_reason": None},
    "complaint_letters": {"facts": {}},
    "anomalies": {"detail": "", "note": ""},
    "incidents": {"message": ""},
    "incident_marks": {"reason": ""},
    "replays": {"reason": "", "variables": None, "undo": None},
    "begun_cases": {"key": ""},
    "gathered_events": {"key": "", "variables": {}},
    "data_store_entries": {"value": None},
    "contact_proposals": {"wanted": {}},
    "party_versions": {"before_image": {}},
    "communications": {"receipt": None, "salt": None},
})  # fmt: skip
"""What remains of a case: by table, what its columns hold afterwards."""

_OF_PERSON: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType({
    "contact_points": {"mark": None},
    "bank_accounts": {"mark": None},
    "surveys": {"comment": ""},
})  # fmt: skip
_PARTY: Final[Mapping[str, Any]] = MappingProxyType({
    "id_no_mark": None, "id_valid_to": None, "sex": None, "salt": None,
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """The wish to erase a person's data, and whether another person agreed."""

    id: str
    party_id: str
    basis: ErasureBasis
    reason: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Something that must be kept; until when, if that is known."""

    what: Literal["policy", "case", "legal-hold"]
    id: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What an erasure reaches, or what forbids it."""

    kept: tuple[Kept, ...]
    cases: tuple[str, ...]
    documents: tuple[str, ...]
    """Where their contents lie."""


class ErasureTable:
    """Erasures: proposed, confirmed, carried out."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit
        self._holds = LegalHoldTable(connection, audit)

    async def pending(self, party_id: str) -> Erasure | None:
        """The erasure of a person that waits for the second person."""
        query = select(erasures).where(
            erasures.c.party_id == party_id, erasures.c.confirmed_at.is_(None)
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Erasure, row)

    async def propose(self, erasure: Erasure) -> None:
        """Write down who wants it, and why."""
        await self._connection.execute(insert(erasures), to_row(erasure))
        await self._tell("subject.propose-erasure", erasure, erasure.proposed_by, {})

    async def extent(self, party_id: str, *, today: date, keep_years: int) -> Extent | None:
        """What would go, and what forbids it; None: there is no such person."""
        known = select(parties.parties).where(parties.parties.c.id == party_id)
        person = (await self._connection.execute(known)).first()
        if person is None:
            return None
        found = (await self._connection.execute(_cases_of(party_id))).all()
        kept = [
            *([Kept(what="legal-hold", id=party_id)] if await self._is_held(person) else []),
            *(
                Kept(what="legal-hold", id=each.id)
                for each in await self._holds.on_person(party_id)
            ),
            *await self._policies_kept(party_id, today, keep_years),
            *(_kept("case", row.id, row.finished_at, today, keep_years) for row in found),
        ]
        listed = tuple(row.id for row in found)
        return Extent(
            kept=tuple(each for each in kept if each is not None),
            cases=listed,
            documents=await self._documents(party_id, listed),
        )

    async def carry_out(self, erasure: Erasure, extent: Extent, by: str, at: datetime) -> Erasure:
        """Empty everything of the person, with a record in every chain that loses something."""
        done = replace(erasure, confirmed_by=by, confirmed_at=at)
        await self._connection.execute(
            update(erasures)
            .where(erasures.c.id == erasure.id)
            .values(confirmed_by=by, confirmed_at=at)
        )
        for case_id in extent.cases:
            await self._empty_case(case_id, done)
        await destroy_key(self._connection, erasure.party_id, at)
        await self._empty(_OF_PERSON, "party_id", erasure.party_id)
        of_person = parties.parties.c.id == erasure.party_id
        await self._connection.execute(update(parties.parties).where(of_person).values(**_PARTY))
        reached = {"cases": list(extent.cases), "documents": len(extent.documents)}
        await self._tell("subject.erase", done, by, reached)
        return done

    async def _empty_case(self, case_id: str, erasure: Erasure) -> None:
        await self._connection.execute(
            insert(erased_cases), {"case_id": case_id, "erasure_id": erasure.id}
        )
        emptied = await self._empty(_OF_CASE, "case_id", case_id)
        of_case = cases.cases.c.id == case_id
        await self._connection.execute(
            update(cases.cases).where(of_case).values(variables={}, device=None)
        )
        await self._audit.append(
            Change(
                stream=case_id,
                action=CASE_ERASED,
                actor=erasure.confirmed_by or "",
                at=erasure.confirmed_at or erasure.proposed_at,
                object_type="subject",
                object_id=erasure.party_id,
                detail={
                    "erasure": erasure.id,
                    "basis": erasure.basis,
                    "proposedBy": erasure.proposed_by,
                    "emptied": emptied,
                },
            )
        )

    async def _empty(
        self, wanted: Mapping[str, Mapping[str, Any]], column: str, value: str
    ) -> dict[str, int]:
        """Empty the rows that hold a value in a column; tells how many, by table."""
        emptied: dict[str, int] = {}
        for name, left in wanted.items():
            table = metadata.tables[name]
            statement = update(table).where(table.c[column] == value).values(**left)
            emptied[name] = (await self._connection.execute(statement)).rowcount
        return {name: count for name, count in emptied.items() if count}

    async def _is_held(self, person: Row[Any]) -> bool:
        alerts = contact.risk_alerts
        query = select(func.count()).where(
            alerts.c.party_id == person.id, alerts.c.lifted_at.is_(None)
        )
        return bool(person.aml_listed or (await self._connection.execute(query)).scalar_one())

    async def _policies_kept(
        self, party_id: str, today: date, keep_years: int
    ) -> Sequence[Kept | None]:
        roles, versions = policies.policy_roles, policies.policy_versions
        ended = (
            select(func.max(versions.c.effective_at))
            .where(versions.c.policy_no == policies.policies.c.policy_no)
            .scalar_subquery()
        )
        query = (
            select(policies.policies.c.policy_no, policies.policies.c.state, ended.label("ended"))
            .where(
                policies.policies.c.policy_no.in_(
                    select(roles.c.policy_no).where(roles.c.party_id == party_id)
                )
            )
            .order_by(policies.policies.c.policy_no)
        )
        return [
            _kept(
                "policy", row.policy_no, row.ended if row.state in _OVER else None, today,
                keep_years,
            )
            for row in await self._connection.execute(query)
        ]  # fmt: skip

    async def _documents(self, party_id: str, listed: Sequence[str]) -> tuple[str, ...]:
        """Contents that only papers of this person and these cases refer to."""
        table = papers.documents
        mine = or_(table.c.party_id == party_id, table.c.case_id.in_(listed))
        others = select(table.c.store_ref).where(~func.coalesce(mine, False))
        query = select(table.c.store_ref).where(mine, table.c.store_ref.not_in(others)).distinct()
        return tuple(sorted((await self._connection.execute(query)).scalars()))

    async def _tell(self, action: str, erasure: Erasure, by: str, more: Mapping[str, Any]) -> None:
        await self._audit.append(
            Change(
                stream=STREAM,
                action=action,
                actor=by,
                at=erasure.confirmed_at or erasure.proposed_at,
                object_type="subject",
                object_id=erasure.party_id,
                detail={"erasure": erasure.id, "basis": erasure.basis, **more},
            )
        )


def _cases_of(party_id: str) -> Select[Any]:
    """The person's own cases that hold anything still."""
    emptied = select(erased_cases.c.case_id)
    return (
        select(cases.cases.c.id, cases.cases.c.finished_at)
        .where(cases.cases.c.applicant_party_id == party_id, cases.cases.c.id.not_in(emptied))
        .order_by(cases.cases.c.id)
    )


def _kept(
    what: Literal["policy", "case"], id: str, ended: datetime | None, today: date, years: int
) -> Kept | None:
    """Whether a thing must be kept; without an end it must, and nobody knows until when."""
    if ended is None:
        return Kept(what=what, id=id)
    until = _years_after(ended.date(), years)
    return Kept(what=what, id=id, until=until) if until > today else None


def _years_after(day: date, years: int) -> date:
    """The same day so many years later; of 29 February, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
