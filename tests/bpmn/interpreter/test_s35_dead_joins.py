"""S35: tokens that only wait at joins, and nothing can come: an incident, not silence."""

from tests.builders.process import a_process
from tests.playing import play


def a_dead_end():
    return (
        a_process().start().exclusive("x").flow("=left").service("a").connect("join")
        .at("x").flow(default=True).service("b").connect("join").parallel("join").end()
    )  # fmt: skip


def test_the_incident_names_the_join_and_the_missing_flows():
    run = play(a_dead_end(), left=True).complete("a")

    assert run.codes == ["dead-join"]
    assert run.program.nodes[run.incidents[0].node].id == "join"
    assert "'join'" in run.incidents[0].message
    assert "b_to_join" in run.incidents[0].message


def test_it_is_told_once():
    run = play(a_dead_end(), left=True).complete("a")

    run.set(note=1)

    assert run.codes == ["dead-join"]


def test_resolving_without_a_change_tells_it_again():
    run = play(a_dead_end(), left=True).complete("a")

    run.resolve()

    assert run.codes == ["dead-join"]


def test_an_operator_can_bring_the_missing_token():
    run = play(a_dead_end(), left=True).complete("a")

    run.modify(activate=("b",))
    assert run.codes == []

    run.complete("b").assert_over()


def test_an_operator_can_drop_the_tokens_at_the_join():
    run = play(a_dead_end(), left=True).complete("a")

    run.modify(terminate=("join",)).assert_over("terminated")


def test_a_join_that_a_live_task_may_still_reach_is_not_dead():
    model = a_process().start().parallel("f").connect("j").at("f").service("a").connect("j")

    assert play(model.parallel("j").end()).codes == []
