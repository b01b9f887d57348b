"""Built-ins on dates, times and durations."""

from decimal import Decimal

from workflows.feel.days import Day, like, make_date, month_length, months_between
from workflows.feel.environment import Run
from workflows.feel.library.table import Table, takes
from workflows.feel.temporal import DateTime, YearsMonths
from workflows.feel.values import Value

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day_part(value: Day | DateTime) -> Day:
    """Take the date of a date, or of a date and time."""
    return value.day if isinstance(value, DateTime) else value


def _now(run: Run) -> Value:
    return run.environment.moment()


def _today(run: Run) -> Value:
    return run.environment.moment().day


def _day_of_week(value: Day | DateTime) -> Value:
    return DAYS[like(day_part(value)).weekday()]


def _day_of_year(value: Day | DateTime) -> Value:
    return Decimal(like(day_part(value)).timetuple().tm_yday)


def _week_of_year(value: Day | DateTime) -> Value:
    return Decimal(like(day_part(value)).isocalendar().week)


def _month_of_year(value: Day | DateTime) -> Value:
    return MONTHS[day_part(value).month - 1]


def _last_day_of_month(value: Day | DateTime) -> Value:
    day = day_part(value)
    return make_date(day.year, day.month, month_length(day.year, day.month))


def _months_duration(start: Day | DateTime, end: Day | DateTime) -> Value:
    months = months_between(day_part(start), day_part(end))
    if isinstance(start, DateTime) and isinstance(end, DateTime) and start.day.day == end.day.day:
        late = end.nanoseconds - start.nanoseconds
        months -= (months > 0 and late < 0) - (months < 0 and late > 0)
    return YearsMonths(months)


BUILT_INS: Table = {
    "now": (takes("", _now, with_run=True),),
    "today": (takes("", _today, with_run=True),),
    "day of week": (takes("date: date|datetime", _day_of_week),),
    "day of year": (takes("date: date|datetime", _day_of_year),),
    "week of year": (takes("date: date|datetime", _week_of_year),),
    "month of year": (takes("date: date|datetime", _month_of_year),),
    "last day of month": (takes("date: date|datetime", _last_day_of_month),),
    "years and months duration": (
        takes("from: date|datetime, to: date|datetime", _months_duration),
    ),
}
