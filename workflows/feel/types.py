"""Types as expressions write them, and what conforms to them."""

from datetime import date
from decimal import Decimal

from workflows.feel.days import FarDate
from workflows.feel.syntax import Type
from workflows.feel.temporal import DateTime, DaysTime, Time, YearsMonths
from workflows.feel.values import Function, Range, Value

SIMPLE_TYPES: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "date": (date, FarDate),
    "time": (Time,),
    "date and time": (DateTime,),
    "dateTime": (DateTime,),
    "years and months duration": (YearsMonths,),
    "yearMonthDuration": (YearsMonths,),
    "days and time duration": (DaysTime,),
    "day time duration": (DaysTime,),
    "dayTimeDuration": (DaysTime,),
    "duration": (YearsMonths, DaysTime),
    "list": (list,),
    "context": (dict,),
    "range": (Range,),
    "function": (Function,),
}


def conforms(value: Value, wanted: Type) -> bool | None:
    """Tell whether a value is of a type; None for a type that FEEL does not have."""
    if wanted.name in ("Any", "any"):
        return value is not None
    if wanted.name == "Null":
        return value is None
    kinds = SIMPLE_TYPES.get(wanted.name)
    if kinds is None:
        return None
    if type(value) not in kinds:
        return False
    return not wanted.arguments or _holds(value, wanted)


def _holds(value: Value, wanted: Type) -> bool:
    """Tell whether what a value holds conforms, null being of every type."""
    match value:
        case list():
            return all(_fits(item, wanted.arguments[0]) for item in value)
        case dict():
            members = zip(wanted.members, wanted.arguments, strict=False)
            return all(name in value and _fits(value[name], kind) for name, kind in members)
        case Range():
            return all(_fits(bound, wanted.arguments[0]) for bound in (value.start, value.end))
        case Function():
            return len(value.parameters) == len(wanted.arguments) - 1
        case _:
            return True


def _fits(value: Value, wanted: Type) -> bool:
    return value is None or conforms(value, wanted) is True
