"""Data as those may see it who mend cases: how it looks, and of what is personal not what it is.

Amounts, numbers that count, truths and what is missing are shown; texts, days and long numbers may
be a name, a birthday, an account. A text is shown only under a name that holds a word of the
product, and only if it looks like one.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from workflows.feel.values import Value

_DEEPEST: Final = 4
_MOST: Final = 20
"""Entries of a context, items of a list."""
_LARGEST: Final = 10**9
"""Numbers from here on may be those of a telephone, an account, a person."""
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_WORDS: Final = frozenset((
    "act", "basis", "channel", "code", "controls", "currency", "error", "excluded", "frequency",
    "item", "kind", "level", "measures", "mode", "outcome", "product", "productId", "reason",
    "requiredLevel", "result", "riskClass", "riskSignals", "role", "route", "state", "status",
    "type",
))  # fmt: skip
"""Names of variables that hold words of the product."""


def masked(value: Value, name: str = "", depth: int = 0) -> object:
    """Return what may be shown of a value, as plain JSON."""
    match value:
        case None | bool():
            return value
        case Decimal() if abs(value) < _LARGEST:
            return int(value) if value == value.to_integral_value() else str(value)
        case str():
            is_word = name in _WORDS and _WORD.fullmatch(value) is not None
            return value if is_word else f"<text, {len(value)}>"
        case dict() if depth < _DEEPEST:
            return masked_all(value, depth + 1)
        case list() if depth < _DEEPEST:
            return [masked(one, name, depth + 1) for one in value[:_MOST]]
        case _:
            return f"<{_kind(value)}>"


def masked_all(values: Mapping[str, Value], depth: int = 0) -> dict[str, object]:
    """Return what may be shown of variables, by name."""
    return {
        name if _WORD.fullmatch(name) else f"<name, {len(name)}>": masked(value, name, depth)
        for name, value in list(values.items())[:_MOST]
    }


def _kind(value: Value) -> str:
    match value:
        case Decimal():
            return "number"
        case dict():
            return "context"
        case list():
            return f"list, {len(value)}"
        case _:
            return type(value).__name__.lower()
