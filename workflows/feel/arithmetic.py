"""Arithmetic over numbers, texts and temporal values: one table for each operator.

Every function raises FeelFault where the operand types have no such operation (FEEL table 50 ff.);
a null operand gives null.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from workflows.feel.days import Day, FarDate, add_months, day_of
from workflows.feel.environment import MAX_TEXT, NUMBERS
from workflows.feel.errors import FeelFault, FeelLimitError
from workflows.feel.temporal import (
    DAY,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
)
from workflows.feel.values import Value, type_name

MAX_EXPONENT = 40
"""Whole numbers beyond are no count, position or duration."""

Operation = Callable[..., Value]
Table = dict[tuple[type, type], Operation]


def whole(number: Decimal) -> int:
    """Cut a number to an integer of a sane size."""
    if number.adjusted() > MAX_EXPONENT:
        raise FeelFault("The number is too large here.")
    return int(number)


def _add_texts(left: str, right: str) -> str:
    if len(left) + len(right) > MAX_TEXT:
        raise FeelLimitError(f"A text has at most {MAX_TEXT} characters.")
    return left + right


def _move_date(day: Day, months: YearsMonths) -> Day:
    return add_months(day, months.months)


def _shift_date(day: Day, duration: DaysTime) -> Day:
    return day_of((day.toordinal() * DAY + duration.nanoseconds) // DAY)


def _shift_time(time: Time, duration: DaysTime) -> Time:
    return Time((time.nanoseconds + duration.nanoseconds) % DAY, time.zone)


def _move_moment(moment: DateTime, months: YearsMonths) -> DateTime:
    return DateTime(add_months(moment.day, months.months), moment.nanoseconds, moment.zone)


def _shift_moment(moment: DateTime, duration: DaysTime) -> DateTime:
    if isinstance(moment.zone, str):
        return DateTime.from_instant(moment.instant() + duration.nanoseconds, moment.zone)
    return DateTime.from_local(moment.local() + duration.nanoseconds, moment.zone)


def _between_moments(left: DateTime, right: DateTime) -> DaysTime:
    if (left.zone is None) != (right.zone is None):
        raise FeelFault("One date and time has a zone, the other has none.")
    return DaysTime(left.instant() - right.instant())


def _between_times(left: Time, right: Time) -> DaysTime:
    if (left.zone is None) != (right.zone is None):
        raise FeelFault("One time has a zone, the other has none.")
    return DaysTime(left.instant() - right.instant())


def _between_dates(left: Day, right: Day) -> DaysTime:
    return DaysTime((left.toordinal() - right.toordinal()) * DAY)


def _midnight(day: Day) -> DateTime:
    # FEEL 10.3.2.3.6: a date is the date and time of its midnight in UTC.
    return DateTime(day, 0, 0)


def _scale_months(duration: YearsMonths, factor: Decimal) -> YearsMonths:
    return YearsMonths(whole(NUMBERS.multiply(Decimal(duration.months), factor)))


def _scale_time(duration: DaysTime, factor: Decimal) -> DaysTime:
    return DaysTime(whole(NUMBERS.multiply(Decimal(duration.nanoseconds), factor)))


def _divide(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise FeelFault("A number cannot be divided by zero.")
    return NUMBERS.divide(left, right)


def _ratio(left: int, right: int) -> Decimal:
    return _divide(Decimal(left), Decimal(right))


def _swapped(operation: Operation) -> Operation:
    return lambda left, right: operation(right, left)


ADDITIONS: Table = {
    (Decimal, Decimal): NUMBERS.add,
    (str, str): _add_texts,
    (date, YearsMonths): _move_date,
    (date, DaysTime): _shift_date,
    (Time, DaysTime): _shift_time,
    (DateTime, YearsMonths): _move_moment,
    (DateTime, DaysTime): _shift_moment,
    (YearsMonths, date): _swapped(_move_date),
    (DaysTime, date): _swapped(_shift_date),
    (DaysTime, Time): _swapped(_shift_time),
    (YearsMonths, DateTime): _swapped(_move_moment),
    (DaysTime, DateTime): _swapped(_shift_moment),
    (YearsMonths, YearsMonths): lambda left, right: YearsMonths(left.months + right.months),
    (DaysTime, DaysTime): lambda left, right: DaysTime(left.nanoseconds + right.nanoseconds),
}

SUBTRACTIONS: Table = {
    (Decimal, Decimal): NUMBERS.subtract,
    (date, date): _between_dates,
    (Time, Time): _between_times,
    (DateTime, DateTime): _between_moments,
    (date, DateTime): lambda left, right: _between_moments(_midnight(left), right),
    (DateTime, date): lambda left, right: _between_moments(left, _midnight(right)),
    (date, YearsMonths): lambda left, right: _move_date(left, YearsMonths(-right.months)),
    (date, DaysTime): lambda left, right: _shift_date(left, DaysTime(-right.nanoseconds)),
    (Time, DaysTime): lambda left, right: _shift_time(left, DaysTime(-right.nanoseconds)),
    (DateTime, YearsMonths): lambda left, right: _move_moment(left, YearsMonths(-right.months)),
    (DateTime, DaysTime): lambda left, right: _shift_moment(left, DaysTime(-right.nanoseconds)),
    (YearsMonths, YearsMonths): lambda left, right: YearsMonths(left.months - right.months),
    (DaysTime, DaysTime): lambda left, right: DaysTime(left.nanoseconds - right.nanoseconds),
}

MULTIPLICATIONS: Table = {
    (Decimal, Decimal): NUMBERS.multiply,
    (YearsMonths, Decimal): _scale_months,
    (DaysTime, Decimal): _scale_time,
    (Decimal, YearsMonths): _swapped(_scale_months),
    (Decimal, DaysTime): _swapped(_scale_time),
}

DIVISIONS: Table = {
    (Decimal, Decimal): _divide,
    (YearsMonths, Decimal): lambda left, right: YearsMonths(
        whole(_divide(Decimal(left.months), right))
    ),
    (DaysTime, Decimal): lambda left, right: DaysTime(
        whole(_divide(Decimal(left.nanoseconds), right))
    ),
    (YearsMonths, YearsMonths): lambda left, right: _ratio(left.months, right.months),
    (DaysTime, DaysTime): lambda left, right: _ratio(left.nanoseconds, right.nanoseconds),
}

POWERS: Table = {(Decimal, Decimal): NUMBERS.power}

OPERATIONS: dict[str, Table] = {
    "+": ADDITIONS,
    "-": SUBTRACTIONS,
    "*": MULTIPLICATIONS,
    "/": DIVISIONS,
    "**": POWERS,
}


def _kind(value: Value) -> type:
    return date if isinstance(value, FarDate) else type(value)


def operate(operator: str, left: Value, right: Value) -> Value:
    """Apply an arithmetic operator to any two values."""
    operation = OPERATIONS[operator].get((_kind(left), _kind(right)))
    if operation is None:
        raise FeelFault(f"There is no {type_name(left)} {operator} {type_name(right)}.")
    return operation(left, right)


def negate(value: Value) -> Value:
    """Turn the sign of a number or duration."""
    match value:
        case Decimal():
            return NUMBERS.minus(value)
        case YearsMonths():
            return YearsMonths(-value.months)
        case DaysTime():
            return DaysTime(-value.nanoseconds)
        case _:
            raise FeelFault(f"A {type_name(value)} cannot be negated.")
