"""Population alerts at the door: closed once, by the group that owns them."""

from tests.api.door import Door
from tests.api.states import a_surge


async def test_an_alert_is_closed_with_what_it_was_and_is_on_record(door: Door):
    async with door.deployment.database.work() as books:
        await books.population.raise_alert(a_surge("PA-1"))
    what = {"outcome": "FALSE_ALARM", "reason": "a firm moved"}

    (seen,) = (await door.get("/v1/alerts", "supervisor")).json()["alerts"]
    closed = await door.post("/v1/alerts/PA-1/close", what, "supervisor", subject="risk-1")

    assert (seen["status"], seen["count"], seen["usual"]) == ("OPEN", 9, 0.4)
    assert (closed.json()["status"], closed.json()["closedBy"]) == ("CLOSED", "risk-1")
    assert (await door.get("/v1/alerts", "supervisor")).json()["alerts"] == []
    kept = (await door.get("/v1/alerts?closed=true", "supervisor")).json()["alerts"]
    assert [one["reason"] for one in kept] == ["a firm moved"]
    async with door.deployment.database.reading() as room:
        raised, ended = await room.audit.records("BQ-1")
        assert (await room.audit.verify("BQ-1")).intact
    assert (raised.change.action, ended.change.detail) == ("population-alert.raise", what)


async def test_a_device_is_kept_by_its_hash_beside_the_case(door: Door):
    plain, told = await door.start(), await door.start(request={"deviceId": "tablet-7"})

    async with door.deployment.database.work() as books:
        cases = [await books.cases.get(case_id) for case_id in (plain, told)]
    assert [each.device is not None for each in cases if each] == [False, True]
    assert cases[1] is not None
    assert "tablet" not in str(cases[1].device)
