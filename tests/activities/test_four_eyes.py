"""Four eyes 双人复核: who made it never checks it, whatever the drawing forgot to say."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from activities.human_tasks import human_task_act
from infra.db.tables import notices, people, trail
from infra.db.unit_of_work import Database
from tests.activities.office import NOTICE, Office, a_party, an_operator, moment
from workflows.contracts.human_task import ActAnswer, ActCall, TaskAct, content_hash
from workflows.domain.authority import Certificate
from workflows.domain.money import money
from workflows.domain.payment import Obligation
from workflows.domain.policy import Role
from workflows.domain.standing_in import Absence, Delegation
from workflows.feel.wire import encode

RELEASE = "L0"
"""A release by finance: its drawing names neither a level nor anybody it is kept from."""
LEVELS = {"bo": 2, "cai": 2, "lin": 3, "chief": 6}


@pytest.fixture
async def desk(office: Office) -> Office:
    for level, maximum in ((2, 50_000), (3, 200_000), (6, None)):
        await office.add_limit(level, maximum)
    for name, level in LEVELS.items():
        await office.add_operator(an_operator(name, level))
    return office


def shown(level: str, amount: str = "10000.00", apart: str | None = None) -> dict[str, Any]:
    told = {"requiredLevel": encode(level), "amount": encode(Decimal(amount))}
    return told if apart is None else told | {"apart": encode(apart)}


async def offer(
    office: Office, key: int, level: str, amount: str = "10000.00", apart: str | None = None
) -> None:
    wire = shown(level, amount, apart)
    batch = office.batch(
        "taskOpened",
        candidateGroups=["finance" if level == RELEASE else "L1"],
        candidateUsers=[],
        headers={"act": "decision"},
        variables=wire,
        contentHash=content_hash(wire),
    )
    entries = tuple(
        each.model_copy(update={"key": key, "element": f"task_{level}"}) for each in batch.entries
    )
    async with office.database.work() as books:
        await books.journal.append(batch.model_copy(update={"entries": entries}))


async def act(
    office: Office, kind: str, actor: str, key: int, level: str, **more: Any
) -> ActAnswer:
    amount, apart = more.pop("amount", "10000.00"), more.pop("apart", None)
    at = more.pop("at", NOTICE)
    given: dict[str, Any] = {
        "request_id": f"{kind}-{actor}-{key}-{at}",
        "act": kind,
        "task_key": key,
        "actor": actor,
    }
    if kind == "complete":
        given |= {"outcome": "approve", "content_hash": content_hash(shown(level, amount, apart))}
    call = ActCall(case_id="BQ-1", instance_id="BQ-1", at=moment(at), act=TaskAct(**(given | more)))
    activity: Any = human_task_act(office.equipment)
    answer: ActAnswer = await activity(call)
    return answer


async def refused(office: Office, actor: str, **more: Any) -> str | None:
    """Offer a check and let somebody claim it, then decide on it; both must answer the same."""
    await offer(office, 2, "L2", more.get("amount", "10000.00"))
    claimed = await act(office, "claim", actor, 2, "L2", **more)
    decided = await act(office, "complete", actor, 2, "L2", **more)
    assert claimed.refusal == decided.refusal
    return decided.refusal


async def test_who_made_it_may_not_check_it_although_the_drawing_excludes_nobody(desk: Office):
    await offer(desk, 1, "L1")
    assert (await act(desk, "complete", "cai", 1, "L1")).refusal is None

    assert await refused(desk, "cai") == "FOUR_EYES"


async def test_somebody_else_checks_what_was_made(desk: Office):
    await offer(desk, 1, "L1")
    made = await act(desk, "complete", "bo", 1, "L1")

    assert (made.refusal, await refused(desk, "cai")) == (None, None)


async def test_a_maker_is_not_handed_the_check_either(desk: Office):
    await offer(desk, 1, "L1")
    await act(desk, "complete", "cai", 1, "L1")
    await offer(desk, 2, "L2")
    await act(desk, "claim", "bo", 2, "L2")

    answer = await act(desk, "delegate", "bo", 2, "L2", delegate_to="cai")

    assert answer.refusal == "FOUR_EYES"


async def test_a_delegation_goes_one_step(desk: Office):
    await offer(desk, 2, "L2")
    await act(desk, "claim", "bo", 2, "L2")
    assert (await act(desk, "delegate", "bo", 2, "L2", delegate_to="cai")).refusal is None

    again = await act(desk, "delegate", "cai", 2, "L2", delegate_to="lin")
    await act(desk, "claim", "cai", 2, "L2")
    laundered = await act(desk, "delegate", "cai", 2, "L2", delegate_to="lin", request_id="r-2")

    assert (again.refusal, laundered.refusal) == ("FORBIDDEN", "FORBIDDEN")


@pytest.mark.parametrize(
    "interest",
    [
        {"party_id": "PT-1"},
        {"agent_id": "AG-1"},
        {"conflicts": ("P-1",)},
        {"conflicts": ("PT-1",)},
    ],
    ids=["own", "agent of record", "family policy", "family member"],
)
async def test_nobody_acts_on_own_or_family_policies(desk: Office, interest: dict[str, Any]):
    await desk.add_operator(replace(an_operator("kin", 3), **interest))

    assert await refused(desk, "kin") == "FOUR_EYES"


async def test_a_role_that_ends_one_day_is_an_interest_until_then(desk: Office):
    until = Role(
        party_id="PT-kin", kind="BENEF_DEATH", since=date(2018, 3, 1), until=date(2026, 10, 13)
    )
    await desk.add_party(a_party("PT-kin"))
    async with desk.database.work() as books:
        policy = await books.policies.get("P-1")
        assert policy is not None
        await books.policies.commit(
            replace(policy, roles=(*policy.roles, until)),
            cause="TEST",
            case_id="BQ-0",
            at=moment(NOTICE),
            reservation_id=None,
        )
    await desk.add_operator(an_operator("kin", 3))

    assert await refused(desk, "kin") == "FOUR_EYES"


@pytest.mark.parametrize(
    ("policy_no", "party_id"), [("P-1", "PT-9"), ("P-9", "PT-1")], ids=["policy", "holder"]
)
async def test_an_amount_split_in_two_is_one_amount(desk: Office, policy_no: str, party_id: str):
    async with desk.database.work() as books:
        await books.obligations.open(
            Obligation(
                id="OB-9",
                case_id="BQ-9",
                policy_no=policy_no,
                party_id=party_id,
                direction="OUT",
                amount=money("40000.01"),
                state="SETTLED",
                opened_at=moment(NOTICE) - timedelta(days=29),
            )
        )

    assert await refused(desk, "cai") == "AUTHORITY"


@pytest.mark.parametrize(
    "certificate",
    [
        {"valid_to": moment("2026-10-12T10:00")},
        {"valid_from": moment("2026-10-12T10:01")},
        {"revoked_at": moment("2026-10-12T09:59")},
    ],
    ids=["expired", "not yet", "revoked"],
)
async def test_without_a_valid_certificate_nobody_claims_or_decides(
    desk: Office, certificate: dict[str, Any]
):
    held = an_operator("pat", 3).certificates[0]
    await desk.add_operator(an_operator("pat", 3, certificates=(replace(held, **certificate),)))

    assert await refused(desk, "pat") == "QUALIFICATION_EXPIRED"


async def test_a_certificate_that_expires_after_the_claim_stops_the_decision(desk: Office):
    """S16: claimed at 10:00, the certificate ends at noon, completed a minute later."""
    noon = Certificate(
        id="CERT-pat",
        type="SERVICING",
        valid_from=moment("2025-01-01T00:00"),
        valid_to=moment("2026-10-12T12:00"),
    )
    await desk.add_operator(an_operator("pat", 3, certificates=(noon,)))
    await offer(desk, 2, "L2")

    claimed = await act(desk, "claim", "pat", 2, "L2")
    decided = await act(desk, "complete", "pat", 2, "L2", at="2026-10-12T12:01")

    assert (claimed.refusal, decided.refusal) == (None, "QUALIFICATION_EXPIRED")
    async with desk.database.reading() as room:
        task = await room.inbox.get("BQ-1", 2)
        assert task is not None
        draft = await room.inbox.draft(task)
    assert (task.state, task.assignee) == ("OPEN", None)
    assert draft is not None
    assert (draft.actor, draft.outcome) == ("pat", "approve")
    assert await desk.count(notices.staff_notices) == 1


async def test_a_refusal_of_who_holds_nothing_moves_nothing(desk: Office):
    held = an_operator("pat", 3).certificates[0]
    over = replace(held, valid_to=moment("2026-10-12T10:00"))
    await desk.add_operator(an_operator("pat", 3, certificates=(over,)))
    await offer(desk, 2, "L2")
    await act(desk, "claim", "bo", 2, "L2")

    decided = await act(desk, "complete", "pat", 2, "L2")

    assert decided.refusal == "CLAIMED"
    assert await desk.count(notices.staff_notices) == 0
    async with desk.database.reading() as room:
        task = await room.inbox.get("BQ-1", 2)
    assert task is not None
    assert task.assignee == "bo"


async def test_two_approvers_at_once_are_one_decision(desk: Office):
    """Two worker processes: each with an engine of its own on the same file."""
    await offer(desk, 2, "L2")
    other = Database.at(str(desk.database.engine.url))
    twin = replace(desk, database=other)

    first, second = await asyncio.gather(
        act(desk, "complete", "bo", 2, "L2"), act(twin, "complete", "cai", 2, "L2")
    )
    await other.close()

    assert sorted([str(first.refusal), str(second.refusal)]) == ["NOT_OPEN", "None"]
    assert await desk.count(trail.human_task_deeds) == 1


async def test_two_claims_at_once_are_one_claim(desk: Office):
    await offer(desk, 2, "L2")
    other = Database.at(str(desk.database.engine.url))
    twin = replace(desk, database=other)

    answers = await asyncio.gather(
        *(act(each, "claim", who, 2, "L2") for each in (desk, twin) for who in ("bo", "cai", "lin"))
    )
    await other.close()

    winners = {each.assignee for each in answers if each.refusal is None}
    assert len(winners) == 1
    assert {each.refusal for each in answers if each.refusal} == {"CLAIMED"}


# --- release by finance -----------------------------------------------------------------------


@pytest.fixture
async def till(desk: Office) -> Office:
    """Everybody is of finance too: only what they did keeps them from it."""
    async with desk.registry.begin() as connection:
        await connection.execute(update(people.operators).values(groups=["finance"]))
    return desk


async def test_who_made_checked_or_approved_releases_no_payment(till: Office):
    for key, who, level in ((1, "bo", "L1"), (2, "cai", "L2"), (3, "lin", "L3")):
        await offer(till, key, level)
        assert (await act(till, "complete", who, key, level)).refusal is None
    await offer(till, 4, RELEASE)

    answers = [await act(till, "claim", who, 4, RELEASE) for who in ("bo", "cai", "lin", "chief")]

    assert [each.refusal for each in answers] == ["FOUR_EYES", "FOUR_EYES", "FOUR_EYES", None]


async def test_who_asked_for_the_case_releases_no_payment(till: Office):
    await till.add_operator(an_operator("clerk", 3, groups=("finance",)))
    await offer(till, 4, RELEASE)

    assert (await act(till, "claim", "clerk", 4, RELEASE)).refusal == "FOUR_EYES"


async def test_in_whose_name_it_was_approved_releases_no_payment(till: Office):
    await lend(till, lent("lin", "cai"))
    await offer(till, 3, "L3", "100000.00")
    decided = await act(till, "complete", "cai", 3, "L3", amount="100000.00")
    await offer(till, 4, RELEASE)

    released = await act(till, "claim", "lin", 4, RELEASE)

    assert (decided.refusal, released.refusal) == (None, "FOUR_EYES")


async def test_who_released_before_may_release_again_after_a_return(till: Office):
    await offer(till, 4, RELEASE)
    await act(till, "complete", "bo", 4, RELEASE)
    await offer(till, 5, RELEASE)

    assert (await act(till, "claim", "bo", 5, RELEASE)).refusal is None


# --- side by side -----------------------------------------------------------------------------


async def test_of_tasks_side_by_side_nobody_decides_two(desk: Office):
    for key in (2, 3):
        await offer(desk, key, "L2", apart="approval-1")
    assert (await act(desk, "complete", "bo", 2, "L2", apart="approval-1")).refusal is None

    again = await act(desk, "complete", "bo", 3, "L2", apart="approval-1")
    other = await act(desk, "complete", "cai", 3, "L2", apart="approval-1")

    assert (again.refusal, other.refusal) == ("FOUR_EYES", None)


async def test_who_holds_one_of_them_takes_the_other_when_the_first_is_given_back(desk: Office):
    for key in (2, 3):
        await offer(desk, key, "L2", apart="approval-1")
    await act(desk, "claim", "bo", 2, "L2")

    both = await act(desk, "claim", "bo", 3, "L2")
    handed = await act(desk, "claim", "cai", 3, "L2")
    given = await act(desk, "delegate", "cai", 3, "L2", delegate_to="bo")
    await act(desk, "unclaim", "bo", 2, "L2")
    after = await act(desk, "delegate", "cai", 3, "L2", delegate_to="bo", request_id="r-2")

    refusals = (both.refusal, handed.refusal, given.refusal, after.refusal)
    assert refusals == ("FOUR_EYES", None, "FOUR_EYES", None)


async def test_another_round_is_for_the_same_people_again(desk: Office):
    await offer(desk, 2, "L2", apart="approval-0")
    await act(desk, "complete", "bo", 2, "L2", apart="approval-0", outcome="return")
    await offer(desk, 3, "L2", apart="approval-1")

    assert (await act(desk, "complete", "bo", 3, "L2", apart="approval-1")).refusal is None


# --- who is away ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["SUSPENDED", "LEFT"])
async def test_what_somebody_suspended_or_gone_holds_is_for_others_to_take(
    desk: Office, status: str
):
    await offer(desk, 2, "L2")
    assert (await act(desk, "claim", "bo", 2, "L2")).refusal is None
    assert (await act(desk, "claim", "cai", 2, "L2")).refusal == "CLAIMED"

    async with desk.registry.begin() as connection:
        gone = update(people.operators).where(people.operators.c.id == "bo")
        await connection.execute(gone.values(status=status))

    own = await act(desk, "complete", "bo", 2, "L2")
    taken = await act(desk, "claim", "cai", 2, "L2", request_id="c-2")
    decided = await act(desk, "complete", "cai", 2, "L2")
    assert (own.refusal, taken.assignee, decided.assignee) == ("FORBIDDEN", "cai", "cai")


async def test_what_was_made_by_somebody_suspended_is_still_not_checked_by_its_maker(desk: Office):
    await offer(desk, 1, "L1")
    await act(desk, "complete", "bo", 1, "L1")
    await offer(desk, 2, "L2")
    await act(desk, "claim", "cai", 2, "L2")

    async with desk.registry.begin() as connection:
        gone = update(people.operators).where(people.operators.c.id == "cai")
        await connection.execute(gone.values(status="SUSPENDED"))

    assert (await act(desk, "claim", "bo", 2, "L2")).refusal == "FOUR_EYES"


# --- in whose place ---------------------------------------------------------------------------


def lent(given_by: str, given_to: str, **more: Any) -> Delegation:
    given: dict[str, Any] = {
        "id": f"DG-{given_by}-{given_to}",
        "given_by": given_by,
        "given_to": given_to,
        "items": ("TERMINATE",),
        "maximum_minor": None,
        "currency": "CNY",
        "since": moment("2026-10-12T00:00"),
        "until": moment("2026-10-19T00:00"),
        "reason": "on leave",
        "made_at": moment("2026-10-11T09:00"),
    }
    return Delegation(**(given | more))


async def lend(office: Office, *delegations: Delegation) -> None:
    async with office.database.work() as books:
        for each in delegations:
            await books.standing_in.delegate(each)


async def test_under_a_delegation_one_decides_with_the_lenders_level_in_the_lenders_name(
    desk: Office,
):
    await lend(desk, lent("lin", "cai"))
    await offer(desk, 2, "L3", "100000.00")

    decided = await act(desk, "complete", "cai", 2, "L3", amount="100000.00")

    async with desk.database.work() as books:
        (deed,) = await books.human_tasks.deeds("BQ-1")
        chain = await books.audit.verify("BQ-1")
    assert decided.refusal is None
    assert (deed.actor, deed.on_behalf_of, deed.delegation_id) == ("cai", "lin", "DG-lin-cai")
    assert (deed.level, deed.limit_version) == (3, 1)
    assert chain.intact


@pytest.mark.parametrize(
    "more",
    [
        {"until": moment(NOTICE)},
        {"since": moment(NOTICE) + timedelta(minutes=1)},
        {"items": ("POLICY_LOAN",)},
        {"maximum_minor": 9_999_999},
        {"revoked_at": moment("2026-10-12T00:01"), "revoked_by": "lin"},
    ],
    ids=["over", "not yet", "another item", "a lower limit", "revoked"],
)
async def test_a_delegation_goes_no_further_than_it_says(desk: Office, more: dict[str, Any]):
    await lend(desk, lent("lin", "cai", **more))
    await offer(desk, 2, "L3", "100000.00")

    answer = await act(desk, "complete", "cai", 2, "L3", amount="100000.00")

    assert answer.refusal == "AUTHORITY"


async def test_lent_authority_is_not_lent_further(desk: Office):
    await lend(desk, lent("lin", "cai"), lent("cai", "bo"))
    await offer(desk, 2, "L3", "100000.00")

    answer = await act(desk, "complete", "bo", 2, "L3", amount="100000.00")

    assert answer.refusal == "AUTHORITY"


async def test_nobody_lends_what_is_not_there(desk: Office):
    await lend(desk, lent("lin", "cai"))
    await offer(desk, 2, "L3", "200000.01")

    beyond = await act(desk, "complete", "cai", 2, "L3", amount="200000.01")
    async with desk.registry.begin() as connection:
        gone = update(people.operators).where(people.operators.c.id == "lin")
        await connection.execute(gone.values(status="SUSPENDED"))
    await offer(desk, 3, "L3", "100000.00")
    suspended = await act(desk, "complete", "cai", 3, "L3", amount="100000.00")

    assert (beyond.refusal, suspended.refusal) == ("AUTHORITY", "AUTHORITY")


async def test_a_maker_approves_own_work_through_nobody(desk: Office):
    await offer(desk, 1, "L1")
    await act(desk, "complete", "lin", 1, "L1")
    await lend(desk, lent("lin", "cai"))
    await offer(desk, 2, "L3", "100000.00")

    answer = await act(desk, "complete", "cai", 2, "L3", amount="100000.00")

    assert answer.refusal == "AUTHORITY", "the maker's authority counts for nothing here"


async def test_the_authority_of_one_is_not_used_twice_side_by_side(desk: Office):
    await lend(desk, lent("lin", "cai"))
    for key in (2, 3):
        await offer(desk, key, "L3", "100000.00", apart="approval-1")
    first = await act(desk, "complete", "cai", 2, "L3", amount="100000.00", apart="approval-1")

    second = await act(desk, "complete", "lin", 3, "L3", amount="100000.00", apart="approval-1")

    assert (first.refusal, second.refusal) == (None, "FOUR_EYES")


async def away(office: Office, operator: str, substitute: str | None) -> None:
    absence = Absence(
        id=f"AB-{operator}",
        operator_id=operator,
        substitute_id=substitute,
        since=moment("2026-10-12T09:00"),
        until=moment("2026-10-14T09:00"),
        reason="leave",
        told_by=operator,
        told_at=moment("2026-10-10T09:00"),
    )
    async with office.database.work() as books:
        await books.standing_in.be_absent(absence)


@pytest.mark.parametrize("taker", ["cai", "lin"])
async def test_what_somebody_away_holds_is_for_the_substitute_and_the_group(
    desk: Office, taker: str
):
    await offer(desk, 2, "L2")
    await act(desk, "claim", "bo", 2, "L2", at="2026-10-12T08:00")
    before = await act(desk, "claim", taker, 2, "L2", at="2026-10-12T08:30")
    await away(desk, "bo", "cai")

    during = await act(desk, "claim", taker, 2, "L2", at="2026-10-12T09:30")

    assert (before.refusal, during.refusal, during.assignee) == ("CLAIMED", None, taker)


async def test_what_nobody_took_is_the_absents_again_on_the_return(desk: Office):
    await offer(desk, 2, "L2")
    await act(desk, "claim", "bo", 2, "L2", at="2026-10-12T08:00")
    await away(desk, "bo", "cai")

    after = await act(desk, "claim", "cai", 2, "L2", at="2026-10-14T09:00")
    own = await act(desk, "complete", "bo", 2, "L2", at="2026-10-14T09:01")

    assert (after.refusal, own.refusal) == ("CLAIMED", None)


async def test_nothing_is_handed_to_somebody_who_is_away(desk: Office):
    await away(desk, "bo", None)
    await offer(desk, 2, "L2")
    await act(desk, "claim", "cai", 2, "L2", at="2026-10-12T10:00")

    answer = await act(desk, "delegate", "cai", 2, "L2", delegate_to="bo", at="2026-10-12T10:01")

    assert answer.refusal == "FORBIDDEN"
