"""Built-ins that relate ranges and points; a point is a range from itself to itself."""

import re
from collections.abc import Callable
from dataclasses import replace

from workflows.feel.days import parse_date
from workflows.feel.environment import NUMBERS
from workflows.feel.errors import FeelFault
from workflows.feel.lexer import unescape
from workflows.feel.library.table import Overload, Table, takes
from workflows.feel.temporal import parse_date_time, parse_duration, parse_temporal, parse_time
from workflows.feel.values import Range, Value, compare

Relation = Callable[[Range, Range], bool]
POINT = "number|date|time|datetime|months|days"


def _order(left: Value, right: Value) -> int:
    order = compare(left, right)
    if order is None:
        raise FeelFault("The bounds cannot be compared.")
    return order


def _before(one: Range, other: Range) -> bool:
    order = _order(one.end, other.start)
    return order < 0 or (order == 0 and not (one.end_included and other.start_included))


def _meets(one: Range, other: Range) -> bool:
    return one.end_included and other.start_included and _order(one.end, other.start) == 0


def _overlaps(one: Range, other: Range) -> bool:
    return not _before(one, other) and not _before(other, one)


def _starts_earlier(one: Range, other: Range) -> bool:
    order = _order(one.start, other.start)
    return order < 0 or (order == 0 and one.start_included and not other.start_included)


def _ends_within(one: Range, other: Range) -> bool:
    order = _order(one.end, other.end)
    return order < 0 or (order == 0 and (other.end_included or not one.end_included))


def _starts_within(one: Range, other: Range) -> bool:
    order = _order(one.start, other.start)
    return order > 0 or (order == 0 and (other.start_included or not one.start_included))


def _overlaps_before(one: Range, other: Range) -> bool:
    return _starts_earlier(one, other) and not _before(one, other) and _ends_within(one, other)


def _overlaps_after(one: Range, other: Range) -> bool:
    return _overlaps_before(other, one)


def _finishes(one: Range, other: Range) -> bool:
    level = one.end_included == other.end_included and _order(one.end, other.end) == 0
    return level and _starts_within(one, other)


def _starts(one: Range, other: Range) -> bool:
    level = one.start_included == other.start_included and _order(one.start, other.start) == 0
    return level and _ends_within(one, other)


def _during(one: Range, other: Range) -> bool:
    return _starts_within(one, other) and _ends_within(one, other)


def _coincides(one: Range, other: Range) -> bool:
    brackets = replace(one, start=None, end=None) == replace(other, start=None, end=None)
    return brackets and not _order(one.start, other.start) and not _order(one.end, other.end)


def _read_range(text: str) -> Range:
    """Read a range written as text, its bounds literals."""
    found = _RANGE_TEXT.fullmatch(text)
    if not found:
        raise FeelFault(f"'{text[:40]}' is no range.")
    start, end = _read_bound(found["start"]), _read_bound(found["end"])
    if _order(start, end) > 0:
        raise FeelFault("The range ends before it starts.")
    return Range(start, end, found["open"] == "[", found["close"] == "]")


def _read_bound(text: str) -> Value:
    found = _BOUND_TEXT.fullmatch(text)
    if not found:
        raise FeelFault(f"'{text[:40]}' is no bound of a range.")
    if found["number"]:
        return NUMBERS.create_decimal(found["number"])
    content = unescape(found["text"])
    return content if found["kind"] is None else _BOUNDS[found["kind"]](content)


_LITERAL = (
    r'(?:(?P<kind>@|date|time|date and time|duration)\s*\(?\s*)?"(?P<text>(?:[^"\\]|\\.)*)"\s*\)?'
)
_BOUND_TEXT = re.compile(rf"(?P<number>-?[0-9]+(?:\.[0-9]+)?)|{_LITERAL}", re.DOTALL)
_RANGE_TEXT = re.compile(
    r"\s*(?P<open>[\[\](])\s*(?P<start>[^\s].*?)\s*\.\.\s*(?P<end>.*?[^\s])\s*(?P<close>[\])\[])\s*",
    re.DOTALL,
)
_BOUNDS: dict[str, Callable[[str], Value]] = {
    "@": parse_temporal,
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "duration": parse_duration,
}


def _swapped(relation: Relation) -> Relation:
    return lambda one, other: relation(other, one)


def _as_range(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _relating(relation: Relation, *shapes: str) -> tuple[Overload, ...]:
    """Declare a relation for shapes such as ``pr``: of a point to a range."""

    def body(one: Value, other: Value) -> Value:
        return relation(_as_range(one), _as_range(other))

    return tuple(takes(f"{_FIRST[shape[0]]}, {_SECOND[shape[1]]}", body) for shape in shapes)


_FIRST = {"p": f"point1/point: {POINT}", "r": "range1/range: range"}
_SECOND = {"p": f"point2/point: {POINT}", "r": "range2/range: range"}

BUILT_INS: Table = {
    "before": _relating(_before, "pp", "pr", "rp", "rr"),
    "after": _relating(_swapped(_before), "pp", "pr", "rp", "rr"),
    "meets": _relating(_meets, "rr"),
    "met by": _relating(_swapped(_meets), "rr"),
    "overlaps": _relating(_overlaps, "rr"),
    "overlaps before": _relating(_overlaps_before, "rr"),
    "overlaps after": _relating(_overlaps_after, "rr"),
    "finishes": _relating(_finishes, "pr", "rr"),
    "finished by": _relating(_swapped(_finishes), "rp", "rr"),
    "includes": _relating(_swapped(_during), "rp", "rr"),
    "during": _relating(_during, "pr", "rr"),
    "starts": _relating(_starts, "pr", "rr"),
    "started by": _relating(_swapped(_starts), "rp", "rr"),
    "range": (takes("from: string", _read_range),),
    "coincides": _relating(_coincides, "pp", "rr"),
}
