"""S16: boundary events open with their host, close with it, and wait for its last child."""

from tests.builders.process import a_flow, a_process, error, message, timer
from tests.playing import play
from workflows.bpmn.interpreter.commands import (
    CancelChild,
    CancelTask,
    CancelTimer,
    CloseHumanTask,
    Subscribe,
    Unsubscribe,
)


def a_task_with(event, *, interrupting=True, host="service", **more):
    model = getattr(a_process().start(), host)("host", **more).end()
    return model.boundary("host", "edge", event, interrupting=interrupting).service("after").end()


def test_an_interrupting_timer_ends_its_host():
    run = play(a_task_with(timer(duration="PT1H"))).fire("edge")

    assert len(run.issued(CancelTask)) == 1
    run.complete("after").assert_over()


def test_the_host_is_terminated_before_the_boundary_event_starts():
    run = play(a_task_with(timer(duration="PT1H"))).fire("edge")

    trail = [(one.element, one.event) for one in run.trail]
    assert trail.index(("host", "terminated")) < trail.index(("edge", "activating"))


def test_a_sub_process_ends_bottom_up_before_the_boundary_event_starts():
    deep = a_flow().start("s2").service("leaf").end("e2")
    inner = a_flow().start("s1").sub_process("inner", deep).end("e1")
    model = (
        a_process().start().sub_process("host", inner).end()
        .boundary("host", "edge", timer(duration="PT1H")).end("late")
    )  # fmt: skip
    run = play(model).fire("edge")

    assert run.events("terminated") == ["leaf", "inner", "host"]
    assert run.completed[-3:] == ["edge", "late", "process"]


def test_a_non_interrupting_event_leaves_its_host():
    run = play(a_task_with(message("m", "=1"), interrupting=False)).message("m").message("m")

    assert run.entered["after"] == 2
    assert "host" in run.waiting


def test_the_subscription_closes_with_the_host():
    run = play(a_task_with(timer(duration="PT1H"))).complete("host")

    assert len(run.issued(CancelTimer)) == 1
    run.assert_over()


def test_a_message_boundary_on_a_user_task_withdraws_the_task():
    run = play(a_task_with(message("m", "=1"), host="user")).message("m")

    assert len(run.issued(CloseHumanTask)) == 1
    assert run.issued(Unsubscribe) == [], "a subscription that is used once closes by itself"


def test_a_called_process_is_cancelled():
    model = (
        a_process().start().call("host", "other").end()
        .boundary("host", "edge", timer(duration="PT1H")).end("late")
    )  # fmt: skip
    run = play(model, a_process("other").start("os").end("oe"), process="process").fire("edge")

    assert len(run.issued(CancelChild)) == 1
    run.assert_over()


def test_two_triggers_the_first_wins():
    model = (
        a_process().start().service("host").end()
        .boundary("host", "one", message("one", "=1")).end("e1")
        .boundary("host", "two", message("two", "=1")).end("e2")
    )  # fmt: skip
    run = play(model)

    run.message("two").assert_over()

    assert "e1" not in run.completed
    assert len(run.issued(Unsubscribe)) == 1


def test_the_payload_goes_through_the_output_mappings_of_the_boundary_event():
    model = (
        a_process().start().service("host").end()
        .boundary("host", "edge", message("m", "=1"), outputs={"got": "=x + 1"}).end("late")
    )  # fmt: skip

    run = play(model).message("m", x=1, noise=2)

    assert run.assert_over().variables == {"got": 2}


def test_output_mappings_of_an_interrupted_host_do_not_run():
    run = play(a_task_with(timer(duration="PT1H"), outputs={"out": "=1"})).fire("edge")

    assert "out" not in run.variables


def test_subscriptions_open_after_the_input_mappings():
    run = play(a_task_with(message("m", "=local"), inputs={"local": "=7"}))

    assert run.issued(Subscribe)[0].correlation_key == "7"


def test_nothing_is_open_when_one_of_several_cannot_be_evaluated():
    model = (
        a_process().start().service("host").end()
        .boundary("host", "one", timer(duration="PT1H")).end("e1")
        .boundary("host", "two", message("m", "=missing")).end("e2")
    )  # fmt: skip
    run = play(model)

    assert run.codes == ["correlation-key-invalid"]
    assert run.waits() == []

    run.resolve(missing="k")
    assert run.waiting == ["host", "one", "two"]


def test_a_boundary_event_closes_the_incident_of_its_host():
    run = play(a_task_with(timer(duration="PT1H"))).fail("host").fire("edge")

    assert run.incidents == []
    run.complete("after").assert_over()


def test_a_cycle_repeats_as_often_as_it_says():
    run = play(a_task_with(timer(cycle="R2/PT1H"), interrupting=False)).fire("edge").fire("edge")

    assert run.entered["after"] == 2
    assert run.waits("timer") == []


def test_an_error_boundary_needs_no_subscription():
    assert play(a_task_with(error("E"))).waiting == ["host"]
