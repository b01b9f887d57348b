"""S6: the complex gateway waits for start, then for reset (10.6.5, 13.4.5)."""

from tests.builders.process import a_process
from tests.playing import play


def gathering(activation, *, branches=3, name="g"):
    model = a_process().start().parallel("fork")
    condition = (
        '<bpmn:activationCondition xsi:type="bpmn:tFormalExpression">'
        f"{activation}</bpmn:activationCondition>"
    )
    model = model.service("b1").node("complexGateway", name, inside=condition)
    for number in range(2, branches + 1):
        model = model.at("fork").service(f"b{number}").connect(name)
    return model.at(name)


def test_it_starts_when_the_condition_over_its_tokens_is_true():
    run = play(gathering("=activationCount &gt;= 2").service("after").end("over")).complete("b1")

    assert run.entered["after"] == 0
    run.complete("b2")
    assert run.entered["after"] == 1


def test_the_late_token_is_consumed_at_reset():
    model = gathering("=activationCount &gt;= 2").flow("=waitingForStart").service("after")
    run = play(model.end("over")).complete("b1").complete("b2").complete("after")

    assert run.outcome == ""
    run.complete("b3").assert_over()
    assert run.entered["after"] == 1


def test_at_reset_the_flows_whose_condition_is_true_are_taken():
    model = gathering("=activationCount &gt;= 2").flow("=waitingForStart").end("first")
    model = model.at("g").flow("=not(waitingForStart)").end("second")
    run = play(model).complete("b1").complete("b2")

    assert "second" not in run.completed
    assert "second" in run.complete("b3").assert_over().completed


def test_it_resets_when_the_other_flows_can_receive_nothing_any_more():
    model = gathering("=activationCount &gt;= 2").flow("=waitingForStart").end("first")
    model = model.at("g").flow("=not(waitingForStart)").end("second")
    run = play(model).complete("b1").complete("b2")

    run.modify(terminate=("b3",)).assert_over()
    assert "second" in run.completed


def test_each_incoming_flow_has_its_count():
    run = play(gathering("=b2_to_g = 1").service("after").end("over")).complete("b1")

    assert run.entered["after"] == 0
    run.complete("b2")
    assert run.entered["after"] == 1


def test_when_every_flow_was_consumed_it_waits_for_start_again():
    run = play(gathering("=activationCount = 2", branches=2).end("over"))

    run.complete("b1").complete("b2").assert_over()
    assert run.entered["g"] == 1


def test_a_default_is_taken_when_no_condition_holds_at_start():
    model = gathering("=activationCount = 2", branches=2).flow("=false").end("never")
    model = model.at("g").flow(default=True).end("otherwise")

    assert "otherwise" in play(model).complete("b1").complete("b2").assert_over().completed


def test_an_activation_condition_that_is_not_boolean_is_an_incident():
    run = play(gathering("=wanted", branches=2).end("over")).complete("b1")

    assert run.codes == ["condition-not-boolean"]
    assert run.program.nodes[run.incidents[0].node].id == "g"
    run.resolve("g", wanted=True)
    assert run.entered["g"] == 1


def test_tokens_that_can_never_start_it_are_told():
    run = play(gathering("=activationCount &gt; 9", branches=2).end("over"))

    assert run.complete("b1").complete("b2").codes == ["dead-join"]


def test_a_snapshot_between_start_and_reset_changes_nothing():
    model = gathering("=activationCount &gt;= 1").flow("=waitingForStart").end("first")
    run = play(model).complete("b1").snapshot().complete("b2").snapshot().complete("b3")

    run.assert_over()
