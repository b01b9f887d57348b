"""Rows to nouns and back: a field is a column of its name; amounts and rates are integers."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any, TypeVar, get_origin, get_type_hints

from sqlalchemy import Column, Row, Table

from workflows.domain.money import Money

T = TypeVar("T")
_MILLION = 1_000_000

_Columns = tuple[tuple[str, str, object], ...]
"""Field, column and shape of every field of a noun."""
_INSPECTED: dict[type, _Columns] = {}


def to_row(noun: object, *, leaving_out: Collection[str] = ()) -> dict[str, Any]:
    """The column values of a noun; ``leaving_out`` names fields kept elsewhere."""
    row: dict[str, Any] = {}
    for name, column, _ in _columns(type(noun)):
        if name in leaving_out:
            continue
        match getattr(noun, name):
            case Money() as amount:
                row[f"{column}_minor"] = amount.minor
                row["currency"] = amount.currency
            case Decimal() as rate:
                row[f"{column}_ppm"] = int(rate * _MILLION)
            case tuple() as many:
                row[column] = list(many)
            case Mapping() as data:
                row[column] = dict(data)
            case value:
                row[column] = value
    return row


def to_noun(kind: type[T], row: Row[Any], **given: object) -> T:
    """The noun of a row; ``given`` are fields that other rows hold."""
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    read: dict[str, object] = dict(given)
    for name, column, shape in _columns(kind):
        if name in given:
            continue
        if shape is Money:
            read[name] = Money(values[f"{column}_minor"], values["currency"])
        elif shape is Decimal:
            read[name] = (Decimal(values[f"{column}_ppm"]) / _MILLION).normalize()
        elif shape is tuple:
            read[name] = tuple(values[column])
        else:
            read[name] = values[column]
    return kind(**read)


def columns_of(table: Table, *names: str) -> list[Column[Any]]:
    """Some columns of a table by name."""
    return [table.c[name] for name in names]


def _columns(kind: type) -> _Columns:
    if kind not in _INSPECTED:
        hints = get_type_hints(kind)
        _INSPECTED[kind] = tuple(
            (field.name, field.name.rstrip("_"), get_origin(hints[field.name]) or hints[field.name])
            for field in fields(kind)
        )
    return _INSPECTED[kind]
