"""S31 in a world of many instances: what one leaves in a data store, another finds there."""

from typing import Any

from tests.builders.data import gives, specification, takes, with_store
from tests.builders.process import a_process
from tests.play.playground import ok, played, standing, waits

GIVE = {"complete": "t", "variables": {"r": 5}}


def leaving(**store: Any):
    part = gives("r", "S_ref", assign={"book[no]": "r"})
    inside = specification(outputs=["r"]) + part
    return with_store(a_process("p"), **store).start().service("t", "t", inside=inside).end()


def finding():
    inside = specification(["seen"]) + takes("S_ref", "seen")
    return with_store(a_process("q")).start().script("u", "=seen", "found", inside=inside).end()


def left(*numbers: str) -> list[dict[str, Any]]:
    return [one for no in numbers for one in ({"start": "p", "variables": {"no": no}}, GIVE)]


def test_stores_outlive_the_instance_that_writes_to_them():
    result = ok(played(leaving(), finding(), steps=[*left("P-2", "P-1"), {"start": "q"}]))

    assert standing(result) == [("p", "completed"), ("p", "completed"), ("q", "completed")]
    assert result["instances"][2]["variables"] == {"found": {"P-1": 5, "P-2": 5}}


def test_a_full_store_is_an_incident_that_may_be_tried_again():
    steps = [*left("P-1", "P-2"), {"resolve": "t/write"}]

    result = ok(played(leaving(capacity=1), steps=steps))

    assert standing(result) == [("p", "completed"), ("p", "active")]
    (incident,) = result["incidents"]
    assert (incident["element"], incident["kind"]) == ("t/write", "STORE_FULL")


def test_a_scenario_may_answer_for_stores_itself():
    workers = {"store.read": {"complete": {"stores": {"book": "scripted"}}}}

    result = ok(played(finding(), steps=[{"start": "q"}], workers=workers))

    assert result["instances"][0]["variables"] == {"found": "scripted"}


def test_an_answer_for_every_type_does_not_answer_for_stores():
    workers = {"*": {"complete": {"r": 5}}}
    steps = [{"start": "p", "variables": {"no": "P-1"}}, {"start": "q"}]

    result = ok(played(leaving(), finding(), steps=steps, workers=workers))

    assert result["instances"][1]["variables"] == {"found": {"P-1": 5}}
    assert waits(result) == []
