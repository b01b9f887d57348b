"""Dates, times and durations: their types, lexical forms and calendar.

A date is ``datetime.date``. Times of day and points in time count nanoseconds, as FEEL's
fractions of a second go beyond Python's microseconds. A zone is an offset in seconds or the name
of a region.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as clock
from datetime import timezone as fixed_offset
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflows.feel.days import (
    DAY_PATTERN,
    Day,
    FarDate,
    day_of,
    is_date_text,
    like,
    parse_date,
    read_date,
)
from workflows.feel.errors import FeelFault

Zone = int | str
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MAX_OFFSET = 18 * 3600
MAX_MONTHS = 12 * 10**9
MAX_NANOSECONDS = 10**12 * DAY
_MAX_TEXT = 100

_REGION = re.compile(
    r"UTC|GMT|CET|EET|MET|WET|(?!posix/|right/)[A-Z][A-Za-z_]*(/[A-Za-z0-9_+-]+){1,2}", re.ASCII
)
"""Names of the zone database; none that depends on the machine, such as ``localtime``."""

_ZONE = r"(?P<zone>Z|[+-]\d{2}:\d{2}(?::\d{2})?)?(?:@(?P<at>[\w+/-]+)|\[(?P<region>[\w+/-]+)\])?"
_CLOCK = r"(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,18}))?)?"
_TIME_TEXT = re.compile(f"T?{_CLOCK}{_ZONE}", re.ASCII)
_DATE_TIME_TEXT = re.compile(f"{DAY_PATTERN}T{_CLOCK}{_ZONE}", re.ASCII)
_MIDNIGHT = re.compile(r"T24:00(:00(\.0+)?)?(?![\d:.])", re.ASCII)
_MONTHS_TEXT = re.compile(r"(-)?P(?=-?\d)(?:(-?\d{1,12})Y)?(?:(-?\d{1,12})M)?", re.ASCII)
_DAYS_TEXT = re.compile(
    r"(-)?P(?=-?\d|T)(?:(-?\d{1,14})D)?"
    r"(?:T(?=-?\d)(?:(-?\d{1,16})H)?(?:(-?\d{1,18})M)?(?:(-)?(\d{1,18})(?:\.(\d{1,18}))?S)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, with or without a zone."""

    nanoseconds: int
    zone: Zone | None = None

    def offset(self) -> int | None:
        """Offset from UTC in seconds; a region's is its standard time, as a time has no day."""
        return None if self.zone is None else zone_offset(self.zone, date(2000, 1, 1), 0)

    def instant(self) -> int:
        """Nanoseconds of the day in UTC, perhaps of the day before or after."""
        return self.nanoseconds - (self.offset() or 0) * SECOND

    def __str__(self) -> str:
        return format_clock(self.nanoseconds) + format_zone(self.zone)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A FEEL date and time, with or without a zone."""

    day: Day
    nanoseconds: int
    zone: Zone | None = None
    fold: int = 0
    """1 for the second of two equal local times, in the hour when a region's clocks go back."""

    def offset(self) -> int | None:
        """Offset from UTC in seconds, where there is a zone."""
        if self.zone is None:
            return None
        return zone_offset(self.zone, self.day, self.nanoseconds, self.fold)

    def instant(self) -> int:
        """Nanoseconds on one line of time; without a zone the local ones."""
        return self.local() - (self.offset() or 0) * SECOND

    def local(self) -> int:
        """Nanoseconds on the local line of time."""
        return self.day.toordinal() * DAY + self.nanoseconds

    def time(self) -> Time:
        """The time of day."""
        return Time(self.nanoseconds, self.zone)

    @classmethod
    def from_local(cls, nanoseconds: int, zone: Zone | None, fold: int = 0) -> "DateTime":
        """Make a point from the local line of time."""
        ordinal, rest = divmod(nanoseconds, DAY)
        return cls(day_of(ordinal), rest, zone, fold)

    @classmethod
    def from_instant(cls, nanoseconds: int, zone: Zone) -> "DateTime":
        """Make a point from the one line of time, told in a zone."""
        if isinstance(zone, int):
            return cls.from_local(nanoseconds + zone * SECOND, zone)
        utc = cls.from_local(nanoseconds, 0)
        near = DateTime(like(utc.day), utc.nanoseconds, 0).to_datetime()
        there = near.astimezone(zone_info(zone))
        offset = round((there.utcoffset() or timedelta()).total_seconds())
        return cls.from_local(nanoseconds + offset * SECOND, zone, there.fold)

    @classmethod
    def from_datetime(cls, moment: datetime) -> "DateTime":
        """Make a point from Python's; a region's name is kept."""
        offset = moment.utcoffset()
        zone: Zone | None = None if offset is None else round(offset.total_seconds())
        if isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key not in ("UTC", "Etc/UTC"):
            zone = moment.tzinfo.key
        seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
        fold = moment.fold if isinstance(zone, str) else 0
        return cls(moment.date(), seconds * SECOND + moment.microsecond * 1000, zone, fold)

    def to_datetime(self) -> datetime:
        """Tell the point as Python's datetime, cut to microseconds; a far year is a fault."""
        if isinstance(self.day, FarDate):
            raise FeelFault("The year is out of range here.")
        moment = datetime.combine(self.day, datetime.min.time())
        moment += timedelta(microseconds=self.nanoseconds // 1000)
        if self.zone is None:
            return moment
        return moment.replace(tzinfo=zone_info(self.zone), fold=self.fold)

    def __str__(self) -> str:
        zone = f"{format_zone(self.offset())}[{self.zone}]" if self.fold else format_zone(self.zone)
        return f"{self.day.isoformat()}T{format_clock(self.nanoseconds)}{zone}"


@dataclass(frozen=True, slots=True)
class YearsMonths:
    """A years and months duration."""

    months: int

    def __post_init__(self) -> None:
        if abs(self.months) > MAX_MONTHS:
            raise FeelFault("The duration is out of range.")

    def __str__(self) -> str:
        if not self.months:
            return "P0M"
        years, months = divmod(abs(self.months), 12)
        sign = "-" if self.months < 0 else ""
        return f"{sign}P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"


@dataclass(frozen=True, slots=True)
class DaysTime:
    """A days and time duration."""

    nanoseconds: int

    def __post_init__(self) -> None:
        if abs(self.nanoseconds) > MAX_NANOSECONDS:
            raise FeelFault("The duration is out of range.")

    def to_timedelta(self) -> timedelta:
        """Tell the duration as Python's, cut to microseconds."""
        return timedelta(microseconds=self.nanoseconds // 1000)

    def __str__(self) -> str:
        if not self.nanoseconds:
            return "P0D"
        days, rest = divmod(abs(self.nanoseconds), DAY)
        hours, rest = divmod(rest, HOUR)
        minutes, rest = divmod(rest, MINUTE)
        parts = f"{hours}H" if hours else ""
        parts += f"{minutes}M" if minutes else ""
        parts += f"{rest // SECOND}{_fraction(rest % SECOND)}S" if rest else ""
        sign = "-" if self.nanoseconds < 0 else ""
        return f"{sign}P{f'{days}D' if days else ''}{f'T{parts}' if parts else ''}"


Duration = YearsMonths | DaysTime
Temporal = Day | Time | DateTime | YearsMonths | DaysTime


@lru_cache(maxsize=512)
def _region(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_info(zone: Zone) -> tzinfo:
    """Find a zone's rules; a name that is none is a fault."""
    if isinstance(zone, int):
        return fixed_offset(timedelta(seconds=zone)) if zone else UTC
    if not _REGION.fullmatch(zone):
        raise FeelFault(f"'{zone[:40]}' is no time zone.")
    try:
        return _region(zone)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise FeelFault(f"'{zone[:40]}' is no time zone.") from None


def zone_offset(zone: Zone, day: Day, nanoseconds: int, fold: int = 0) -> int:
    """Offset of a zone at a local time, in seconds."""
    if isinstance(zone, int):
        return zone
    local = datetime.combine(like(day), datetime.min.time())
    local += timedelta(microseconds=nanoseconds // 1000)
    offset = zone_info(zone).utcoffset(local.replace(fold=fold))
    return 0 if offset is None else round(offset.total_seconds())


def parse_time(text: str) -> Time:
    """Read a lexical time."""
    found = _TIME_TEXT.fullmatch(text[:_MAX_TEXT])
    if not found:
        raise FeelFault(f"'{text[:40]}' is no time.")
    return Time(_read_clock(found), _read_zone(found))


def parse_date_time(text: str) -> DateTime:
    """Read a lexical date and time; a lone date is its midnight."""
    found = _DATE_TIME_TEXT.fullmatch(text[:_MAX_TEXT])
    if not found:
        if is_date_text(text):
            return DateTime(parse_date(text), 0)
        raise FeelFault(f"'{text[:40]}' is no date and time.")
    day, zone = read_date(found), _read_zone(found)
    if _MIDNIGHT.search(text):
        return DateTime(day_of(day.toordinal() + 1), 0, zone)
    moment = DateTime(day, _read_clock(found), zone)
    if found["region"] and found["zone"]:
        again = replace(moment, fold=1)
        return again if _read_offset(found["zone"]) == again.offset() != moment.offset() else moment
    return moment


def parse_duration(text: str) -> Duration:
    """Read a lexical duration of either kind."""
    found = _MONTHS_TEXT.fullmatch(text[:_MAX_TEXT])
    if found:
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearsMonths(-months if found[1] else months)
    found = _DAYS_TEXT.fullmatch(text[:_MAX_TEXT])
    if not found:
        raise FeelFault(f"'{text[:40]}' is no duration.")
    total = int(found[2] or 0) * DAY + int(found[3] or 0) * HOUR + int(found[4] or 0) * MINUTE
    seconds = int(found[6] or 0) * SECOND + int((found[7] or "0").ljust(9, "0")[:9])
    total += -seconds if found[5] else seconds
    return DaysTime(-total if found[1] else total)


def parse_temporal(text: str) -> Temporal:
    """Read whichever temporal value a text is, as the ``@`` literal does."""
    if text.lstrip("-").startswith("P"):
        return parse_duration(text)
    if is_date_text(text):
        return parse_date(text)
    return (
        parse_date_time(text) if _DATE_TIME_TEXT.fullmatch(text[:_MAX_TEXT]) else parse_time(text)
    )


def _read_clock(found: re.Match[str]) -> int:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    fraction = int((found["fraction"] or "0").ljust(9, "0")[:9])
    return make_clock(hour, minute, second) + fraction


def make_clock(hour: int, minute: int, second: int) -> int:
    """Make nanoseconds of the day; an hour that the clock lacks is a fault."""
    try:
        clock(hour, minute, second)
    except (ValueError, OverflowError):
        raise FeelFault(f"There is no time {hour:02}:{minute:02}:{second:02}.") from None
    return ((hour * 60 + minute) * 60 + second) * SECOND


def _read_zone(found: re.Match[str]) -> Zone | None:
    region = found["at"] or found["region"]
    if found["at"] and found["zone"]:
        raise FeelFault("A zone is an offset or a region, not both.")
    if region:
        zone_info(region)
        return str(region)
    return _read_offset(found["zone"])


def _read_offset(text: str | None) -> int | None:
    if text in (None, "Z"):
        return 0 if text else None
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    offset = hours * 3600 + minutes * 60 + sum(seconds)
    return make_offset(-offset if text[0] == "-" else offset)


def make_offset(seconds: int) -> int:
    """Check an offset from UTC."""
    if abs(seconds) > MAX_OFFSET:
        raise FeelFault("An offset from UTC is at most 18 hours.")
    return seconds


def format_clock(nanoseconds: int) -> str:
    """Write a time of day, seconds always, fractions where there are some."""
    seconds, rest = divmod(nanoseconds, SECOND)
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}{_fraction(rest)}"


def format_zone(zone: Zone | None) -> str:
    """Write a zone as it follows a time."""
    if zone is None:
        return ""
    if isinstance(zone, str):
        return f"@{zone}"
    if not zone:
        return "Z"
    minutes, seconds = divmod(abs(zone), 60)
    tail = f":{seconds:02}" if seconds else ""
    return f"{'-' if zone < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}{tail}"


def _fraction(nanoseconds: int) -> str:
    return f".{nanoseconds:09}".rstrip("0") if nanoseconds else ""
