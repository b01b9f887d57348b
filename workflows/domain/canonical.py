"""One byte form for JSON data, and its SHA-256: what is hashed here is hashed the same anywhere."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

JsonObject = Mapping[str, object]


def canonical_json(data: object) -> str:
    """Sorted keys, no spaces, UTF-8 as is; dates in ISO form, instants in UTC, decimals as text."""
    return json.dumps(
        _plain(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def content_hash(data: object) -> str:
    """SHA-256 of the canonical JSON of ``data``, in hexadecimal."""
    return sha256(canonical_json(data).encode()).hexdigest()


def instant_text(at: datetime) -> str:
    """An instant in UTC with microseconds: the same instant is always the same text."""
    if at.tzinfo is None:
        raise ValueError(f"Expected an instant with a zone, but got {at.isoformat()}")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(data: object) -> object:
    if data is None or isinstance(data, bool | int | float | str):
        return data
    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if is_dataclass(data) and not isinstance(data, type):
        return {field.name: _plain(getattr(data, field.name)) for field in fields(data)}
    return _scalar_text(data)


def _scalar_text(data: object) -> str:
    match data:
        case Decimal():
            return format(data, "f")
        case datetime():
            return instant_text(data)
        case date():
            return data.isoformat()
        case _:
            raise TypeError(f"Expected JSON data, but got {type(data).__name__}")
