"""A scenario is read strictly; every fault names its step."""

import pytest

from tests.builders.process import a_process
from tests.play.playground import played
from workflows.play import play
from workflows.play.fields import ScenarioError
from workflows.play.scenario import DEFAULT_CLOCK, DEFAULT_LIMIT, read_scenario


def fault(document) -> tuple[int | None, str]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(document)
    return caught.value.step, caught.value.message


def test_the_defaults():
    scenario = read_scenario({"models": ["m.bpmn"]})

    assert (scenario.clock, scenario.limit) == (DEFAULT_CLOCK, DEFAULT_LIMIT)
    assert scenario.steps == ()


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "no JSON object"),
        ({}, "models"),
        ({"models": []}, "models"),
        ({"models": "m.bpmn"}, "models"),
        ({"models": [1]}, "models"),
        ({"models": ["m"], "clock": "noon"}, "clock"),
        ({"models": ["m"], "clock": "2026-01-01T00:00:00"}, "offset"),
        ({"models": ["m"], "limit": -1}, "limit"),
        ({"models": ["m"], "limit": True}, "limit"),
        ({"models": ["m"], "steps": {}}, "steps"),
        ({"models": ["m"], "speed": 2}, "speed"),
        ({"models": ["m"], "workers": {"t": {}}}, "exactly one"),
        ({"models": ["m"], "workers": {"t": {"complete": {}, "fail": "x"}}}, "exactly one"),
        ({"models": ["m"], "workers": {"t": {"complete": {}, "x": 1}}}, "unknown keys: x"),
        ({"models": ["m"], "workers": {"t": []}}, "worker 't'"),
    ],
)
def test_a_malformed_scenario(document, told):
    step, message = fault(document)

    assert step is None
    assert told in message


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("start", "no JSON object"),
        ({}, "says none of"),
        ({"begin": "p"}, "says none of"),
        ({"start": "p", "complete": "t"}, "start and complete"),
        ({"start": 5}, "'start'"),
        ({"start": "p", "variable": {}}, "unknown keys: variable"),
        ({"start": "p", "variables": [1]}, "'variables'"),
        ({"start": "p", "at": "x"}, "'at'"),
        ({"complete": "t", "count": 0}, "'count'"),
        ({"throwError": "t"}, "'errorCode'"),
        ({"fail": "t", "retries": "two"}, "'retries'"),
        ({"publish": "m", "ttl": "long"}, "'ttl'"),
        ({"publish": "m", "key": [1]}, "'key'"),
        ({"advance": "-P1D"}, "'advance'"),
        ({"advance": 5}, "'advance'"),
        ({"move": ["a"]}, "move"),
        ({"snapshot": False}, "'snapshot'"),
        ({"set": {"x": float("nan")}}, "'set'"),
    ],
)
def test_a_malformed_step_is_told_with_its_index(step, told):
    index, message = fault({"models": ["m"], "steps": [{"snapshot": True}, step]})

    assert index == 1
    assert told in message


def test_a_malformed_scenario_runs_nothing():
    result = played(a_process().start().end(), steps=[{"start": "process"}, {"nonsense": 1}])

    assert result["error"] is not None
    assert result["instances"] == []


def test_a_missing_model_is_an_error():
    result = play({"models": ["ghost.bpmn"]}, {})

    assert result["error"] == {"step": None, "message": "There is no model file 'ghost.bpmn'."}


def test_a_model_that_may_not_be_deployed_is_rejected_with_every_finding():
    broken = a_process().start().exclusive("g").end("a").at("g").end("b")

    result = played(broken, steps=[{"start": "process"}])

    assert result["rejected"]
    assert {"code", "element", "message", "clause"} <= set(result["rejected"][0])
    assert result["instances"] == []
