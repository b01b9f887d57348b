"""S19: terminate ends the enclosing scope instance, which then completes normally."""

from tests.builders.process import a_flow, a_process, multi_instance, terminate
from tests.playing import play


def test_at_process_level_the_instance_completes():
    model = a_process().start().parallel("f").service("work").end().at("f").end("stop", terminate())

    run = play(model)

    run.assert_over("completed")
    assert "work" in run.events("terminated") or run.entered["work"] == 0


def test_in_a_sub_process_the_flows_of_the_sub_process_are_taken():
    inner = (
        a_flow().start("in").parallel("f").service("work").end("w").at("f").end("x", terminate())
    )
    model = a_process().start().sub_process("sub", inner).service("after").end()

    run = play(model)

    assert run.waiting == ["after"]
    assert "sub" in run.completed
    run.complete("after").assert_over()


def test_in_a_multi_instance_only_that_instance_ends():
    inner = (
        a_flow().start("in").exclusive("g").flow("=item = 1").end("x", terminate())
        .at("g").flow(default=True).service("work").end("w")
    )  # fmt: skip
    model = (
        a_process()
        .start()
        .sub_process("sub", inner, loop=multi_instance("=[1,2]", element="item"))
        .end()
    )

    run = play(model)

    assert run.waiting == ["work"]
    run.complete("work").assert_over()


def test_tokens_waiting_at_joins_are_dropped():
    model = (
        a_process().start().parallel("f").connect("j").at("f").service("a").connect("j")
        .parallel("j").end().at("f").service("b").end("stop", terminate())
    )  # fmt: skip

    play(model).complete("b").assert_over("completed")
