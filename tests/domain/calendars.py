"""The PRC working calendar of 2026 as the State Council announced it, for tests of the core."""

from datetime import date

from workflows.domain.calendar import WorkingCalendar

REST_DAYS = (
    "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25"
    " 10-01 10-02 10-05 10-06 10-07"
)
MAKE_UP_DAYS = "01-04 02-14 02-28 05-09 09-20 10-10"


def china_2026() -> WorkingCalendar:
    rest = {date.fromisoformat(f"2026-{day}"): False for day in REST_DAYS.split()}
    worked = {date.fromisoformat(f"2026-{day}"): True for day in MAKE_UP_DAYS.split()}
    return WorkingCalendar(
        jurisdiction="CN",
        exceptions={**rest, **worked},
        covered_from=date(2026, 1, 1),
        covered_until=date(2026, 12, 31),
    )
