"""What an evaluation answers: the value, the rules that fired, and what went wrong."""

from dataclasses import dataclass
from typing import Final

from workflows.diagnostics import Diagnostic
from workflows.dmn.explanation import ExplainedTable
from workflows.feel import Value

NULL_FAULTS: Final = frozenset({"feel-null", "decision-input-type"})
"""Codes of warnings that make a decision fail when its answer is null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredRule:
    """A rule that matched and counted."""

    number: int
    id: str | None
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FiredTable:
    """The rules of one table that fired, in the order in which they count."""

    decision: str
    """Id of the decision or knowledge model around the table."""
    table: str | None
    rules: tuple[FiredRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionOutcome:
    """A decision's answer, and how it came about."""

    value: Value
    fired: tuple[FiredTable, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    evaluated: tuple[tuple[str, Value], ...] = ()
    """Id and answer of every decision made on the way, in order."""
    explained: tuple[ExplainedTable, ...] = ()
    """Every table as it was asked, where an explanation was wanted."""

    @property
    def failed(self) -> bool:
        """Tell whether the decision could not be made, or answers null because of a fault.

        A table that no rule of matches answers null and has not failed.
        """
        severities = {finding.severity for finding in self.diagnostics}
        faulty = any(finding.code in NULL_FAULTS for finding in self.diagnostics)
        return "error" in severities or (self.value is None and faulty)
