"""Servicing cases as activities change them; where a case stands comes from its journal."""

from typing import Any

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.rows import to_noun
from infra.db.tables import cases, trail
from workflows.domain.canonical import JsonObject
from workflows.domain.case import FINAL_STATUSES, Case

_cases = cases.cases


class CaseTable:
    """Servicing cases."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, case_id: str) -> Case | None:
        """A case by id."""
        row = (await self._connection.execute(case_query().where(_cases.c.id == case_id))).first()
        return None if row is None else case_of(row)

    async def duplicate_of(self, fingerprint: str, case_id: str) -> str | None:
        """The earliest unfinished other case with this fingerprint that is no duplicate itself."""
        query = (
            select(_cases.c.id)
            .where(
                _cases.c.fingerprint == fingerprint,
                _cases.c.id != case_id,
                _cases.c.duplicate_of.is_(None),
                _cases.c.finished_at.is_(None),
                _cases.c.status.not_in(FINAL_STATUSES),
            )
            .order_by(_cases.c.accepted_at, _cases.c.id)
            .limit(1)
        )
        return (await self._connection.execute(query)).scalar()

    async def running_on(self, policy_no: str) -> tuple[Case, ...]:
        """The unfinished cases on a policy that are no duplicates, the earliest notice first."""
        query = (
            case_query()
            .where(
                _cases.c.policy_no == policy_no,
                _cases.c.duplicate_of.is_(None),
                _cases.c.finished_at.is_(None),
                _cases.c.status.not_in(FINAL_STATUSES),
            )
            .order_by(_cases.c.notice_arrived_at, _cases.c.id)
        )
        return tuple(map(case_of, await self._connection.execute(query)))

    async def asked_for(self, policy_no: str, item: str) -> tuple[Case, ...]:
        """The cases that ever asked for an item on a policy, the earliest first."""
        query = (
            case_query()
            .where(_cases.c.policy_no == policy_no, _cases.c.item == item)
            .order_by(_cases.c.accepted_at, _cases.c.id)
        )
        return tuple(map(case_of, await self._connection.execute(query)))

    async def stamp(self, case_id: str, fingerprint: str, duplicate_of: str | None) -> None:
        """Write down the fingerprint of a case's request, and the case it repeats."""
        await self._connection.execute(
            update(_cases)
            .where(_cases.c.id == case_id)
            .values(fingerprint=fingerprint, duplicate_of=duplicate_of)
        )

    async def note_quote(self, case_id: str, quote: JsonObject) -> None:
        """Keep the latest quote with the case's request."""
        requests = cases.case_requests
        await self._connection.execute(
            update(requests).where(requests.c.case_id == case_id).values(quote=dict(quote))
        )


def case_query() -> Select[Any]:
    """Cases, each with the number of its open incidents."""
    incidents = (
        select(func.count())
        .select_from(trail.incidents)
        .where(trail.incidents.c.case_id == _cases.c.id, trail.incidents.c.closed_at.is_(None))
        .scalar_subquery()
    )
    return select(_cases, incidents.label("incidents"))


def case_of(row: Row[Any]) -> Case:
    """The case of a row of ``case_query``."""
    return to_noun(Case, row)
