"""S3: a join fires when every incoming flow holds a token, and consumes one of each."""

from tests.builders.process import a_process, timer
from tests.playing import play


def a_fork(branches="ab"):
    model = a_process().start().parallel("fork")
    for name in branches:
        model = model.at("fork").service(name).connect("join")
    return model.parallel("join").service("after").end()


def test_the_join_waits_for_every_flow():
    run = play(a_fork("abc"))

    run.complete("a").complete("c")

    assert run.entered["join"] == 0
    run.complete("b")
    assert run.entered["join"] == 1


def test_the_join_fires_once():
    run = play(a_fork()).complete("a").complete("b").complete("after")

    assert run.entered["after"] == 1
    run.assert_over()


def test_two_tokens_on_one_flow_never_open_the_join():
    model = (
        a_process()
        .start()
        .parallel("fork")
        .service("a")
        .exclusive("merge")
        .connect("join")
        .at("fork")
        .service("b")
        .connect("merge")
        .at("fork")
        .service("c")
        .parallel("join")
        .end()
    )
    run = play(model).complete("a").complete("b")

    assert run.entered["join"] == 0

    run.complete("c")
    assert run.entered["join"] == 1
    assert run.codes == ["dead-join"]


def test_the_surplus_opens_the_join_a_second_time():
    model = (
        a_process()
        .start()
        .parallel("fork")
        .service("slow")
        .connect("join")
        .at("fork")
        .service("twice")
        .parallel("join")
        .service("after")
        .end()
        .boundary("slow", "tick", timer(cycle="R/PT1H"), interrupting=False)
        .connect("join2")
        .exclusive("join2")
        .end("tock")
    )
    run = play(model).fire("tick").fire("tick").complete("slow").complete("twice")

    assert run.entered["after"] == 1
    assert run.entered["tock"] == 2
    run.complete("after").assert_over()


def test_the_counters_are_part_of_the_snapshot():
    run = play(a_fork()).complete("a")

    assert run.instance("process").taken

    run.snapshot().complete("b").complete("after").assert_over()


def test_a_hundred_branches_join():
    names = [f"b{number}" for number in range(100)]
    run = play(a_fork(names))

    for name in reversed(names):
        run.complete(name)

    run.complete("after").assert_over()
