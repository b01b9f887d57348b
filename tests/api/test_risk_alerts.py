"""A risk alert is lifted by the risk desk, once, and never by who worked on its case."""

import pytest

from tests.api.door import NOW, Door, is_problem
from workflows.domain.contact import RiskAlert
from workflows.domain.findings import Anomaly
from workflows.domain.human_task import Deed

WHY = {"reason": "the customer confirmed at the counter"}


async def alert(door: Door, alert_id: str = "RA-1", case_id: str = "BQ-1") -> str:
    async with door.deployment.database.work() as books:
        await books.risk_alerts.raise_alert(
            RiskAlert(id=alert_id, case_id=case_id, party_id="PT-S3", reason="FRAUD", raised_at=NOW)
        )
    return alert_id


async def lift(door: Door, alert_id: str, by: str = "risk-1"):
    return await door.post(f"/v1/risk-alerts/{alert_id}/lift", WHY, "supervisor", subject=by)


async def test_a_lifted_alert_holds_nobody_back_and_is_on_record(door: Door):
    raised = await alert(door)

    answer = await lift(door, raised)

    assert answer.json()["liftedAt"] is not None
    async with door.deployment.database.reading() as room:
        assert await room.risk_alerts.open_for("PT-S3") == ()
        (record,) = await room.audit.records("BQ-1")
        assert (await room.audit.verify("BQ-1")).intact
    assert (record.change.action, record.change.actor) == ("risk-alert.lift", "risk-1")
    assert record.change.detail == {**WHY, "party": "PT-S3"}
    assert is_problem(await lift(door, raised, "risk-2"), 409, "not-open")


@pytest.mark.parametrize("who", ["lead-1", "hq-1"])
async def test_only_the_risk_desk_lifts(door: Door, who):
    assert is_problem(await lift(door, await alert(door), who), 403, "authority")


async def test_who_worked_on_the_case_does_not_lift_its_alert(door: Door):
    case_id = await door.start()
    await door.open_task(case_id, 5, "risk-desk")
    async with door.deployment.database.work() as books:
        await books.human_tasks.perform(
            Deed(instance_id=case_id, key=5, case_id=case_id, element="approve", request_id="q",
                 act="claim", actor="risk-1", at=NOW, level=3)
        )  # fmt: skip
    raised = await alert(door, case_id=case_id)

    own, another = await lift(door, raised), await lift(door, raised, "risk-2")

    assert is_problem(own, 403, "four-eyes")
    assert another.status_code == 200


async def test_the_police_is_told_once_and_the_person_stays_at_the_counter(door: Door):
    raised, path = await alert(door), "/v1/risk-alerts/RA-1/report"
    async with door.deployment.database.work() as books:
        await books.anomalies.record(
            Anomaly(
                id="AN-1", case_id="BQ-1", class_="RISK", reason="FRAUD", route="risk-desk",
                opened_at=NOW, due_on=None,
            )
        )  # fmt: skip

    told = await door.post(path, WHY, "supervisor", subject="risk-1")
    again = await door.post(path, WHY, "supervisor", subject="risk-2")

    assert (told.json()["alertId"], told.json()["liftedAt"]) == (raised, None)
    assert is_problem(again, 409, "not-open")
    async with door.deployment.database.work() as books:
        (anomaly,) = await books.anomalies.of_case("BQ-1")
        assert anomaly.outcome == "REPORTED"
    person = (await door.get("/v1/subjects/PT-S3", "back_office")).json()
    assert person["counterOnlySince"] is not None


async def test_an_alert_that_is_not_there_is_404(door: Door):
    assert is_problem(await lift(door, "RA-NONE"), 404, "unknown-alert")


async def test_alerts_are_listed_page_by_page(door: Door):
    for number in range(3):
        await alert(door, f"RA-{number}")
    await lift(door, "RA-2")

    first = (await door.get("/v1/risk-alerts", params={"limit": 1})).json()
    rest = (await door.get("/v1/risk-alerts", params={"cursor": first["next"]})).json()
    everything = (await door.get("/v1/risk-alerts", params={"lifted": True})).json()
    nobody = (await door.get("/v1/risk-alerts", params={"partyId": "PT-X"})).json()

    assert [one["alertId"] for one in (*first["alerts"], *rest["alerts"])] == ["RA-1", "RA-0"]
    assert len(everything["alerts"]) == 3
    assert nobody["alerts"] == []
