"""That the AML desk looks at somebody is read by that desk and by auditors, and by nobody else."""

import pytest

from tests.activities.office import moment
from tests.api.door import Door
from workflows.domain.findings import Anomaly

WORDS = ("aml", "SCREENING")


async def frozen(door: Door) -> str:
    """A case that a list hit holds, at the desk that looks into it."""
    case_id = await door.start()
    await door.open_task(case_id, 5, "aml-desk")
    async with door.deployment.database.work() as books:
        await books.anomalies.record(
            Anomaly(
                id=f"AN-{case_id}", case_id=case_id, class_="LEGAL_HOLD", reason="SCREENING_HIT",
                route="legal", opened_at=moment("2026-10-12T10:00"), due_on=None,
            )
        )  # fmt: skip
    return case_id


@pytest.mark.parametrize(
    ("role", "subject", "knows"),
    [
        ("supervisor", "aml-1", True),
        ("auditor", "auditor-1", True),
        ("supervisor", "risk-1", False),
        ("supervisor", "lead-1", False),
        ("back_office", "back-office", False),
        ("ops", "ops-1", False),
    ],
)
async def test_no_page_of_a_case_tips_anybody_off(door: Door, role: str, subject: str, knows: bool):
    case_id = await frozen(door)

    page = await door.get(f"/v1/cases/{case_id}", role, subject=subject)
    trail = await door.get(f"/v1/cases/{case_id}/trail", role, subject=subject)

    assert page.status_code == trail.status_code == 200
    for told in (page.text, trail.text):
        assert any(word in told for word in WORDS) is knows
    (task,) = page.json()["tasks"]
    assert (task["shown"] is not None) is knows
    (anomaly,) = page.json()["anomalies"]
    assert anomaly["reason"] == ("SCREENING_HIT" if knows else "UNDER_REVIEW")


async def test_ops_reads_nothing_of_a_task_of_the_aml_desk_whatever_it_is_for(door: Door):
    path = f"/v1/tasks/{await frozen(door)}~5"

    for query in ("", "?purpose=REPAIR"):
        told = await door.get(f"{path}{query}", "ops")
        assert told.json()["shown"] is None
        assert not any(word in told.text for word in WORDS)
    listed = await door.get("/v1/tasks", "ops")
    assert not any(word in listed.text for word in WORDS)
