"""A candidate is asked what was asked before: what falls otherwise, and from what to what."""

from datetime import UTC, datetime
from decimal import Decimal

from tests.dmn.drawing import decision, definitions, literal
from workflows.dmn import compile_decisions
from workflows.dmn.backtest import PastDecision, backtest
from workflows.feel import Value

NOON = datetime(2026, 10, 12, 4, tzinfo=UTC)


def a_candidate(text: str):
    source = definitions(decision("risk", literal(text)))
    return compile_decisions({"risk.dmn": source}).decisions["risk"]


def decided(case_id: str, score: int, outcome: Value) -> PastDecision:
    return PastDecision(case_id=case_id, at=NOON, inputs={"score": Decimal(score)}, decided=outcome)


def test_what_falls_otherwise_is_counted_by_what_it_was_and_would_be():
    past = [
        decided("BQ-1", 10, "LOW"),
        decided("BQ-2", 17, "LOW"),
        decided("BQ-3", 18, "LOW"),
        decided("BQ-4", 60, "HIGH"),
    ]

    found = backtest(a_candidate('if score >= 15 then "MEDIUM" else "LOW"'), past)

    assert (found.asked, found.same) == (4, 1)
    assert [(one.before, one.after, one.case_ids) for one in found.shifts] == [
        ('"LOW"', '"MEDIUM"', ("BQ-2", "BQ-3")),
        ('"HIGH"', '"MEDIUM"', ("BQ-4",)),
    ]


def test_a_candidate_that_decides_the_same_changes_nothing():
    found = backtest(a_candidate("score * 1.0"), [decided("BQ-1", 5, Decimal(5))])

    assert (found.same, found.shifts, found.failed) == (1, (), ())


def test_every_decision_is_made_at_its_own_time():
    found = backtest(a_candidate("today()"), [decided("BQ-1", 1, None)])

    assert found.shifts[0].after == "2026-10-12"


def test_a_case_the_candidate_cannot_decide_is_named():
    found = backtest(a_candidate('score + "x"'), [decided("BQ-1", 1, "LOW")])

    assert (found.failed, found.same) == (("BQ-1",), 0)
