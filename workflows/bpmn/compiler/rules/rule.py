"""What a rule is: a code, a source, a severity, a check."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workflows.bpmn.compiler.drawing import Drawing, Finding
from workflows.bpmn.model import Element, Place
from workflows.diagnostics import Diagnostic, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule about a process; its check yields a finding for every breach."""

    code: str
    clause: str
    summary: str
    check: Callable[[Drawing], Iterable[Finding]]
    severity: Severity = "error"


def at(element: Element, message: str, place: Place | None = None) -> Finding:
    """A finding about an element."""
    return Finding(element=element.id, place=place or element.place, message=message)


def apply_rules(rules: Iterable[Rule], drawing: Drawing) -> list[Diagnostic]:
    """Every finding of every rule about one process."""
    return [
        Diagnostic(
            code=rule.code,
            message=finding.message,
            element=finding.element,
            clause=rule.clause,
            severity=rule.severity,
            file=finding.place.file,
            line=finding.place.line,
            column=finding.place.column,
        )
        for rule in rules
        for finding in rule.check(drawing)
    ]
