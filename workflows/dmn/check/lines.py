"""Lines of values: one class of values in order, cut where a test may change its answer.

Between two cuts all values are alike to every test of a column, so one sample stands for them all.
Places on a line are counted: the odd ones are the cuts themselves, the even ones what lies
between; a place that holds no value (between two days, say) has no sample.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final, TypeAlias

from workflows.feel import DateTime, DaysTime, Time, Value, YearsMonths
from workflows.feel.days import day_of
from workflows.feel.environment import NUMBERS
from workflows.feel.errors import FeelFault
from workflows.feel.temporal import DAY, MINUTE
from workflows.feel.values import type_name

Key: TypeAlias = int | Decimal | str
Samples: TypeAlias = tuple[tuple[Value] | None, ...]
"""A value for every place, None where there is none."""


def _time(at: int, like: Time) -> Time:
    if not 0 <= at < DAY:
        raise FeelFault("The day has no such time.")
    return Time(at, like.zone)


def _moment(at: int, like: DateTime) -> DateTime:
    if like.zone is None:
        return DateTime.from_local(at, None)
    return DateTime.from_instant(at, like.zone)


_COUNTED: Final[dict[str, tuple[Callable[..., int], Callable[..., Value], int]]] = {
    "date": (lambda day: int(day.toordinal()), lambda at, _: day_of(at), 1),
    "time": (lambda time: int(time.instant()), _time, MINUTE),
    "date and time": (
        lambda moment: int(moment.instant()),
        _moment,
        MINUTE,
    ),
    "years and months duration": (lambda one: int(one.months), lambda at, _: YearsMonths(at), 1),
    "days and time duration": (lambda one: int(one.nanoseconds), lambda at, _: DaysTime(at), DAY),
}
"""Values that are counted: to a number and back, and the step to a neighbour fit to be shown."""

_USUAL: Final[dict[str, Value]] = {
    "number": Decimal(0),
    "string": "other",
    "date": date(2026, 1, 1),
    "time": Time(9 * 60 * MINUTE),
    "date and time": DateTime(date(2026, 1, 1), 9 * 60 * MINUTE),
    "years and months duration": YearsMonths(12),
    "days and time duration": DaysTime(DAY),
    "list": [],
    "context": {},
}
_WORDS: Final = ("other", "OTHER", "another")
_BOOLEANS: Final = (False, True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The values of one class."""

    kind: str
    places: dict[Key, int]
    """Place of each cut."""
    samples: Samples

    def sample(self, start: int, end: int) -> tuple[Value] | None:
        """Find a value in a stretch of places."""
        places = range(start, end)
        return next((self.samples[place] for place in places if self.samples[place]), None)

    def stretches(self, keys: Iterable[Key]) -> Iterator[tuple[int, int]]:
        """Cut the line at some of its cuts alone."""
        start = 0
        for place in sorted({self.places[key] for key in keys}):
            if start < place:
                yield start, place
            yield place, place + 1
            start = place + 1
        if start < len(self.samples):
            yield start, len(self.samples)


def kind_of(value: Value) -> str:
    """Name the class of values among which a value has its place in order."""
    if isinstance(value, Time | DateTime) and value.zone is not None:
        return f"{type_name(value)} with a zone"
    return type_name(value)


def key_of(value: Value) -> Key:
    """Tell where a value stands in its class."""
    match value:
        case bool():
            return int(value)
        case Decimal() | str():
            return value
        case None:
            return 0
        case _:
            return _COUNTED[type_name(value)][0](value)


def lines_of(constants: Iterable[Value], type_wanted: str | None) -> tuple[Line, ...]:
    """Draw the lines on which an input may lie: of its type, else of what it is compared with.

    Null has a line where a test speaks of it.
    """
    grouped: dict[str, dict[Key, Value]] = {}
    for value in constants:
        grouped.setdefault(kind_of(value), {}).setdefault(key_of(value), value)
    nothing = grouped.pop("null", None)
    if type_wanted is not None:
        grouped = {
            kind: found
            for kind, found in grouped.items()
            if kind.removesuffix(" with a zone") == type_wanted
        }
    if not grouped:
        grouped[type_wanted or "string"] = {}
    lines = [_line(kind, found) for kind, found in grouped.items()]
    if nothing is not None:
        lines.append(Line(kind="null", places={0: 0}, samples=((None,),)))
    return tuple(lines)


def _line(kind: str, found: dict[Key, Value]) -> Line:
    if kind == "boolean":
        samples: Samples = tuple((value,) for value in _BOOLEANS)
        return Line(
            kind=kind, places={int(value): int(value) for value in _BOOLEANS}, samples=samples
        )
    if not found:
        usual = _USUAL.get(kind)
        return Line(kind=kind, places={}, samples=((usual,),))
    keys = sorted(found, key=lambda key: (isinstance(key, str), key))
    points = [found[key] for key in keys]
    samples = tuple(_alternate([None, *points, None]))
    return Line(
        kind=kind,
        places={key: 2 * index + 1 for index, key in enumerate(keys)},
        samples=samples,
    )


def _alternate(points: list[Value]) -> Iterator[tuple[Value] | None]:
    """Give what lies before each cut, the cut, …, and what lies after the last."""
    for low, high in pairwise(points):
        if low is not None:
            yield (low,)
        yield _between(low, high)


def _between(low: Value, high: Value) -> tuple[Value] | None:
    """Find a value between two of a class, fit to be shown; an end that is None is open."""
    match low, high:
        case (Decimal(), _) | (_, Decimal()):
            return _number(low, high)
        case (str(), _) | (_, str()):
            return _text(low, high)
        case _:
            return _counted(low, high)


def _number(low: Value, high: Value) -> tuple[Value] | None:
    if not isinstance(low, Decimal):
        return (NUMBERS.subtract(high, Decimal(1)),) if isinstance(high, Decimal) else None
    whole = NUMBERS.add(low.to_integral_value("ROUND_FLOOR"), Decimal(1))
    if not isinstance(high, Decimal) or whole < high:
        return (whole,)
    middle = NUMBERS.divide(NUMBERS.add(low, high), Decimal(2))
    return (middle,) if low < middle < high else None


def _text(low: Value, high: Value) -> tuple[Value] | None:
    start = low if isinstance(low, str) else ""
    tries: tuple[str, ...] = (*_WORDS, f"{start} ", f"{start}\x00")
    if low is None:
        tries = (*_WORDS, "")
    for text in tries:
        if (low is None or text > start) and (not isinstance(high, str) or text < high):
            return (text,)
    return None


def _counted(low: Value, high: Value) -> tuple[Value] | None:
    like = high if low is None else low
    count, make, step = _COUNTED[type_name(like)]
    start = None if low is None else count(low)
    end = None if high is None else count(high)
    tries = [end - step, end - 1] if end is not None else []
    if start is not None:
        tries = [start + step, start + 1, start if end is None else (start + end) // 2]
    for at in tries:
        if (start is None or start < at) and (end is None or at < end):
            with suppress(FeelFault):
                return (make(at, like),)
    return None
