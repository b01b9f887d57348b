"""The table of built-in functions."""

from collections.abc import Mapping

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

COSTS: Mapping[str, int] = {
    **dict.fromkeys(("exp", "log", "date", "time", "duration"), 20),
    **dict.fromkeys(("date and time", "from json", "to json", "sort", "stddev"), 20),
    **dict.fromkeys(("matches", "replace", "split", "extract"), 80),
    **dict.fromkeys(("string", "number", "sqrt", "uuid", "week of year", "random number"), 5),
}
"""What a call of the slower ones takes, in steps; patterns may have to be compiled."""

LIBRARY: dict[str, BuiltIn] = {
    name: BuiltIn(name, overloads, COSTS.get(name, 2))
    for room in (conversions, numbers, texts, lists, contexts, temporals, ranges)
    for name, overloads in room.BUILT_INS.items()
}
"""Every built-in function by its name."""
