"""Finance of the sample staff: where one agreed to a case, another decides on what it pays late."""

from typing import Any

import pytest

from activities.human_tasks import human_task_act
from infra.db.sample_book.staff import LIMITS, OPERATORS
from infra.db.sample_book.writing import write_staff
from infra.local.day.player import STAFF
from tests.activities.office import NOTICE, Office, moment
from workflows.contracts.human_task import ActCall, TaskAct, content_hash
from workflows.feel.wire import encode

SHOWN = {"excluded": encode(["clerk-1", "checker-1", "executive-1", "finance-1"])}
"""Who has acted on the case."""


@pytest.fixture
async def desk(office: Office) -> Office:
    """A late payment of a case that an executive approved, finance beside."""
    async with office.registry.begin() as connection:
        await write_staff(connection, OPERATORS, LIMITS)
    batch = office.batch(
        "taskOpened",
        candidateGroups=["finance"],
        candidateUsers=[],
        headers={"act": "decision"},
        variables=SHOWN,
        contentHash=content_hash(SHOWN),
    )
    entries = tuple(each.model_copy(update={"key": 1}) for each in batch.entries)
    async with office.database.work() as books:
        await books.journal.append(batch.model_copy(update={"entries": entries}))
    return office


async def decide(office: Office, actor: str) -> str:
    told = TaskAct(
        request_id=f"compensate-{actor}",
        act="complete",
        task_key=1,
        actor=actor,
        outcome="approve",
        content_hash=content_hash(SHOWN),
    )
    activity: Any = human_task_act(office.equipment)
    call = ActCall(case_id="BQ-1", instance_id="BQ-1", at=moment(NOTICE), act=told)
    return str((await activity(call)).refusal)


async def test_who_agreed_for_finance_is_kept_from_it_and_a_colleague_decides(desk: Office) -> None:
    answers = [await decide(desk, who) for who in STAFF["finance"]]

    assert answers == ["FOUR_EYES", "None"]
