"""What is wrong with an expression whatever its inputs are: told before anything runs.

Only what is sure is an error; where a type depends on the inputs, nothing is said.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Literal, TypeVar

from workflows.feel import kinds, syntax
from workflows.feel.analysis import below
from workflows.feel.checked_calls import call_fault
from workflows.feel.errors import FeelFault
from workflows.feel.kinds import Kind, Shape
from workflows.feel.library import LIBRARY
from workflows.feel.library.results import RESULTS
from workflows.feel.scope import INPUT
from workflows.feel.syntax import Node
from workflows.feel.temporal import parse_temporal
from workflows.feel.values import type_name

Bound = Mapping[str, Shape | Kind | None]
"""Names whose meaning is sure, with their types where those are, too."""
_NONE: Mapping[str, Shape | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, and where."""

    code: Literal["unknown-function", "unknown-name", "call", "type"]
    message: str
    position: int
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What checking found out."""

    findings: tuple[Finding, ...]
    kind: Kind | None
    """The type of the value, where it is sure (null is always possible)."""


def check(
    tree: Node, names: Collection[str] | None = None, drawn: Mapping[str, Shape | None] = _NONE
) -> Checked:
    """Check an expression or unary tests; ``names`` are all there will be in scope.

    Without them any name may be there, but none that is a function: no variable of a process is.
    What is ``drawn`` will be there in any case, and of that type, or null.
    """
    checker = _Checker(names)
    try:
        kind = checker.kind(tree, drawn)
    except RecursionError:
        kind = None
    found = sorted(set(checker.findings), key=lambda each: (each.position, each.message))
    return Checked(findings=tuple(found), kind=kind)


@dataclass(slots=True)
class _Checker:
    names: Collection[str] | None
    findings: list[Finding] = field(default_factory=list)
    in_filter: int = 0
    """How many filters stand around: in one, a name may be an entry of the items."""

    def kind(self, node: Node, bound: Bound) -> Kind | None:
        """Check a node and all below it; tell its type where it is sure."""
        rule = _RULES.get(type(node))
        if rule is not None:
            return rule(self, node, bound)
        for child in below(node):
            self.kind(child, bound)
        return None

    def error(
        self, node: Node, message: str, code: Literal["unknown-function", "call", "type"] = "type"
    ) -> None:
        """Note what is sure to be null."""
        self.findings.append(Finding(code=code, message=message, position=node.position))

    def wants_truth(self, node: Node, bound: Bound, what: str) -> None:
        """Warn where something other than true, false or null decides."""
        kind = self.kind(node, bound)
        if kind not in (None, "boolean", "null"):
            message = f"{what} is a {kind}, neither true nor false."
            self.findings.append(
                Finding(code="type", message=message, position=node.position, severity="warning")
            )

    def shape(self, node: Node, bound: Bound) -> Shape | None:
        """Find what is drawn of a name, or of an entry of one."""
        match node:
            case syntax.Name():
                found = bound.get(node.name)
                return found if isinstance(found, Shape) else None
            case syntax.Path():
                source = self.shape(node.source, bound)
                return source and source.entries.get(node.name)
            case _:
                return None

    def compared(self, node: Node, sign: str, left: Kind | None, right: Kind | None) -> None:
        """Note a comparison that has no answer."""
        if left and right and not kinds.are_comparable(sign, left, right):
            self.error(node, f"There is no {left} {sign} {right}.")

    def is_free(self, name: str) -> bool:
        """Tell whether nothing can be said against a name."""
        return self.names is None or name in self.names or self.in_filter > 0


Rule = TypeVar("Rule", bound=Callable[..., Kind | None])
_RULES: dict[type, Callable[..., Kind | None]] = {}


def _rule(*nodes: type) -> Callable[[Rule], Rule]:
    """Register how a construct is checked."""

    def register(rule: Rule) -> Rule:
        _RULES.update(dict.fromkeys(nodes, rule))
        return rule

    return register


# --- terms -------------------------------------------------------------------------------------


@_rule(syntax.Literal)
def _literal(_: _Checker, node: syntax.Literal, __: Bound) -> Kind | None:
    return type_name(node.value)


@_rule(syntax.AtLiteral)
def _at_literal(checker: _Checker, node: syntax.AtLiteral, _: Bound) -> Kind | None:
    try:
        return type_name(parse_temporal(node.text))
    except (FeelFault, ArithmeticError) as fault:
        checker.error(node, str(fault))
        return None


@_rule(syntax.Name)
def _name(checker: _Checker, node: syntax.Name, bound: Bound) -> Kind | None:
    name = node.name
    if name in bound:
        return _kind_of(bound[name])
    if name == INPUT:
        checker.error(node, "'?' is the value under test; there is none here.")
    elif name in LIBRARY:
        # A variable of that name would go before the function.
        return None if checker.is_free(name) else "function"
    elif not checker.is_free(name):
        message = f"There is no variable '{name}'{_suggestion(name, checker.names or ())}"
        checker.findings.append(
            Finding(code="unknown-name", message=message, position=node.position)
        )
    return None


def _kind_of(known: Shape | Kind | None) -> Kind | None:
    return known.kind if isinstance(known, Shape) else known


def _suggestion(name: str, known: Collection[str]) -> str:
    words = {word: whole for whole in sorted(known) for word in whole.split()}
    words |= {whole: whole for whole in sorted(known)}
    close = [words[word] for word in get_close_matches(name, list(words), 1, 0.75)]
    return f"; did you mean '{close[0]}'?" if close else "."


@_rule(syntax.ListLiteral)
def _list(checker: _Checker, node: syntax.ListLiteral, bound: Bound) -> Kind:
    for item in node.items:
        checker.kind(item, bound)
    return "list"


@_rule(syntax.ContextLiteral)
def _context(checker: _Checker, node: syntax.ContextLiteral, bound: Bound) -> Kind:
    known = dict(bound)
    for name, value in node.entries:
        if isinstance(value, syntax.FunctionDefinition):
            known[name] = "function"  # a function sees itself, so that it may recur
        known[name] = checker.kind(value, known)
    return "context"


@_rule(syntax.RangeLiteral)
def _range(checker: _Checker, node: syntax.RangeLiteral, bound: Bound) -> Kind:
    for end in (node.start, node.end):
        kind = None if end is None else checker.kind(end, bound)
        if end is not None and kind in ("boolean", "list", "context", "range", "function"):
            checker.error(end, f"A {kind} has no order and bounds no range.")
    return "range"


@_rule(syntax.FunctionDefinition)
def _function(checker: _Checker, node: syntax.FunctionDefinition, bound: Bound) -> Kind:
    checker.kind(node.body, {**bound, **dict.fromkeys(node.parameters)})
    return "function"


# --- operators ---------------------------------------------------------------------------------


@_rule(syntax.Negation)
def _negation(checker: _Checker, node: syntax.Negation, bound: Bound) -> Kind | None:
    operand = checker.kind(node.operand, bound)
    try:
        return operand and kinds.negation_kind(operand)
    except FeelFault as fault:
        checker.error(node, str(fault))
        return None


@_rule(syntax.Arithmetic)
def _arithmetic(checker: _Checker, node: syntax.Arithmetic, bound: Bound) -> Kind | None:
    left, right = checker.kind(node.left, bound), checker.kind(node.right, bound)
    if left is None or right is None:
        return None
    try:
        return kinds.arithmetic_kind(node.operator, left, right)
    except FeelFault as fault:
        checker.error(node, str(fault))
        return None


@_rule(syntax.Comparison)
def _comparison(checker: _Checker, node: syntax.Comparison, bound: Bound) -> Kind:
    left, right = checker.kind(node.left, bound), checker.kind(node.right, bound)
    checker.compared(node, node.operator, left, right)
    return "boolean"


@_rule(syntax.Between)
def _between(checker: _Checker, node: syntax.Between, bound: Bound) -> Kind:
    value = checker.kind(node.value, bound)
    checker.compared(node, ">=", value, checker.kind(node.low, bound))
    checker.compared(node, "<=", value, checker.kind(node.high, bound))
    return "boolean"


@_rule(syntax.In)
def _in(checker: _Checker, node: syntax.In, bound: Bound) -> Kind:
    inner = {**bound, INPUT: checker.kind(node.value, bound)}
    for test in node.tests:
        checker.kind(test, inner)
    return "boolean"


@_rule(syntax.Tests)
def _tests(checker: _Checker, node: syntax.Tests, bound: Bound) -> Kind:
    for test in node.tests:
        checker.kind(test, {INPUT: None, **bound})
    return "boolean"


@_rule(syntax.CompareInput)
def _compare_input(checker: _Checker, node: syntax.CompareInput, bound: Bound) -> Kind:
    checker.compared(
        node, node.operator, _kind_of(bound.get(INPUT)), checker.kind(node.operand, bound)
    )
    return "boolean"


@_rule(syntax.Conjunction, syntax.Disjunction)
def _logic(
    checker: _Checker, node: syntax.Conjunction | syntax.Disjunction, bound: Bound
) -> Kind | None:
    word = "and" if isinstance(node, syntax.Conjunction) else "or"
    for operand in node.operands:
        checker.wants_truth(operand, bound, f"An operand of '{word}'")
    return "boolean"


@_rule(syntax.InstanceOf)
def _instance(checker: _Checker, node: syntax.InstanceOf, bound: Bound) -> Kind:
    checker.kind(node.value, bound)
    unknown = kinds.unknown_type(node.type)
    if unknown is not None:
        checker.error(node, f"There is no type '{unknown}'.")
    return "boolean"


@_rule(syntax.If)
def _if(checker: _Checker, node: syntax.If, bound: Bound) -> Kind | None:
    checker.wants_truth(node.condition, bound, "The condition")
    consequence = checker.kind(node.consequence, bound)
    alternative = checker.kind(node.alternative, bound)
    return consequence if consequence == alternative else None


# --- loops, paths, filters, calls --------------------------------------------------------------


def _iterated(
    checker: _Checker, iterators: tuple[syntax.Iterator, ...], bound: Bound
) -> dict[str, Shape | Kind | None]:
    known = dict(bound)
    for each in iterators:
        start = checker.kind(each.domain, known)
        end = None if each.end is None else checker.kind(each.end, known)
        if each.end is not None and start and end and (start, end) not in _WAYS:
            checker.error(each.domain, f"There is no way from a {start} to a {end}.")
        known[each.name] = start if each.end is not None else None
    return known


_WAYS = (("number", "number"), ("date", "date"))
"""The types between which a loop can count."""


@_rule(syntax.For)
def _for(checker: _Checker, node: syntax.For, bound: Bound) -> Kind:
    known = _iterated(checker, node.iterators, bound)
    if all(each.name != "partial" for each in node.iterators):
        known["partial"] = "list"
    checker.kind(node.body, known)
    return "list"


@_rule(syntax.Quantified)
def _quantified(checker: _Checker, node: syntax.Quantified, bound: Bound) -> Kind:
    known = _iterated(checker, node.iterators, bound)
    checker.wants_truth(node.condition, known, "What is to be satisfied")
    return "boolean"


@_rule(syntax.Path)
def _path(checker: _Checker, node: syntax.Path, bound: Bound) -> Kind | None:
    source = checker.kind(node.source, bound)
    drawn = checker.shape(node, bound)
    if drawn is not None:
        return drawn.kind
    try:
        return source and kinds.property_kind(source, node.name)
    except FeelFault as fault:
        checker.error(node, str(fault))
        return None


@_rule(syntax.Filter)
def _filter(checker: _Checker, node: syntax.Filter, bound: Bound) -> Kind | None:
    checker.kind(node.source, bound)
    checker.in_filter += 1
    # An entry of the item goes before every other name, so that no type is sure any more.
    condition = checker.kind(node.condition, {**dict.fromkeys(bound), "item": None})
    checker.in_filter -= 1
    if condition not in (None, "boolean", "number", "null"):
        message = f"A filter by a {condition} selects nothing."
        checker.findings.append(
            Finding(code="type", message=message, position=node.position, severity="warning")
        )
    return "list" if condition == "boolean" else None


@_rule(syntax.Call)
def _call(checker: _Checker, node: syntax.Call, bound: Bound) -> Kind | None:
    arguments = [checker.kind(argument, bound) for argument in node.arguments]
    if not isinstance(node.function, syntax.Name):
        checker.kind(node.function, bound)
        return None
    name = node.function.name
    known = checker.names or ()
    if name in bound or name in known or checker.in_filter:
        return None
    if name not in LIBRARY:
        message = f"There is no function '{name}'{_suggestion(name, LIBRARY)}"
        checker.error(node, message, "unknown-function")
        return None
    fault = call_fault(LIBRARY[name], arguments, node.keywords)
    if fault is not None:
        checker.error(node, fault, "call")
    kind = RESULTS[name]
    return None if kind == "any" else kind
