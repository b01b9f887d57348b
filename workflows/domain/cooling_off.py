"""Cooling-off 犹豫期: until when a policyholder may take the contract back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from workflows.domain.calendar import WorkingCalendar
from workflows.domain.clocks import end_of_day
from workflows.domain.policy import CoolingOffRule


@dataclass(frozen=True, slots=True, kw_only=True)
class CoolingOffPeriod:
    """A cooling-off period: the counted last day, and the one that holds for the customer."""

    last_day_strict: date
    last_day: date
    """Rolled to the next working day where the product grants it: the favourable one."""
    ends_at: datetime
    provisional: bool


def cooling_off_period(
    rule: CoolingOffRule, receipt_signed_on: date, calendar: WorkingCalendar, zone: tzinfo
) -> CoolingOffPeriod:
    """The period that begins the day after the policy was received and signed for."""
    strict = receipt_signed_on + timedelta(days=rule.days)
    rolled = calendar.roll_forward(strict)
    last_day = rolled.on if rule.roll else strict
    return CoolingOffPeriod(
        last_day_strict=strict,
        last_day=last_day,
        ends_at=end_of_day(last_day, zone),
        provisional=rule.roll and rolled.provisional,
    )


def is_within(period: CoolingOffPeriod, notice_arrived_at: datetime) -> bool:
    """Whether a notice arrived in time: the last day counts to 24:00."""
    return notice_arrived_at < period.ends_at + timedelta(seconds=1)
