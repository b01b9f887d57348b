"""Types without values: what an operation would give, told by trying it on samples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from workflows.feel.arithmetic import negate, operate
from workflows.feel.compiler.paths import PROPERTIES
from workflows.feel.errors import FeelFault
from workflows.feel.syntax import Type
from workflows.feel.temporal import DAY, DateTime, DaysTime, Time, YearsMonths
from workflows.feel.types import SIMPLE_TYPES
from workflows.feel.values import Function, Range, Value, compare, equals, type_name

Kind: TypeAlias = str
"""A type in FEEL's words, such as ``days and time duration``; see ``type_name``."""

_DAY: Final = date(2026, 1, 1)
_SAMPLES: Final[tuple[Value, ...]] = (
    None,
    True,
    Decimal(1),
    "a",
    _DAY,
    Time(0, 0),
    DateTime(_DAY, 0, 0),
    YearsMonths(1),
    DaysTime(DAY),
    Range(Decimal(1), Decimal(2)),
    [],
    {},
    Function("", (), lambda *_: None),
)
SAMPLES: Final[Mapping[Kind, Value]] = {type_name(sample): sample for sample in _SAMPLES}
"""A value of each type; with a zone where one may be, as a date counts as having one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What is sure of a value: its type, and what it holds."""

    kind: Kind | None
    entries: Mapping[str, "Shape"] = field(default_factory=dict)
    """Entries of a context that are drawn; there may be others."""


_OF_MANY_TYPES = frozenset({"start", "end", "timezone"})
"""Properties whose type depends on the value."""


def arithmetic_kind(operator: str, left: Kind, right: Kind) -> Kind:
    """Tell the type of ``left operator right``; a fault where there is no such operation."""
    return type_name(operate(operator, SAMPLES[left], SAMPLES[right]))


def negation_kind(operand: Kind) -> Kind:
    """Tell the type of ``-operand``; a fault where there is none."""
    return type_name(negate(SAMPLES[operand]))


def are_comparable(operator: str, left: Kind, right: Kind) -> bool:
    """Tell whether two types can be compared at all."""
    one, other = SAMPLES[left], SAMPLES[right]
    answer = equals(one, other) if operator in ("=", "!=") else compare(one, other)
    return answer is not None


def property_kind(source: Kind, name: str) -> Kind | None:
    """Tell the type of a property; a fault where there is none."""
    if source in ("list", "context"):
        return None
    read = PROPERTIES.get(type(SAMPLES[source]), {}).get(name)
    if read is None:
        raise FeelFault(f"A {source} has no property '{name}'.")
    return None if name in _OF_MANY_TYPES else type_name(read(SAMPLES[source]))


def unknown_type(wanted: Type) -> str | None:
    """Find a type that FEEL does not have."""
    if wanted.name not in SIMPLE_TYPES and wanted.name not in ("Any", "any", "Null"):
        return wanted.name
    return next((name for each in wanted.arguments if (name := unknown_type(each))), None)
