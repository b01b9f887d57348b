"""The relay finishes what a crash left half done."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from infra.db.events.acceptance import IdempotencyRecord
from infra.db.unit_of_work import Database
from tests.builders.process import a_process, message
from tests.host.world import World, wire
from workers.relay import Relay
from workflows.contracts.case import CaseResult
from workflows.contracts.journal import JournalBatch
from workflows.contracts.routing import CASE_QUEUE
from workflows.domain.case import Case
from workflows.domain.message import Publication

pytestmark = pytest.mark.journey

LONG_AGO = datetime.now(UTC) - timedelta(minutes=5)


async def accepted(database: Database, case: Case) -> None:
    answer = IdempotencyRecord(
        key="k", principal="p", body_hash="0", status_code=202, response={}, at=LONG_AGO
    )
    async with database.work() as books:
        await books.acceptance.accept(case, {"policyNo": case.policy_no}, answer)


def a_case(world: World, process_id: str) -> Case:
    return Case(
        id="BQ-relay",
        process_id=process_id,
        version=1,
        program_hash=world.deployed[process_id],
        status="SUBMITTED",
        policy_no="P-1",
        item="TERMINATE",
        channel="APP",
        notice_arrived_at=LONG_AGO,
        applicant_party_id="party",
        applicant_role="PH",
        started_by="bo-1",
        accepted_at=LONG_AGO,
        variables=wire({"caseNo": "c-1"}),
    )


def a_relay(environment: WorkflowEnvironment, database: Database) -> Relay:
    return Relay(
        client=environment.client, database=database, task_queue=CASE_QUEUE, zone="Asia/Shanghai"
    )


async def test_an_accepted_case_that_never_began_is_started(
    dev_server: WorkflowEnvironment, database: Database
) -> None:
    world = World()
    world.deploy(a_process("p").start().end())
    await accepted(database, a_case(world, "p"))
    relay = a_relay(dev_server, database)

    async with world.worker(dev_server.client):
        await relay.round()
        await relay.round()
        handle = dev_server.client.get_workflow_handle("BQ-relay", result_type=CaseResult)
        result = await handle.result()

    assert result == CaseResult(outcome="completed", variables=wire({"caseNo": "c-1"}))


async def test_a_correlated_message_is_offered_until_it_is_consumed(
    dev_server: WorkflowEnvironment, database: Database
) -> None:
    world = World()
    world.deploy(a_process("p").start().receive("docs", message("docs", "=caseNo")).end())
    await accepted(database, a_case(world, "p"))
    relay = a_relay(dev_server, database)

    async with world.worker(dev_server.client):
        await relay.round()
        await world.until("BQ-relay", "waitOpened", "docs")
        await _journaled(database, world)
        async with database.work() as books:
            publication = Publication(
                name="docs",
                key="c-1",
                message_id="m-1",
                variables=wire({"ids": [1]}),
                at=LONG_AGO,
                time_to_live=timedelta(hours=1),
                publisher="bo-1",
            )
            published = await books.messages.publish(publication)
        await relay.round()
        handle = dev_server.client.get_workflow_handle("BQ-relay", result_type=CaseResult)
        result = await handle.result()

    assert published.result == "correlated"
    assert result.variables == wire({"caseNo": "c-1", "ids": [1]})


async def _journaled(database: Database, world: World) -> None:
    entries = tuple(world.journal("BQ-relay"))
    batch = JournalBatch(instance_id="BQ-relay", case_id="BQ-relay", run_id="r", entries=entries)
    async with database.work() as books:
        await books.journal.append(batch)
