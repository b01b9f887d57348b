"""Built-ins that turn one type into another, and those of any type."""

import re
from decimal import Decimal, DecimalException

from workflows.feel import temporal
from workflows.feel.arithmetic import whole
from workflows.feel.days import Day, make_date, parse_date
from workflows.feel.environment import NUMBERS, Run
from workflows.feel.errors import FeelAssertion, FeelFault
from workflows.feel.library.table import Table, takes
from workflows.feel.plain import json_pieces, read_json
from workflows.feel.temporal import DateTime, DaysTime, Duration, Time, Zone
from workflows.feel.text import bounded_text, to_text
from workflows.feel.values import Value, same

MAX_DIGITS = 1000
_NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _number(text: str, grouping: str | None, point: str | None) -> Decimal:
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", "."):
        raise FeelFault("The separators are a blank, a comma or a full stop.")
    if grouping is not None and grouping == point:
        raise FeelFault("The separators must differ.")
    plain = text if grouping is None else text.replace(grouping, "")
    plain = plain if point is None else plain.replace(point, ".")
    if len(plain) > MAX_DIGITS or not _NUMBER.fullmatch(plain):
        raise FeelFault(f"'{text[:40]}' is no number.")
    try:
        return NUMBERS.create_decimal(plain)
    except DecimalException:
        raise FeelFault("The number is out of range.") from None


def _string(run: Run, value: Value) -> Value:
    run.weigh(value)
    return None if value is None else to_text(value)


def _date(year: Decimal, month: Decimal, day: Decimal) -> Day:
    return make_date(whole(year), whole(month), whole(day))


def _clock(hour: Decimal, minute: Decimal, second: Decimal) -> int:
    cut = whole(second)
    rest = NUMBERS.multiply(NUMBERS.subtract(second, Decimal(cut)), Decimal(temporal.SECOND))
    return temporal.make_clock(whole(hour), whole(minute), cut) + whole(rest)


def _offset(duration: DaysTime | None) -> Zone | None:
    if duration is None:
        return None
    return temporal.make_offset(duration.nanoseconds // temporal.SECOND)


def _time(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysTime | None) -> Time:
    return Time(_clock(hour, minute, second), _offset(offset))


def _time_part(value: Day | DateTime | Time) -> Time:
    match value:
        case DateTime():
            return value.time()
        case Time():
            return value
        case _:
            return Time(0, 0)


def _date_part(value: Day | DateTime) -> Day:
    return value.day if isinstance(value, DateTime) else value


def _join(day: Day | DateTime, time: Time) -> DateTime:
    return DateTime(_date_part(day), time.nanoseconds, time.zone)


def _in_zone(moment: DateTime, zone: str) -> DateTime:
    offset: Zone = temporal.parse_time(f"00:00:00{zone}").zone or 0 if zone[:1] in "+-Z" else zone
    temporal.zone_info(offset)
    local = moment if moment.zone is not None else DateTime(moment.day, moment.nanoseconds, offset)
    return DateTime.from_instant(local.instant(), offset)


def _moment(day: list[Decimal], clock: list[Decimal], zone: Zone | None) -> DateTime:
    return DateTime(_date(*day), _clock(*clock), zone)


def _moment_at_offset(*parts: Decimal | DaysTime | None) -> DateTime:
    numbers = [part for part in parts[:6] if isinstance(part, Decimal)]
    last = parts[6]
    zone = _offset(last) if isinstance(last, DaysTime) else None
    return _moment(numbers[:3], numbers[3:], zone)


def _moment_in_region(*parts: Decimal | str) -> DateTime:
    numbers = [part for part in parts if isinstance(part, Decimal)]
    region = str(parts[-1])
    temporal.zone_info(region)
    return _moment(numbers[:3], numbers[3:], region)


def _assert(value: Value, condition: Value, cause: str | None) -> Value:
    if condition is not True:
        raise FeelAssertion(cause or "The assertion does not hold.")
    return value


def _cycle(repetitions: Decimal, interval: Duration) -> str:
    """Write a repeating interval, as timers of Camunda 8's dialect are told in FEEL."""
    if repetitions < 1 or repetitions % 1:
        raise FeelFault("A cycle has a whole number of repetitions, from 1 on.")
    return f"R{repetitions:f}/{interval}"


def _to_json(run: Run, value: Value) -> str:
    run.weigh(value)
    return bounded_text(json_pieces(value, _json_text))


def _json_text(value: Value) -> str:
    """Write a region beside its offset, as Camunda 8's ``to json`` does and Java reads."""
    if not isinstance(value, DateTime) or not isinstance(value.zone, str):
        return to_text(value)
    fixed = DateTime(value.day, value.nanoseconds, value.offset())
    return f"{fixed}[{value.zone}]"


def _is(left: Value, right: Value) -> bool:
    """Tell whether two values are the same element of the value space, zones included."""
    if isinstance(left, Time | DateTime) and type(left) is type(right):
        return left == right
    return same(left, right)


_PARTS = "year: number, month: number, day: number, hour: number, minute: number, second: number"

BUILT_INS: Table = {
    "number": (
        takes("from: number", lambda number: number),
        takes(
            "from: string, grouping separator?: string|null, decimal separator?: string|null",
            _number,
        ),
    ),
    "string": (takes("from: any", _string, with_run=True),),
    "date": (
        takes("from: string", parse_date),
        takes("from: date|datetime", _date_part),
        takes("year: number, month: number, day: number", _date),
    ),
    "time": (
        takes("from: string", temporal.parse_time),
        takes("from: date|time|datetime", _time_part),
        takes("hour: number, minute: number, second: number, offset?: days|null", _time),
    ),
    "date and time": (
        takes("from: string", temporal.parse_date_time),
        takes("from: datetime", lambda moment: moment),
        takes("from: date", lambda day: DateTime(day, 0)),
        takes("date: date|datetime, time: time", _join),
        takes("date: datetime, timezone: string", _in_zone),
        takes(f"{_PARTS}, offset?: days|null", _moment_at_offset),
        takes(f"{_PARTS}, timezone: string", _moment_in_region),
    ),
    "duration": (
        takes("from: string", temporal.parse_duration),
        takes("from: months|days", lambda duration: duration),
    ),
    "cycle": (
        takes("interval: months|days", lambda interval: f"R/{interval}"),
        takes("repetitions: number, interval: months|days", _cycle),
    ),
    "from json": (takes("value: string", read_json),),
    "to json": (takes("value: any", _to_json, with_run=True),),
    "not": (takes("negand: boolean", lambda negand: not negand),),
    "is": (takes("value1: any, value2: any", _is),),
    "is defined": (takes("value: any", lambda value: value is not None),),
    "get or else": (
        takes(
            "value: any, default: any", lambda value, default: default if value is None else value
        ),
    ),
    "fromAi": (
        takes(
            "value: any, description?: string|null, type?: string|null,"
            " schema?: context|null, options?: context|null",
            lambda value, *_: value,
        ),
    ),
    "assert": (takes("value: any, condition: any, cause?: string", _assert),),
}
