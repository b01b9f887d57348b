"""Column types that mean the same on SQLite and PostgreSQL, and the shared metadata."""

from datetime import UTC, datetime

from sqlalchemy import (
    CHAR,
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    String,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = String(120)
"""Ids: opaque text, nothing personal."""

Word = String(60)
"""A code of the business: a state, a kind, an item."""

Json = JSON(none_as_null=True)
"""Data as given. Not JSONB: the order of a FEEL context's entries must survive."""

Salt = String(32)
"""What makes the hash of a row unguessable; rows of before have none."""

Serial = BigInteger().with_variant(Integer(), "sqlite")
"""A number the database counts up."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware outside, UTC inside; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"Expected an instant with a zone, but got {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone; it is always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


Instant = UtcDateTime()


def minor(name: str) -> Column[int]:
    """An amount in minor units of the row's currency."""
    return Column(f"{name}_minor", BigInteger, nullable=False)


def currency() -> Column[str]:
    """The currency of the row's amounts."""
    return Column("currency", CHAR(3), nullable=False)


def one_of(column: str, *words: str) -> CheckConstraint:
    """The column holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
