from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from tests.activities.office import Office, moment


async def recorded(office: Office, kind: str = "MONEY") -> Any:
    answer = await office.do(
        "anomaly.record", **{"class": kind}, reason="ACCOUNT_CLOSED", element="pay"
    )
    return answer["anomaly"]


async def test_an_anomaly_is_routed_by_its_class(office: Office):
    anomaly = await recorded(office)

    assert (anomaly["class"], anomaly["route"]) == ("MONEY", "finance")
    assert anomaly["dueAt"] == moment("2026-10-13T23:59:59")


async def test_a_legal_hold_has_no_limit_of_its_own(office: Office):
    anomaly = await recorded(office, "LEGAL_HOLD")

    assert anomaly["route"] == "legal"
    assert "dueAt" not in anomaly


async def test_an_anomaly_ends_as_its_class_allows(office: Office):
    anomaly = await recorded(office)

    await office.do("anomaly.close", anomalyId=anomaly["id"], outcome="RE_ACCOUNTED")

    async with office.database.work() as books:
        closed = await books.anomalies.get(anomaly["id"])
    assert closed is not None
    assert (closed.outcome, closed.closed_at) == ("RE_ACCOUNTED", moment("2026-10-12T10:00"))


@pytest.mark.parametrize(
    ("anomaly_id", "outcome", "code"),
    [(None, "FRAUD", "refused:INPUT"), ("AN-404", "RETRIED", "refused:UNKNOWN_ANOMALY")],
)
async def test_an_anomaly_is_not_closed_otherwise(
    office: Office, anomaly_id: str | None, outcome: str, code: str
):
    anomaly = await recorded(office)

    with pytest.raises(ApplicationError) as caught:
        await office.do("anomaly.close", anomalyId=anomaly_id or anomaly["id"], outcome=outcome)

    assert caught.value.type == code
