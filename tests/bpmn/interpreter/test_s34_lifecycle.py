"""S34: ACTIVATING → ACTIVATED → COMPLETING → COMPLETED, or TERMINATING → TERMINATED."""

from collections import defaultdict

from tests.builders.process import a_flow, a_process, error, message, timer
from tests.playing import play
from workflows.bpmn.interpreter.lifecycle import NEXT, PHASES

ALIVE = ["activating", "activated", "completing", "completed"]


def histories(run):
    found = defaultdict(list)
    for one in run.trail:
        if one.event in PHASES:
            found[one.key].append(one.event)
    return found


def test_every_element_of_a_plain_run_goes_the_whole_way():
    run = play(a_process().start().service("t").end()).complete("t")

    assert all(history == ALIVE for history in histories(run).values())


def test_no_instance_ever_makes_an_illegal_move():
    inner = a_flow().start("in").service("w").end("out").boundary("w", "e", error()).end("eo")
    model = (
        a_process().start().sub_process("sub", inner).user("u").end()
        .boundary("sub", "late", timer(duration="PT1H")).end("lo")
        .event_sub_process("esp", a_flow().start("m", message("m", "=1")).end("mo"))
    )  # fmt: skip
    runs = [
        play(model).complete("w").complete("u"),
        play(model).throw("w", "E").complete("u"),
        play(model).fire("late"),
        play(model).message("m"),
        play(model).cancel(),
    ]

    for run in runs:
        for history in histories(run).values():
            steps = zip(["created", *history], history, strict=False)
            assert all(after in NEXT[before] for before, after in steps)


def test_everything_that_began_has_ended():
    run = play(
        a_process().start().parallel("f").service("a").end("x").at("f").service("b").end("y")
    )

    run.complete("a").cancel()

    assert {history[-1] for history in histories(run).values()} == {"completed", "terminated"}


def test_a_job_is_asked_for_when_its_element_is_activated():
    run = play(a_process().start().service("t").end())

    events = [one.event for one in run.trail if one.element == "t"]
    assert events == ["activating", "activated", "job"]
