"""The table of built-in functions."""

from workflows.feel.library import (
    contexts,
    conversions,
    lists,
    numbers,
    ranges,
    temporals,
    texts,
)
from workflows.feel.library.table import BuiltIn

LIBRARY: dict[str, BuiltIn] = {
    name: BuiltIn(name, overloads)
    for room in (conversions, numbers, texts, lists, contexts, temporals, ranges)
    for name, overloads in room.BUILT_INS.items()
}
"""Every built-in function by its name."""
