"""S15: event sub-processes, interrupting and not."""

from tests.builders.process import a_flow, a_process, error, message, timer
from tests.playing import play
from workflows.bpmn.interpreter.commands import CancelTask, RunTask


def a_process_with(handler):
    model = a_process().start().service("work").end()
    return model.event_sub_process("esp", handler)


def interrupting(event):
    return a_flow().start("trigger", event).service("handle").end("handled")


def non_interrupting(event):
    return a_flow().start("trigger", event, interrupting=False).service("handle").end("handled")


def test_an_interrupting_trigger_ends_the_other_work_first():
    run = play(a_process_with(interrupting(message("stop", "=1")))).message("stop")

    assert len(run.issued(CancelTask)) == 1
    trail = [(one.element, one.event) for one in run.trail]
    assert trail.index(("work", "terminated")) < trail.index(("trigger", "activating"))
    run.complete("handle").assert_over()


def test_the_scope_completes_after_the_interrupting_handler():
    run = play(a_process_with(interrupting(message("stop", "=1")))).message("stop")

    run.complete("handle")

    assert run.completed[-3:] == ["handled", "esp", "process"]


def test_a_non_interrupting_trigger_starts_another_instance_each_time():
    run = play(a_process_with(non_interrupting(message("ping", "=1")))).message("ping")

    run.message("ping")

    assert run.entered["handle"] == 2
    assert run.waiting == ["handle", "handle", "trigger", "work"]


def test_an_interrupting_trigger_ends_running_non_interrupting_handlers():
    soft = a_flow().start("s", message("ping", "=1"), interrupting=False).service("sh").end("se")
    hard = a_flow().start("h", message("stop", "=1")).service("hh").end("he")
    model = a_process().start().service("work").end()
    model = model.event_sub_process("soft", soft).event_sub_process("hard", hard)
    run = play(model).message("ping").message("stop")

    assert run.waiting == ["hh"]
    run.complete("hh").assert_over()


def test_payload_of_the_trigger_reaches_the_handler():
    run = play(a_process_with(interrupting(message("stop", "=1")))).message("stop", why="death")

    assert run.issued(RunTask)[-1].variables == {"why": "death"}


def test_an_error_start_catches_an_error_of_its_scope():
    run = play(a_process_with(interrupting(error("E")))).throw("work", "E", info=1)

    assert run.waiting == ["handle"]
    assert run.variables == {"info": 1}
    run.complete("handle").assert_over()


def test_an_error_inside_a_handler_is_not_caught_by_its_own_start():
    run = play(a_process_with(interrupting(error()))).throw("work", "E")

    run.throw("handle", "E2")

    assert run.codes == ["unhandled-error"]


def test_a_timer_start_fires_by_the_clock():
    run = play(a_process_with(interrupting(timer(duration="PT2H"))))

    run.fire("trigger").complete("handle").assert_over()


def test_a_non_interrupting_timer_cycle_repeats_while_the_scope_lives():
    run = play(a_process_with(non_interrupting(timer(cycle="R3/PT1H"))))

    for _ in range(3):
        run.fire("trigger")

    assert run.entered["handle"] == 3
    assert run.waits("timer") == []


def test_the_subscription_opens_after_the_input_mappings_of_its_scope():
    handler = a_flow().start("t", message("m", "=id"), interrupting=False).end("te")
    inner = a_flow().start("in").service("work").end("out").event_sub_process("esp", handler)
    model = a_process().start().sub_process("sub", inner, inputs={"id": '="k" + number'}).end()

    run = play(model, number="1")

    assert run.waits("message")[0].correlation_key == "k1"


def test_terminate_inside_a_handler_ends_the_handler_only():
    from tests.builders.process import terminate

    handler = (
        a_flow().start("t", message("m", "=1"), interrupting=False)
        .parallel("f").service("h").end("he").at("f").end("stop", terminate())
    )  # fmt: skip
    run = play(a_process_with(handler)).message("m")

    assert run.waiting == ["t", "work"]
    run.complete("work").assert_over()
