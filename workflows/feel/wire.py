"""Values to tagged JSON and back, losing nothing: ``{"t": type, "v": value}``."""

from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import TypeAlias

from workflows.feel import temporal
from workflows.feel.days import parse_date
from workflows.feel.environment import MAX_NESTING, NUMBERS
from workflows.feel.errors import FeelFault, FeelLimitError
from workflows.feel.plain import from_plain, read_json, to_plain, write_json
from workflows.feel.text import number_text, to_text
from workflows.feel.values import Range, Value, type_name

__all__ = ["decode", "encode", "from_plain", "read_json", "to_plain", "write_json"]

Tagged: TypeAlias = dict[str, "TaggedContent"]
TaggedContent: TypeAlias = "bool | str | list[Tagged] | Mapping[str, Tagged | bool] | None"


def encode(value: Value, depth: int = 0) -> Tagged:
    """Tag a value. A function is its text only, as it does not outlive its evaluation."""
    if depth > MAX_NESTING:
        raise FeelLimitError(f"Values nest at most {MAX_NESTING} levels deep.")
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value, depth + 1)
    tag = type_name(value)
    return {"t": "duration" if tag.endswith("duration") else tag, "v": to_text(value)}


def _encode_list(items: list[Value], depth: int) -> Tagged:
    return {"t": "list", "v": [encode(item, depth) for item in items]}


def _encode_context(context: dict[str, Value], depth: int) -> Tagged:
    return {"t": "context", "v": {key: encode(item, depth) for key, item in context.items()}}


def _encode_range(value: Range, depth: int) -> Tagged:
    content: dict[str, Tagged | bool] = {
        "start": encode(value.start, depth),
        "end": encode(value.end, depth),
        "start included": value.start_included,
        "end included": value.end_included,
    }
    return {"t": "range", "v": content}


_WRITERS: dict[type, Callable[..., Tagged]] = {
    type(None): lambda *_: {"t": "null"},
    bool: lambda value, _: {"t": "boolean", "v": value},
    str: lambda value, _: {"t": "string", "v": value},
    Decimal: lambda value, _: {"t": "number", "v": number_text(value)},
    list: _encode_list,
    dict: _encode_context,
    Range: _encode_range,
}
"""How each type is tagged; the others are tagged texts."""


def decode(tagged: object, depth: int = 0) -> Value:
    """Read a tagged value; raises ValueError for what is none."""
    if depth > MAX_NESTING:
        raise ValueError(f"Values nest at most {MAX_NESTING} levels deep.")
    match tagged:
        case {"t": str() as tag, "v": content}:
            pass
        case {"t": str() as tag}:
            content = None
        case _:
            raise ValueError(f"Expected a tagged value, but got {str(tagged)[:80]}.")
    if tag == "null" or content is None:
        return None
    reader = _TEXTS.get(tag)
    try:
        if reader is not None and isinstance(content, str):
            return reader(content)
        return _decode_other(tag, content, depth)
    except (FeelFault, DecimalException) as error:
        raise ValueError(f"Expected a {tag}: {error}") from None


def _decode_other(tag: str, content: object, depth: int) -> Value:
    match tag, content:
        case "boolean", bool():
            return content
        case "list", list():
            return [decode(item, depth + 1) for item in content]
        case "context", dict():
            return {str(key): decode(item, depth + 1) for key, item in content.items()}
        case "range", dict():
            return Range(
                decode(content.get("start", {"t": "null"}), depth + 1),
                decode(content.get("end", {"t": "null"}), depth + 1),
                content.get("start included") is True,
                content.get("end included") is True,
            )
        case _:
            raise ValueError(f"Expected a {tag}, but got {str(content)[:80]}.")


def _number(text: str) -> Decimal:
    number = NUMBERS.create_decimal(text)
    if not number.is_finite():
        raise FeelFault(f"'{text}' is no number.")
    return number


_TEXTS: dict[str, Callable[[str], Value]] = {
    "number": _number,
    "string": str,
    "date": parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_date_time,
    "duration": temporal.parse_duration,
}
