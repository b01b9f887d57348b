"""A repair that could move money, or passes over a decision, is ordered by two persons."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.api.door import Door, is_problem
from workflows.contracts.four_eyes import MOVES_MONEY
from workflows.contracts.repair import EffectTold, Forecast

MOVE = {"reason": "for a test", "instructions": [{"do": "activate", "element": "pay"}]}


def foresees(door: Door, type_: str, what: str = "begins") -> None:
    effect = EffectTold(what=what, element="pay", type=type_)
    door.cases.foresight = Forecast(effects=(effect,))


async def modify(door: Door, case_id: str, subject: str, **body):
    path = f"/v1/cases/{case_id}/modification"
    return await door.post(path, {**MOVE, **body}, "ops", subject=subject)


def test_paying_and_committing_moves_money_quoting_does_not():
    assert {"execution.pay", "execution.commit", "execution.reverse"} <= MOVES_MONEY
    assert "execution.quote" not in MOVES_MONEY


@pytest.mark.parametrize("type_", ["execution.pay", "closeHumanTask"])
async def test_one_person_proposes_and_another_carries_out(door: Door, type_):
    case_id = await door.start()
    foresees(door, type_)

    first = await modify(door, case_id, "ops-1")
    again = await modify(door, case_id, "ops-1")
    asked_of_case = list(door.cases.acts)
    second = await modify(door, case_id, "ops-2")

    assert is_problem(first, 409, "second-person")
    assert is_problem(again, 409, "second-person")
    assert asked_of_case == []
    assert second.status_code == 200, second.text
    ((_, order),) = door.cases.acts
    assert (order.actor, order.proposed_by) == ("ops-2", "ops-1")


async def test_another_act_is_another_proposal(door: Door):
    case_id = await door.start()
    foresees(door, "execution.pay")
    await modify(door, case_id, "ops-1")

    other = await modify(door, case_id, "ops-2", instructions=[{"do": "activate", "element": "q"}])

    assert is_problem(other, 409, "second-person")


async def test_what_was_carried_out_takes_two_persons_again(door: Door):
    case_id = await door.start()
    foresees(door, "execution.pay")
    await modify(door, case_id, "ops-1")
    await modify(door, case_id, "ops-2")

    once_more = await modify(door, case_id, "ops-2")

    assert is_problem(once_more, 409, "second-person")


async def test_a_proposal_of_yesterday_counts_no_more(door: Door):
    case_id = await door.start()
    foresees(door, "execution.pay")
    await modify(door, case_id, "ops-1")
    digest = door.scalar("SELECT digest FROM repair_proposals WHERE case_id = ?", case_id)
    async with door.deployment.database.work() as books:
        found = await books.repairs.get(digest)
        assert found is not None
        await books.repairs.withdraw(digest)
        await books.repairs.propose(replace(found, at=found.at - timedelta(days=2)))

    second = await modify(door, case_id, "ops-2")

    assert is_problem(second, 409, "second-person")


async def test_a_retry_with_changed_variables_takes_two_persons_a_plain_one_does_not(door: Door):
    case_id = await door.start()
    opened = {"kind": "incidentOpened", "element": "pay", "key": 7}
    await door.journal(case_id, {**opened, "data": {"code": "job-failed", "message": "no"}})
    foresees(door, "execution.pay")
    path, why = f"/v1/incidents/{case_id}~7/resolve", {"reason": "for a test"}

    changed = await door.post(path, {**why, "variables": {"a": 1}}, "ops")
    plain = await door.post(path, why, "ops")

    assert is_problem(changed, 409, "second-person")
    assert plain.status_code == 200


async def test_the_proposal_stands_in_the_audit_chain(door: Door):
    case_id = await door.start()
    foresees(door, "execution.pay")

    await modify(door, case_id, "ops-1")

    query = "SELECT actor FROM audit WHERE stream = ? AND action = 'repair.propose'"
    assert door.scalar(query, case_id) == "ops-1"
