"""S5: an inclusive join waits for exactly the tokens that can still come (BPMN 2.0.2, 13.4.3)."""

from tests.builders.process import a_flow, a_process, error, message, timer
from tests.playing import play


def an_inclusive_block(names="abc"):
    model = a_process().start().inclusive("split")
    for name in names:
        model = model.at("split").flow(f"={name}").service(f"do_{name}").connect("join")
    return model.inclusive("join").service("after").end()


def test_the_join_waits_for_the_branches_that_were_taken():
    run = play(an_inclusive_block(), a=True, b=True, c=False)

    run.complete("do_a")
    assert run.entered["after"] == 0

    run.complete("do_b")
    assert run.entered["after"] == 1
    run.complete("after").assert_over()


def test_one_branch_alone_passes_at_once():
    run = play(an_inclusive_block(), a=False, b=True, c=False).complete("do_b")

    assert run.entered["after"] == 1


def test_a_token_that_dies_elsewhere_frees_the_join():
    model = (
        a_process()
        .start()
        .parallel("fork")
        .service("a")
        .connect("join")
        .at("fork")
        .service("b")
        .exclusive("choice")
        .flow("=stop")
        .end("dead")
        .at("choice")
        .flow(default=True)
        .connect("join")
        .inclusive("join")
        .end()
    )
    run = play(model).complete("a")
    assert run.entered["join"] == 0

    run.complete("b", stop=True)

    assert run.entered["join"] == 1
    run.assert_over()


def test_a_token_interrupted_elsewhere_frees_the_join():
    model = (
        a_process()
        .start()
        .parallel("fork")
        .service("a")
        .connect("join")
        .at("fork")
        .service("b")
        .connect("join")
        .inclusive("join")
        .service("after")
        .end()
        .boundary("b", "late", timer(duration="PT1H"))
        .end("gone")
    )
    run = play(model).complete("a")
    assert run.entered["after"] == 0

    run.fire("late")

    assert run.entered["after"] == 1


def test_a_path_over_a_boundary_event_counts():
    model = (
        a_process()
        .start()
        .parallel("fork")
        .service("a")
        .connect("join")
        .at("fork")
        .service("b")
        .end("b_end")
        .boundary("b", "oops", error("E"))
        .connect("join")
        .inclusive("join")
        .service("after")
        .end()
    )
    run = play(model).complete("a")
    assert run.entered["after"] == 0, "b may still come over its boundary event"

    run.throw("b", "E")

    assert run.entered["after"] == 1
    run.complete("after").assert_over()


def test_a_token_in_a_sub_process_stands_for_its_sub_process():
    inner = a_flow().start("in").service("deep").end("out")
    model = (
        a_process()
        .start()
        .parallel("fork")
        .service("a")
        .connect("join")
        .at("fork")
        .sub_process("sub", inner)
        .connect("join")
        .inclusive("join")
        .end()
    )
    run = play(model).complete("a")
    assert run.entered["join"] == 0

    run.complete("deep").assert_over()


def test_in_a_loop_the_second_clause_of_the_standard_lets_the_join_fire():
    """The token in the loop can come to the flow that holds one, so nobody waits for it."""
    model = (
        a_process()
        .start()
        .parallel("fork")
        .connect("join")
        .at("fork")
        .service("other")
        .exclusive("pass")
        .flow("=again")
        .connect("join")
        .at("pass")
        .flow(default=True)
        .end("out")
        .inclusive("join")
        .service("work")
        .exclusive("back")
        .flow("=once_more")
        .connect("join")
        .at("back")
        .flow(default=True)
        .end()
    )
    run = play(model)
    assert run.entered["work"] == 0, "the token at 'other' may still come"

    run.complete("other", again=False)
    assert run.entered["work"] == 1

    run.complete("work", once_more=True)
    assert run.entered["work"] == 2
    run.complete("work", once_more=False).assert_over()


def test_two_joins_of_one_scope_fire_one_after_the_other():
    model = (
        a_process()
        .start()
        .inclusive("s1")
        .flow("=true")
        .connect("j1")
        .at("s1")
        .flow("=true")
        .connect("j1")
        .inclusive("j1")
        .inclusive("s2")
        .flow("=true")
        .connect("j2")
        .at("s2")
        .flow("=false")
        .connect("j2")
        .inclusive("j2")
        .end()
    )

    play(model).assert_over()


def test_a_message_branch_is_waited_for():
    model = (
        a_process()
        .start()
        .parallel("fork")
        .catch("m", message("go", "=1"))
        .connect("join")
        .at("fork")
        .connect("join")
        .inclusive("join")
        .end()
    )
    run = play(model)
    assert run.entered["join"] == 0

    run.message("go").assert_over()
