"""Notices to staff as supervisors see them."""

from api.schemas.shapes import Moment, Page, Seen


class NoticeSeen(Seen):
    """What happened to a task or to somebody's entry in the registry, and whom it is about."""

    notice_id: str
    code: str
    """QUALIFICATION_EXPIRED: the task went back into the queue, what was entered is kept.
    CERTIFICATE_ENDS_30: a certificate ends within 30 days. EMERGENCY_GRANTED: somebody was raised
    for hours; EMERGENCY_UNREVIEWED: nobody reviewed it the next day.
    OPERATOR_SUSPENDED, OPERATOR_LEFT: somebody works here no more, for now or for good; TASK_FREED:
    what this person had in hand is for others to take.
    BREACH_AUTHORITY_80, BREACH_SUBJECTS_80: four fifths of the limit to tell them of a breach are
    over; …_100: all of it is."""
    case_id: str | None
    """Null: it is about no case."""
    task_id: str | None
    about: str
    """Operator id; of a breach, its own."""
    at: Moment


class NoticePage(Page):
    """A page of notices, the newest first."""

    notices: list[NoticeSeen]
