"""Tokens moved in a case on a server where they are hard to reach: in items, and what is undone."""

from collections import Counter

import pytest

from tests.builders.events import handled
from tests.builders.process import a_flow, a_process, multi_instance
from tests.host.test_repairs import foreseen
from tests.host.test_suspension import order
from tests.host.world import World, at_once, wire
from workflows.contracts.case import Cancellation, Receipt
from workflows.contracts.repair import Instruction, Modify, TokenTold
from workflows.contracts.routing import CANCEL_CASE

pytestmark = pytest.mark.journey

LOCAL, OTHER = "verification.policy", "verification.documents"
RELEASE = (
    '<bpmn:serviceTask id="release" isForCompensation="true"><bpmn:extensionElements>'
    f'<zeebe:taskDefinition type="{OTHER}" /></bpmn:extensionElements></bpmn:serviceTask>'
)


async def test_an_item_is_added_and_a_token_moved_inside_its_own_item(dev_server):
    world = World(work={LOCAL: at_once({})})
    loop = multi_instance("=[1, 2]", element="item")
    inner = a_flow().start("in").user("look").service("book", LOCAL).user("sign").end("out")
    world.deploy(a_process("p").start().sub_process("each", inner, loop=loop).end())
    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await case.task("look")
        before = (await foreseen(case, Modify(instructions=()))).before
        assert before is not None
        body = next(one.key for one in before.tokens if one.kind == "body")
        look = next(one for one in before.tokens if one.element == "look")
        act = Modify(
            instructions=(
                Instruction(do="addInstance", key=body, item=wire({"x": 3})["x"]),
                Instruction(do="move", key=look.key, element="book"),
            )
        )
        told = await foreseen(case, act)
        await order(case, act, "o-1")
        await world.until(case.id, "taskOpened", "sign")
        after = (await foreseen(case, Modify(instructions=()))).after
        end = Cancellation(request_id="c-1", actor="ops-1", reason="enough")
        await case.handle.execute_update(CANCEL_CASE, end, id="c-1", result_type=Receipt)
        await case.result()

    assert told.after is not None
    assert after is not None
    assert _counted(told.after.tokens) == {"look": 2, "book": 1}
    assert _counted(after.tokens) == {"look": 2, "sign": 1}
    (sign,) = (one for one in after.tokens if one.element == "sign")
    assert sign.scope == look.scope, "it stays in its item"
    assert [call.variables["item"] for call in world.calls] == [wire({"x": 1})["x"]]


async def test_what_was_done_is_undone_by_its_handler_as_the_preview_said(dev_server):
    world = World(work={LOCAL: at_once({}), OTHER: at_once({})})
    drawn = a_process("p").start().service("reserve", LOCAL)
    handled(drawn, "reserve", "release", RELEASE)
    world.deploy(drawn.user("decide").end())
    async with world.worker(dev_server.client):
        case = await world.start(dev_server.client, "p")
        await case.task("decide")
        act = Modify(instructions=(Instruction(do="compensate"),))
        told = await foreseen(case, act)
        await order(case, act, "o-1")
        again = await foreseen(case, act)
        await case.approve("decide")
        await case.result()

    assert told.before is not None
    assert told.before.compensations == ("reserve",)
    assert [(one.what, one.element, one.type) for one in told.effects] == [
        ("begins", "release", OTHER)
    ]
    assert again.faults == ("Nothing has completed that may still be compensated.",)
    assert [call.element for call in world.calls] == ["reserve", "release"]


def _counted(tokens: tuple[TokenTold, ...]) -> Counter[str]:
    return Counter(one.element for one in tokens if one.element in {"look", "book", "sign"})
