"""FEEL and DMN: evaluations, compilations and decisions in a second; FEEL against feelin's."""

import json
import math
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from benchmarks.decisions import decision_rows
from benchmarks.peer import Peer, ask_feelin
from benchmarks.row import Budget, Report, Row
from workflows.feel import Environment, Value, compile_expression
from workflows.feel.wire import to_plain

AT: Final = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
EVALUATIONS: Final = Budget(of="figure", sense="at least", limit=100_000.0)
COMPILATIONS: Final = Budget(of="figure", sense="at least", limit=10_000.0)
ARRIVED: Final = 'date and time("2026-10-12T09:00:00+08:00")'

TYPICAL: Final = (
    "=policyNo",
    '=decision.outcome = "approve"',
    "=quote.net > 50000",
    "=quote.net > 50000 and not(policy.legalHold)",
    '=if quote.net > 200000 then "L4" else "L3"',
    "=quote.gross - quote.deductions",
    "=policy.premiumsPaid * 0.97 + 12.5",
    "=policy.policyAgeDays in [0..730]",
    '=list contains(policy.flags, "PLEDGED")',
    '="Policy " + policyNo',
    "={net: quote.net, policyNo: policyNo}",
    "=count(documents.missing) = 0",
)
"""What drawings hold: mappings, conditions of flows, and a little arithmetic."""

HEAVIER: Final = (
    '=sum(quote.lines[sign = "+"].amount)',
    "=some line in quote.lines satisfies line.amount > 1000",
    '=noticeArrivedAt + duration("P5D") < date and time("2026-11-01T00:00:00+08:00")',
    '=for line in quote.lines return line.code + ":" + string(line.amount)',
)

SCOPE: Final[Mapping[str, Value]] = MappingProxyType(
    {
        "policyNo": "P-2019-000123",
        "decision": {"outcome": "approve", "by": "op-7"},
        "quote": {
            "net": Decimal("56801.45"),
            "gross": Decimal("58000.00"),
            "deductions": Decimal("1198.55"),
            "lines": [
                {"code": "CASH_VALUE", "amount": Decimal("58000.00"), "sign": "+"},
                {"code": "LOAN", "amount": Decimal("1000.00"), "sign": "-"},
                {"code": "INTEREST", "amount": Decimal("198.55"), "sign": "-"},
            ],
        },
        "policy": {
            "legalHold": False,
            "premiumsPaid": Decimal(60000),
            "policyAgeDays": Decimal(1440),
            "flags": ["PLEDGED", "RIDER"],
        },
        "documents": {"missing": []},
    }
)


def measure(*, quick: bool = False) -> Report:
    """Measure each rate for about a second, ``quick`` for a tenth of one."""
    seconds = 0.1 if quick else 1.0
    scope = {**SCOPE, "noticeArrivedAt": _moment()}
    texts = (*TYPICAL, *HEAVIER)
    peer = ask_feelin(
        tuple(text.removeprefix("=") for text in texts),
        {name: to_plain(value) for name, value in SCOPE.items()},
        {"noticeArrivedAt": ARRIVED},
        seconds / 4,
    )
    rates = {text: _evaluations(text, scope, seconds / 4) for text in texts}
    whole = {text: _from_text(text, scope, seconds / 4) for text in texts}
    slowest = min(TYPICAL, key=rates.__getitem__)
    return Report(
        suite="feel",
        rows=(
            _rate("typical evaluations", _together(rates, TYPICAL), EVALUATIONS),
            _rate(f"the slowest typical: {slowest[1:]}", rates[slowest]),
            _rate("heavier evaluations (lists, loops, dates)", _together(rates, HEAVIER)),
            _rate("compilations of typical expressions", _compilations(seconds), COMPILATIONS),
            _compared("typical, from text to value", whole, peer, TYPICAL),
            _compared("heavier, from text to value", whole, peer, HEAVIER),
            *decision_rows(_times, seconds),
        ),
        notes=(
            f"a rate of several expressions is their harmonic mean: {len(TYPICAL)} typical ones,"
            f" {len(HEAVIER)} heavier ones",
            "from text to value: parsed anew each time, the one way in which feelin evaluates",
            *peer.notes,
            *_differences(scope, peer),
        ),
        raw={
            "evaluations per second": rates,
            "from text to value per second": whole,
            "feelin per second": dict(peer.rates),
        },
    )


def _compared(name: str, rates: Mapping[str, float], peer: Peer, texts: tuple[str, ...]) -> Row:
    """Set our rate beside feelin's, over the expressions that it evaluates too."""
    both = tuple(text for text in texts if text.removeprefix("=") in peer.rates)
    if not both:
        return _rate(name, _together(rates, texts))
    ours = _together(rates, both)
    theirs = _together({text: peer.rates[text.removeprefix("=")] for text in both}, both)
    return Row(name=name, unit="/s", measured=ours, against=theirs, ratio=ours / theirs)


def _differences(scope: Mapping[str, Value], peer: Peer) -> tuple[str, ...]:
    """Say where feelin answers otherwise, numbers compared as far as floats go."""
    told = []
    for text, theirs in peer.values.items():
        value = compile_expression(text, scope).evaluate(scope, Environment(now=AT))
        ours = json.dumps(to_plain(value), ensure_ascii=False, separators=(",", ":"))
        if ours != theirs and not _is_close(ours, theirs):
            told.append(f"feelin answers {theirs} to {text}, we {ours}")
    return tuple(told)


def _is_close(one: str, other: str) -> bool:
    try:
        return math.isclose(float(one), float(other), rel_tol=1e-9)
    except ValueError:
        return False


def _rate(name: str, measured: float, budget: Budget | None = None) -> Row:
    return Row(name=name, unit="/s", measured=measured, budget=budget)


def _together(rates: Mapping[str, float], texts: tuple[str, ...]) -> float:
    """Return the rate of evaluating each of several expressions equally often."""
    return len(texts) / sum(1 / rates[text] for text in texts)


def _evaluations(text: str, scope: Mapping[str, Value], seconds: float) -> float:
    expression = compile_expression(text.removeprefix("="), scope)
    environment = Environment(now=AT)
    expression.evaluate(scope, environment)
    if environment.warnings:
        raise AssertionError(f"Expected {text} to evaluate cleanly, but {environment.warnings}")
    return _times(lambda: expression.evaluate(scope, Environment(now=AT)), seconds)


def _from_text(text: str, scope: Mapping[str, Value], seconds: float) -> float:
    body = text.removeprefix("=")
    return _times(
        lambda: compile_expression(body, scope).evaluate(scope, Environment(now=AT)), seconds
    )


def _compilations(seconds: float) -> float:
    texts = [text.removeprefix("=") for text in TYPICAL]
    names = frozenset(SCOPE)

    def run() -> None:
        for text in texts:
            compile_expression(text, names).compiled()

    return _times(run, seconds) * len(texts)


def _times(run: Callable[[], object], seconds: float) -> float:
    """Return how often a second something runs, the best of three spans."""
    return max(_span(run, seconds / 3) for _ in range(3))


def _span(run: Callable[[], object], seconds: float) -> float:
    done, batch = 0, 1
    begin = time.process_time()
    while (taken := time.process_time() - begin) < seconds:
        for _ in range(batch):
            run()
        done += batch
        batch = min(batch * 2, 1024) if taken < seconds / 10 else batch
    return done / taken


def _moment() -> Value:
    return compile_expression(ARRIVED).evaluate({}, Environment(now=AT))
