"""Why a value is null, told to those who can mend it."""

from collections.abc import Sequence
from typing import cast

from workflows.feel.errors import FeelLimitError, FeelWarning
from workflows.feel.text import literal_text
from workflows.feel.values import Value, type_name

MAX_TOLD = 3
"""How many warnings are told; the first is mostly the cause of the others."""
MAX_INPUTS = 10
MAX_SHOWN = 60


def reason_of(warnings: Sequence[FeelWarning]) -> str:
    """Tell warnings of one expression on one line: what, where, and the types of the inputs.

    No values: the line goes into incidents and logs, which more people read than the case.
    """
    told = "; ".join(f"{each.message.rstrip('.')} at {each.spot}" for each in warnings[:MAX_TOLD])
    more = len(warnings) - MAX_TOLD
    inputs = ", ".join(f"{name}: {_kind(value)}" for name, value in warnings[0].inputs[:MAX_INPUTS])
    parts = (told, f"{more} more" if more > 0 else "", f"inputs: {inputs}" if inputs else "")
    return "; ".join(part for part in parts if part)


def shown_inputs(warning: FeelWarning) -> list[tuple[str, str]]:
    """Tell the inputs with their values, each cut to a line."""
    return [(name, _cut(value)) for name, value in warning.inputs[:MAX_INPUTS]]


def _kind(value: object) -> str:
    match value:
        case list():
            return f"list of {len(value)}"
        case dict():
            return f"context of {len(value)}"
        case _:
            return type_name(cast(Value, value))


def _cut(value: object) -> str:
    try:
        text = literal_text(cast(Value, value))
    except FeelLimitError:
        text = f"a {_kind(value)}, too long to be shown"
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
