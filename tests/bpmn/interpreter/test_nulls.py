"""A null where the model needs a value is an incident that says what to mend."""

import pytest

from tests.builders.process import a_process, error, message, multi_instance, timer
from tests.playing import play

MISSING = "=policy.level + limit"
REASON = (
    "(There is no variable 'limit' at line 1, column 16;"
    " There is no number + null at line 1, column 14; inputs: policy: context of 1)"
)


def started():
    return a_process("p").start()


NEEDED = {
    "condition": lambda text: (
        started().exclusive("g").flow(f"{text} > 1").end("a").at("g").flow(default=True).end("b")
    ),
    "input collection": lambda text: started().service("w", loop=multi_instance(text)).end(),
    "cardinality": lambda text: started().service("w", loop=multi_instance(cardinality=text)).end(),
    "timer": lambda text: started().catch("w", timer(duration=text)).end(),
    "message name": lambda text: started().catch("w", message(text, "=1")).end(),
    "correlation key": lambda text: started().catch("w", message("m", text)).end(),
    "job type": lambda text: started().service("w", text).end(),
    "retries": lambda text: started().service("w", retries=text).end(),
    "called process": lambda text: started().call("w", text).end(),
    "error code": lambda text: started().end("w", error(text)),
    "candidates": lambda text: started().user("w", assignment={"candidateGroups": text}).end(),
    "due date": lambda text: started().user("w", schedule={"dueDate": text}).end(),
    "priority": lambda text: started().user("w", priority=text).end(),
}


@pytest.mark.parametrize("place", sorted(NEEDED))
def test_a_null_that_the_model_needs_as_a_value_is_an_incident_with_its_reason(place):
    run = play(NEEDED[place](MISSING), policy={"level": 1})

    (incident,) = run.incidents
    assert REASON.split(";", maxsplit=1)[0] in incident.message
    assert "inputs: policy: context of 1" in incident.message


def test_the_reason_tells_what_where_and_over_which_inputs():
    run = play(NEEDED["correlation key"](MISSING), policy={"level": 1})

    assert REASON in run.incidents[0].message


def test_the_reason_holds_no_value_of_the_case():
    run = play(NEEDED["correlation key"](MISSING), policy={"level": 4711})

    assert "4711" not in run.incidents[0].message


def test_an_assertion_is_an_incident_wherever_it_stands():
    model = started().script("x", '=assert(amount, amount > 0, "The amount is missing.")').end()

    run = play(model, amount=None)

    assert run.codes == ["expression-failed"]
    assert "The amount is missing at line 1, column 1; inputs: amount: null" in (
        run.incidents[0].message
    )


def test_a_null_that_is_only_stored_is_a_value():
    run = play(started().script("x", "=nothing.at.all", "found").end())

    run.assert_over()
