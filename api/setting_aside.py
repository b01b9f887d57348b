"""Setting incidents aside: ignored with a reason, handed to those who deal with anomalies.

The case is not asked: nothing about it changes. What was set aside stays named on the case and in
the list, and is taken up again by anybody who resolves it.
"""

from datetime import datetime
from typing import Final, Literal, TypeGuard

from api.answers import Once
from api.dependencies import Deployment
from api.permissions import acting_as
from api.problems import Problem
from api.schemas.work import IncidentResolve
from infra.db.operations.incident_marks import Setting
from infra.db.operations.incidents import IncidentView
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.findings import ANOMALY_ROUTES, Anomaly, anomaly_due
from workflows.domain.ids import derive
from workflows.domain.stuck import kind_of

_ROUTE: Final = "/v1/incidents/{incident_id}/resolve"
Aside = Literal["hand-over", "ignore", "attend"]
_ASIDE: Final = frozenset(("hand-over", "ignore", "attend"))


def is_aside(act: str) -> TypeGuard[Aside]:
    """Tell whether an act leaves the case as it is."""
    return act in _ASIDE


def judged(incident: IncidentView, act: str) -> None:
    """Refuse what makes no sense of an incident as it stands."""
    if incident.closed_at is not None:
        raise Problem(409, "not-open", "The incident is closed.")
    if act == "attend" and incident.aside is None:
        raise Problem(409, "not-aside", "Nobody has set the incident aside.")


async def set_aside(
    composed: Deployment, asked: Once, incident: IncidentView, body: IncidentResolve
) -> datetime:
    """Set an incident aside, or take it up again; on record in the case's audit chain."""
    judged(incident, body.act)
    at = composed.now()
    if not is_aside(body.act):
        raise AssertionError(f"Expected to set aside, but got {body.act}")
    setting = Setting(
        act=body.act,
        by=asked.caller.subject,
        role=acting_as(asked.caller.roles, "POST", _ROUTE),
        reason=body.reason,
        request_id=asked.request_id,
        at=at,
    )
    async with composed.database.work() as books:
        await books.hold(incident.case_id)
        match setting.act:
            case "ignore":
                await books.incident_marks.ignore(incident, setting)
            case "hand-over":
                anomaly = await _anomaly(composed, books, incident, setting)
                await books.incident_marks.hand_over(incident, setting, anomaly)
            case "attend":
                await books.incident_marks.attend(incident, setting)
    return at


async def taken_up(composed: Deployment, incident: IncidentView, reason: str) -> None:
    """Somebody got the stuck element going: it is set aside no more."""
    if incident.aside is None:
        return
    async with composed.database.work() as books:
        await books.incident_marks.mended(incident, reason, composed.now())


async def _anomaly(
    composed: Deployment, books: UnitOfWork, incident: IncidentView, setting: Setting
) -> Anomaly:
    kind = kind_of(incident.code).anomaly
    today = setting.at.astimezone(composed.zone).date()
    opened = incident.opened_at.isoformat()
    return Anomaly(
        id=derive("AN", incident.instance_id, str(incident.key), opened),
        case_id=incident.case_id,
        class_=kind,
        reason=incident.code.upper().replace("-", "_"),
        route=ANOMALY_ROUTES[kind].queue,
        opened_at=setting.at,
        due_on=anomaly_due(kind, today, await books.calendars.load()),
        detail=setting.reason,
        element=incident.element,
    )
