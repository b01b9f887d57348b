"""The envelope: FEEL values of the workflow to a typed request, a result back to FEEL values."""

from collections.abc import Mapping
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import ValidationError

from activities.errors import Refused
from workflows.contracts.activity import Request, Result
from workflows.feel.days import FarDate
from workflows.feel.temporal import DateTime, DaysTime, Time, YearsMonths
from workflows.feel.values import Range, Value
from workflows.feel.wire import decode, encode

Q = TypeVar("Q", bound=Request)


def read_request(kind: type[Q], variables: Mapping[str, Any]) -> Q:
    """Read the request out of wire-encoded variables; a null is a value that is not there."""
    try:
        plain = (_kept if kind.keeps_values else read_values)(variables)
    except ValueError:
        raise Refused("INPUT", "A variable is not a wire-encoded value.") from None
    return validated(kind, plain)


def _kept(variables: Mapping[str, Any]) -> dict[str, object]:
    return {name: decode(value) for name, value in variables.items()}


def read_values(variables: Mapping[str, Any]) -> dict[str, object]:
    """Read wire-encoded variables as plain values, leaving out what is null."""
    plain = {name: python_value(decode(value)) for name, value in variables.items()}
    return {name: value for name, value in plain.items() if value is not None}


def validated(kind: type[Q], values: Mapping[str, object]) -> Q:
    """Check values against a request type; the refusal names fields, never what they held."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        faults = sorted(
            f"{'.'.join(str(part) for part in fault['loc']) or 'request'} ({fault['type']})"
            for fault in error.errors(include_url=False, include_context=False, include_input=False)
        )
        raise Refused("INPUT", f"Not as {kind.__name__} needs it: {', '.join(faults)}.") from None


def write_result(result: Result) -> dict[str, Any]:
    """Write a result as wire-encoded variables."""
    return write_values(result.values_by_name())


def write_values(values: Mapping[str, object]) -> dict[str, Any]:
    """Write plain values as wire-encoded variables."""
    return {name: encode(feel_value(value)) for name, value in values.items()}


def python_value(value: Value) -> object:
    """Return a FEEL value as Python has it; entries of a context that are null are left out."""
    match value:
        case DateTime():
            return value.to_datetime()
        case list():
            return [python_value(item) for item in value]
        case dict():
            return {name: python_value(item) for name, item in value.items() if item is not None}
        case None | bool() | Decimal() | str() | date():
            return value
        case _:
            return str(value)


def feel_value(value: object) -> Value:
    """Return a Python value as FEEL has it; times bear their offset."""
    match value:
        case None | bool() | str() | Decimal():
            return value
        case int():
            return Decimal(value)
        case datetime():
            return DateTime.from_datetime(_with_offset(value))
        case date() | FarDate() | Time() | DateTime() | YearsMonths() | DaysTime() | Range():
            return value
        case list() | tuple():
            return [feel_value(item) for item in value]
        case Mapping():
            return {str(name): feel_value(item) for name, item in value.items()}
        case _:
            raise TypeError(f"Expected a value that FEEL has, but got {type(value).__name__}.")


def _with_offset(moment: datetime) -> datetime:
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("Expected a time with an offset, but got one without.")
    return moment.replace(tzinfo=timezone(offset))
