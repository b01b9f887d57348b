"""A policy whose agent has left: marked once, given to somebody fit, never when it is over."""

from typing import Any

import pytest
from sqlalchemy import select, update
from temporalio.exceptions import ApplicationError

from infra.db.tables import people, policies
from tests.activities.office import Office
from workflows.domain.policy import Policy

AT = "2026-09-02T10:00"
MARK: dict[str, Any] = {"policyNo": "P-1", "agentId": "AG-1", "leftOn": "2026-09-01"}
GIVE: dict[str, Any] = {"policyNo": "P-1", "agentId": "AG-1", "newAgentId": "AG-2"}


@pytest.fixture
async def left(office: Office) -> Office:
    """An office that AG-1 has left, and where AG-2 of another unit is at work."""
    await office.add(
        people.agents,
        {"id": "AG-1", "unit": "SH-01", "status": "LEFT", "left_on": None},
        {"id": "AG-2", "unit": "SH-02", "status": "ACTIVE", "left_on": None},
    )
    return office


async def policy(office: Office) -> Policy:
    async with office.database.work() as books:
        found = await books.policies.get("P-1")
    assert found is not None
    assert isinstance(found, Policy)
    return found


async def test_a_policy_is_marked_and_its_clock_runs_from_the_leaving(left: Office):
    marked = await left.do("execution.mark_orphan", AT, **MARK)

    assert (await policy(left)).flags == ("LOAN", "ORPHAN")
    assert marked["policyVersion"] == (await policy(left)).version == 2
    assert str(marked["noticeDue"]).startswith("2026-10-01 23:59:59")
    assert str(marked["noticeTarget"]).startswith("2026-09-30 23:59:59")
    async with left.database.work() as books:
        (clock,) = await books.clocks.of_case("BQ-1")
    assert (clock.deadline.rule_id, clock.state) == ("K-ORP", "RUNNING")


async def test_the_same_mark_again_changes_nothing(left: Office):
    call = left.call("execution.mark_orphan", MARK, at=AT)

    assert await left.run(call) == await left.run(call)
    assert (await policy(left)).version == 2


async def test_whoever_is_at_work_takes_the_policy_over_with_the_unit(left: Office):
    await left.do("execution.mark_orphan", AT, **MARK)

    given = await left.do("execution.assign_agent", AT, **GIVE)

    now = await policy(left)
    assert (now.agent_id, now.servicing_unit, now.flags) == ("AG-2", "SH-02", ("LOAN",))
    assert (given["policyVersion"], given["servicingUnit"]) == (3, "SH-02")


@pytest.mark.parametrize("unfit", ["AG-1", "AG-NOBODY", "", None])
async def test_nobody_who_is_not_at_work_gets_it(left: Office, unfit: str | None):
    with pytest.raises(ApplicationError) as caught:
        await left.do("execution.assign_agent", AT, **GIVE | {"newAgentId": unfit})

    assert caught.value.type == "bpmn:AGENT_UNFIT"
    assert (await policy(left)).agent_id == "AG-1"


@pytest.mark.parametrize("values", [{"state": "TERMINATED"}, {"agent_id": "AG-2"}])
@pytest.mark.parametrize(
    ("kind", "asked"), [("execution.mark_orphan", MARK), ("execution.assign_agent", GIVE)]
)
async def test_what_is_over_or_served_by_another_is_no_orphan(
    left: Office, values: dict[str, str], kind: str, asked: dict[str, Any]
):
    async with left.database.engine.begin() as connection:
        await connection.execute(update(policies.policies).values(values))

    with pytest.raises(ApplicationError) as caught:
        await left.do(kind, AT, **asked)

    assert caught.value.type == "bpmn:NO_ORPHAN"
    async with left.database.engine.connect() as connection:
        versions = await connection.execute(select(policies.policy_versions.c.no))
    assert versions.all() == []
