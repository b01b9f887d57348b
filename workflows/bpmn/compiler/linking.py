"""What linking works with: the drawing, the decisions, and the findings so far."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from workflows.bpmn.compiler.drawing import Drawing
from workflows.bpmn.compiler.items import VARIABLE
from workflows.bpmn.model import Element, Formal, Place
from workflows.bpmn.program import Text
from workflows.diagnostics import Diagnostic, Severity, is_deployable
from workflows.dmn import DecisionProgram
from workflows.feel import Expression, FeelSyntaxError, Spot, check, compile_expression

_FEEL_LANGUAGES = ("feel", "https://www.omg.org/spec/dmn/20191111/feel/")
"""How an expression may say that it is FEEL; saying nothing says the same."""


def is_expression(text: str) -> bool:
    """An attribute value is an expression iff it starts with ``=`` (S32)."""
    return text.startswith("=")


@dataclass(slots=True)
class Linking:
    """Parses the texts of one drawing and gathers what is wrong with them."""

    drawing: Drawing
    decisions: Mapping[str, DecisionProgram]
    """By decision id: the decisions of the bundle."""
    findings: list[Diagnostic] = field(default_factory=list)

    def flag(
        self,
        code: str,
        message: str,
        element: Element,
        place: Place | None = None,
        *,
        clause: str,
        severity: Severity = "error",
    ) -> None:
        """Add a finding about an element."""
        where = place or element.place
        self.findings.append(
            Diagnostic(
                code=code,
                message=message,
                element=element.id,
                clause=clause,
                severity=severity,
                file=where.file,
                line=where.line,
                column=where.column,
            )
        )

    def feel(
        self, text: str, what: str, element: Element, place: Place | None = None
    ) -> Expression | None:
        """Parse and check a place that is always FEEL, with ``=`` or without."""
        body = text.removeprefix("=").strip()
        if not body:
            message = f"The {what} is empty; write a FEEL expression."
            self.flag("feel-syntax", message, element, place, clause="S32")
            return None
        try:
            parsed = compile_expression(body)
        except FeelSyntaxError as error:
            message = f"The {what} is not FEEL: {error}\n{error.caret()}"
            self.flag("feel-syntax", message, element, place, clause="S32")
            return None
        for code, message, severity in _checked(parsed, what):
            self.flag(code, message, element, place, clause="S32", severity=severity)
        return parsed

    def formal(self, formal: Formal, what: str, element: Element) -> Expression | None:
        """Parse an expression as drawn; it may say in which language it is."""
        language = (formal.language or "feel").casefold()
        if language not in _FEEL_LANGUAGES and not language.endswith("/feel/"):
            message = f"The {what} is in {formal.language}; write it in FEEL."
            self.flag("expression-language", message, element, formal.place, clause="S32")
            return None
        return self.feel(formal.text, what, element, formal.place)

    def text(self, text: str, what: str, element: Element, place: Place | None = None) -> Text:
        """Parse a place that is FEEL with ``=`` and static without."""
        if not is_expression(text):
            return text
        parsed = self.feel(text, what, element, place)
        return text if parsed is None else parsed

    def optional(
        self, text: str | None, what: str, element: Element, place: Place | None = None
    ) -> Text | None:
        """``text`` where there may be none; blank counts as none."""
        return self.text(text, what, element, place) if text and text.strip() else None

    def name(self, text: str, what: str, element: Element, place: Place | None = None) -> str:
        """The name of a variable: static, and one that FEEL can say."""
        stripped = self.static(text, what, element, place).strip()
        if stripped and not is_expression(stripped) and not VARIABLE.fullmatch(stripped):
            message = f"The {what} {stripped!r} is not a name of letters, digits and underscores."
            self.flag("variable-name", message, element, place, clause="S30")
        return stripped

    def static(self, text: str, what: str, element: Element, place: Place | None = None) -> str:
        """A place that must be static (§3)."""
        if is_expression(text):
            message = f"The {what} must be static; an expression is not evaluated here."
            self.flag("static-expected", message, element, place, clause="S32")
        return text


CHECKED = frozenset({"feel-unknown-function", "feel-call", "feel-type"})
"""Errors that forbid a deployment, though what was found could be executed."""


def can_run(findings: Iterable[Diagnostic]) -> bool:
    """Tell whether programs can be made: a case begun before a check was there must go on."""
    return is_deployable(found for found in findings if found.code not in CHECKED)


WANTED = {
    "condition": "boolean",
    "completion condition": "boolean",
    "inputCollection": "list",
    "loop cardinality": "number",
    "loop condition": "boolean",
    "activation condition": "boolean",
    "condition of a complex behavior": "boolean",
    "activeElementsCollection": "list",
}
"""The type that a place needs, where a value of another would stop every case."""


def _checked(expression: Expression, what: str) -> Iterator[tuple[str, str, Severity]]:
    checked = check(expression.tree)
    for found in checked.findings:
        spot = Spot(expression.text, found.position)
        message = f"The {what}: {found.message} ({spot})\n{spot.caret()}"
        yield f"feel-{found.code}", message, found.severity
    wanted = WANTED.get(what)
    if wanted is not None and checked.kind not in (None, wanted):
        message = f"The {what} gives a {checked.kind}; it must give a {wanted}."
        yield "feel-type", message, "error"


LINK_CODES = {
    "feel-syntax": "Every expression is FEEL and parses (S32).",
    "feel-unknown-function": "A function that is called is built in, or defined in the expression.",
    "feel-call": "A built-in is called with arguments it can take.",
    "feel-type": "No operand, and no result, is of a type that can never do.",
    "static-expected": "No expression stands where a static text is needed (S32).",
    "decision-missing": "A called decision is deployed with the process.",
    "variable-name": "Variables have names of letters, digits and underscores (S30).",
    "expression-language": "Expressions are FEEL, in no other language.",
    "mapping-target": "A mapping's target is a name or a path of names (S30).",
}
"""Codes of findings that come of linking, not of a rule about the drawing."""
