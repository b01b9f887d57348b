"""What one turn opens and closes is never seen waiting, and never taken for open."""

import pytest

from tests.builders.process import a_flow, a_process, message, timer
from tests.host.world import World

pytestmark = pytest.mark.journey


async def test_a_scope_passed_in_one_turn_leaves_no_subscription_and_no_timer(time_skipping):
    world = World()
    process = (
        a_process("p")
        .start()
        .sub_process("passed", a_flow().start("in").end("out"))
        .user("decide")
        .end()
    )
    process.boundary("passed", "withdrawn", message("customer.withdrawn", "=1")).end("gone")
    process.boundary("passed", "late", timer(duration="P1D")).end("expired")
    world.deploy(process)

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        await world.until(case.id, "taskOpened", "decide")
        await time_skipping.sleep(86_400 * 2)
        waits = world.kinds(case.id, "waitOpened", "waitClosed")

    assert waits == []
    assert "decide" not in world.completed(case.id)
    assert world.kinds(case.id, "caseFinished") == []


async def test_a_scope_that_rests_waits_as_ever(time_skipping):
    world = World()
    inner = a_flow().start("in").user("decide").end("out")
    process = a_process("p").start().sub_process("rests", inner).end()
    process.boundary("rests", "late", timer(duration="P1D")).end("expired")
    world.deploy(process)

    async with world.worker(time_skipping.client):
        case = await world.start(time_skipping.client, "p")
        await case.result()

    assert world.kinds(case.id, "waitOpened", "waitClosed") == [
        ("waitOpened", "late"),
        ("waitClosed", "late"),
    ]
