"""A fault in a drawing: code, element, message, clause, place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
"""An error forbids to deploy, a warning asks for a look, an info only tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding about a model; a model with an error may not be deployed."""

    code: str
    """Stable kebab-case rule name, such as ``flow-target-missing``."""
    message: str
    """What is wrong and how to mend it."""
    element: str | None = None
    """Id of the element at fault, where there is one."""
    clause: str | None = None
    """The rule's source: a BPMN, DMN or FEEL clause, or a row of our own table such as ``S7``."""
    severity: Severity = "error"
    file: str | None = None
    line: int | None = None
    column: int | None = None


def is_deployable(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether no finding is an error."""
    return all(diagnostic.severity != "error" for diagnostic in diagnostics)


class ModelError(Exception):
    """A model that cannot be used, with every finding about it."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(diagnostic.message for diagnostic in self.diagnostics))
