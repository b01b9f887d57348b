from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.human_tasks import human_task_act
from infra.db.tables import trail
from tests.activities.office import (
    NOTICE,
    Office,
    a_policy,
    an_operator,
    moment,
)
from workflows.contracts.human_task import ActAnswer, ActCall, TaskAct, content_hash
from workflows.domain.authority import Certificate
from workflows.domain.money import money
from workflows.domain.payment import Obligation
from workflows.feel.wire import encode, from_plain

SHOWN: dict[str, Any] = {"requiredLevel": "L3", "amount": Decimal("56801.45"), "excluded": ["may"]}


def shown(**more: Any) -> dict[str, Any]:
    return {name: encode(value) for name, value in (SHOWN | more).items()}


@pytest.fixture
async def desk(office: Office) -> Office:
    for level, maximum in ((2, 50_000), (3, 200_000), (6, None)):
        await office.add_limit(level, maximum)
    for operator in (
        an_operator("lin", 3),
        an_operator("may", 3),
        an_operator("clerk", 3),
        an_operator("low", 2),
        an_operator("chief", 6),
    ):
        await office.add_operator(operator)
    return office


async def opened(office: Office, variables: dict[str, Any] | None = None, **more: Any) -> None:
    wire = shown() if variables is None else variables
    data: dict[str, Any] = {
        "assignee": None,
        "candidateGroups": ["L3"],
        "candidateUsers": [],
        "priority": 50,
        "headers": {"act": "decision"},
        "variables": wire,
        "contentHash": content_hash(wire),
    } | more
    async with office.database.work() as books:
        await books.journal.append(office.batch("taskOpened", **data))


async def act(
    office: Office, kind: str, actor: str = "lin", *, at: str = NOTICE, **more: Any
) -> ActAnswer:
    given: dict[str, Any] = {
        "request_id": f"{kind}-{actor}",
        "act": kind,
        "task_key": 1,
        "actor": actor,
    }
    if kind == "complete":
        given |= {"outcome": "approve", "content_hash": content_hash(shown())}
    call = ActCall(
        case_id="BQ-1",
        instance_id="BQ-1",
        at=moment(at),
        act=TaskAct(**(given | more)),
    )
    activity: Any = human_task_act(office.equipment)
    answer: ActAnswer = await activity(call)
    return answer


async def test_a_candidate_claims_then_approves(desk: Office):
    await opened(desk)

    claimed = await act(desk, "claim")
    approved = await act(desk, "complete")

    assert (claimed.refusal, claimed.assignee) == (None, "lin")
    assert (approved.refusal, approved.assignee) == (None, "lin")
    async with desk.database.work() as books:
        task = await books.human_tasks.get("BQ-1", 1)
        decision = (await books.human_tasks.deeds("BQ-1"))[-1]
    assert task is not None
    assert (task.state, task.outcome) == ("COMPLETED", "approve")
    assert (decision.level, decision.limit_version) == (3, 1)
    assert decision.certificate_id == "CERT-lin"
    assert decision.content_hash == task.content_hash


async def test_the_same_request_again_is_answered_the_same(desk: Office):
    await opened(desk)
    first = await act(desk, "complete")

    second = await act(desk, "complete")

    assert second == first
    assert await desk.count(trail.human_task_deeds) == 1


async def test_a_request_id_is_not_used_for_something_else(desk: Office):
    await opened(desk)
    await act(desk, "claim", request_id="r-1")

    answer = await act(desk, "complete", request_id="r-1")

    assert answer.refusal == "REQUEST_REUSED"


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        ("stranger", "FORBIDDEN"),
        ("low", "FORBIDDEN"),
        ("may", "FOUR_EYES"),
        ("clerk", "FOUR_EYES"),
    ],
)
async def test_who_may_not_decide_is_told_why(desk: Office, actor: str, code: str):
    await opened(desk)

    answer = await act(desk, "complete", actor)

    assert answer.refusal == code
    assert await desk.count(trail.human_task_deeds) == 0


async def test_a_level_below_the_required_one_has_no_authority(desk: Office):
    await opened(desk, candidateGroups=["L2"])

    answer = await act(desk, "complete", "low")

    assert answer.refusal == "AUTHORITY"


async def test_an_amount_beyond_the_limit_needs_somebody_else(desk: Office):
    wire = shown(amount=Decimal("200000.01"))
    await opened(desk, wire)

    own = await act(desk, "complete", "lin", content_hash=content_hash(wire))
    chief = await act(desk, "complete", "chief", content_hash=content_hash(wire))

    assert own.refusal == "AUTHORITY"
    assert chief.refusal is None


async def test_splitting_an_amount_does_not_help(desk: Office):
    await opened(desk)
    await desk.add_policy(a_policy("P-9", loans=(), coverages=()))
    async with desk.database.work() as books:
        await books.obligations.open(
            Obligation(
                id="OB-9",
                case_id="BQ-9",
                policy_no="P-9",
                party_id="PT-1",
                direction="OUT",
                amount=money(150_000),
                state="SETTLED",
                opened_at=moment(NOTICE) - timedelta(days=5),
            )
        )

    answer = await act(desk, "complete")

    assert answer.refusal == "AUTHORITY"


async def test_rejecting_asks_for_no_limit(desk: Office):
    wire = shown(amount=Decimal(10_000_000))
    await opened(desk, wire)

    answer = await act(
        desk, "complete", outcome="reject", content_hash=content_hash(wire), comment="no"
    )

    assert answer.refusal is None


async def test_a_content_that_changed_is_not_decided(desk: Office):
    await opened(desk)

    answer = await act(desk, "complete", content_hash="0" * 64)

    assert answer.refusal == "CONTENT_CHANGED"


@pytest.mark.parametrize("wrong", [{"outcome": "done"}, {"outcome": None}, {"content_hash": None}])
async def test_an_incomplete_decision_is_invalid(desk: Office, wrong: dict[str, Any]):
    await opened(desk)

    answer = await act(desk, "complete", **wrong)

    assert answer.refusal == "INVALID"


@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ({"act": "decision"}, "INVALID"),
        ({"act": "decision", "outcomes": "approve reject return not-reached"}, None),
    ],
)
async def test_a_call_reaches_nobody_only_where_the_model_offers_it(
    desk: Office, headers: dict[str, str], refusal: str | None
):
    await opened(desk, headers=headers)

    answer = await act(desk, "complete", outcome="not-reached")

    assert answer.refusal == refusal


async def test_work_is_done_instead_of_decided(desk: Office):
    wire = shown(requiredLevel=None, amount=None)
    await opened(desk, wire, headers={"act": "work"})

    answer = await act(desk, "complete", outcome="done", content_hash=content_hash(wire))

    assert answer.refusal is None


async def test_a_claimed_task_is_not_taken_away(desk: Office):
    await opened(desk)
    await act(desk, "claim", "chief")

    claim, complete = await act(desk, "claim"), await act(desk, "complete")

    assert (claim.refusal, complete.refusal) == ("CLAIMED", "CLAIMED")


async def test_a_claim_is_given_back(desk: Office):
    await opened(desk)
    await act(desk, "claim")

    back = await act(desk, "unclaim")
    taken = await act(desk, "claim", "chief")

    assert (back.refusal, back.assignee) == (None, None)
    assert taken.refusal is None


async def test_a_task_is_handed_to_somebody_who_may_do_it(desk: Office):
    await opened(desk)
    await act(desk, "claim")

    refused = await act(desk, "delegate", delegate_to="low", request_id="d-1")
    handed = await act(desk, "delegate", delegate_to="chief", request_id="d-2")

    assert refused.refusal == "FORBIDDEN"
    assert (handed.refusal, handed.assignee) == (None, "chief")


async def test_a_decided_task_is_closed(desk: Office):
    await opened(desk)
    await act(desk, "complete")

    answer = await act(desk, "complete", "chief")

    assert answer.refusal == "NOT_OPEN"


async def test_a_task_nobody_knows_is_not_open(desk: Office):
    answer = await act(desk, "claim")

    assert answer.refusal == "NOT_OPEN"


async def test_a_certificate_counts_until_its_last_instant(desk: Office):
    certificate = Certificate(
        id="CERT-noon",
        type="SERVICING",
        valid_from=moment("2025-01-01T00:00"),
        valid_to=moment("2026-10-12T12:00"),
    )
    await desk.add_operator(an_operator("noon", 3, certificates=(certificate,)))
    await opened(desk)
    claimed = await act(desk, "claim", "noon", at="2026-10-12T10:00")

    late = await act(desk, "complete", "noon", at="2026-10-12T12:01")

    assert claimed.refusal is None
    assert late.refusal == "QUALIFICATION_EXPIRED"


async def test_a_suspended_operator_may_nothing(desk: Office):
    await desk.add_operator(an_operator("gone", 6, status="SUSPENDED"))
    await opened(desk)

    answer = await act(desk, "complete", "gone")

    assert answer.refusal == "FORBIDDEN"


@pytest.mark.parametrize(
    "interest", [{"party_id": "PT-1"}, {"agent_id": "AG-1"}, {"conflicts": ("P-1",)}]
)
async def test_nobody_acts_on_a_policy_of_own_interest(desk: Office, interest: dict[str, Any]):
    await desk.add_operator(an_operator("kin", 3, **interest))
    await opened(desk)

    answer = await act(desk, "complete", "kin")

    assert answer.refusal == "FOUR_EYES"


@pytest.mark.parametrize(
    "stake", [{"requiredLevel": "high"}, {"amount": "much"}, {"excluded": "lin"}]
)
async def test_stakes_that_cannot_be_read_close_the_task(desk: Office, stake: dict[str, Any]):
    await opened(desk, shown(**stake))

    answer = await act(desk, "claim")

    assert answer.refusal == "INVALID"


async def test_a_journal_that_came_along_opens_the_task_it_is_about(desk: Office):
    wire = shown()
    batch = desk.batch(
        "taskOpened",
        assignee=None,
        candidateGroups=["L3"],
        candidateUsers=[],
        priority=50,
        headers={"act": "decision"},
        variables=wire,
        contentHash=content_hash(wire),
    )
    call = ActCall(
        case_id="BQ-1",
        instance_id="BQ-1",
        at=moment(NOTICE),
        act=TaskAct(request_id="r-1", act="claim", task_key=1, actor="lin"),
        journal=batch,
    )
    activity: Any = human_task_act(desk.equipment)

    answer = await activity(call)

    assert answer.assignee == "lin"


CALLED = {"act": "decision", "outcomes": "approve reject return not-reached", "asks": "call-back"}


@pytest.mark.parametrize(
    ("answers", "outcome", "refusal"),
    [
        (None, "approve", "CALL_BACK_ANSWERS"),
        ({"identityVerified": False}, "approve", "CALL_BACK_ANSWERS"),
        ({"identityVerified": False}, "reject", "CALL_BACK_ANSWERS"),
        ({}, "approve", None),
        (None, "not-reached", None),
    ],
)
async def test_a_call_back_counts_only_with_every_answer_identity_first(
    desk: Office, answers: dict[str, bool] | None, outcome: str, refusal: str | None
):
    await opened(desk, headers=CALLED)
    heard = {
        "identityVerified": True, "askedFor": True, "knowsTerms": True,
        "wasPromised": False, "handedOver": False, **(answers or {}),
    }  # fmt: skip
    variables = {} if answers is None else {"answers": encode(from_plain(heard))}

    answer = await act(desk, "complete", outcome=outcome, variables=variables)

    assert answer.refusal == refusal
