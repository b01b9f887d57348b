"""Names in sight of an expression, and FEEL texts parsed against them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from workflows.diagnostics import Diagnostic, Severity
from workflows.dmn.codes import finding
from workflows.dmn.logic import Cell, Faulty, Formula
from workflows.dmn.model import FeelText, Place
from workflows.feel import (
    FeelSyntaxError,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)


@dataclass(slots=True, kw_only=True)
class Findings:
    """The faults of a compilation."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(
        self,
        code: str,
        message: str,
        place: Place,
        *,
        severity: Severity = "error",
        column: int | None = None,
    ) -> Diagnostic:
        """Note a fault at a place."""
        fault = finding(code, message, place, severity=severity, column=column)
        self.diagnostics.append(fault)
        return fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What an expression may name.

    Members are names that stand after a dot (entries of contexts, components of types): only
    those that FEEL cannot read as one word need to be known.
    """

    local: frozenset[str]
    members: frozenset[str]
    findings: Findings
    free: set[str]
    """Gathers the names that are in sight of none: they are taken from the inputs."""
    owner: str
    """Id of the decision or knowledge model around the expression."""

    def inside(self, names: Iterable[str]) -> "Sight":
        """See further names."""
        return Sight(
            local=self.local.union(names),
            members=self.members,
            findings=self.findings,
            free=self.free,
            owner=self.owner,
        )

    def apart(self) -> "Sight":
        """See the same, but gather the free names of what is inside apart."""
        return Sight(
            local=self.local,
            members=self.members,
            findings=self.findings,
            free=set(),
            owner=self.owner,
        )

    def formula(self, source: FeelText, label: str) -> Cell:
        """Parse an expression; a text that is no FEEL becomes a fault that answers null."""
        fault = self._refuse(source, label)
        if fault is not None:
            return Faulty(fault=fault)
        try:
            expression = compile_expression(source.text, self.local | self.members)
        except FeelSyntaxError as error:
            return Faulty(fault=self._fault(error, source, label))
        self.free.update(expression.names - self.local)
        return Formula(expression=expression, label=label, place=source.place)

    def tests(self, source: FeelText, label: str) -> UnaryTests | Faulty:
        """Parse unary tests, likewise."""
        fault = self._refuse(source, label)
        if fault is not None:
            return Faulty(fault=fault)
        try:
            tests = compile_unary_tests(source.text, self.local | self.members)
        except FeelSyntaxError as error:
            return Faulty(fault=self._fault(error, source, label))
        self.free.update(tests.names - self.local)
        return tests

    def _refuse(self, source: FeelText, label: str) -> Diagnostic | None:
        if source.language is None:
            return None
        message = f"{label}: only FEEL is executed, not {source.language}."
        return self.findings.add("expression-language", message, source.place)

    def _fault(self, error: FeelSyntaxError, source: FeelText, label: str) -> Diagnostic:
        line = source.place.line
        place = Place(
            file=source.place.file,
            element=source.place.element,
            line=None if line is None else line + error.line - 1,
        )
        message = f"{label}: {error.message}\n{error.caret()}"
        # FEEL's own way to write a Java or PMML function is understood, and refused as such.
        is_foreign = error.text[error.position :].startswith("external")
        code = "function-language" if is_foreign else "feel-syntax"
        return self.findings.add(code, message, place, column=error.column)
