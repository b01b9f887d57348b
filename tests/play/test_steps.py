"""What each step of a scenario does; one that finds nothing to act on is an error."""

import pytest

from tests.builders.process import a_flow, a_process, error, message, multi_instance, timer
from tests.play.playground import elements, ok, played, standing, waits


def a_line():
    return a_process("p").start().service("A", "check").user("U").service("B", "pay").end()


def test_start_and_complete():
    result = ok(
        played(
            a_line(),
            steps=[
                {"start": "p", "variables": {"x": 1}},
                {"complete": "check", "variables": {"y": 2}},
                {"complete": "", "element": "U"},
                {"complete": "pay", "element": "B"},
            ],
        )
    )

    assert standing(result) == [("p", "completed")]
    assert result["instances"][0]["variables"] == {"x": 1, "y": 2}


def test_star_starts_every_process_that_begins_by_itself():
    by_message = a_process("m").start("come", message("m")).end()

    result = ok(played(a_line(), by_message, a_process("q").start().end(), steps=[{"start": "*"}]))

    assert standing(result) == [("p", "active"), ("q", "completed")]


def test_start_at_elements():
    result = ok(played(a_line(), steps=[{"start": "p", "at": ["B"]}]))

    assert waits(result) == [("B", "job")]


def test_workers_answer_without_a_step():
    workers = {"check": {"complete": {"ok": True}}, "*": {"fail": "no"}}

    result = ok(
        played(a_line(), workers=workers, steps=[{"start": "p"}, {"complete": "", "element": "U"}])
    )

    assert result["instances"][0]["variables"] == {"ok": True}
    assert [(one["element"], one["kind"], one["message"]) for one in result["incidents"]] == [
        ("B", "job-failed", "no")
    ]


def test_a_worker_may_throw_an_error():
    model = a_process("p").start().service("A").end().boundary("A", "E", error("X")).end("caught")
    workers = {"A": {"throwError": "X", "variables": {"why": "because"}}}

    result = ok(played(model, workers=workers, steps=[{"start": "p"}]))

    assert "caught" in elements(result)
    assert result["instances"][0]["variables"] == {"why": "because"}


def test_complete_many():
    model = a_process("p").start().service("A", loop=multi_instance("=[1,2,3]")).end()

    result = ok(played(model, steps=[{"start": "p"}, {"complete": "A", "count": 3}]))

    assert standing(result) == [("p", "completed")]


def test_complete_many_one_after_the_other():
    loop = multi_instance("=[1,2,3]", sequential=True)
    model = a_process("p").start().service("A", loop=loop).end()

    result = ok(played(model, steps=[{"start": "p"}, {"complete": "A", "count": 3}]))

    assert standing(result) == [("p", "completed")]


def test_throw_error():
    model = a_process("p").start().service("A").end().boundary("A", "E", error("X")).end("caught")

    result = ok(played(model, steps=[{"start": "p"}, {"throwError": "A", "errorCode": "X"}]))

    assert "caught" in elements(result)


def test_fail_with_retries_runs_the_job_again():
    steps = [{"start": "p"}, {"fail": "check", "retries": 1}, {"fail": "check", "message": "no"}]

    result = ok(played(a_line(), steps=steps))

    assert [one["message"] for one in result["incidents"]] == ["no"]
    assert len([line for line in result["trace"] if line["event"] == "job"]) == 2


def test_resolve():
    steps = [{"start": "p"}, {"fail": "check"}, {"resolve": "A"}, {"complete": "check"}]

    result = ok(played(a_line(), steps=steps))

    assert result["incidents"] == []
    assert waits(result) == [("U", "userTask")]


def test_advance_fires_what_falls_due_in_order():
    model = (
        a_process("p").start().service("A").end()
        .boundary("A", "late", timer(duration="PT3H"), interrupting=False).end("x")
        .boundary("A", "early", timer(duration="PT1H"), interrupting=False).end("y")
        .boundary("A", "tick", timer(cycle="R/PT2H"), interrupting=False).end("z")
    )  # fmt: skip

    result = ok(played(model, steps=[{"start": "p"}, {"advance": "PT5H"}]))

    fired = [one for one in elements(result) if one in ("late", "early", "tick")]
    assert fired == ["early", "tick", "late", "tick"]
    assert result["waiting"][-1]["due"] == "2026-01-01T06:00:00Z"


def test_the_clock_is_what_expressions_see():
    model = (
        a_process("p")
        .start()
        .catch("t", timer(duration="P1D"))
        .script("s", "=string(today())", "d")
    )

    result = ok(
        played(
            model.end(),
            clock="2026-02-27T12:00:00+08:00",
            steps=[{"start": "p"}, {"advance": "P2D"}],
        )
    )

    assert result["instances"][0]["variables"] == {"d": "2026-02-28"}


def test_timer_start_events_begin_instances():
    model = a_process("p").start("each", timer(cycle="R3/PT1H")).end()

    result = ok(played(model, steps=[{"advance": "P1D"}]))

    assert standing(result) == [("p", "completed")] * 3


def test_set_variables_at_the_root_or_in_a_scope():
    inner = a_flow().start("in").service("A").end("out")
    model = a_process("p").start().sub_process("S", inner).end()

    result = ok(
        played(model, steps=[{"start": "p"}, {"set": {"x": 1}}, {"set": {"y": 2}, "element": "S"}])
    )

    assert result["instances"][0]["variables"] == {"x": 1}


def test_modification():
    steps = [{"start": "p"}, {"move": ["A", "B"]}, {"activate": "U"}, {"terminate": "B"}]

    result = ok(played(a_line(), steps=steps))

    assert waits(result) == [("U", "userTask")]


def test_cancel():
    result = ok(played(a_line(), steps=[{"start": "p"}, {"start": "p"}, {"cancel": "p"}]))

    assert standing(result) == [("p", "active"), ("p", "terminated")]


def test_snapshot_goes_on_where_it_was():
    steps = [{"start": "p"}, {"snapshot": True}, {"complete": "check"}, {"snapshot": True}]

    assert waits(ok(played(a_line(), steps=steps))) == [("U", "userTask")]


@pytest.mark.parametrize(
    "step",
    [
        {"start": "ghost"},
        {"start": "p", "at": ["ghost"]},
        {"complete": "ghost"},
        {"complete": "check", "element": "B"},
        {"complete": "check", "count": 2},
        {"throwError": "ghost", "errorCode": "X"},
        {"throwEscalation": "ghost", "escalationCode": "X"},
        {"fail": "pay"},
        {"publish": "ghost"},
        {"broadcast": "ghost"},
        {"set": {"x": 1}, "element": "B"},
        {"resolve": "A"},
        {"activate": "ghost"},
        {"terminate": "B"},
        {"move": ["B", "A"]},
        {"cancel": "ghost"},
    ],
    ids=str,
)
def test_a_step_that_finds_nothing_is_an_error_with_its_index(step):
    result = played(a_line(), steps=[{"start": "p"}, step, {"complete": "check"}])

    assert result["error"] is not None
    assert result["error"]["step"] == 1
    assert ("A", "job") in waits(result) or step == {"complete": "check", "count": 2}


def test_a_runaway_is_stopped():
    model = (
        a_process("p").start().exclusive("m").service("A").exclusive("b").flow("=true").connect("m")
        .at("b").flow(default=True).end()
    )  # fmt: skip

    result = played(model, workers={"*": {"complete": {}}}, limit=500, steps=[{"start": "p"}])

    assert result["error"] == {
        "step": 0,
        "message": "More than 500 element activations: a runaway.",
    }


def test_a_loop_without_a_wait_is_an_incident_before_it_is_a_runaway():
    model = (
        a_process("p").start().exclusive("m").task("A").exclusive("b").flow("=true").connect("m")
        .at("b").flow(default=True).end()
    )  # fmt: skip

    result = ok(played(model, steps=[{"start": "p"}]))

    assert [one["kind"] for one in result["incidents"]] == ["step-budget-spent"]
