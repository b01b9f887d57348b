"""Which version of which process every instance of a case goes by, as its journal tells."""

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.journal.telling import as_told_now
from infra.db.tables import trail
from workflows.contracts.repair import Migrate

MIGRATED: Final = "case.migrate"
"""The act by which an instance goes over to another version."""

_journal = trail.journal


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceVersion:
    """One instance: the case itself, or a process it called."""

    instance_id: str
    process_id: str
    version: int
    program_hash: str
    is_over: bool = False
    migration: str = ""
    """The request id of the newest migration; empty: it was never migrated."""
    back: dict[str, Any] | None = None
    """What would take that migration back."""
    is_back: bool = False
    """That migration took another one back."""


class VersionViews:
    """Versions of the instances of a case."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_case(self, case_id: str) -> tuple[InstanceVersion, ...]:
        """Every instance of a case, the case first, then in order of first call."""
        query = (
            select(_journal.c.instance_id, _journal.c.kind, _journal.c.data)
            .where(
                _journal.c.case_id == case_id,
                or_(
                    _journal.c.kind.in_(("caseStarted", "caseFinished")),
                    _journal.c.kind == "operatorActed",
                ),
                as_told_now(),
            )
            .order_by(_journal.c.instance_id != case_id, _journal.c.no)
        )
        found: dict[str, InstanceVersion] = {}
        for instance_id, kind, data in await self._connection.execute(query):
            if kind == "caseStarted":
                found[instance_id] = _begun(instance_id, data)
            elif instance_id in found:
                found[instance_id] = _later(found[instance_id], kind, data)
        return tuple(found.values())


def _begun(instance_id: str, data: dict[str, Any]) -> InstanceVersion:
    return InstanceVersion(
        instance_id=instance_id,
        process_id=str(data.get("processId")),
        version=data.get("version", 0),
        program_hash=str(data.get("programHash")),
    )


def _later(known: InstanceVersion, kind: str, data: dict[str, Any]) -> InstanceVersion:
    if kind == "caseFinished":
        return replace(known, is_over=True)
    if data.get("act") != MIGRATED:
        return known
    return replace(
        known,
        version=data["version"],
        program_hash=data["programHash"],
        migration=str(data.get("requestId", "")),
        back=data.get("back"),
        is_back=bool(data.get("undoes")),
    )


def taking_back(of: InstanceVersion) -> Migrate | None:
    """Return what takes the newest migration of an instance back; None: it was never migrated."""
    if of.back is None:
        return None
    told = of.back
    return Migrate.model_validate({
        "source_hash": of.program_hash,
        "version": told["version"],
        "program_hash": told["programHash"],
        "elements": told["elements"],
        "flows": told["flows"],
        "dues": told["dues"],
        "undoes": of.migration,
    })  # fmt: skip
