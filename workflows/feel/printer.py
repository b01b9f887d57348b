"""Syntax tree to text: the canonical form of an expression, which reads as the same tree.

Brackets stand where the tree needs them and nowhere else; a name that is more than one word stands
in backticks, so that the text means the same whatever names are in scope.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TypeVar

from workflows.feel import syntax
from workflows.feel.lexer import tokenize
from workflows.feel.library import LIBRARY
from workflows.feel.names import RESERVED
from workflows.feel.parser.precedence import (
    ADD,
    AND,
    COMPARE,
    MULTIPLY,
    OR,
    POSTFIX,
    POWER,
    SIGN,
)
from workflows.feel.syntax import Node

ATOM = POSTFIX + 1
MAX_PLAIN_DIGITS = 40
_LEVELS = {"+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "**": POWER}
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})

Printed = tuple[int, str]
"""How strongly a text holds together, and the text."""


def print_tree(node: Node) -> str:
    """Write an expression, or unary tests."""
    return _RULES[type(node)](node)[1]


def _at(node: Node, level: int) -> str:
    """Write a node where only what holds together so strongly may stand."""
    found, text = _RULES[type(node)](node)
    return text if found >= level else f"({text})"


# --- words -------------------------------------------------------------------------------------


def _is_word(text: str) -> bool:
    word, *rest = tokenize(text)
    is_whole = word.kind == "word" and word.text == text and len(rest) == 1
    return is_whole and "\\" not in text and text not in RESERVED


def _name(name: str) -> str:
    return name if name == "?" or _is_word(name) else f"`{name}`"


def _words(name: str) -> str:
    """Write a name where a colon or an operator follows: several words may stand there."""
    return name if all(_is_word(part) for part in name.split(" ")) else f"`{name}`"


def _text(value: str) -> str:
    return f'"{value.translate(_ESCAPES)}"'


def _number(value: Decimal) -> str:
    return f"{value:f}" if abs(value.adjusted()) < MAX_PLAIN_DIGITS else str(value)


def _type(kind: syntax.Type) -> str:
    inner = [_type(each) for each in kind.arguments]
    if kind.members:
        inner = [f"{_words(name)}: {each}" for name, each in zip(kind.members, inner, strict=True)]
    if kind.name == "function" and inner:
        return f"function<{', '.join(inner[:-1])}> -> {inner[-1]}"
    return f"{kind.name}<{', '.join(inner)}>" if inner else kind.name


# --- constructs --------------------------------------------------------------------------------

Rule = TypeVar("Rule", bound=Callable[..., Printed])
_RULES: dict[type, Callable[..., Printed]] = {}


def _rule(kind: type) -> Callable[[Rule], Rule]:
    """Register how a construct is written."""

    def register(rule: Rule) -> Rule:
        _RULES[kind] = rule
        return rule

    return register


@_rule(syntax.Literal)
def _literal(node: syntax.Literal) -> Printed:
    match node.value:
        case Decimal() as number:
            return SIGN if number.is_signed() else POSTFIX, _number(number)
        case str() as text:
            return ATOM, _text(text)
        case bool() as truth:
            return ATOM, "true" if truth else "false"
        case _:
            return ATOM, "null"


@_rule(syntax.AtLiteral)
def _at_literal(node: syntax.AtLiteral) -> Printed:
    return ATOM, f"@{_text(node.text)}"


@_rule(syntax.Name)
def _variable(node: syntax.Name) -> Printed:
    return ATOM, _name(node.name)


@_rule(syntax.Negation)
def _negation(node: syntax.Negation) -> Printed:
    operand = node.operand
    is_number = isinstance(operand, syntax.Literal) and isinstance(operand.value, Decimal)
    # The minus would be read as the number's own.
    return SIGN, f"-{_at(operand, ATOM if is_number else SIGN)}"


@_rule(syntax.Arithmetic)
def _arithmetic(node: syntax.Arithmetic) -> Printed:
    level = _LEVELS[node.operator]
    left, right = _at(node.left, level), _at(node.right, level + 1)
    return level, f"{left} {node.operator} {right}"


@_rule(syntax.Comparison)
def _comparison(node: syntax.Comparison) -> Printed:
    return COMPARE, f"{_at(node.left, ADD)} {node.operator} {_at(node.right, ADD)}"


@_rule(syntax.Conjunction)
def _conjunction(node: syntax.Conjunction) -> Printed:
    first, *others = (_at(operand, COMPARE) for operand in node.operands)
    text = first
    for other in others:
        text = _and(text, other)
    return AND, text


def _and(left: str, right: str) -> str:
    # ``date and time(…)`` would be one function.
    is_function = left.endswith("date") and right.startswith("time(")
    return f"{left} and {f'({right})' if is_function else right}"


@_rule(syntax.Disjunction)
def _disjunction(node: syntax.Disjunction) -> Printed:
    return OR, " or ".join(_at(operand, AND) for operand in node.operands)


@_rule(syntax.Between)
def _between(node: syntax.Between) -> Printed:
    value, low, high = (_at(each, ADD) for each in (node.value, node.low, node.high))
    return COMPARE, f"{value} between {_and(low, high)}"


@_rule(syntax.In)
def _in(node: syntax.In) -> Printed:
    listed = ", ".join(map(print_tree, node.tests))
    tests = listed if _stands_alone(node.tests) else f"({listed})"
    return COMPARE, f"{_at(node.value, ADD)} in {tests}"


def _stands_alone(tests: tuple[Node, ...]) -> bool:
    """Tell whether tests after ``in`` need no brackets; ``in (< 5)`` would be no range."""
    level, text = _RULES[type(tests[0])](tests[0])
    is_two_sided = isinstance(tests[0], syntax.RangeLiteral) and ".." in text
    return len(tests) == 1 and level > COMPARE and (is_two_sided or not text.startswith("("))


@_rule(syntax.InstanceOf)
def _instance(node: syntax.InstanceOf) -> Printed:
    return COMPARE, f"{_at(node.value, ADD)} instance of {_type(node.type)}"


@_rule(syntax.If)
def _if(node: syntax.If) -> Printed:
    condition, consequence = print_tree(node.condition), print_tree(node.consequence)
    return 0, f"if {condition} then {consequence} else {print_tree(node.alternative)}"


def _iterators(iterators: Iterable[syntax.Iterator]) -> str:
    parts = []
    for each in iterators:
        end = "" if each.end is None else f"..{_at(each.end, ADD)}"
        parts.append(f"{_name(each.name)} in {_at(each.domain, ADD)}{end}")
    return ", ".join(parts)


@_rule(syntax.For)
def _for(node: syntax.For) -> Printed:
    return 0, f"for {_iterators(node.iterators)} return {print_tree(node.body)}"


@_rule(syntax.Quantified)
def _quantified(node: syntax.Quantified) -> Printed:
    bound = _iterators(node.iterators)
    return 0, f"{node.quantifier} {bound} satisfies {print_tree(node.condition)}"


@_rule(syntax.Path)
def _path(node: syntax.Path) -> Printed:
    return POSTFIX, f"{_source(node.source)}.{_words(node.name)}"


@_rule(syntax.Filter)
def _filter(node: syntax.Filter) -> Printed:
    return POSTFIX, f"{_source(node.source)}[{print_tree(node.condition)}]"


def _source(node: Node) -> str:
    is_number = isinstance(node, syntax.Literal) and isinstance(node.value, Decimal)
    return _at(node, ATOM if is_number else POSTFIX)


@_rule(syntax.Call)
def _call(node: syntax.Call) -> Printed:
    function = node.function
    is_built_in = isinstance(function, syntax.Name) and function.name in LIBRARY
    called = function.name if is_built_in else _source(function)  # type: ignore[union-attr]
    arguments = [print_tree(argument) for argument in node.arguments]
    if node.keywords:
        arguments = [
            f"{_words(word)}: {text}" for word, text in zip(node.keywords, arguments, strict=True)
        ]
    return POSTFIX, f"{called}({', '.join(arguments)})"


@_rule(syntax.FunctionDefinition)
def _function(node: syntax.FunctionDefinition) -> Printed:
    parameters = ", ".join(
        _name(name) if kind is None else f"{_name(name)}: {_type(kind)}"
        for name, kind in zip(node.parameters, node.types, strict=True)
    )
    return 0, f"function({parameters}) {print_tree(node.body)}"


@_rule(syntax.ListLiteral)
def _list(node: syntax.ListLiteral) -> Printed:
    return ATOM, f"[{', '.join(map(print_tree, node.items))}]"


@_rule(syntax.ContextLiteral)
def _context(node: syntax.ContextLiteral) -> Printed:
    entries = (
        f"{name if _is_word(name) else _text(name)}: {print_tree(value)}"
        for name, value in node.entries
    )
    return ATOM, f"{{{', '.join(entries)}}}"


@_rule(syntax.RangeLiteral)
def _range(node: syntax.RangeLiteral) -> Printed:
    if node.start is None and node.end is not None:
        return ATOM, f"(<{'=' if node.end_included else ''} {_at(node.end, ADD)})"
    if node.end is None and node.start is not None:
        return ATOM, f"(>{'=' if node.start_included else ''} {_at(node.start, ADD)})"
    opening, closing = "[" if node.start_included else "(", "]" if node.end_included else ")"
    ends = (_at(end, ADD) for end in (node.start, node.end) if end is not None)
    return ATOM, f"{opening}{'..'.join(ends)}{closing}"


# --- unary tests -------------------------------------------------------------------------------


@_rule(syntax.CompareInput)
def _compare_input(node: syntax.CompareInput) -> Printed:
    return 0, f"{node.operator} {print_tree(node.operand)}"


@_rule(syntax.Tests)
def _tests(node: syntax.Tests) -> Printed:
    if not node.tests:
        return 0, "-"
    listed = ", ".join(map(print_tree, node.tests))
    if node.negated:
        return 0, f"not({listed})"
    # A call of ``not`` on its own would be read as the negation of tests.
    return 0, f"({listed})" if listed.startswith("not(") and len(node.tests) == 1 else listed
