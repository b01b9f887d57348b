"""Heat: how often each element of a case was entered and left, and where its tokens stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.journal.telling import as_told_now
from infra.db.journal.versions import VersionViews
from infra.db.tables import trail

_journal = trail.journal
_incidents = trail.incidents

_COUNTED: Mapping[str, str] = MappingProxyType({
    "elementActivated": "activated",
    "elementCompleted": "completed",
    "elementTerminated": "terminated",
})  # fmt: skip


@dataclass(slots=True, kw_only=True)
class ElementCounts:
    """What happened at one element of one process, over all of its instances."""

    activated: int = 0
    completed: int = 0
    terminated: int = 0
    incidents: int = 0
    """Open ones."""

    @property
    def active(self) -> int:
        """Entered and not left yet."""
        return max(self.activated - self.completed - self.terminated, 0)


@dataclass(slots=True, kw_only=True)
class ProcessHeat:
    """One version of a process as it ran in one case."""

    process_id: str
    version: int
    program_hash: str
    instances: int = 0
    elements: dict[str, ElementCounts] = field(default_factory=dict)
    flows: dict[str, int] = field(default_factory=dict)


class HeatMap:
    """Counts over the journal, as it is told now."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_case(self, case_id: str) -> tuple[ProcessHeat, ...]:
        """Every process of a case: its own first, then what it called, in order of first call."""
        heats: dict[tuple[str, str], ProcessHeat] = {}
        of_instance: dict[str, ProcessHeat] = {}
        for one in await VersionViews(self._connection).of_case(case_id):
            heat = heats.setdefault(
                (one.process_id, one.program_hash),
                ProcessHeat(
                    process_id=one.process_id, version=one.version, program_hash=one.program_hash
                ),
            )
            heat.instances += 1
            of_instance[one.instance_id] = heat
        for instance_id, element, kind, number in await self._counts(case_id):
            _count(of_instance.get(instance_id), element, kind, number)
        for instance_id, element, number in await self._stuck(case_id):
            if instance_id in of_instance:
                _at(of_instance[instance_id], element).incidents += number
        return tuple(heats.values())

    async def _counts(self, case_id: str) -> list[tuple[str, str, str, int]]:
        query = (
            select(_journal.c.instance_id, _journal.c.element, _journal.c.kind, func.count())
            .where(
                _journal.c.case_id == case_id,
                _journal.c.kind.in_((*_COUNTED, "flowTaken")),
                _journal.c.element.is_not(None),
                as_told_now(),
            )
            .group_by(_journal.c.instance_id, _journal.c.element, _journal.c.kind)
        )
        return [(row[0], row[1], row[2], row[3]) for row in await self._connection.execute(query)]

    async def _stuck(self, case_id: str) -> list[tuple[str, str, int]]:
        query = (
            select(_incidents.c.instance_id, _incidents.c.element, func.count())
            .where(
                _incidents.c.case_id == case_id,
                _incidents.c.closed_at.is_(None),
                _incidents.c.element.is_not(None),
            )
            .group_by(_incidents.c.instance_id, _incidents.c.element)
        )
        return [(row[0], row[1], row[2]) for row in await self._connection.execute(query)]


def _count(heat: ProcessHeat | None, element: str, kind: str, number: int) -> None:
    if heat is None:
        return
    if kind == "flowTaken":
        heat.flows[element] = heat.flows.get(element, 0) + number
        return
    counts = _at(heat, element)
    setattr(counts, _COUNTED[kind], getattr(counts, _COUNTED[kind]) + number)


def _at(heat: ProcessHeat, element: str) -> ElementCounts:
    return heat.elements.setdefault(element, ElementCounts())
