from datetime import date
from decimal import Decimal

import pytest

from infra.packs import installed
from workflows.domain.call_back import POINTS, SAMPLE, is_drawn, objection
from workflows.domain.jurisdiction import Law

CASES = [f"BQ-{number:06}" for number in range(10_000)]


def test_five_of_a_hundred_cases_are_drawn_and_always_the_same():
    drawn = [case for case in CASES if is_drawn(case, Decimal("0.05"))]

    assert 430 <= len(drawn) <= 570
    assert drawn == [case for case in CASES if is_drawn(case, Decimal("0.05"))]
    assert set(drawn) < {case for case in CASES if is_drawn(case, Decimal("0.2"))}


def test_no_share_draws_none_and_the_whole_draws_all():
    assert not any(is_drawn(case, Decimal(0)) for case in CASES)
    assert all(is_drawn(case, Decimal(1)) for case in CASES)


@pytest.mark.parametrize(
    ("pack", "on", "share"),
    [
        ("cn-life-2026.3", date(2027, 1, 1), "0.05"),
        ("cn-life-2026.3", date(2026, 12, 31), "0"),
        ("cn-life-2026.2", date(2027, 1, 1), "0"),
    ],
)
def test_the_pack_says_how_many_are_called_and_from_when(pack: str, on: date, share: str):
    law = Law(pack=installed().get(pack), on=on)

    assert law.figure_or(SAMPLE, Decimal(0)) == Decimal(share)


HEARD = {
    "identityVerified": True, "askedFor": True, "knowsTerms": True,
    "wasPromised": False, "handedOver": False,
}  # fmt: skip


@pytest.mark.parametrize("outcome", ["approve", "reject", "return"])
@pytest.mark.parametrize("point", POINTS)
def test_every_point_is_answered_whatever_comes_of_it(outcome: str, point: str):
    left_out = {name: answer for name, answer in HEARD.items() if name != point}

    for answers in (left_out, {**HEARD, point: "yes"}):
        why_not = objection(answers, outcome)
        assert why_not is not None
        assert why_not.endswith(f"to {point}.")


@pytest.mark.parametrize("answers", [None, "yes", {}])
def test_no_answers_name_every_point(answers: object):
    why_not = objection(answers, "approve")

    assert why_not is not None
    assert all(point in why_not for point in POINTS)


@pytest.mark.parametrize("outcome", ["approve", "reject", "return"])
def test_whose_identity_is_not_verified_was_not_reached(outcome: str):
    why_not = objection({**HEARD, "identityVerified": False}, outcome)

    assert why_not is not None
    assert "say not-reached" in why_not


@pytest.mark.parametrize("point", ["askedFor", "knowsTerms"])
def test_who_did_not_ask_or_does_not_know_the_terms_confirms_nothing(point: str):
    assert objection({**HEARD, point: False}, "approve") is not None
    assert objection({**HEARD, point: False}, "reject") is None
    assert objection({**HEARD, point: False}, "return") is None


def test_a_promise_or_something_handed_over_is_heard_and_does_not_decide():
    assert objection({**HEARD, "wasPromised": True, "handedOver": True}, "approve") is None


def test_who_was_not_reached_answered_nothing():
    assert objection(None, "not-reached") is None


def test_a_point_that_nobody_asks_is_named():
    assert "wasAsked" in str(objection({**HEARD, "wasAsked": True}, "approve"))
