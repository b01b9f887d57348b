"""S14: a scope completes when nothing of it is left; only then are its flows taken."""

from tests.builders.process import a_flow, a_process, message
from tests.playing import play
from workflows.bpmn.interpreter.commands import Unsubscribe


def test_a_sub_process_completes_with_its_last_token():
    inner = a_flow().start("in").parallel("f").service("a").end("ea").at("f").service("b").end("eb")
    model = a_process().start().sub_process("sub", inner).task("after").end()
    run = play(model).complete("a")
    assert run.entered["after"] == 0

    run.complete("b")

    assert run.entered["after"] == 1
    run.assert_over()


def test_a_running_event_sub_process_keeps_its_scope_open():
    handler = (
        a_flow().start("ping", message("ping", "=1"), interrupting=False).service("h").end("he")
    )
    model = a_process().start().service("a").end().event_sub_process("esp", handler)
    run = play(model).message("ping").complete("a")
    assert run.outcome == ""

    run.complete("h").assert_over()


def test_subscriptions_close_when_the_scope_completes():
    handler = a_flow().start("ping", message("ping", "=1"), interrupting=False).end("he")
    model = a_process().start().service("a").end().event_sub_process("esp", handler)

    run = play(model).complete("a")

    assert len(run.issued(Unsubscribe)) == 1
    run.assert_over()


def test_output_mappings_of_a_sub_process_bring_out_its_locals_only():
    inner = a_flow().start("in").script("s", "=2", "inner_result").end("out")
    model = (
        a_process()
        .start()
        .sub_process(
            "sub", inner, inputs={"inner_result": "=0"}, outputs={"brought": "=inner_result"}
        )
        .end()
    )

    run = play(model)

    assert run.assert_over().variables == {"brought": 2}


def test_a_process_with_two_ends_completes_once_both_are_reached():
    model = a_process().start().parallel("f").service("a").end("ea").at("f").service("b").end("eb")
    run = play(model).complete("b")
    assert run.outcome == ""

    run.complete("a").assert_over()
