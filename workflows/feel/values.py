"""The value space; equality and order.

Values are never changed once made, lists and contexts included. Equality and order are
three-valued: None says that two values cannot be compared.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from workflows.feel.days import FarDate
from workflows.feel.environment import Run
from workflows.feel.temporal import DateTime, DaysTime, Time, YearsMonths


@dataclass(frozen=True, slots=True)
class Range:
    """Values from a start to an end; a missing bound is open and is not included."""

    start: "Value"
    end: "Value"
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function: its parameters by name and what calling it does."""

    name: str
    parameters: tuple[str, ...]
    call: Callable[[Run, list["Value"]], "Value"]
    types: tuple[str, ...] = ()


Value: TypeAlias = (
    bool
    | Decimal
    | str
    | date
    | FarDate
    | Time
    | DateTime
    | YearsMonths
    | DaysTime
    | Range
    | list["Value"]
    | dict[str, "Value"]
    | Function
    | None
)
"""Every value of FEEL; all numbers are Decimal, and a date and time is never Python's."""

TYPE_NAMES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    FarDate: "date",
    Time: "time",
    DateTime: "date and time",
    YearsMonths: "years and months duration",
    DaysTime: "days and time duration",
    Range: "range",
    list: "list",
    dict: "context",
    Function: "function",
}


def type_name(value: Value) -> str:
    """Tell a value's type in FEEL's words."""
    return TYPE_NAMES.get(type(value), "unknown")


def equals(left: Value, right: Value) -> bool | None:
    """Compare for equality; None where the types differ."""
    if left is None or right is None:
        return left is right
    if type(left) is not type(right):
        return None if type_name(left) != type_name(right) else False
    match left, right:
        case list(), list():
            equal = len(left) == len(right) and all(map(same, left, right))
        case dict(), dict():
            equal = left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
        case Range(), Range():
            equal = _equal_ranges(left, right)
        case ((Time() | DateTime()), _):
            equal = _order_key(left) == _order_key(right)
        case _:
            equal = left == right
    return equal


def same(left: Value, right: Value) -> bool:
    """Tell whether two values are equal, values of different types being unequal."""
    return equals(left, right) is True


def key_of(value: Value) -> Hashable:
    """Make what equal values have in common, and different ones have not."""
    match value:
        case bool():
            return value, "boolean"
        case list():
            return "list", *map(key_of, value)
        case dict():
            return "context", frozenset((key, key_of(item)) for key, item in value.items())
        case Time() | DateTime():
            return type(value), _order_key(value)
        case _:
            return value


def _equal_ranges(left: Range, right: Range) -> bool:
    if (left.start_included, left.end_included) != (right.start_included, right.end_included):
        return False
    return same(left.start, right.start) and same(left.end, right.end)


def every(answers: Iterable[bool | None]) -> bool | None:
    """Conjoin three-valued answers."""
    unknown = False
    for answer in answers:
        if answer is False:
            return False
        unknown = unknown or answer is None
    return None if unknown else True


def some(answers: Iterable[bool | None]) -> bool | None:
    """Disjoin three-valued answers."""
    unknown = False
    for answer in answers:
        if answer is True:
            return True
        unknown = unknown or answer is None
    return None if unknown else False


def compare(left: Value, right: Value) -> int | None:
    """Order two values: negative, zero or positive; None where they have no order."""
    if type_name(left) != type_name(right):
        return None
    one, other = _order_key(left), _order_key(right)
    if one is None or other is None or one[0] != other[0]:
        return None
    return _signum(one[1], other[1])


def _signum(left: Decimal | int | str, right: Decimal | int | str) -> int:
    if isinstance(left, str) or isinstance(right, str):
        return (str(left) > str(right)) - (str(left) < str(right))
    return (left > right) - (left < right)


_ORDER_KEYS: dict[type, Callable[..., tuple[bool, Decimal | int | str]]] = {
    Decimal: lambda value: (False, value),
    str: lambda value: (False, value),
    date: lambda value: (False, value.toordinal()),
    FarDate: lambda value: (False, value.toordinal()),
    Time: lambda value: (value.zone is not None, value.instant()),
    DateTime: lambda value: (value.zone is not None, value.instant()),
    YearsMonths: lambda value: (False, value.months),
    DaysTime: lambda value: (False, value.nanoseconds),
}
"""Whether a value bears a zone, and what it is ordered by."""


def _order_key(value: Value) -> tuple[bool, Decimal | int | str] | None:
    key = _ORDER_KEYS.get(type(value))
    return None if key is None else key(value)


def contains(container: Range, value: Value) -> bool | None:
    """Tell whether a value lies in a range; None where it cannot be compared."""
    return every((_above_start(container, value), _below_end(container, value)))


def _above_start(container: Range, value: Value) -> bool | None:
    if container.start is None:
        return None if container.end is None else True
    order = compare(container.start, value)
    return None if order is None else order < 0 or (order == 0 and container.start_included)


def _below_end(container: Range, value: Value) -> bool | None:
    if container.end is None:
        return None if container.start is None else True
    order = compare(value, container.end)
    return None if order is None else order < 0 or (order == 0 and container.end_included)
