"""Paths: entries of contexts, properties of temporal values and ranges."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from workflows.feel import syntax
from workflows.feel.compiler.dispatch import FAULTS, compile_node
from workflows.feel.days import FarDate, like
from workflows.feel.environment import NUMBERS
from workflows.feel.errors import FeelFault
from workflows.feel.scope import Closure, Scope
from workflows.feel.temporal import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
)
from workflows.feel.values import Range, Value, type_name

Property = Callable[..., Value]


def _number(value: int) -> Decimal:
    return Decimal(value)


def _second(value: Time | DateTime) -> Value:
    return NUMBERS.divide(Decimal(value.nanoseconds % MINUTE), Decimal(SECOND))


def _offset(value: Time | DateTime) -> Value:
    offset = value.offset()
    return None if offset is None else DaysTime(offset * SECOND)


def _region(value: Time | DateTime) -> Value:
    return value.zone if isinstance(value.zone, str) else None


def _part(unit: int, wrap: int) -> Property:
    """Take one field of a duration; every field bears the duration's sign."""

    def part(value: DaysTime) -> Value:
        count = abs(value.nanoseconds) // unit % wrap
        return Decimal(-count if value.nanoseconds < 0 else count)

    return part


def _seconds(value: DaysTime) -> Value:
    rest = Decimal(abs(value.nanoseconds) % MINUTE)
    return NUMBERS.divide(-rest if value.nanoseconds < 0 else rest, Decimal(SECOND))


def _years(value: YearsMonths) -> Value:
    years = abs(value.months) // 12
    return Decimal(-years if value.months < 0 else years)


def _months(value: YearsMonths) -> Value:
    months = abs(value.months) % 12
    return Decimal(-months if value.months < 0 else months)


_CLOCK: dict[str, Property] = {
    "hour": lambda value: _number(value.nanoseconds // HOUR),
    "minute": lambda value: _number(value.nanoseconds // MINUTE % 60),
    "second": _second,
    "time offset": _offset,
    "timezone": _region,
}
_ENDLESS = 10**30

_DATE: dict[str, Property] = {
    "year": lambda value: _number(value.year),
    "month": lambda value: _number(value.month),
    "day": lambda value: _number(value.day),
    "weekday": lambda value: _number(like(value).isoweekday()),
}

PROPERTIES: dict[type, dict[str, Property]] = {
    date: _DATE,
    FarDate: _DATE,
    DateTime: _CLOCK
    | {
        "year": lambda value: _number(value.day.year),
        "month": lambda value: _number(value.day.month),
        "day": lambda value: _number(value.day.day),
        "weekday": lambda value: _number(like(value.day).isoweekday()),
    },
    Time: _CLOCK,
    YearsMonths: {"years": _years, "months": _months},
    DaysTime: {
        "days": _part(DAY, _ENDLESS),
        "hours": _part(HOUR, 24),
        "minutes": _part(MINUTE, 60),
        "seconds": _seconds,
    },
    Range: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}
"""The properties of values that are no contexts (FEEL tables 65 and 66)."""


@compile_node.register(syntax.Path)
def _path(node: syntax.Path) -> Closure:
    source, name, position = compile_node(node.source), node.name, node.position

    def evaluate(scope: Scope) -> Value:
        value = source(scope)
        if isinstance(value, dict) and name in value:
            return value[name]
        scope.run.charge(value)
        try:
            return take(value, name)
        except FAULTS as fault:
            scope.run.warn(str(fault), position)
            return None

    return evaluate


def take(value: Value, name: str) -> Value:
    """Take an entry or property; of a list, of each of its items."""
    if isinstance(value, list):
        return [_of_item(item, name) for item in value]
    if isinstance(value, dict):
        if name not in value:
            raise FeelFault(f"The context has no entry '{name}'.")
        return value[name]
    read = PROPERTIES.get(type(value), {}).get(name)
    if read is None:
        raise FeelFault(f"A {type_name(value)} has no property '{name}'.")
    return read(value)


def _of_item(item: Value, name: str) -> Value:
    if isinstance(item, dict):
        return item.get(name)
    read = PROPERTIES.get(type(item), {}).get(name)
    return None if read is None else read(item)
