"""Values to and from plain JSON, as callers and scenarios write them.

Numbers are JSON numbers; what JSON has no form for (a date, a range, a function) is its text.
"""

import json
import math
from collections.abc import Callable, Iterator
from decimal import Decimal, DecimalException
from typing import TypeAlias

from workflows.feel.environment import MAX_ITEMS, MAX_NESTING, NUMBERS
from workflows.feel.errors import FeelFault, FeelLimitError
from workflows.feel.text import number_text, to_text
from workflows.feel.values import Value

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
MAX_BITS = 20_500  # the digits of 10**6144
MAX_FLOAT_EXPONENT = 300


def _no_constant(text: str) -> Value:
    raise FeelFault(f"{text} is no number.")


def read_number(number: str | Decimal) -> Decimal:
    """Read a JSON number, rounded to what FEEL's numbers hold."""
    try:
        return NUMBERS.create_decimal(number)
    except DecimalException:
        raise FeelFault("The number is out of range.") from None


def read_json(text: str) -> Value:
    """Read a JSON text; one that is none is a fault."""
    try:
        found = json.loads(
            text, parse_float=read_number, parse_int=read_number, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        raise FeelFault("The text is no JSON.") from None
    return from_plain(found)


def from_plain(plain: object, depth: int = 0) -> Value:
    """Take over plain JSON data; ints and floats become exact numbers as they are written."""
    if depth > MAX_NESTING:
        raise FeelLimitError(f"Values nest at most {MAX_NESTING} levels deep.")
    match plain:
        case None | bool() | str():
            return plain
        case Decimal() if plain.is_finite():
            return read_number(plain)
        case int() | float():
            return _number(plain)
        case list() | tuple():
            return _bounded([from_plain(item, depth + 1) for item in plain])
        case dict():
            return {str(key): from_plain(item, depth + 1) for key, item in plain.items()}
        case _:
            raise FeelFault(f"A {type(plain).__name__} is no JSON.")


def _bounded(items: list[Value]) -> Value:
    if len(items) > MAX_ITEMS:
        raise FeelLimitError(f"A list has at most {MAX_ITEMS} items.")
    return items


def _number(plain: int | float) -> Decimal:
    match plain:
        case float() if math.isfinite(plain):
            return read_number(repr(plain))
        case int() if plain.bit_length() <= MAX_BITS:
            return NUMBERS.create_decimal(plain)
        case _:
            raise FeelFault("The number is out of range.")


def to_plain(value: Value, depth: int = 0) -> Plain:
    """Give a value as plain JSON data; a fraction becomes the nearest float."""
    if depth > MAX_NESTING:
        raise FeelLimitError(f"Values nest at most {MAX_NESTING} levels deep.")
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            return _plain_number(value)
        case list():
            return [to_plain(item, depth + 1) for item in value]
        case dict():
            return {key: to_plain(item, depth + 1) for key, item in value.items()}
        case _:
            return to_text(value)


def _plain_number(number: Decimal) -> Plain:
    if abs(number.adjusted()) > MAX_FLOAT_EXPONENT:
        return number_text(number)
    return int(number) if number == number.to_integral_value() else float(number)


def write_json(value: Value) -> str:
    """Write a value as JSON text, its numbers exact."""
    return "".join(json_pieces(value))


def json_pieces(
    value: Value, written: Callable[[Value], str] = to_text, depth: int = 0
) -> Iterator[str]:
    """Write a value as JSON text piece by piece; ``written`` says how what JSON lacks is told."""
    if depth > MAX_NESTING:
        raise FeelLimitError(f"Values nest at most {MAX_NESTING} levels deep.")
    match value:
        case None | bool():
            yield json.dumps(value)
        case Decimal():
            yield number_text(value)
        case list():
            yield "["
            for at, item in enumerate(value):
                yield "," if at else ""
                yield from json_pieces(item, written, depth + 1)
            yield "]"
        case dict():
            yield "{"
            for at, (key, item) in enumerate(value.items()):
                yield f"{',' if at else ''}{_quoted(key)}:"
                yield from json_pieces(item, written, depth + 1)
            yield "}"
        case _:
            yield _quoted(written(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
