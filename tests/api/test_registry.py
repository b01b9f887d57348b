"""Those who work here: entered, changed, suspended and gone, by admins who are somebody else."""

import time
from typing import Any

import httpx
import pytest

from api.barred import LATEST, Barred
from infra.db.book.registry_acts import STREAM
from tests.api.door import Door, is_problem

JOINS: dict[str, Any] = {
    "operatorId": "checker-3", "unit": "SH-01", "level": 2, "roles": ["supervisor"],
    "interests": ["P-S3"], "mail": "checker-3@insurer.example", "reason": "joins the team",
}  # fmt: skip


async def enter(door: Door, by: str = "admin-1", **changes: Any) -> httpx.Response:
    return await door.post("/v1/operators", {**JOINS, **changes}, "admin", subject=by)


async def act(door: Door, what: str, of: str, by: str, **body: Any) -> httpx.Response:
    told = {"reason": "decided so", **body}
    return await door.post(f"/v1/operators/{of}/{what}", told, "admin", subject=by)


async def by_two(door: Door, what: str, of: str, **body: Any) -> httpx.Response:
    first = await act(door, what, of, "admin-1", **body)
    assert is_problem(first, 409, "second-person"), first.text
    return await act(door, what, of, "admin-2", **body)


async def joined(door: Door, **changes: Any) -> None:
    await enter(door, **changes)
    answer = await enter(door, "admin-2", **changes)
    assert answer.status_code == 201, answer.text


async def seen(door: Door, operator: str, role: str = "admin") -> dict[str, Any]:
    answer = await door.get(f"/v1/operators/{operator}", role)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def acts(door: Door) -> list[tuple[str, str, dict[str, Any]]]:
    async with door.deployment.database.work() as books:
        assert (await books.audit.verify(STREAM)).intact
        records = await books.audit.records(STREAM)
    return [
        (each.change.action, each.change.actor, dict(each.change.detail)) for each in records
    ]  # fmt: skip


# --- entered ----------------------------------------------------------------------------------


async def test_two_admins_enter_somebody_who_works_from_then_on(door: Door):
    alone = await enter(door)
    same_person = await enter(door)
    another_order = await enter(door, "admin-2", level=3)
    agreed = await enter(door, "admin-2", reason="I know her")
    task = await door.open_task(await door.start(), 5, "L2")

    for refused in (alone, same_person, another_order):
        assert is_problem(refused, 409, "second-person")
    assert agreed.status_code == 201, agreed.text
    assert agreed.json()["status"] == "ACTIVE"
    listed = (await door.get("/v1/tasks", "supervisor", subject="checker-3")).json()["tasks"]
    assert [one["taskId"] for one in listed] == [task]
    token = (await door.client.post("/dev/token", json={"operator": "checker-3"})).json()
    assert token["roles"] == ["supervisor"]


async def test_roles_and_desks_in_another_order_are_the_same_entry(door: Door):
    await enter(door, roles=["supervisor", "risk"], groups=["risk-desk", "legal"])

    agreed = await enter(
        door, "admin-2", roles=["risk", "supervisor"], groups=["legal", "risk-desk"]
    )

    assert agreed.status_code == 201, agreed.text


async def test_what_was_entered_is_in_the_chain_without_its_reason_or_address(door: Door):
    await joined(door)

    (*_, (action, actor, detail)) = await acts(door)

    assert (action, actor, detail["proposedBy"]) == ("operator.enter", "admin-2", "admin-1")
    assert (detail["roles"], detail["conflicts"]) == (["supervisor"], ["P-S3"])
    assert "mail" not in detail
    assert "reason" not in detail


async def test_nobody_enters_oneself_or_anybody_twice(door: Door):
    oneself = await enter(door, "admin-9", operatorId="admin-9")
    twice = await enter(door, operatorId="checker-1")

    assert is_problem(oneself, 403, "four-eyes")
    assert is_problem(twice, 409, "operator-state")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"roles": ["supervisor", "ops"]}, "ops and supervisor"),
        ({"roles": ["admin", "auditor"], "level": 0}, "admin and auditor"),
        ({"roles": ["back_office", "supervisor"]}, "checks and releases none"),
        ({"roles": ["ops"]}, "goes with the role supervisor"),
        ({"groups": ["L6"]}, "never as a group"),
        ({"interests": ["P-UNHEARD-OF"]}, "neither a policy nor a person"),
        ({"partyId": "PT-UNHEARD-OF"}, "neither a policy nor a person"),
    ],
    ids=["repairs", "audits", "makes", "level", "desk", "policy", "party"],
)
async def test_what_may_not_be_granted_is_refused_before_anybody_agrees(
    door: Door, changes: dict[str, Any], why: str
):
    refused = await enter(door, **changes)

    assert is_problem(refused, 422, "registration")
    assert why in refused.json()["detail"]
    assert door.scalar("SELECT count(*) FROM repair_proposals") == 0


async def test_interests_have_to_be_said_even_if_there_are_none(door: Door):
    body = {name: value for name, value in JOINS.items() if name != "interests"}

    assert is_problem(await door.post("/v1/operators", body, "admin"), 422, "invalid")


async def test_an_interest_keeps_a_newcomer_from_the_policy(door: Door):
    await joined(door, interests=["P-S3"])
    listed = await seen(door, "checker-3", "auditor")
    hidden = await seen(door, "checker-3", "ops")

    assert listed["interests"] == ["P-S3"]
    assert (hidden["interests"], hidden["history"]) == (None, None)


async def test_entries_are_listed_page_by_page(door: Door):
    first = (await door.get("/v1/operators", params={"role": "admin", "limit": 1})).json()
    more = {"role": "admin", "limit": 1, "cursor": first["next"]}
    second = (await door.get("/v1/operators", params=more)).json()
    head = (await door.get("/v1/operators", params={"unit": "HQ"})).json()

    assert [one["operatorId"] for one in first["operators"]] == ["admin-1"]
    assert [one["operatorId"] for one in second["operators"]] == ["admin-2"]
    assert second["next"] is None
    assert [one["operatorId"] for one in head["operators"]] == ["executive-1", "hq-1", "hq-2"]


# --- changed ----------------------------------------------------------------------------------


async def test_two_other_admins_change_an_entry_and_both_names_stay_with_it(door: Door):
    changed = await by_two(door, "change", "checker-1", level=3, unit="SH-02")

    assert (changed.status_code, changed.json()["level"]) == (200, 3), changed.text
    (newest, *_) = (await seen(door, "checker-1"))["history"]
    assert (newest["act"], newest["proposedBy"], newest["by"]) == ("change", "admin-1", "admin-2")
    (*_, (action, _, detail)) = await acts(door)
    assert action == "operator.change"
    assert (detail["before"], detail["after"]) == (
        {"unit": "SH-01", "level": 2}, {"unit": "SH-02", "level": 3},
    )  # fmt: skip


async def test_nobody_raises_oneself(door: Door):
    for what in ("change", "suspend", "leave"):
        refused = await act(door, what, "admin-1", "admin-1", **(
            {"unit": "HQ"} if what == "change" else {}
        ))  # fmt: skip

        assert is_problem(refused, 403, "four-eyes")


async def test_duties_are_kept_apart_when_an_entry_changes_too(door: Door):
    refused = await act(door, "change", "lead-1", "admin-1", roles=["supervisor", "ops"])
    nothing = await act(door, "change", "lead-1", "admin-1")
    the_same = await act(door, "change", "lead-1", "admin-1", level=3)

    assert is_problem(refused, 422, "registration")
    assert is_problem(nothing, 422, "registration")
    assert is_problem(the_same, 409, "operator-state")


async def test_an_entry_that_changed_between_two_orders_is_ordered_anew(door: Door):
    await act(door, "change", "checker-1", "admin-1", unit="SH-02")
    await act(door, "interests", "checker-1", "admin-2", interests=["P-S3"])

    refused = await act(door, "change", "checker-1", "admin-2", unit="SH-02")

    assert is_problem(refused, 409, "second-person")
    assert (await seen(door, "checker-1"))["interests"] == ["P-S3"]


async def test_a_task_in_hand_is_given_back_before_its_desk_is_taken_away(door: Door):
    task = await door.open_task(await door.start(), 5, "finance", assignee="finance-1")
    body: dict[str, Any] = {"groups": []}
    await act(door, "change", "finance-1", "admin-1", **body)

    refused = await act(door, "change", "finance-1", "admin-2", **body)

    assert is_problem(refused, 409, "tasks-in-hand")
    assert task in refused.json()["detail"]
    assert (await seen(door, "finance-1"))["groups"] == ["finance"]


async def test_two_admins_always_stay(door: Door):
    lowered = {"roles": ["auditor"]}
    for what, body in (("leave", {}), ("change", lowered)):
        await door.post(
            f"/v1/operators/admin-2/{what}", {"reason": "goes", **body}, "admin", subject="admin-8"
        )
        refused = await door.post(
            f"/v1/operators/admin-2/{what}", {"reason": "goes", **body}, "admin", subject="admin-9"
        )
        assert is_problem(refused, 409, "last-admins")


# --- interests --------------------------------------------------------------------------------


async def test_interests_are_added_by_the_person_alone_taken_away_by_two_admins(door: Door):
    path, body = "/v1/operators/checker-1/interests", {"interests": ["P-S3"], "reason": "my son's"}
    own = await door.post(path, body, "supervisor", subject="checker-1")
    anothers = await door.post(path, body, "supervisor", subject="checker-2")
    taken = await by_two(door, "change", "checker-1", interests=[])

    assert (own.status_code, own.json()["interests"]) == (200, ["P-S3"]), own.text
    assert is_problem(anothers, 403, "authority")
    assert taken.json()["interests"] == []


# --- suspended, resumed, gone -----------------------------------------------------------------


async def test_a_suspension_takes_one_admin_ends_a_live_token_and_frees_tasks(door: Door):
    case_id = await door.start()
    held = await door.open_task(case_id, 5, "L2", assignee="checker-1")
    named = await door.open_task(
        case_id, 6, candidateGroups=[], candidateUsers=["checker-1"]
    )  # fmt: skip
    suspended = await act(door, "suspend", "checker-1", "admin-1")
    refused = await door.get("/v1/items", "supervisor", subject="checker-1")
    notices = (await door.get("/v1/notices", "supervisor", subject="lead-1")).json()["notices"]

    assert suspended.status_code == 200, suspended.text
    assert suspended.json()["freedTasks"] == [held]
    assert suspended.json()["strandedTasks"] == [named]
    assert is_problem(refused, 403, "unknown-operator")
    assert {(one["code"], one["taskId"]) for one in notices} == {
        ("TASK_FREED", held), ("TASK_FREED", named), ("OPERATOR_SUSPENDED", None),
    }  # fmt: skip


async def test_what_another_process_did_to_the_registry_counts_a_second_later(
    door: Door, monkeypatch: pytest.MonkeyPatch
):
    barred, database = Barred(), door.deployment.database
    before = await barred.holds(database, "checker-1")
    door.hand.run("UPDATE operators SET status = 'SUSPENDED' WHERE id = 'checker-1'")
    later = time.monotonic() + LATEST
    monkeypatch.setattr("api.barred.time.monotonic", lambda: later)

    assert (before, await barred.holds(database, "checker-1")) == (False, True)


async def test_a_substitute_is_shown_what_was_offered_by_name_alone(door: Door):
    case_id = await door.start()
    named = await door.open_task(case_id, 6, candidateGroups=[], candidateUsers=["checker-1"])
    await act(door, "suspend", "checker-1", "admin-1")
    away = {"substitute": "checker-2", "until": "2026-10-19T00:00:00+08:00", "reason": "suspended"}
    told = await door.post("/v1/operators/checker-1/absences", away, "admin")
    listed = (await door.get("/v1/tasks", "supervisor", subject="checker-2")).json()["tasks"]

    assert told.status_code == 201, told.text
    assert [one["taskId"] for one in listed] == [named]


async def test_a_suspension_ends_by_two(door: Door):
    await act(door, "suspend", "checker-1", "admin-1")
    twice = await act(door, "suspend", "checker-1", "admin-1")
    resumed = await by_two(door, "resume", "checker-1")
    again = await act(door, "resume", "checker-1", "admin-1")

    assert is_problem(twice, 409, "operator-state")
    assert (resumed.status_code, resumed.json()["status"]) == (200, "ACTIVE"), resumed.text
    assert is_problem(again, 409, "operator-state")
    assert (await door.get("/v1/items", "supervisor", subject="checker-1")).status_code == 200


async def test_who_has_left_comes_back_under_another_id(door: Door):
    gone = await by_two(door, "leave", "checker-1")

    assert (gone.status_code, gone.json()["status"]) == (200, "LEFT")
    for what, body in (("change", {"level": 3}), ("resume", {}), ("suspend", {}), ("leave", {})):
        refused = await act(door, what, "checker-1", "admin-1", **body)
        assert is_problem(refused, 409, "operator-state")


async def test_what_two_agreed_on_is_done_once(door: Door):
    await enter(door)
    first = await door.post("/v1/operators", JOINS, "admin", subject="admin-2", key="joins-once")
    again = await door.post("/v1/operators", JOINS, "admin", subject="admin-2", key="joins-once")
    third = await enter(door, "admin-3")

    assert (first.status_code, again.json()) == (201, first.json())
    assert is_problem(third, 409, "operator-state")
    assert [name for name, _, _ in await acts(door)].count("operator.enter") == 1
