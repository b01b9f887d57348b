"""Effects done, once per key."""

from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.audit import AuditTable
from infra.db.evidence import effect_detail
from infra.db.rows import to_noun, to_row
from infra.db.tables import trail
from workflows.domain.audit import Change
from workflows.domain.effects import Effect

_FIND = select(trail.effects).where(trail.effects.c.key == bindparam("wanted"))


class EffectTable:
    """The effects of cases."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def find(self, key: str) -> Effect | None:
        """The finished effect of a key."""
        row = (await self._connection.execute(_FIND, {"wanted": key})).first()
        return None if row is None else to_noun(Effect, row)

    async def record(self, effect: Effect) -> None:
        """Finish an effect, and write its one audit row."""
        row = to_row(effect)
        await self._connection.execute(insert(trail.effects), row)
        self._audit.vouch(effect.case_id, "effects", row, effect.at)
        await self._audit.append(
            Change(
                stream=effect.case_id,
                action="effect",
                actor=effect.actor,
                at=effect.at,
                object_type=effect.kind,
                object_id=effect.key,
                detail=effect_detail(effect),
            )
        )
