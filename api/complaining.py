"""Complaints as callers see them, and the limits that the law of the policy sets on a day."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from api.dependencies import Deployment
from api.problems import Problem
from api.schemas.feedback import ComplaintSeen
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.calendar import WorkingCalendar
from workflows.domain.clocks import Deadline, deadline
from workflows.domain.complaint import Complaint
from workflows.domain.jurisdiction import JurisdictionPack, UnknownRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the law of a policy says of what begins at an instant."""

    pack: JurisdictionPack
    since: datetime
    calendar: WorkingCalendar
    zone: tzinfo

    def end_of(self, rule_id: str) -> Deadline | None:
        """When a limit ends; None: this law has none."""
        try:
            rule = self.pack.clock(rule_id, self.since.astimezone(self.zone).date())
        except UnknownRule:
            return None
        return deadline(rule, self.since, self.calendar, self.zone)

    def needed(self, rule_id: str) -> Deadline:
        """When a limit ends without which nothing can be done; raises Problem 422."""
        found = self.end_of(rule_id)
        if found is None:
            raise Problem(
                422, "no-limit", "The law that the policy goes by has no such limit for complaints."
            )
        return found


async def limits_of(
    books: UnitOfWork, policy_no: str, since: datetime, composed: Deployment
) -> Limits:
    """Find the law in force for a policy on the day: complaints are bound to no older one."""
    pack = await books.packs.for_policy(policy_no, since.astimezone(composed.zone).date())
    calendar = await books.calendars.load(pack.calendar)
    return Limits(pack=pack, since=since, calendar=calendar, zone=composed.zone)


def target_of(*limits: Deadline | None) -> date | None:
    """The last working day within all of the limits that run."""
    days = [limit.target_on for limit in limits if limit is not None]
    return min((day for day in days if day is not None), default=None)


def complaint_seen(one: Complaint, now: datetime) -> ComplaintSeen:
    """Return a complaint as callers see it."""
    return ComplaintSeen(
        complaint_id=one.id,
        case_id=one.case_id,
        cause=one.cause,
        channel=one.channel,
        received_at=one.received_at,
        registered_by=one.registered_by,
        due_on=one.due_on,
        promised_on=one.promised_on,
        target_on=one.target_on,
        service_due_on=one.service_due_on,
        extension=one.extension,
        is_late=(one.decided_at or now) > one.due_at,
        outcome=one.outcome,
        decided_by=one.decided_by,
        decided_at=one.decided_at,
        reason=one.reason,
        review_until=one.review_until,
        review_due_on=one.review_due_on,
        review_outcome=one.review_outcome,
        complainants=one.complainants,
    )
