"""Every finding about a decision model: its code, what it demands, and the clause that does.

Clauses are those of DMN 1.5 (formal/24-01-01), numbered as in its table of contents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workflows.diagnostics import Diagnostic, Severity
from workflows.dmn.model import Place


@dataclass(frozen=True, slots=True)
class Code:
    """What a code demands, and by which clause; ours where the standard has none."""

    summary: str
    clause: str | None


def _dmn(number: str, summary: str) -> Code:
    return Code(summary, f"DMN 1.5 §{number}")


DRAWING_CODES: Final[Mapping[str, Code]] = {
    "dmn-version": _dmn("12.3", "The file is DMN 1.1 to 1.5."),
    "dmn-element-unknown": _dmn("12.3", "Every element of the file is one of DMN, in its place."),
    "id-missing": _dmn("6.3.1", "An element that others refer to has an id or a name."),
    "id-duplicate": _dmn("6.3.1", "No two elements bear the same id."),
    "decision-id-taken": Code("No two files that are deployed together share a decision id.", None),
    "import-kind": _dmn("6.3.3", "Only DMN models are imported: no PMML, no XML schema."),
    "import-missing": _dmn("6.3.3", "What belongs to another model is imported from it."),
    "import-unknown": _dmn("6.3.3", "A model that is imported is deployed along."),
    "name-duplicate": _dmn("10.3.2.11", "Names in one scope differ."),
    "requirement-unknown": _dmn("6.3.13", "What is required is there."),
    "requirement-kind": _dmn("6.2.3", "A requirement leads to an element of its kind."),
    "requirement-circular": _dmn("6.3.7", "No decision or function requires itself."),
    "service-output-missing": _dmn("6.3.10", "A decision service has an output decision."),
    "type-unknown": _dmn("7.3.3", "A type is FEEL's own or an item definition."),
    "type-language": _dmn("7.3.3", "Types are those of FEEL."),
    "expression-language": _dmn("7.3.1", "Expressions are FEEL."),
    "feel-syntax": _dmn("10.3.1", "An expression is FEEL to its last character."),
    "logic-missing": _dmn("12.1", "What is to be executed has its logic."),
    "logic-several": _dmn("12.3", "Where one expression may stand, one stands."),
    "dmn-imported-values": _dmn("7.3.5", "No values are imported into an expression."),
    "binding-parameter-missing": _dmn("7.3.7", "A binding names its parameter."),
    "function-language": _dmn(
        "10.3.2.13.3", "Functions are written in FEEL: no Java, no PMML is executed."
    ),
    "iterator-variable-missing": _dmn("10.5.9", "An iterator names its variable."),
    "context-result-last": _dmn("10.5.2", "The result of a context is its last entry."),
    "row-arity": _dmn("10.5.5", "A row of a relation has a cell for every column."),
    "hit-policy-unknown": _dmn("8.2.10", "The hit policy is one of the standard's seven."),
    "output-missing": _dmn("8.3.1", "A decision table has an output."),
    "output-name-missing": _dmn("8.3.2", "Each of several outputs has a name."),
    "output-values-missing": _dmn(
        "8.2.10", "PRIORITY and OUTPUT ORDER have output values, in order of priority."
    ),
    "aggregation-unknown": _dmn("8.3.1", "The aggregation is SUM, COUNT, MIN or MAX."),
    "aggregation-outputs": _dmn("8.2.10", "Only one output is aggregated."),
    "aggregation-policy": _dmn("8.3.1", "Only COLLECT aggregates."),
    "rule-arity": _dmn("8.3.3", "A rule has an entry for every input and every output."),
}
"""Found when a drawing is read and compiled."""

CHECK_CODES: Final[Mapping[str, Code]] = {
    "name-unknown": _dmn("10.3.2.11", "An expression names only what it can see."),
    "function-unknown": _dmn("10.3.4", "A function that is called exists."),
    "call-clash": _dmn("10.3.4", "A function is called with arguments that it can take."),
    "input-type": _dmn("8.2.3", "An input expression is of the type of its column."),
    "cell-type": _dmn("8.2.7", "A test compares the input with values of its type."),
    "output-type": _dmn("8.3.2", "An output entry is of the type of its column."),
    "output-not-allowed": _dmn("8.3.2", "An output entry is among the output values."),
    "type-clash": _dmn("10.3.2", "An operator gets operands that it can take."),
    "table-gap": _dmn("8.2.11", "Some rule, or a default output, answers every input."),
    "table-overlap": _dmn("8.2.10", "No two rules of a UNIQUE table match the same input."),
    "table-outputs-differ": _dmn(
        "8.2.10", "Rules of an ANY table that match the same input answer the same."
    ),
    "table-rule-never": _dmn("8.2.7", "Every rule matches some input."),
    "table-rule-unreached": _dmn(
        "8.2.10", "Every rule of a FIRST table comes first for some input."
    ),
    "table-not-analysed": Code("What the analysis of a table cannot tell; no fault.", None),
}
"""Found when a drawing is checked before it is deployed; what is deployed already runs on."""

RUN_CODES: Final[Mapping[str, Code]] = {
    "decision-null": Code("The decision answers null, and no fault explains it.", None),
    "decision-input-missing": Code("An input is not given; it is taken as null.", None),
    "decision-input-type": _dmn("8.2.3", "An input is not of the type of its column."),
    "decision-input-not-allowed": _dmn("8.2.4", "An input is not among the input values."),
    "decision-output-null": _dmn("8.2.9", "An output of several is null for a fault."),
    "decision-output-not-allowed": _dmn("8.3.2", "An output is not among the output values."),
    "decision-type": _dmn("10.3.2.9.4", "A value does not conform to the type drawn."),
    "decision-not-boolean": _dmn("10.5.6", "A condition is neither true nor false."),
    "decision-not-iterable": _dmn("10.5.9", "What is to be iterated is no list and no range."),
    "decision-not-a-function": _dmn("7.3.6", "What is invoked is no function."),
    "decision-argument-unknown": _dmn("7.3.7", "An argument is given to no parameter."),
    "decision-several-rules": _dmn("8.2.10", "Several rules of a UNIQUE table match."),
    "decision-outputs-differ": _dmn(
        "8.2.10", "Rules of an ANY table match and answer differently."
    ),
    "decision-not-aggregable": _dmn("8.2.10", "What is to be aggregated has no sum or no order."),
    "feel-null": Code("An expression met a null that nobody wrote.", None),
}
"""Told next to the answer when a decision is made."""

CODES: Final[Mapping[str, Code]] = {**DRAWING_CODES, **CHECK_CODES, **RUN_CODES}


def finding(
    code: str,
    message: str,
    place: Place,
    *,
    severity: Severity = "error",
    column: int | None = None,
) -> Diagnostic:
    """Make a finding at a place, with the clause of its code."""
    return Diagnostic(
        code=code,
        message=message,
        element=place.element,
        clause=CODES[code].clause,
        severity=severity,
        file=place.file,
        line=place.line,
        column=column,
    )
