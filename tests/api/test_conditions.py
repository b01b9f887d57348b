"""Conditions that begin cases: told from outside, one case of each process that has a true one."""

from tests.api.door import A_CASE, Door, is_problem
from tests.builders.events import condition
from tests.builders.process import a_process


async def deploy(door: Door, process: str = "watch", *conditions: str, **only: str) -> None:
    drawn = a_process(process)
    for number, text in enumerate(conditions or ("=rate > 2",)):
        drawn = drawn.start(f"s{number}", condition(text, **only)).end(f"e{number}")
    files = {f"{process}.bpmn": drawn.xml().decode()}
    answer = await door.post("/v1/definitions", {"files": files}, "ops")
    assert answer.status_code == 201, answer.text


async def tell(door: Door, process: str | None = None, **variables: object):
    answer = await door.post("/v1/conditions", {"processId": process, "variables": variables})
    assert answer.status_code == 202, answer.text
    return answer.json()


async def test_one_case_of_each_process_begins_at_its_first_true_condition(door: Door):
    await deploy(door, "watch", "=rate > 9", "=rate > 2", "=rate > 1")
    await deploy(door, "other")

    told = await tell(door, rate=3)

    cases = [(await door.get(f"/v1/cases/{one}")).json() for one in told["begun"]]
    assert [case["process"] for case in cases] == ["other", "watch"]
    query = "SELECT process_id, start_element FROM cases ORDER BY process_id"
    assert door.hand.rows(query) == [("other", "s0"), ("watch", "s1")]


async def test_what_is_not_true_or_not_told_of_begins_nothing(door: Door):
    await deploy(door, "watch", '=status != "closed"')
    await deploy(door, "other", "=rate > 2")

    assert (await tell(door, rate=1, other=2)) == {"begun": [], "kept": [], "failed": []}
    assert (await tell(door, rate=None))["begun"] == []


async def test_a_condition_that_is_neither_true_nor_false_is_told_and_stops_no_other(door: Door):
    await deploy(door, "watch", "=rate + 1")
    await deploy(door, "other", "=rate > 2")

    told = await tell(door, rate=3)

    assert len(told["begun"]) == 1
    assert [(one["processId"], one["element"]) for one in told["failed"]] == [("watch", "s0")]


async def test_each_telling_is_tested_anew_and_the_same_one_is_the_same(door: Door):
    await deploy(door)
    body = {"variables": {"rate": 3}}

    first = await door.post("/v1/conditions", body, key="condition-key-01")
    repeated = await door.post("/v1/conditions", body, key="condition-key-01")
    again = await door.post("/v1/conditions", body, key="condition-key-02")

    assert repeated.json() == first.json() != again.json()
    assert door.rows()["cases"] == 2


async def test_the_filter_says_what_it_watches(door: Door):
    await deploy(door, "watch", "=rate > floor", variableNames="rate")

    assert (await tell(door, floor=1))["begun"] == []
    assert len((await tell(door, floor=1, rate=2))["begun"]) == 1


async def test_one_process_alone_may_be_asked(door: Door):
    await deploy(door, "watch")
    await deploy(door, "other")

    told = await tell(door, "watch", rate=3)

    assert len(told["begun"]) == 1
    assert door.scalar("SELECT process_id FROM cases") == "watch"


async def test_the_newest_version_alone_listens(door: Door):
    await deploy(door, "watch", "=rate > 2")
    await deploy(door, "watch", "=rate > 5")

    assert (await tell(door, rate=3))["begun"] == []


async def test_what_begins_by_conditions_alone_is_not_begun_at_the_door(door: Door):
    await deploy(door, "watch")

    answer = await door.post("/v1/cases", {**A_CASE, "process": "watch"})

    assert is_problem(answer, 422, "begins-by-event")


async def test_it_stands_in_the_audit_trail_without_what_was_told(door: Door):
    await deploy(door)

    told = await tell(door, rate=3)

    (detail,) = door.hand.rows("SELECT detail FROM audit WHERE action = 'condition.tell'")
    assert told["begun"][0] in detail[0]
    assert "rate" not in detail[0]
