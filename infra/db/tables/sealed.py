"""Columns that hold personal data: encrypted under a key of the person, who may be erased by it.

A sealed value names its key; a query reads the wrapped key along with the value, so that whoever
selects a column gets the plain value, and the empty one where the person's key was destroyed. To
write one, its row goes through ``infra.db.chain.sealing``, which knows whose it is. Rows are found
by marks: a ``Mark`` is compared to plain values and stores a keyed hash of them.
"""

import base64
import json
import os
from abc import abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    CHAR,
    Column,
    ColumnElement,
    Dialect,
    Index,
    String,
    Table,
    Text,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.types import TypeDecorator

from infra.db.connections.field_keys import field_keys_of
from infra.db.tables.columns import Id, Instant, metadata
from infra.payload_keys import PayloadKeyError

V = TypeVar("V")
KEY_ID_LENGTH: Final = 32
SUBJECT: Final = "subject"
"""In a table's ``info``: the column that says whose row it is."""
_NONCE_BYTES: Final = 12
_STRANGE: Final = "!"
"""Stands where a value names a key that its person does not have."""


class WrappedKey(TypeDecorator[str]):
    """The secret of a key, wrapped: bound as bytes, read as the text that lies there."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> str | None:  # type: ignore[override]
        """Wrap it by the deployment's active key."""
        return None if value is None else field_keys_of(dialect).wrapped(value)


subject_keys = Table(
    "subject_keys",
    metadata,
    Column("id", CHAR(KEY_ID_LENGTH), primary_key=True),
    Column("subject", Id, nullable=False, index=True),
    Column("wrapped", WrappedKey),
    Column("made_at", Instant, nullable=False),
    Column("destroyed_at", Instant),
)
Index(
    "uq_subject_keys_living",
    subject_keys.c.subject,
    unique=True,
    sqlite_where=subject_keys.c.destroyed_at.is_(None),
    postgresql_where=subject_keys.c.destroyed_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class Plain(Generic[V]):
    """A value on its way into a sealed column, with the key it is to lie under."""

    value: V
    key_id: str
    wrapped: str


class Sealed(TypeDecorator[V]):
    """A value under its person's key; ``place`` is ``table.column``, and authenticated with it."""

    impl = Text
    cache_ok = True
    empty: Any = None
    """What is read where the key was destroyed, and may be written without one."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    @abstractmethod
    def to_text(self, value: V) -> str:
        """The value as text."""

    @abstractmethod
    def from_text(self, text: str) -> V:
        """The value of a text."""

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Encrypt; raises TypeError for a value that came without its person's key."""
        if isinstance(value, Plain):
            cipher = field_keys_of(dialect).unwrapped(value.wrapped)
            nonce = os.urandom(_NONCE_BYTES)
            text = self.to_text(value.value).encode()
            content = cipher.encrypt(nonce, text, self._context(value.key_id))
            return value.key_id + base64.b64encode(nonce + content).decode()
        if value is None or value == self.empty:
            return None if self.empty is None else ""
        raise TypeError(f"Expected {self.place} with its person's key: infra.db.chain.sealing")

    def column_expression(self, column: ColumnElement[V]) -> ColumnElement[Any]:
        """The value, and the wrapped key that it names."""
        text = type_coerce(column, Text)
        table: Any = column.table
        wrapped = (
            select(func.coalesce(type_coerce(subject_keys.c.wrapped, Text), ""))
            .where(
                subject_keys.c.id == func.substr(text, 1, KEY_ID_LENGTH),
                subject_keys.c.subject == table.c[table.info[SUBJECT]],
            )
            .correlate_except(subject_keys)
            .scalar_subquery()
        )
        both = text.concat(literal(" ", String)).concat(func.coalesce(wrapped, _STRANGE))
        return type_coerce(both, self)

    def process_result_value(self, value: Any, dialect: Dialect) -> V | None:  # noqa: ANN401
        """Decrypt; raises PayloadKeyError without the deployment's key, or with another."""
        if value is None:
            return None
        sealed, _, wrapped = str(value).partition(" ")
        if sealed and wrapped == _STRANGE:
            raise PayloadKeyError(f"A value of {self.place} lies under no key of its person.")
        if not sealed or not wrapped:
            empty: V | None = self.empty
            return empty
        return self.from_text(self._decrypted(sealed, field_keys_of(dialect).unwrapped(wrapped)))

    def _decrypted(self, sealed: str, cipher: AESGCM) -> str:
        key_id, content = sealed[:KEY_ID_LENGTH], base64.b64decode(sealed[KEY_ID_LENGTH:])
        nonce, secret = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, secret, self._context(key_id)).decode()
        except InvalidTag:
            raise PayloadKeyError(
                f"A value of {self.place} was changed, or belongs to another column."
            ) from None

    def _context(self, key_id: str) -> bytes:
        return f"{self.place} {key_id}".encode()


class SealedText(Sealed[str]):
    """Text of a person."""

    cache_ok = True
    empty = ""

    def to_text(self, value: str) -> str:
        """As it is."""
        return value

    def from_text(self, text: str) -> str:
        """As it is."""
        return text


class SealedDate(Sealed[date]):
    """A day of a person's life."""

    cache_ok = True

    def to_text(self, value: date) -> str:
        """ISO 8601."""
        return value.isoformat()

    def from_text(self, text: str) -> date:
        """Of ISO 8601."""
        return date.fromisoformat(text)


class SealedJson(Sealed[Any]):
    """Data of a person; the order of its entries is kept."""

    cache_ok = True
    empty: Any = {}  # noqa: RUF012 - never changed, compared only

    def to_text(self, value: object) -> str:
        """JSON."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    def from_text(self, text: str) -> object:
        """Of JSON."""
        return json.loads(text)


class Mark(TypeDecorator[str]):
    """What rows are found by instead of the sealed column ``of`` of their table."""

    impl = String(64)
    cache_ok = True

    def __init__(self, of: str) -> None:
        super().__init__()
        self.of = of

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """A keyed hash: equal for equal values."""
        return None if value is None else field_keys_of(dialect).mark(value)


def living_key(subject: str, made_at: datetime) -> dict[str, Any]:
    """The row of a new key for a person."""
    return {
        "id": os.urandom(KEY_ID_LENGTH // 2).hex(),
        "subject": subject,
        "wrapped": AESGCM.generate_key(256),
        "made_at": made_at,
    }
