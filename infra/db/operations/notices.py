"""Notices to staff: told once, read by those above."""

from types import MappingProxyType
from typing import Final

from sqlalchemy import and_, false, insert, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables.notices import staff_notices
from workflows.domain.audit import Change
from workflows.domain.authority import Operator
from workflows.domain.breach import DESK
from workflows.domain.notice import BREACHES, REGISTRY, StaffNotice

HEAD_OFFICE = "HQ"
_OF_NO_CASE: Final = MappingProxyType({REGISTRY: "operator", BREACHES: "breach"})
"""What a notice is about, where it is about no case."""


class NoticeTable:
    """Notices to staff."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def tell(self, notice: StaffNotice) -> None:
        """Tell those whom it is for, and write one audit row."""
        await self._connection.execute(insert(staff_notices), to_row(notice))
        object_type = _OF_NO_CASE.get(notice.case_id)
        await self._audit.append(
            Change(
                stream=notice.case_id,
                action="staff.told",
                actor="system",
                at=notice.at,
                object_type=object_type or "human task",
                object_id=notice.instance_id
                if object_type
                else f"{notice.instance_id}/{notice.key}",
                detail={
                    "code": notice.code,
                    "about": notice.about,
                    "unit": notice.unit,
                    "aboveLevel": notice.above_level,
                },
            )
        )

    async def is_told(self, notice_id: str) -> bool:
        """Whether it was told before."""
        query = select(staff_notices.c.no).where(staff_notices.c.id == notice_id)
        return (await self._connection.execute(query)).first() is not None

    async def list(
        self, reader: Operator, *, oversees: bool = False, before: int | None, limit: int
    ) -> tuple[tuple[int, StaffNotice], ...]:
        """A page of what an operator was told, the newest first, each with its number.

        Who oversees the registries reads everything that is told about them, and the privacy desk
        what is told about breaches.
        """
        everywhere = reader.unit == HEAD_OFFICE
        from_below = and_(
            true() if everywhere else staff_notices.c.unit == reader.unit,
            staff_notices.c.above_level < reader.level,
        )
        own = and_(
            staff_notices.c.case_id == REGISTRY,
            or_(staff_notices.c.about == reader.id, true() if oversees else false()),
        )
        of_breaches = and_(
            staff_notices.c.case_id == BREACHES,
            true() if oversees or DESK in reader.groups else false(),
        )
        query = (
            select(staff_notices)
            .where(or_(from_below, own, of_breaches))
            .order_by(staff_notices.c.no.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(staff_notices.c.no < before)
        rows = await self._connection.execute(query)
        return tuple((row.no, to_noun(StaffNotice, row)) for row in rows)
