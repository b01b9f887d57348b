"""Values as FEEL would write them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from workflows.feel.days import FarDate
from workflows.feel.environment import MAX_TEXT, NUMBERS
from workflows.feel.errors import FeelLimitError
from workflows.feel.values import Function, Range, Value

MAX_PLAIN_DIGITS = 40


def number_text(number: Decimal) -> str:
    """Write a number without trailing zeros; with an exponent only where it is huge or tiny."""
    if not number:
        return "0"
    if -MAX_PLAIN_DIGITS < number.adjusted() < MAX_PLAIN_DIGITS:
        text = f"{number:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(NUMBERS.normalize(number))


def to_text(value: Value) -> str:
    """Write a value as ``string()`` does."""
    return value if isinstance(value, str) else literal_text(value)


def literal_text(value: Value) -> str:
    """Write a value as part of another one: texts in quotes."""
    return bounded_text(_pieces(value))


def bounded_text(pieces: Iterable[str]) -> str:
    """Join pieces to a text that is not too long."""
    kept: list[str] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size > MAX_TEXT:
            raise FeelLimitError(f"A text has at most {MAX_TEXT} characters.")
    return "".join(kept)


def _pieces(value: Value) -> Iterator[str]:
    match value:
        case list():
            yield "["
            for at, item in enumerate(value):
                yield ", " if at else ""
                yield from _pieces(item)
            yield "]"
        case dict():
            yield "{"
            for at, (key, item) in enumerate(value.items()):
                yield f"{', ' if at else ''}{key}:"
                yield from _pieces(item)
            yield "}"
        case _:
            yield _WRITERS.get(type(value), str)(value)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _range_text(value: Range) -> str:
    start = "" if value.start is None else literal_text(value.start)
    end = "" if value.end is None else literal_text(value.end)
    opening = "[" if value.start_included else "("
    return f"{opening}{start}..{end}{']' if value.end_included else ')'}"


_WRITERS: dict[type, Callable[..., str]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    Decimal: number_text,
    str: _quoted,
    date: date.isoformat,
    FarDate: FarDate.isoformat,
    Range: _range_text,
    Function: lambda value: f"function({', '.join(value.parameters)})",
}
"""How each type is written; the others write themselves."""
