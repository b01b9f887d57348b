"""Decisions: tables and requirement diagrams, made, compiled and checked, in a second."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from benchmarks.models import diagram_of_decisions, table_of_rules
from benchmarks.row import Budget, Row
from workflows.dmn import DecisionLibrary, DecisionProgram, compile_decisions
from workflows.dmn.check import check_decisions
from workflows.feel import Environment, Value

Times = Callable[[Callable[[], object], float], float]
"""Tells how often a second something runs, measured for some seconds."""

AT: Final = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
RULES: Final = 100
LEVELS: Final = 3
DECISIONS: Final = Budget(of="figure", sense="at least", limit=5_000.0)


def decision_rows(times: Times, seconds: float) -> tuple[Row, ...]:
    """Measure decisions by a table and by a diagram, and what it takes to deploy them."""
    table = table_of_rules(RULES, "UNIQUE").encode()
    diagram = diagram_of_decisions(LEVELS).encode()
    return (
        *(
            _rate(
                f"decisions, {RULES} rules, hit policy {policy}",
                _by_table(policy, times, seconds),
                DECISIONS,
            )
            for policy in ("FIRST", "UNIQUE")
        ),
        _rate(f"decisions, diagram of {2 * LEVELS + 1}", _by_diagram(diagram, times, seconds)),
        _rate(f"compilations, {RULES} rules", times(lambda: _compiled(table), seconds)),
        _rate(f"checks for gaps and overlaps, {RULES} rules", _checks(table, times, seconds)),
        _rate(
            f"compilations, diagram of {2 * LEVELS + 1}",
            times(lambda: _compiled(diagram), seconds),
        ),
    )


def _rate(name: str, measured: float, budget: Budget | None = None) -> Row:
    return Row(name=name, unit="/s", measured=measured, budget=budget)


def _compiled(source: bytes) -> DecisionLibrary:
    library = compile_decisions({"bench.dmn": source})
    if library.diagnostics:
        raise AssertionError(f"Expected no finding, but {library.diagnostics}")
    return library


def _by_table(hit_policy: str, times: Times, seconds: float) -> float:
    """Meet the rules one after another: the first, the last and those between alike."""
    program = _compiled(table_of_rules(RULES, hit_policy).encode()).decisions["level"]
    asked: list[dict[str, Value]] = [
        {"amount": Decimal(rule * 1000 + 500), "channel": "APP"} for rule in range(RULES)
    ]
    _expect(program, asked[-1], f"L{RULES - 1}")
    return _asking(program, asked, times, seconds)


def _by_diagram(source: bytes, times: Times, seconds: float) -> float:
    program = _compiled(source).decisions["d"]
    asked: list[dict[str, Value]] = [{"amount": Decimal(100 * at)} for at in range(20)]
    _expect(program, {"amount": Decimal(1500)}, Decimal(2**LEVELS))
    return _asking(program, asked, times, seconds)


def _checks(source: bytes, times: Times, seconds: float) -> float:
    library = _compiled(source)
    return times(lambda: check_decisions(library), seconds)


def _asking(
    program: DecisionProgram, asked: list[dict[str, Value]], times: Times, seconds: float
) -> float:
    def run() -> None:
        for inputs in asked:
            program.evaluate(inputs, Environment(now=AT))

    return times(run, seconds) * len(asked)


def _expect(program: DecisionProgram, inputs: dict[str, Value], value: Value) -> None:
    outcome = program.evaluate(inputs, Environment(now=AT))
    if outcome.value != value or outcome.diagnostics:
        raise AssertionError(f"Expected {value}, but {outcome}")
