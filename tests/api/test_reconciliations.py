"""Days to reconcile are asked for by anybody in charge; breaks are closed by finance alone."""

import pytest

from tests.api.door import Door, is_problem
from tests.api.states import a_break

ASKED = {"outcome": "SUSPENSE", "reason": "the bank was asked"}


async def close(door: Door, break_id: str, by: str = "finance-1", **body: str):
    path = f"/v1/reconciliation-breaks/{break_id}/close"
    return await door.post(path, ASKED | body, "supervisor", subject=by)


async def test_a_day_is_asked_for_and_then_waits_for_the_workers(door: Door):
    asked = await door.post("/v1/reconciliations", {"day": "2026-10-12"}, "ops")
    read = await door.get("/v1/reconciliations/2026-10-12", role="auditor")

    assert asked.status_code == 202
    assert read.json() == {"reconciliation": asked.json(), "breaks": []}
    assert (asked.json()["askedBy"], asked.json()["doneAt"]) == ("ops-1", None)


@pytest.mark.parametrize("day", ["2026-10-13", "9999-12-31"])
async def test_no_day_of_the_future_is_compared(door: Door, day):
    refused = await door.post("/v1/reconciliations", {"day": day}, "ops")

    assert is_problem(refused, 422, "day-in-future")


async def test_days_are_listed_page_by_page_the_latest_first(door: Door):
    for day in ("2026-10-10", "2026-10-12", "2026-10-11"):
        await door.post("/v1/reconciliations", {"day": day}, "ops")

    first = (await door.get("/v1/reconciliations", role="ops", params={"limit": 2})).json()
    rest = (
        await door.get("/v1/reconciliations", role="ops", params={"cursor": first["next"]})
    ).json()

    assert [one["day"] for one in first["days"]] == ["2026-10-12", "2026-10-11"]
    assert [one["day"] for one in rest["days"]] == ["2026-10-10"]


async def test_a_break_shows_its_amounts_and_is_closed_once(door: Door):
    found = await a_break(door)

    [listed] = (await door.get("/v1/reconciliation-breaks", role="auditor")).json()["breaks"]
    closed = await close(door, found.id)

    assert (listed["breakId"], listed["kind"]) == (found.id, "UNKNOWN_TO_US")
    assert (listed["atBank"], listed["byCase"], listed["inLedger"]) == ("100.00", None, None)
    assert (closed.json()["outcome"], closed.json()["closedBy"]) == ("SUSPENSE", "finance-1")
    assert is_problem(await close(door, found.id), 409, "not-open")
    rest = await door.get("/v1/reconciliation-breaks", role="auditor")
    every = await door.get("/v1/reconciliation-breaks", role="auditor", params={"closed": "true"})
    assert (rest.json()["breaks"], len(every.json()["breaks"])) == ([], 1)


async def test_only_finance_closes_and_only_with_an_outcome_of_money(door: Door):
    found = await a_break(door)

    assert is_problem(await close(door, found.id, by="lead-1"), 403, "authority")
    assert is_problem(await close(door, found.id, outcome="RELEASED"), 422, "unknown-outcome")
    [listed] = (await door.get("/v1/reconciliation-breaks", role="ops")).json()["breaks"]
    assert listed["closedAt"] is None
