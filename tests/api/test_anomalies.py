"""One inbox over the anomalies of all cases; a death stops what was not committed."""

import pytest

from tests.api.door import Door, is_problem
from tests.api.states import GROUNDS, _begun, a_complaint, an_anomaly
from workflows.domain.findings import ANOMALY_ROUTES, AnomalyClass, may_close

DEATH = {"diedOn": "2026-10-10", "reason": "the daughter called"}


async def inbox(door: Door, **only: str) -> list[tuple[str, str]]:
    page = (await door.get("/v1/anomalies", role="auditor", params=only)).json()
    return [(one["anomalyClass"], one["queue"]) for one in page["anomalies"]]


async def test_every_class_is_in_the_inbox_with_its_queue_and_outcomes(door: Door):
    for kind in ANOMALY_ROUTES:
        await an_anomaly(door, kind)

    page = (await door.get("/v1/anomalies", role="auditor")).json()["anomalies"]

    assert [one["anomalyClass"] for one in page] == list(ANOMALY_ROUTES)[::-1]
    assert all(may_close(one["anomalyClass"], one["outcomes"][0]) for one in page)


async def test_the_inbox_is_read_by_queue_class_and_case_and_page_by_page(door: Door):
    await an_anomaly(door, "MONEY")
    await an_anomaly(door, "SYSTEM", case_id="BQ-2")
    await an_anomaly(door, "MONEY", closed=True)

    first = (await door.get("/v1/anomalies", role="ops", params={"limit": 1})).json()
    rest = (await door.get("/v1/anomalies", role="ops", params={"cursor": first["next"]})).json()

    assert await inbox(door, queue="finance") == [("MONEY", "finance")]
    assert await inbox(door, anomalyClass="SYSTEM") == [("SYSTEM", "ops")]
    assert await inbox(door, caseId="BQ-2") == [("SYSTEM", "ops")]
    assert len(await inbox(door, closed="true")) == 3
    told = [one["anomalyClass"] for one in first["anomalies"] + rest["anomalies"]]
    assert told == ["SYSTEM", "MONEY"]


@pytest.mark.parametrize(
    ("kind", "who"),
    [("MONEY", "finance-1"), ("LEGAL_HOLD", "legal-1"), ("SLA", "lead-1"), ("CUSTOMER", "clerk-1")],
)
async def test_those_whose_queue_it_is_in_close_it_with_an_outcome_of_its_class(
    door: Door, kind: AnomalyClass, who: str
):
    anomaly_id = await an_anomaly(door, kind)
    path = f"/v1/anomalies/{anomaly_id}/close"
    body = {"outcome": ANOMALY_ROUTES[kind].outcomes[0], "reason": "seen to"}

    wrong = await door.post(path, {**body, "outcome": "FORGOTTEN"}, "supervisor", subject=who)
    closed = await door.post(path, body, "supervisor", subject=who)

    assert is_problem(wrong, 422, "unknown-outcome")
    assert closed.json()["outcome"] == body["outcome"]
    async with door.deployment.database.reading() as room:
        (record,) = await room.audit.records("BQ-1")
    assert (record.change.action, record.change.actor) == ("anomaly.close", who)


async def test_a_complaint_is_an_anomaly_of_its_case_until_it_is_decided(door: Door):
    complaint_id = await a_complaint(door)
    while_open = await inbox(door)
    verdict = {"outcome": "UPHELD", "reason": "it took too long", **GROUNDS}
    await door.post(f"/v1/complaints/{complaint_id}/decide", verdict, "supervisor")

    [kept] = (await door.get("/v1/anomalies", role="ops", params={"closed": "true"})).json()[
        "anomalies"
    ]
    assert while_open == [("CUSTOMER", "case-owner")]
    assert (kept["reason"], kept["outcome"]) == ("COMPLAINT", "COMPLAINT_LINKED")


async def test_a_death_stops_a_case_that_can_still_be_stopped(door: Door):
    case_id = await _begun(door)
    wait = {"for": "message", "message": "customer.withdrawn", "correlationKey": case_id}
    await door.journal(
        case_id,
        {"kind": "waitOpened", "element": "withdrawn", "key": 9, "data": {**wait, "once": True}},
    )

    told = await door.post(f"/v1/cases/{case_id}/applicant-death", DEATH, "back_office")
    again = await door.post(f"/v1/cases/{case_id}/applicant-death", DEATH, "back_office")

    assert (told.status_code, told.json()["outcome"]) == (202, "stopped")
    assert again.json()["outcome"] == "noted"
    assert again.json()["anomalyId"] == told.json()["anomalyId"]
    assert await inbox(door, caseId=case_id) == [("CUSTOMER", "case-owner")]


async def test_nobody_dies_tomorrow(door: Door):
    case_id = await _begun(door)

    answer = await door.post(
        f"/v1/cases/{case_id}/applicant-death", {**DEATH, "diedOn": "2026-10-13"}, "back_office"
    )

    assert is_problem(answer, 422, "death-in-future")
    assert await inbox(door) == []
