"""Types of values: what conforms, what is converted, what is refused."""

from dataclasses import dataclass
from typing import Final, Literal

from workflows.feel import Environment, UnaryTests, Value
from workflows.feel.days import Day
from workflows.feel.errors import FeelFault
from workflows.feel.temporal import DateTime, parse_temporal
from workflows.feel.values import Function, type_name

BASIC: Final[dict[str, str]] = {
    "Any": "Any",
    "boolean": "boolean",
    "number": "number",
    "string": "string",
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "days and time duration": "days and time duration",
    "years and months duration": "years and months duration",
    "context": "context",
    "list": "list",
    "range": "range",
    "function": "function",
    # DMN 1.1 and the editors write these:
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "any": "Any",
    "integer": "number",
    "long": "number",
    "double": "number",
}
"""The built-in types of FEEL, and the other names under which models know them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemType:
    """A type that values are checked against."""

    kind: Literal["any", "basic", "list", "context"]
    name: str
    basic: str = ""
    """FEEL's name of a basic type."""
    element: "ItemType | None" = None
    fields: tuple[tuple[str, "ItemType"], ...] = ()
    parameters: "tuple[ItemType, ...] | None" = None
    """Of a function type whose signature is drawn; what each parameter must be."""
    output: "ItemType | None" = None
    """What such a function gives."""
    allowed: tuple[UnaryTests, ...] = ()
    """What a value must satisfy, the type's own tests last."""


_TEMPORAL: Final = frozenset(
    {
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    }
)
DATE_TIME: Final = "date and time"
FUNCTION: Final = "function"
LIST: Final = "list"
ANY: Final = ItemType(kind="any", name="Any")


def basic_type(name: str) -> ItemType | None:
    """Find a built-in type, ``list<T>`` included; None when FEEL has no such type."""
    basic = BASIC.get(name)
    if basic is not None:
        return ANY if basic == "Any" else ItemType(kind="basic", name=name, basic=basic)
    outer, bracket, rest = name.partition("<")
    if not bracket or not rest.endswith(">") or outer.strip() not in BASIC:
        return None
    if outer.strip() != "list":
        return basic_type(outer.strip())
    element = basic_type(rest[:-1].strip())
    return None if element is None else list_of(element, name=name)


def list_of(element: ItemType, *, name: str) -> ItemType:
    """Make the type of lists of a type."""
    return ItemType(kind="list", name=name, element=element)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A value that does not conform, and why."""

    reason: str


def coerce(value: Value, target: ItemType, environment: Environment) -> Value | Mismatch:
    """Make a value conform by the implicit conversions, or tell why it cannot.

    DMN 10.3.2.9.4: a singleton list becomes its item, a value becomes a singleton list, and a
    date becomes its midnight in UTC; anything else that does not conform is null.
    """
    reason = _misfit(value, target, environment)
    if reason is None:
        return value
    for converted in _conversions(value, target):
        if _misfit(converted, target, environment) is None:
            return converted
    return Mismatch(reason)


def read_in(value: Value, target: ItemType) -> Value:
    """Read the texts of dates, times and durations that come from outside as such.

    Process variables and callers speak JSON, which has no other form for them; where the drawing
    says that an input is a date, its text is that date. A text that is none stays a text.
    """
    match value:
        case str() if target.basic in _TEMPORAL:
            return _read_temporal(value, target)
        case list() if target.element is not None:
            return [read_in(item, target.element) for item in value]
        case dict() if target.fields:
            read = {
                name: read_in(value[name], kind) for name, kind in target.fields if name in value
            }
            return {**value, **read}
        case _:
            return value


def _read_temporal(text: str, target: ItemType) -> Value:
    try:
        found = parse_temporal(text)
    except FeelFault:
        return text
    return found if type_name(found) == target.basic else text


def _conversions(value: Value, target: ItemType) -> list[Value]:
    if isinstance(value, list) and len(value) == 1 and target.kind != "list":
        return [value[0]]
    if isinstance(value, Day) and target.basic == DATE_TIME:
        return [DateTime(value, 0, 0)]
    if target.kind == "list" or target.basic == "list":
        return [[value]]
    return []


def _misfit(value: Value, target: ItemType, environment: Environment) -> str | None:
    """Say why a value does not conform; None when it does. Null conforms to every type."""
    if value is None or (target.kind == "any" and not target.allowed):
        return None
    reason = _CHECKS[target.kind](value, target, environment)
    if reason is not None:
        return reason
    for tests in target.allowed:
        if tests.matches(value, {}, environment) is not True:
            return f"the value is not allowed by {target.name}: {' '.join(tests.text.split())}"
    return None


def _misfit_basic(value: Value, target: ItemType, _: Environment) -> str | None:
    if type_name(value) == target.basic:
        return _misfit_signature(value, target)
    return f"expected {target.name}, but found {type_name(value)}"


def _misfit_signature(value: Value, target: ItemType) -> str | None:
    wanted = target.parameters
    if not isinstance(value, Function) or wanted is None or len(value.parameters) == len(wanted):
        return None
    found = len(value.parameters)
    return f"expected {target.name} (a function of {len(wanted)}), but found one of {found}"


def _misfit_list(value: Value, target: ItemType, environment: Environment) -> str | None:
    if not isinstance(value, list):
        return f"expected {target.name} (a list), but found {type_name(value)}"
    if target.element is None:
        return None
    for number, item in enumerate(value, start=1):
        reason = _misfit(item, target.element, environment)
        if reason is not None:
            return f"item {number}: {reason}"
    return None


def _misfit_context(value: Value, target: ItemType, environment: Environment) -> str | None:
    if not isinstance(value, dict):
        return f"expected {target.name} (a context), but found {type_name(value)}"
    for name, field_type in target.fields:
        reason = _misfit(value.get(name), field_type, environment)
        if reason is not None:
            return f"{name}: {reason}"
    return None


def _misfit_any(_: Value, __: ItemType, ___: Environment) -> str | None:
    return None


_CHECKS: Final = {
    "any": _misfit_any,
    "basic": _misfit_basic,
    "list": _misfit_list,
    "context": _misfit_context,
}
