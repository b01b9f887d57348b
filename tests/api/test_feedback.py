"""Complaints run against their limit; items are opened from what cases show, done in a version."""

from tests.api.conftest import MODEL
from tests.api.door import Door, is_problem
from tests.api.states import GROUNDS, a_complaint, a_defect, a_recovery

ITEM = {"source": "anomaly", "processId": "contract_termination", "problem": "it is not said"}


async def test_a_complaint_is_due_on_the_fifteenth_day_and_decided_once(door: Door):
    complaint_id = await a_complaint(door)

    [listed] = (await door.get("/v1/complaints", role="auditor")).json()["complaints"]
    verdict = {"outcome": "NOT_UPHELD", "reason": "it was paid in time", **GROUNDS}
    path = f"/v1/complaints/{complaint_id}/decide"
    decided = await door.post(path, verdict, "supervisor")

    assert (listed["complaintId"], listed["dueOn"]) == (complaint_id, "2026-10-27")
    assert (listed["isLate"], listed["outcome"]) == (False, None)
    assert (decided.json()["outcome"], decided.json()["decidedBy"]) == ("NOT_UPHELD", "lead-1")
    assert is_problem(await door.post(path, verdict, "supervisor"), 409, "not-open")
    assert (await door.get("/v1/complaints", role="ops")).json()["complaints"] == []


async def test_a_complaint_leaves_its_records_in_the_chain_of_its_case(door: Door):
    complaint_id = await a_complaint(door)
    verdict = {"outcome": "UPHELD", "reason": "it took too long", **GROUNDS}
    await door.post(f"/v1/complaints/{complaint_id}/decide", verdict, "supervisor")

    told = door.hand.rows("SELECT action, detail FROM audit WHERE object_id = ?", complaint_id)
    ((reason,),) = door.hand.rows("SELECT reason FROM complaints WHERE id = ?", complaint_id)

    assert "it took too long" not in str(told)
    assert reason == "it took too long"
    assert [action for action, _ in told] == ["complaint.register", "complaint.decide"]


async def test_a_recovery_is_closed_once(door: Door):
    recovery_id = await a_recovery(door)

    closed = await door.post(
        f"/v1/recoveries/{recovery_id}/close", {"reason": "called, content"}, "supervisor"
    )
    rest = await door.get("/v1/recoveries", role="supervisor")
    every = await door.get("/v1/recoveries", role="supervisor", params={"closed": "true"})

    assert closed.json()["outcome"] == "called, content"
    assert (rest.json()["recoveries"], len(every.json()["recoveries"])) == ([], 1)


async def test_reasons_are_counted_by_version_the_most_frequent_first(door: Door):
    await a_complaint(door)
    for number in (1, 2):
        await a_defect(door, f"PAPERS-{number}", code="PAPERS")

    found = (await door.get("/v1/defects", role="ops")).json()["defects"]

    assert [(one["source"], one["reason"], one["cases"]) for one in found] == [
        ("anomaly", "DATA:PAPERS", 2),
        ("complaint", "DELAY", 1),
    ]


async def test_an_item_is_done_in_a_later_version_that_is_deployed(door: Door):
    version = (await a_defect(door, "PAPERS"))["version"]
    body = {**ITEM, "reason": "DATA:PAPERS", "version": version}
    item = (await door.post("/v1/improvements", body, "ops")).json()
    close = f"/v1/improvements/{item['improvementId']}/close"
    mended = {"version": version + 1, "reason": "the letter says so now"}

    early = await door.post(close, mended, "ops")
    model = {"model.bpmn": MODEL.decode().replace("</bpmn:process>", "\n</bpmn:process>")}
    await door.post("/v1/definitions", {"files": model}, "ops")
    done = await door.post(close, mended, "ops")
    read = (await door.get(f"/v1/improvements/{item['improvementId']}", role="ops")).json()

    assert is_problem(early, 422, "not-deployed")
    assert (done.json()["state"], done.json()["doneVersion"]) == ("DONE", version + 1)
    assert read["before"] == {"version": version, "cases": 1, "withReason": 1}
    assert read["after"] == {"version": version + 1, "cases": 0, "withReason": 0}


async def test_an_item_that_is_dropped_says_why_and_stands_in_the_trail(door: Door):
    version = (await a_defect(door, "PAPERS"))["version"]
    body = {**ITEM, "reason": "DATA:PAPERS", "version": version}
    item = (await door.post("/v1/improvements", body, "ops")).json()["improvementId"]

    closed = await door.post(f"/v1/improvements/{item}/close", {"reason": "one case only"}, "ops")
    told = door.hand.rows("SELECT action, detail FROM audit WHERE object_id = ?", item)

    assert [action for action, _ in told] == ["improvement.open", "improvement.close"]
    assert "DROPPED" in str(told[1][1])
    assert closed.json()["closingReason"] == "one case only"
