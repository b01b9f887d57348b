"""Steps in the life of a human task, played."""

from tests.builders.process import a_process
from tests.play.playground import ok, played, standing, waits

LISTENED = (
    "<zeebe:userTask/><zeebe:taskListeners>"
    '<zeebe:taskListener eventType="assigning" type="check"/>'
    '<zeebe:taskListener eventType="completing" type="audit"/></zeebe:taskListeners>'
)


def model():
    return a_process().start().node("userTask", "t", extension=LISTENED).end()


def test_an_assignment_and_a_completion_are_decided_by_their_listeners():
    steps = [
        {"start": "process"},
        {"assign": "kim", "element": "t"},
        {"complete": "check"},
        {"complete": "t", "variables": {"a": 1}},
        {"complete": "audit", "variables": {"denied": True, "deniedReason": "no"}},
        {"complete": "t", "variables": {"a": 2}},
        {"complete": "audit"},
    ]

    result = ok(played(model(), steps=steps))

    assert standing(result) == [("process", "completed")]
    assert result["instances"][0]["variables"] == {"a": 2}


def test_a_locked_task_waits_for_its_listener_only():
    steps = [{"start": "process"}, {"assign": "", "element": "t"}]

    assert waits(ok(played(model(), steps=steps))) == [("t/assigning1", "job")]


def test_nobody_is_assigned_where_no_task_waits():
    result = played(model(), steps=[{"assign": "kim", "element": "t"}])

    assert "No human task waits at 't'" in str(result["error"])
