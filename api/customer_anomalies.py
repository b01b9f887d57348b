"""Anomalies that a customer, or somebody who speaks of one, is the cause of: death, complaint."""

from api.dependencies import Deployment
from infra.db.unit_of_work import UnitOfWork
from workflows.domain import findings
from workflows.domain.ids import derive


async def customer_anomaly(
    books: UnitOfWork, composed: Deployment, case_id: str, told: tuple[str, str]
) -> findings.Anomaly:
    """Make the anomaly of what was told (reason, detail); told again it is the same one."""
    reason, detail = told
    now, law = composed.now(), await books.packs.of_case(case_id)
    calendar = await books.calendars.load(law.pack.calendar)
    return findings.Anomaly(
        id=derive("AN", case_id, reason, "" if reason == findings.APPLICANT_DIED else detail),
        case_id=case_id,
        class_="CUSTOMER",
        reason=reason,
        route=findings.ANOMALY_ROUTES["CUSTOMER"].queue,
        opened_at=now,
        due_on=findings.anomaly_due("CUSTOMER", now.astimezone(composed.zone).date(), calendar),
        detail=detail,
    )
