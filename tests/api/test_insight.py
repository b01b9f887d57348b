"""Where everything stands, on one page: counted from what cases told, aged against their clocks."""

from dataclasses import replace
from datetime import timedelta

from tests.api.door import NOW, Door
from tests.infra.db.test_cases import a_clock

TYPE = "print-shop.print"


async def test_one_page_tells_states_places_clocks_flow_queues_and_slow_work(door: Door):
    case_id = await door.start()
    begun, over = NOW - timedelta(minutes=3), NOW - timedelta(minutes=1)
    work = {"type": "serviceTask"}
    await door.journal(
        case_id,
        {"kind": "elementActivated", "element": "quote", "key": 3, "at": begun, "data": work},
        {"kind": "elementCompleted", "element": "quote", "key": 3, "at": over, "data": work},
        {"kind": "waitOpened", "element": "print", "key": 5, "at": begun}
        | {"data": {"for": "job", "type": TYPE}},
        {"kind": "incidentOpened", "element": "pay", "key": 7, "at": over}
        | {"data": {"code": "job-failed", "message": "no"}},
    )
    async with door.deployment.database.work() as books:
        await books.clocks.start(replace(a_clock(), case_id=case_id))

    told = (await door.get("/v1/insight", "ops")).json()

    (standing,) = told["cases"]
    assert (standing["process"], standing["cases"]) == ("contract_termination", 1)
    places = {(one["element"], one["waitsFor"]): one["number"] for one in told["elements"]}
    assert places == {("print", "job"): 1, ("pay", "incident"): 1}
    (clock,) = (one for one in told["clocks"] if one["rule"] == "K-ACC")
    assert (clock["waitsFor"], clock["element"], clock["waitedSeconds"]) == ("incident", "pay", 60)
    assert clock["secondsLeft"] > 0
    hour, day = told["throughput"]
    assert (hour["hours"], hour["accepted"], hour["incidents"], day["hours"]) == (1, 1, 1, 24)
    (queue,) = (one for one in told["queues"] if one["queue"] == TYPE)
    assert (queue["kind"], queue["jobs"], queue["mostAttempts"]) == ("activity", 1, 1)
    (slow,) = told["slow"]
    assert (slow["element"], slow["median"], slow["longest"]) == ("quote", 120.0, 120.0)
    assert (told["openIncidents"], told["workersSilent"]) == (1, False)
