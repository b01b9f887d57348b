"""Cases at the door: what is accepted, what is refused, what a reader sees."""

from datetime import timedelta

import pytest

from tests.api.door import A_CASE, NOW, Door, is_problem
from workflows.contracts.repair import Cancel, EffectTold, Forecast, StandingTold
from workflows.feel.wire import decode

ENDED = StandingTold(tokens=(), waits=(), incidents=(), compensations=(), outcome="terminated")


async def test_a_case_is_accepted_with_its_address(door: Door):
    answer = await door.post("/v1/cases", A_CASE)

    assert answer.status_code == 201
    case = answer.json()
    assert answer.headers["location"] == f"/v1/cases/{case['caseId']}"
    assert (case["process"], case["version"]) == ("contract_termination", 1)
    assert case["caseId"].startswith("BQ-")


async def test_an_accepted_case_is_in_the_database_with_its_answer(door: Door):
    before = door.rows()
    case_id = await door.start()

    after = door.rows()
    grown = {name for name in after if after[name] != before[name]}
    assert grown == {"cases", "case_requests", "idempotency_keys", "audit", "audit_heads"}
    assert door.scalar("SELECT status FROM cases WHERE id = ?", case_id) == "SUBMITTED"


async def test_a_workflow_is_started_with_what_the_models_expect(door: Door):
    case_id = await door.start()

    (order,) = door.cases.started
    variables = {name: decode(value) for name, value in order.input.variables.items()}
    assert order.input.case_id == case_id
    assert set(variables) == {
        "caseId", "policyNo", "item", "channel", "noticeArrivedAt", "startedBy",
        "applicantPartyId", "applicantRole", "request",
    }  # fmt: skip
    assert variables["startedBy"] == "back-office"
    assert order.input.variables["noticeArrivedAt"] == {
        "t": "date and time",
        "v": "2026-10-12T10:00:00+08:00",
    }


async def test_what_temporal_is_told_in_clear_names_nobody(door: Door):
    await door.start()

    (order,) = door.cases.started
    shown = order.summary + order.details
    assert "P-S3" not in shown
    assert "PT-S3" not in shown


async def test_a_notice_without_a_time_arrives_now(door: Door):
    case_id = await door.start(noticeArrivedAt=None)

    arrived = door.scalar("SELECT notice_arrived_at FROM cases WHERE id = ?", case_id)
    assert str(arrived).startswith("2026-10-12 02:30:00")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"policyNo": "P-NONE"}, 422, "unknown-policy"),
        ({"policyVersion": 7}, 409, "stale-policy"),
        ({"process": "no_such_process"}, 422, "unknown-process"),
        ({"version": 9}, 422, "unknown-process"),
        ({"applicant": {"partyId": "PT-NONE"}}, 422, "unknown-party"),
        ({"noticeArrivedAt": (NOW + timedelta(seconds=1)).isoformat()}, 422, "notice-in-future"),
        ({"noticeArrivedAt": "9999-12-31T23:59:59-14:00"}, 422, "notice-in-future"),
        ({"noticeArrivedAt": "2026-10-12T10:00:00"}, 422, "invalid"),
        ({"noticeArrivedAt": "2026-10-12"}, 422, "invalid"),
        ({"noticeArrivedAt": "0001-01-01T00:00:00+14:00"}, 422, "invalid"),
        ({"noticeArrivedAt": "1999-12-31T23:59:59Z"}, 422, "invalid"),
        ({"noticeArrivedAt": "2026-13-45T99:99:99Z"}, 422, "invalid"),
        ({"noticeArrivedAt": "2026-10-12T10:00:00+99:99"}, 422, "invalid"),
        ({"noticeArrivedAt": 1_760_000_000}, 422, "invalid"),
        ({"noticeArrivedAt": "1760000000"}, 422, "invalid"),
        ({"item": "terminate"}, 422, "invalid"),
        ({"channel": ""}, 422, "invalid"),
        ({"version": 0}, 422, "invalid"),
        ({"version": 10**17}, 422, "invalid"),
        ({"policyVersion": 10**17}, 422, "invalid"),
        ({"policyNo": "Ｐ-S3"}, 422, "invalid"),
        ({"policyNo": "Р-S3"}, 422, "invalid"),  # a Cyrillic letter
        ({"policyNo": "P-S3\n"}, 422, "invalid"),
        ({"policyNo": "P-S3\u202e"}, 422, "invalid"),
        ({"policyNo": "' OR 1=1"}, 422, "invalid"),
        ({"policyNo": "x" * 121}, 422, "invalid"),
        ({"applicant": {"partyId": "PT-S3", "role": "ADMIN"}}, 422, "invalid"),
        ({"applicant": {"partyId": "PT-S3", "name": "somebody"}}, 422, "invalid"),
        ({"request": {"x" * 129: 1}}, 422, "invalid"),
        ({"request": {"": 1}}, 422, "invalid"),
        ({"request": {"list": [0] * 10_001}}, 422, "variables"),
        ({"request": {"one": [0] * 9_000, "two": [0] * 9_000}}, 413, "too-large"),
        ({"request": {"text": "x" * 300_000}}, 413, "too-large"),
    ],
)
async def test_what_is_not_acceptable_is_refused_with_its_reason(door: Door, changes, status, code):
    before = door.rows()
    answer = await door.post("/v1/cases", {**A_CASE, **changes})

    assert is_problem(answer, status, code)
    assert door.rows() == before
    assert door.cases.started == []


@pytest.mark.parametrize("field", ["policyNo", "applicant"])
async def test_a_missing_field_is_named(door: Door, field):
    body = {name: value for name, value in A_CASE.items() if name != field}
    answer = await door.post("/v1/cases", body)

    assert is_problem(answer, 422, "invalid")
    assert answer.json()["errors"] == [{"loc": ["body", field], "type": "missing"}]


async def test_the_current_policy_version_is_accepted(door: Door):
    version = door.scalar("SELECT version FROM policies WHERE policy_no = 'P-S3'")

    assert await door.start(policyVersion=version)


async def everything(door: Door, path: str, rows: str, **query):
    found, cursor, pages = [], None, 0
    while True:
        parameters = {**query, **({"cursor": cursor} if cursor else {})}
        page = (await door.get(path, params=parameters)).json()
        found += page[rows]
        pages += 1
        cursor = page["next"]
        if cursor is None:
            return found, pages


async def test_pages_of_cases_lose_nothing_and_repeat_nothing(door: Door):
    started = [await door.start() for _ in range(7)]

    found, pages = await everything(door, "/v1/cases", "cases", limit=2)

    assert pages == 4
    assert sorted(case["caseId"] for case in found) == sorted(started)
    assert len({case["caseId"] for case in found}) == 7


async def test_a_page_that_is_just_full_is_the_last(door: Door):
    for _ in range(4):
        await door.start()

    _, pages = await everything(door, "/v1/cases", "cases", limit=2)

    assert pages == 2


async def test_a_case_that_comes_between_pages_shifts_nothing(door: Door):
    started = [await door.start() for _ in range(4)]
    first = (await door.get("/v1/cases", params={"limit": 2})).json()
    await door.start(policyNo="P-S10", applicant={"partyId": "PT-S10"})

    second = (await door.get("/v1/cases", params={"limit": 3, "cursor": first["next"]})).json()

    seen = [case["caseId"] for case in first["cases"] + second["cases"]]
    assert len(seen) == len(set(seen))
    assert set(started) <= set(seen) or len(seen) == 5


async def test_a_cursor_of_another_list_is_refused(door: Door):
    case_id = await door.start()
    await door.start()
    cursor = (await door.get("/v1/cases", params={"limit": 1})).json()["next"]

    for path in ("/v1/tasks", "/v1/incidents", "/v1/definitions", f"/v1/cases/{case_id}/trail"):
        assert is_problem(await door.get(path, params={"cursor": cursor}), 422, "cursor")


async def test_a_cursor_changed_by_one_character_is_refused(door: Door):
    await door.start()
    await door.start()
    cursor = (await door.get("/v1/cases", params={"limit": 1})).json()["next"]

    for place in range(0, len(cursor), 7):
        changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        assert is_problem(await door.get("/v1/cases", params={"cursor": changed}), 422, "cursor")


async def test_cases_are_filtered(door: Door):
    one = await door.start()
    two = await door.start(policyNo="P-S10", applicant={"partyId": "PT-S10"})
    await door.journal(one, {"kind": "caseStarted"})
    await door.journal(two, {"kind": "statusChanged", "data": {"status": "APPROVAL"}})
    await door.journal(
        two,
        {"kind": "incidentOpened", "element": "quote", "key": 3}
        | {"data": {"code": "job-failed", "message": "no"}},
    )
    await door.journal(one, {"kind": "caseFinished", "data": {"outcome": "completed"}})

    async def ids(**query):
        page = await door.get("/v1/cases", params=query)
        return {case["caseId"] for case in page.json()["cases"]}

    assert await ids() == {one, two}
    assert await ids(policyNo="P-S10") == {two}
    assert await ids(status="APPROVAL") == {two}
    assert await ids(unfinished=True) == {two}
    assert await ids(stuck=True) == {two}
    assert await ids(process="contract_termination") == {one, two}
    assert await ids(process="other") == set()
    assert await ids(policyNo="P-S10", status="SUBMITTED") == set()


@pytest.mark.parametrize(
    ("stood", "ends"),
    [("ACCEPTED", "CANCELLED"), ("FOLLOW_UP", "CLOSED"), ("REJECTED", "REJECTED")],
)
async def test_a_case_that_is_ended_from_outside_stands_nowhere_on_its_way(
    door: Door, stood: str, ends: str
):
    case_id = await door.start()
    await door.journal(case_id, {"kind": "statusChanged", "data": {"status": stood}})

    await door.journal(case_id, {"kind": "caseFinished", "data": {"outcome": "terminated"}})

    assert (await door.get(f"/v1/cases/{case_id}")).json()["status"] == ends


async def test_a_case_shows_every_named_reason_it_waits_for(door: Door):
    case_id = await door.start()
    await door.open_task(case_id, 5, "L3", variables={"amount": {"t": "number", "v": "56801.45"}})
    await door.journal(
        case_id,
        {
            "kind": "waitOpened",
            "element": "withdrawn",
            "name": "撤回",
            "key": 9,
            "data": {
                "for": "message",
                "message": "customer.withdrawn",
                "correlationKey": case_id,
                "once": True,
            },
        },
        {"kind": "waitOpened", "element": "due", "key": 10}
        | {"data": {"for": "timer", "due": "2026-10-19T23:59:59+08:00"}},
    )

    detail = (await door.get(f"/v1/cases/{case_id}")).json()

    waits = {wait["element"]: wait for wait in detail["waits"]}
    assert waits["withdrawn"]["message"] == "customer.withdrawn"
    assert waits["withdrawn"]["key"] == case_id
    assert waits["due"]["due"] == "2026-10-19T15:59:59Z"
    assert detail["tasks"][0]["shown"] == {"amount": "56801.45"}


@pytest.mark.parametrize(
    ("role", "subject", "sees"),
    [
        ("auditor", "auditor-1", True),
        ("ops", "ops-1", True),
        ("supervisor", "lead-1", True),
        ("supervisor", "checker-1", False),
        ("back_office", "back-office", False),
        ("back_office", "nobody", False),
    ],
)
async def test_a_tasks_content_is_for_those_who_may_see_the_task(door: Door, role, subject, sees):
    case_id = await door.start()
    await door.open_task(case_id, 5, "L3", variables={"amount": {"t": "number", "v": "1"}})

    detail = (await door.get(f"/v1/cases/{case_id}", role, subject=subject)).json()

    assert (detail["tasks"][0]["shown"] == {"amount": 1}) is sees
    assert (detail["tasks"][0]["contentHash"] is not None) is sees


async def test_the_trail_is_paged_without_the_variables(door: Door):
    case_id = await door.start()
    await door.journal(
        case_id,
        {"kind": "caseStarted", "data": {"variables": {"name": {"t": "string", "v": "何振宇"}}}},
        *({"kind": "flowTaken", "element": f"flow{n}", "key": n} for n in range(6)),
    )

    found, pages = await everything(door, f"/v1/cases/{case_id}/trail", "entries", limit=3)

    assert [entry["seq"] for entry in found] == list(range(1, 8))
    assert pages == 3
    assert all("variables" not in entry["data"] for entry in found)


async def test_the_ledger_of_a_case_that_posted_nothing_is_empty(door: Door):
    case_id = await door.start()

    ledger = (await door.get(f"/v1/cases/{case_id}/ledger")).json()

    assert ledger == {"lines": [], "obligations": []}


async def test_the_chain_of_a_case_is_whole(door: Door):
    case_id = await door.start()
    await door.journal(case_id, {"kind": "caseStarted"})

    verdict = (await door.get(f"/v1/cases/{case_id}/audit")).json()

    assert verdict["whole"]
    assert verdict["records"] == 2


async def test_ops_may_cancel_a_case(door: Door):
    case_id = await door.start()
    answer = await door.post(f"/v1/cases/{case_id}/cancel", {"reason": "by mistake"}, "ops")

    assert answer.json()["caseId"] == case_id
    ((instance, order),) = door.cases.acts
    assert (instance, order.actor, order.reason) == (case_id, "ops-1", "by mistake")


async def test_what_a_cancellation_would_end_is_told_and_nothing_ends(door: Door):
    case_id = await door.start()
    withdrawn = EffectTold(what="withdrawn", element="approve", type="closeHumanTask")
    door.cases.foresight = Forecast(after=ENDED, effects=(withdrawn,))
    body = {"reason": "by mistake", "dryRun": True}

    told = (await door.post(f"/v1/cases/{case_id}/cancel", body, "ops")).json()

    ((_, order),) = door.cases.foreseen
    assert (order.act, door.cases.acts) == (Cancel(), [])
    assert (told["dryRun"], told["at"]) == (True, None)
    assert told["forecast"]["after"]["outcome"] == "terminated"
    assert [one["element"] for one in told["forecast"]["effects"]] == ["approve"]


@pytest.mark.parametrize("reason", ["", "no", "x" * 501, "a\x07bell", "line\x1b[31m"])
async def test_a_cancellation_needs_a_printable_reason(door: Door, reason):
    case_id = await door.start()
    answer = await door.post(f"/v1/cases/{case_id}/cancel", {"reason": reason}, "ops")

    assert is_problem(answer, 422, "invalid")
    assert door.cases.acts == []
