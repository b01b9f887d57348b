"""BPMN 2.0.2 §8.4.2: key-based correlation by what a process compares a message with."""

from tests.builders.correlation import compared, correlated
from tests.builders.process import a_process, message
from tests.play.playground import ok, played, standing
from tests.playing import play
from workflows.bpmn.interpreter.commands import PublishMessage, Subscribe

PAID = message("paid")
ID = "Message_paid_"


def waiting_for(paths, data):
    root = correlated({name: {ID: path} for name, path in paths.items()})
    return a_process().root(root).drawn(compared(data)).start().catch("c", PAID).end()


def test_a_message_is_awaited_under_what_the_process_compares_it_with():
    run = play(waiting_for({"no": "policyNo"}, {"no": "policy.number"}), policy={"number": 7})

    assert [one.correlation_key for one in run.issued(Subscribe)] == ["7"]


def test_a_key_of_several_properties_is_joined_in_their_order():
    paths = {"no": "policyNo", "kind": "kind"}
    run = play(waiting_for(paths, {"kind": "k", "no": "n"}), n="A/1", k="renewal")

    assert [one.correlation_key for one in run.issued(Subscribe)] == ["A\\/1/renewal"]


def test_a_property_without_a_value_is_an_incident():
    paths = {"no": "policyNo", "kind": "kind"}

    assert play(waiting_for(paths, {"no": "n", "kind": "k"}), n=1).codes == [
        "correlation-key-invalid"
    ]


def test_a_message_is_sent_under_what_it_says_itself():
    root = correlated({"no": {ID: "policyNo"}, "kind": {ID: "kind"}})
    model = a_process().root(root).start().throw("t", PAID).end()

    run = play(model, policyNo=7, kind="x")

    assert [one.correlation_key for one in run.issued(PublishMessage)] == ["7/x"]


def test_two_pools_meet_by_their_correlation_key():
    root = correlated({"no": {ID: "policyNo"}})
    sender = a_process("sender").root(root).start("s1").throw("t", PAID).end("e1")
    catcher = a_process("catcher").root(root).drawn(compared({"no": "mine"}))
    catcher.start("s2").catch("c", PAID).end("e2")
    steps = [
        {"start": "catcher", "variables": {"mine": "P-1"}},
        {"start": "catcher", "variables": {"mine": "P-2"}},
        {"start": "sender", "variables": {"policyNo": "P-2"}},
    ]

    result = ok(played(sender, catcher, steps=steps))

    assert [state for _, state in standing(result)] == ["active", "completed", "completed"]


def test_the_extension_of_camunda_goes_before_the_key_of_the_file():
    model = waiting_for({"no": "policyNo"}, {"no": "a"}).xml().decode()
    model = model.replace(
        f'<bpmn:message id="{ID}" name="paid"></bpmn:message>',
        f'<bpmn:message id="{ID}" name="paid"><bpmn:extensionElements>'
        '<zeebe:subscription correlationKey="=b"/></bpmn:extensionElements></bpmn:message>',
    )

    assert [one.correlation_key for one in play(model, a=1, b=2).issued(Subscribe)] == ["2"]
