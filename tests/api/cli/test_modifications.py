"""``baoquan case tokens|modify`` and ``incident retry|skip|throw``, each looked at before."""

import pytest

from api.problems import Problem
from tests.api.cli.conftest import read
from tests.api.door import StandInCases
from workflows.contracts.repair import (
    EffectTold,
    Forecast,
    Instruction,
    StandingTold,
    StuckTold,
    TokenTold,
    WaitTold,
)

AS_OPS = ("--as", "ops-1")
WHY = ("--reason", "for a test", *AS_OPS)


def a_forecast() -> Forecast:
    process = TokenTold(element="p", key=1, scope=0, kind="process", phase="activated")
    before = TokenTold(element="a", key=4, scope=1, kind="userTask", phase="activated")
    after = TokenTold(element="b", key=5, scope=1, kind="serviceTask", phase="activated")
    return Forecast(
        before=StandingTold(
            tokens=(process, before),
            waits=(WaitTold(element="a", waits_for="userTask", name="", key=4),),
            incidents=(),
            compensations=(),
        ),
        after=StandingTold(
            tokens=(process, after),
            waits=(WaitTold(element="b", waits_for="job", name="t", key=5),),
            incidents=(StuckTold(incident=6, element="c", key=9, code="job-failed"),),
            compensations=("reserve",),
        ),
        effects=(EffectTold(what="begins", element="b", type="execution.quote"),),
    )


@pytest.fixture
def foreseeing(cases: StandInCases) -> StandInCases:
    """Cases that know what would come of an order."""
    cases.foresight = a_forecast()
    return cases


def test_the_tokens_of_a_case_are_shown_with_their_keys(baoquan, foreseeing, case_id):
    foreseeing.foresight = a_forecast().model_copy(update={"after": a_forecast().before})

    shown = baoquan("case", "tokens", case_id, *AS_OPS).output

    assert "4 a (userTask) in 1, waits for userTask" in shown
    assert "+ " not in shown


def test_a_dry_run_tells_before_and_after_and_orders_nothing(baoquan, foreseeing, case_id):
    shown = baoquan("case", "modify", case_id, "--move", "4:b", "--dry-run", *WHY).output

    assert "- 4 a (userTask) in 1, waits for userTask" in shown
    assert "+ 5 b (serviceTask) in 1, waits for job" in shown
    assert "begins: execution.quote at b" in shown
    assert "may be compensated: reserve" in shown
    assert "stuck: c (9): job-failed" in shown
    assert foreseeing.acts == []


def test_what_a_cancellation_would_end_is_told_and_nothing_ends(baoquan, foreseeing, case_id):
    nothing = StandingTold(
        tokens=(), waits=(), incidents=(), compensations=(), outcome="terminated"
    )
    foreseeing.foresight = a_forecast().model_copy(update={"after": nothing})

    shown = baoquan("case", "cancel", case_id, "--dry-run", *WHY).output

    assert shown.startswith(f"{case_id} would be cancelled.\n")
    assert "- 4 a (userTask) in 1, waits for userTask" in shown
    assert "the case ends: terminated" in shown
    assert foreseeing.acts == []


def test_every_kind_of_instruction_reaches_the_case(baoquan, cases, case_id):
    given = ("--terminate", "a", "--terminate", "7", "--move", "4:b", "--activate", "c@3")
    more = ("--set", "n=1", "--set", '9:m="x"', "--add", "12=5")
    undo = ("--compensate", "reserve", "--compensate", "all")
    told = read(baoquan("case", "modify", case_id, *given, *more, *undo, *WHY, "--json"))

    ((_, order),) = cases.acts
    assert [(one.do, one.element, one.key, one.scope) for one in order.act.instructions] == [
        ("terminate", "a", 0, 0),
        ("terminate", "", 7, 0),
        ("move", "b", 4, 0),
        ("setVariables", "", 0, 0),
        ("setVariables", "", 9, 0),
        ("addInstance", "", 12, 0),
        ("compensate", "reserve", 0, 0),
        ("compensate", "", 0, 0),
        ("activate", "c", 0, 3),
    ]
    assert isinstance(order.act.instructions[0], Instruction)
    assert told["dryRun"] is False


@pytest.mark.parametrize("wrong", [("--move", "b"), ("--move", "x:b"), ("--activate", "c@x")])
def test_an_instruction_that_cannot_be_read_is_refused(baoquan, cases, case_id, wrong):
    result = baoquan("case", "modify", case_id, *wrong, *WHY)

    assert result.exit_code == 2
    assert cases.acts == []


def test_an_incident_is_skipped_with_what_the_work_would_have_brought(baoquan, cases, case_id):
    read(baoquan("incident", "skip", f"{case_id}~7", "--set", "amount=5", *WHY, "--json"))

    ((_, order),) = cases.acts
    assert (order.act.act, order.act.incident, list(order.act.variables)) == (
        "skip",
        7,
        ["amount"],
    )


def test_an_error_is_thrown_instead(baoquan, cases, case_id):
    result = baoquan("incident", "throw", f"{case_id}~7", "NO_MONEY", *WHY)

    assert "threw NO_MONEY" in result.output
    assert cases.acts[0][1].act.code == "NO_MONEY"


def test_an_incident_is_tried_again_on_another_queue(baoquan, cases, case_id):
    read(baoquan("incident", "retry", f"{case_id}~7", "--queue", "spare", *WHY, "--json"))

    assert cases.acts[0][1].queue == "spare"


@pytest.mark.parametrize("act", [("retry",), ("skip",)])
def test_what_would_come_of_an_act_is_told_before(baoquan, foreseeing, case_id, act):
    shown = baoquan("incident", *act, f"{case_id}~7", "--dry-run", *WHY).output

    assert "+ 5 b (serviceTask)" in shown
    assert foreseeing.acts == []


def test_what_would_be_refused_says_why(baoquan, cases, case_id):
    cases.foresight = Forecast(faults=("There is no element 'ghost'.",))

    shown = baoquan("case", "modify", case_id, "--activate", "ghost", "--dry-run", *WHY).output

    assert "refused: There is no element 'ghost'." in shown


def test_all_of_a_case_are_tried_again_each_with_its_outcome(baoquan, cases, case_id):
    told = read(baoquan("incident", "retry-all", "--case", case_id, *WHY, "--json"))

    assert [(one["incidentId"], one["problem"]) for one in told["outcomes"]] == [
        (f"{case_id}~7", None)
    ]
    assert [order.incident for _, order in cases.acts] == [7]


def test_one_that_is_refused_does_not_stop_the_others(baoquan, cases, case_id):
    cases.refusal = Problem(409, "not-open", "The incident is not open.")

    told = read(baoquan("incident", "retry-all", "--case", case_id, *WHY, "--json"))

    assert [one["problem"] for one in told["outcomes"]] == ["not-open"]


def test_a_dry_run_of_all_says_which_are_meant(baoquan, cases, case_id):
    told = read(
        baoquan("incident", "retry-all", "--code", "job-failed", "--dry-run", *WHY, "--json")
    )

    assert f"{case_id}~7" in [one["incidentId"] for one in told["outcomes"]]
    assert cases.acts == []


def test_nothing_named_is_refused(baoquan, cases):
    result = baoquan("incident", "retry-all", *WHY)

    assert result.exit_code == 1
    assert "Name a case" in result.output
    assert cases.acts == []


@pytest.mark.usefixtures("case_id")
def test_incidents_are_grouped_by_cause(baoquan):
    groups = read(baoquan("incident", "list", "--group", *AS_OPS, "--json"))["groups"]

    assert "job-failed" in {group["code"] for group in groups}
