"""Effects done, once per key.

A case that tells a stretch of its history anew (it was replayed, or its worker died) comes to the
same elements, but where branches run side by side it may number them in another order. What was
done there under a number that is told no more is left over: the next instance of the same element
takes it as its own, so that nothing is done twice.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, and_, bindparam, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.rows import to_noun, to_row
from infra.db.connections.salting import SALT, new_salt
from infra.db.journal.telling import as_told_now
from infra.db.tables import trail
from workflows.domain.audit import Change
from workflows.domain.effects import UNDOES, Effect, key_after

_FIND = select(trail.effects).where(trail.effects.c.key == bindparam("wanted"))

_mine, _instances, _journal = trail.effects, trail.instances, trail.journal
_OF_ELEMENT = select(_mine).where(
    _mine.c.case_id == bindparam("case_id"),
    _mine.c.instance_id == bindparam("instance_id"),
    _mine.c.element == bindparam("element"),
    _mine.c.kind == bindparam("kind"),
    exists().where(_instances.c.id == bindparam("instance_id"), _instances.c.generation > 1),
)
ADOPTED = "adopted"
"""In the detail of an effect: the key it was done under first."""


class EffectTable:
    """The effects of cases."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def find(self, key: str) -> Effect | None:
        """The finished effect of a key."""
        row = (await self._connection.execute(_FIND, {"wanted": key})).first()
        return None if row is None else to_noun(Effect, row)

    async def standing(self, key: str) -> tuple[str, Effect | None]:
        """The finished effect of a key, unless it was undone since; and the key it goes by now.

        What a handler did is done again where what it undid was done anew.
        """
        found = await self.find(key)
        if found is None:
            return key, None
        keys, undone = await self._undone(found.case_id)
        while found is not None and (key in undone or _is_spent(found, keys)):
            key = key_after(key)
            found = await self.find(key)
        return key, found

    async def to_undo(self, instance_id: str, element: str) -> tuple[str, ...]:
        """Keys of the effects of an element that stand, the latest first."""
        query = select(_mine).where(_mine.c.instance_id == instance_id, _mine.c.element == element)
        rows = (await self._connection.execute(query)).all()
        if not rows:
            return ()
        _, undone = await self._undone(rows[0].case_id)
        standing = [row for row in rows if row.key not in undone and UNDOES not in row.detail]
        return tuple(row.key for row in sorted(standing, key=_number, reverse=True))

    async def _undone(self, case_id: str) -> tuple[frozenset[str], frozenset[str]]:
        """All keys of a case's effects, and those that were undone."""
        query = select(_mine.c.key, _mine.c.detail).where(_mine.c.case_id == case_id)
        rows = (await self._connection.execute(query)).all()
        undone = frozenset(key for row in rows for key in row.detail.get(UNDOES, ()))
        return frozenset(row.key for row in rows), undone

    async def left_over(self, wanted: Effect) -> Effect | None:
        """An effect of the same element, done under a number that the case tells no more."""
        place = {
            "case_id": wanted.case_id,
            "instance_id": wanted.instance_id,
            "element": wanted.element,
            "kind": wanted.kind,
        }
        rows = (await self._connection.execute(_OF_ELEMENT, place)).all()
        if not rows:
            return None
        told = await self._told(wanted)
        taken = {row.detail.get(ADOPTED) for row in rows}
        _, undone = await self._undone(wanted.case_id)
        free = [row for row in rows if _number(row) not in told and row.key not in taken | undone]
        if not free:
            return None
        found = to_noun(Effect, min(free, key=_number))
        return replace(found, key=wanted.key, at=wanted.at, detail={ADOPTED: found.key})

    async def _told(self, wanted: Effect) -> set[int]:
        """The numbers of an element's instances, as the case tells its history now."""
        query = select(_journal.c.key).where(
            and_(
                _journal.c.instance_id == wanted.instance_id,
                _journal.c.element == wanted.element,
                _journal.c.kind == "elementActivated",
                as_told_now(),
            )
        )
        return {row.key for row in await self._connection.execute(query)}

    async def record(self, effect: Effect) -> None:
        """Finish an effect, and write its one audit row."""
        row = to_row(effect) | {SALT: new_salt()}
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
                detail=effect.detail,
            )
        )


def _is_spent(effect: Effect, keys: Collection[str]) -> bool:
    """What it undid was done anew: it has to be undone anew, too."""
    undid: Any = effect.detail.get(UNDOES, ())
    return any(key_after(key) in keys for key in undid)


def _number(row: Row[tuple[object, ...]]) -> int:
    """The element instance that an effect was done for, from its key."""
    number = str(row.key).rpartition("/")[2].partition(":")[0].partition("~")[0]
    return int(number) if number.isdecimal() else 0
