"""Personal data past the product, for tests that compare it: by whoever has the key file."""

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.sealing import sealed
from infra.db.connections.field_keys import NAMED_BY, FieldKeys
from infra.db.connections.rows import to_row
from infra.db.tables import metadata
from infra.db.tables.sealed import SUBJECT

Rows = Callable[..., Sequence[tuple[Any, ...]]]


def unsealed(rows: Rows, place: str, where: str, *given: object) -> list[Any]:
    """The values of a sealed column (``table.column``) in the rows that a condition finds."""
    table, column = place.split(".")
    found = rows(
        f"SELECT x.{column}, k.wrapped FROM {table} x"
        f" LEFT JOIN subject_keys k ON k.id = substr(x.{column}, 1, 32) WHERE {where}",
        *given,
    )
    return [opened(place, value, wrapped) for value, wrapped in found]


def opened(place: str, value: str | None, wrapped: str | None) -> Any:
    """What a sealed value is, by the wrapped key that it names."""
    table, column = place.split(".")
    if value is None:
        return None
    sealed_type: Any = metadata.tables[table].c[column].type
    return sealed_type.process_result_value(f"{value} {wrapped or ''}", _dialect())


async def write_sealed(connection: AsyncConnection, table: Table, *nouns: object) -> None:
    """Put nouns into a table, sealed if it is personal; rows may be given as they are."""
    rows = [dict(noun) if isinstance(noun, dict) else to_row(noun) for noun in nouns]
    if SUBJECT in table.info:
        rows = await sealed(connection, table, rows)
    await connection.execute(insert(table), rows)


def _dialect() -> Any:
    dialect: Any = sqlite.dialect()
    dialect.field_keys = _keys(os.environ[NAMED_BY])
    return dialect


@cache
def _keys(path: str) -> FieldKeys:
    return FieldKeys(Path(path))
