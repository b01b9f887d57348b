"""S23: subscriptions by name and key; the product publishes by itself where no worker does."""

import pytest

from tests.builders.process import a_process, message
from tests.playing import play
from workflows.bpmn.interpreter.commands import PublishMessage, RunTask, Subscribe


def a_catch(key="=key"):
    return a_process().start().catch("wait", message("paid", key)).end()


@pytest.mark.parametrize(("key", "told"), [("k", "k"), (7, "7"), (1.5, "1.5"), (100.0, "100")])
def test_a_key_is_a_text_or_a_number(key, told):
    run = play(a_catch(), key=key)

    assert run.issued(Subscribe)[0].correlation_key == told


@pytest.mark.parametrize("key", [None, True, [1], {"a": 1}, ""])
def test_any_other_key_is_an_incident(key):
    run = play(a_catch(), key=key)

    assert run.codes == ["correlation-key-invalid"]
    run.resolve(key="k").message("paid").assert_over()


def test_the_message_brings_its_variables():
    run = play(a_catch(), key="k").message("paid", amount=12)

    assert run.assert_over().variables == {"key": "k", "amount": 12}


def test_a_message_name_may_be_an_expression():
    model = a_process().start().catch("wait", message("=kind", "=1")).end()

    run = play(model, kind="paid")

    assert run.issued(Subscribe)[0].message == "paid"


def test_a_catch_listens_once():
    run = play(a_catch(), key="k")

    assert run.issued(Subscribe)[0].once is True


def test_a_throw_publishes_with_its_variables_and_goes_on_when_that_is_done():
    publish = {"correlationKey": "=to", "messageId": "=id", "timeToLive": "PT1H"}
    model = a_process().start().throw("tell", message("told", publish=publish)).task("after").end()
    run = play(model, to="you", id="m1")

    (told,) = run.issued(PublishMessage)
    assert (told.message, told.correlation_key) == ("told", "you")
    assert (told.message_id, told.time_to_live) == ("m1", "PT1H")
    assert run.entered["after"] == 0
    run.complete("tell").assert_over()


def test_a_throw_with_a_task_type_is_a_job():
    model = a_process().start().throw("tell", message("told", job="sender")).end()
    run = play(model)

    assert run.issued(RunTask)[0].type == "sender"
    run.complete("tell").assert_over()


def test_an_end_event_publishes():
    run = play(a_process().start().end("tell", message("told", publish={"correlationKey": "=1"})))

    run.complete("tell").assert_over()


def test_a_send_task_publishes():
    model = (
        a_process().start().send("tell", message("told", publish={"correlationKey": "=1"})).end()
    )

    run = play(model)

    assert len(run.issued(PublishMessage)) == 1


def test_a_time_to_live_that_is_none_is_an_incident():
    model = (
        a_process().start()
        .throw("tell", message("told", publish={"correlationKey": "=1", "timeToLive": "=ttl"}))
        .end()
    )  # fmt: skip
    run = play(model, ttl="soon")

    assert run.codes == ["time-to-live-invalid"]


def test_a_failed_publication_is_published_again_when_resolved():
    model = a_process().start().end("tell", message("told", publish={"correlationKey": "=1"}))
    run = play(model).fail("tell", "refused")
    assert run.codes == ["job-failed"]

    run.resolve().complete("tell").assert_over()

    assert len(run.issued(PublishMessage)) == 2


def test_a_message_start_takes_the_payload_through_its_output_mappings():
    from tests.playing import Playing, compiled

    model = a_process().start("come", message("come"), outputs={"who": "=name"}).task("t").end()
    run = Playing(compiled(model)).start("come", name="Li", noise=1)

    assert run.assert_over().variables == {"who": "Li"}
