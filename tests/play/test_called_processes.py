"""S22 in a world of many instances: children, their errors, their ends, their depth."""

from tests.builders.process import a_process, error, timer
from tests.play.playground import elements, ok, played, standing, waits


def a_caller(**more):
    return a_process("p").start().call("C", "q", **more).end()


def a_called():
    return a_process("q").start("qs").service("A").end("qe")


def test_a_child_runs_as_an_instance_of_its_own():
    steps = [{"start": "p", "variables": {"x": 1}}]

    result = ok(played(a_caller(), a_called(), steps=steps))

    assert standing(result) == [("p", "active"), ("q", "active")]
    assert waits(result) == [("C", "child"), ("A", "job")]
    assert result["instances"][1]["variables"] == {"x": 1}


def test_the_caller_goes_on_when_the_child_ends():
    steps = [{"start": "p"}, {"complete": "A", "variables": {"r": 2}}]

    result = ok(played(a_caller(), a_called(), steps=steps))

    assert standing(result) == [("p", "completed"), ("q", "completed")]
    assert result["instances"][0]["variables"] == {"r": 2}


def test_an_error_of_the_child_is_caught_by_the_caller():
    caller = a_caller().boundary("C", "E", error("X")).end("caught")
    steps = [{"start": "p"}, {"throwError": "A", "errorCode": "X", "variables": {"why": 1}}]

    result = ok(played(caller, a_called(), steps=steps))

    assert standing(result) == [("p", "completed"), ("q", "terminated")]
    assert "caught" in elements(result)
    assert result["instances"][0]["variables"] == {"why": 1}


def test_an_error_nobody_catches_is_an_incident_in_the_child():
    steps = [{"start": "p"}, {"throwError": "A", "errorCode": "X"}]

    result = ok(played(a_caller(), a_called(), steps=steps))

    assert [(one["instance"], one["kind"]) for one in result["incidents"]] == [
        (2, "unhandled-error")
    ]


def test_an_error_goes_up_through_several_callers():
    top = (
        a_process("t")
        .start("ts")
        .call("P", "p")
        .end("te")
        .boundary("P", "E", error("X"))
        .end("caught")
    )
    steps = [{"start": "t"}, {"throwError": "A", "errorCode": "X"}]

    result = ok(played(top, a_caller(), a_called(), steps=steps))

    assert standing(result) == [("t", "completed"), ("p", "terminated"), ("q", "terminated")]


def test_an_interrupted_call_cancels_the_child():
    caller = a_caller().boundary("C", "late", timer(duration="PT1H")).end("expired")

    result = ok(played(caller, a_called(), steps=[{"start": "p"}, {"advance": "PT1H"}]))

    assert standing(result) == [("p", "completed"), ("q", "terminated")]


def test_a_cancelled_caller_cancels_the_child():
    result = ok(played(a_caller(), a_called(), steps=[{"start": "p"}, {"cancel": "p"}]))

    assert standing(result) == [("p", "terminated"), ("q", "terminated")]


def test_a_cancelled_child_is_an_incident_at_the_call():
    result = ok(played(a_caller(), a_called(), steps=[{"start": "p"}, {"cancel": "q"}]))

    assert [(one["element"], one["kind"]) for one in result["incidents"]] == [
        ("C", "child-cancelled")
    ]


def test_a_called_process_that_does_not_exist_is_an_incident():
    caller = a_process("p").start().call("C", "=name").end()

    result = ok(played(caller, steps=[{"start": "p", "variables": {"name": "ghost"}}]))

    assert [one["kind"] for one in result["incidents"]] == ["called-process-missing"]


def test_calls_do_not_go_deeper_than_twenty():
    caller = (
        a_process("p").start().exclusive("g").flow("=more").call("C", "=name").end()
        .at("g").flow(default=True).end("done")
    )  # fmt: skip

    result = ok(played(caller, steps=[{"start": "p", "variables": {"more": True, "name": "p"}}]))

    assert len(result["instances"]) == 20
    assert [one["kind"] for one in result["incidents"]] == ["call-depth-exceeded"]


def test_an_inline_call_is_no_instance():
    result = ok(played(a_caller(inline=True), a_called(), steps=[{"start": "p"}]))

    assert standing(result) == [("p", "active")]
    assert waits(result) == [("C/A", "job")]
