"""Personal data past the product, for tests that compare it: by whoever has the key file."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.sealing import sealed
from infra.db.connections.field_keys import NAMED_BY, FieldKeys
from infra.db.connections.rows import to_row
from infra.db.tables import metadata

Rows = Callable[..., Sequence[tuple[Any, ...]]]


def unsealed(rows: Rows, place: str, where: str, *given: object) -> list[Any]:
    """The values of a sealed column (``table.column``) in the rows that a condition finds."""
    table, column = place.split(".")
    sealed_type = metadata.tables[table].c[column].type.dialect_impl(_dialect())
    found = rows(
        f"SELECT x.{column}, k.wrapped FROM {table} x"
        f" LEFT JOIN subject_keys k ON k.id = substr(x.{column}, 1, 32) WHERE {where}",
        *given,
    )
    read: Any = sealed_type.result_processor(_dialect(), None)
    return [read(f"{value} {wrapped or ''}") for value, wrapped in found]


async def write_sealed(connection: AsyncConnection, table: Table, *nouns: object) -> None:
    """Put nouns into a table with personal data; rows may be given as they are."""
    plain = [dict(noun) if isinstance(noun, dict) else to_row(noun) for noun in nouns]
    await connection.execute(insert(table), await sealed(connection, table, plain))


def _dialect() -> Any:
    dialect: Any = sqlite.dialect()
    dialect.field_keys = FieldKeys(Path(os.environ[NAMED_BY]))
    return dialect
