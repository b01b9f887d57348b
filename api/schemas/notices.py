"""Notices to staff as supervisors see them."""

from api.schemas.shapes import Moment, Page, Seen


class NoticeSeen(Seen):
    """What happened to a task, and whom it is about."""

    notice_id: str
    code: str
    """QUALIFICATION_EXPIRED: the task went back into the queue, what was entered is kept."""
    case_id: str
    task_id: str
    about: str
    """Operator id."""
    at: Moment


class NoticePage(Page):
    """A page of notices, the newest first."""

    notices: list[NoticeSeen]
