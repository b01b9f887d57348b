"""One evaluation under way: what it has found, what fired, and what it may still cost."""

from collections.abc import Iterable, Mapping

from workflows.diagnostics import Diagnostic, Severity
from workflows.dmn.codes import finding
from workflows.dmn.explanation import ExplainedTable
from workflows.dmn.item_types import ItemType, Mismatch, coerce
from workflows.dmn.logic import ColumnTest, Faulty, Formula
from workflows.dmn.model import Place
from workflows.dmn.outcome import DecisionOutcome, FiredTable
from workflows.feel import Environment, FeelLimitError, FeelWarning, Value
from workflows.feel.scope import INPUT
from workflows.feel.values import type_name

Scope = Mapping[str, Value]

MAX_LOGIC = 50_000
"""Expressions, boxed or FEEL, that one evaluation may take; FEEL bounds each of its own."""
MAX_DEPTH = 48
"""Calls within calls of knowledge models, services and boxed functions."""
MAX_FINDINGS = 100
MAX_INPUTS = 10
MAX_SHOWN = 200
_NOTHING: Scope = {}


class Evaluation:
    """The one mutable thing here; it never leaves the evaluation, but in functions it made."""

    __slots__ = (
        *("_depth", "_findings", "_fired", "_noted", "_spent"),
        *("environment", "evaluated", "explained"),
    )

    def __init__(self, environment: Environment, *, explain: bool = False) -> None:
        self.environment = environment
        self.explained: list[ExplainedTable] | None = [] if explain else None
        """Every table as it was asked, where that is wanted."""
        self.evaluated: list[tuple[str, Value]] = []
        self._findings: list[Diagnostic] = []
        self._fired: list[FiredTable] = []
        self._noted = len(environment.warnings)
        self._spent = 0
        self._depth = 0

    def outcome(self, value: Value, name: str, place: Place) -> DecisionOutcome:
        """Close the evaluation; a null that nothing explains is told, though it is no fault."""
        if value is None and not self._findings:
            self.report("decision-null", f'"{name}" answers null.', place, severity="warning")
        return DecisionOutcome(
            value=value,
            fired=tuple(self._fired),
            diagnostics=tuple(self._findings),
            evaluated=tuple(self.evaluated),
            explained=tuple(self.explained or ()),
        )

    def spend(self) -> None:
        """Count one expression against the budget."""
        self._spent += 1
        if self._spent > MAX_LOGIC:
            raise FeelLimitError(f"The decision takes more than {MAX_LOGIC} expressions.")

    def enter(self) -> None:
        """Begin a call."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FeelLimitError(f"The decision calls functions more than {MAX_DEPTH} deep.")

    def leave(self) -> None:
        """End a call."""
        self._depth -= 1

    def fire(self, fired: FiredTable) -> None:
        """Record the rules of a table that fired."""
        self._fired.append(fired)

    def fail(self, fault: Diagnostic) -> None:
        """Record a finding."""
        if len(self._findings) < MAX_FINDINGS:
            self._findings.append(fault)

    def report(
        self, code: str, message: str, place: Place, *, severity: Severity = "error"
    ) -> None:
        """Record what went wrong at a place."""
        self.fail(finding(code, message, place, severity=severity))

    @property
    def is_warned(self) -> bool:
        """Tell whether there are FEEL warnings that are no findings yet."""
        return len(self.environment.warnings) > self._noted

    def note_warnings(
        self, label: str, place: Place, names: Iterable[str] = (), scope: Scope = _NOTHING
    ) -> None:
        """Turn the FEEL warnings since the last note into findings at a place.

        ``names`` are those that the expression took from the scope.
        """
        if not self.is_warned:
            return
        warnings = self.environment.warnings
        inputs = _kinds(names, scope)
        for warning in warnings[self._noted :]:
            self.fail(_located(warning, label, inputs, place))
        self._noted = len(warnings)


def _kinds(names: Iterable[str], scope: Scope) -> str:
    """Tell the types of inputs; their values stay out of what more people read than the case."""
    told = [
        f"{name}: {type_name(scope[name]) if name in scope else 'not given'}"
        for name in sorted(names)[:MAX_INPUTS]
    ]
    return f" Inputs: {', '.join(told)}." if told else ""


def _located(warning: FeelWarning, label: str, inputs: str, place: Place) -> Diagnostic:
    before = warning.expression[: warning.position]
    column = len(before) - before.rfind("\n")
    text = " ".join(warning.expression[:MAX_SHOWN].split())
    message = f"{label}: {warning.message} In: {text} (column {column}).{inputs}"
    line = None if place.line is None else place.line + before.count("\n")
    at = Place(file=place.file, element=place.element, line=line)
    return finding("feel-null", message, at, severity="warning", column=column)


def evaluate_formula(formula: Formula | Faulty, scope: Scope, evaluation: Evaluation) -> Value:
    """Evaluate a FEEL expression; its warnings become findings."""
    evaluation.spend()
    if formula.kind == "faulty":
        evaluation.fail(formula.fault)
        return None
    value = formula.expression.evaluate(scope, evaluation.environment)
    if evaluation.is_warned:
        names = formula.expression.names
        evaluation.note_warnings(formula.label, formula.place, names, scope)
    return value


def passes(cell: ColumnTest, value: Value, scope: Scope, evaluation: Evaluation) -> bool:
    """Tell whether a value passes the test of a cell."""
    evaluation.spend()
    if isinstance(cell.test, Faulty):
        evaluation.fail(cell.test.fault)
        return False
    passed = cell.test.matches(value, scope, evaluation.environment)
    if evaluation.is_warned:
        seen = {**scope, INPUT: value}
        evaluation.note_warnings(cell.label, cell.place, {*cell.test.names, INPUT}, seen)
    return passed is True


def conform(
    value: Value, target: ItemType | None, label: str, place: Place, evaluation: Evaluation
) -> Value:
    """Convert a value to a type; one that does not conform is null and a finding."""
    if target is None or value is None:
        return value
    converted = coerce(value, target, evaluation.environment)
    if not isinstance(converted, Mismatch):
        return converted
    evaluation.report("decision-type", f"{label}: {converted.reason}.", place)
    return None


def convert_or_warn(
    value: Value, target: ItemType, label: str, place: Place, evaluation: Evaluation
) -> Value:
    """Convert a value to a type; one that does not conform is told of, and taken as it is.

    Editors put a type on every column, asked or not: the cells decide.
    """
    converted = coerce(value, target, evaluation.environment)
    if not isinstance(converted, Mismatch):
        return converted
    message = f"{label}: {converted.reason}."
    evaluation.report("decision-input-type", message, place, severity="warning")
    return value
