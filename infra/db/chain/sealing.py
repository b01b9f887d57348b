"""Personal values on their way into the database, each under the key of its person.

The key is made with the person's first row, in the same transaction. To destroy it is to erase
every value under it, wherever it was copied to without the key: what lies there stays as it is.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Select, Table, Text, bindparam, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.field_keys import field_keys_of
from infra.db.connections.locking import is_alone
from infra.db.tables.sealed import SUBJECT, Mark, Plain, Sealed, living_key, subject_keys

_AT_ONCE: Final = 500

Row = dict[str, Any]


async def sealed(
    connection: AsyncConnection, table: Table, rows: Iterable[Mapping[str, Any]]
) -> list[Row]:
    """Rows as they may be inserted: each names its person in the table's ``subject`` column."""
    given = list(rows)
    column = table.info[SUBJECT]
    keys = await _keys(connection, {row[column] for row in given})
    return [_sealed(table, row, *keys[row[column]]) for row in given]


async def sealed_of(
    connection: AsyncConnection, table: Table, subject: str, values: Mapping[str, Any]
) -> Row:
    """New values for rows of one person."""
    return _sealed(table, values, *(await _keys(connection, {subject}))[subject])


async def destroy_key(connection: AsyncConnection, subject: str, at: datetime) -> int:
    """Make unreadable what lies under a person's key; tells how many keys there were."""
    living = (subject_keys.c.subject == subject) & subject_keys.c.destroyed_at.is_(None)
    statement = update(subject_keys).where(living).values(wrapped=None, destroyed_at=at)
    return (await connection.execute(statement)).rowcount


async def rewrap(connection: AsyncConnection) -> int:
    """Wrap every person's key by the deployment's active key; tells how many were by another."""
    keys = field_keys_of(connection.dialect)
    found = (await connection.execute(_wrapped_by(keys.active, other=True))).all()
    changed = update(subject_keys).where(subject_keys.c.id == bindparam("at"))
    if found:
        rows = [{"at": row.id, "wrapped": keys.secret_of(row.wrapped)} for row in found]
        await connection.execute(changed.values(wrapped=bindparam("wrapped")), rows)
    return len(found)


async def needs(connection: AsyncConnection, key_id: str) -> bool:
    """Whether a person's key is wrapped by a key of the deployment."""
    return (await connection.execute(_wrapped_by(key_id).limit(1))).first() is not None


def _wrapped_by(key_id: str, *, other: bool = False) -> Select[Any]:
    named = type_coerce(subject_keys.c.wrapped, Text).startswith(f"{key_id}:", autoescape=True)
    query = select(subject_keys.c.id, subject_keys.c.wrapped)
    return query.where(subject_keys.c.wrapped.is_not(None), ~named if other else named)


def _sealed(table: Table, row: Mapping[str, Any], key_id: str, wrapped: str) -> Row:
    made = dict(row)
    for column in table.c:
        if isinstance(column.type, Sealed) and made.get(column.name) is not None:
            made[column.name] = Plain(made[column.name], key_id, wrapped)
        elif isinstance(column.type, Mark) and column.type.of in row:
            made[column.name] = row[column.type.of]
    return made


async def _keys(
    connection: AsyncConnection, subjects: Collection[str]
) -> dict[str, tuple[str, str]]:
    """The keys of persons, made where there is none: id and wrapped secret."""
    keys = await _living(connection, subjects)
    missing = sorted(set(subjects) - set(keys))
    if missing:
        now = datetime.now(UTC)
        await connection.execute(_unless_there(connection), [living_key(s, now) for s in missing])
        keys |= await _living(connection, missing)
    return keys


def _unless_there(connection: AsyncConnection) -> Any:  # noqa: ANN401 - either's insert
    """Of two who make a person's key at once, one does."""
    kind = sqlite if is_alone(connection) else postgresql
    return kind.insert(subject_keys).on_conflict_do_nothing()


async def _living(
    connection: AsyncConnection, subjects: Collection[str]
) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    listed = sorted(subjects)
    for start in range(0, len(listed), _AT_ONCE):
        query = select(
            subject_keys.c.subject,
            subject_keys.c.id,
            subject_keys.c.wrapped,
        ).where(
            subject_keys.c.subject.in_(listed[start : start + _AT_ONCE]),
            subject_keys.c.destroyed_at.is_(None),
        )
        found |= {row.subject: (row.id, row.wrapped) for row in await connection.execute(query)}
    return found
