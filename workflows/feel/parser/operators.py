"""Operators and what follows an operand: paths, filters, invocations."""

from decimal import Decimal
from typing import cast

from workflows.feel import syntax
from workflows.feel.environment import NUMBERS
from workflows.feel.lexer import Token, unescape
from workflows.feel.names import RESERVED
from workflows.feel.parser.precedence import (
    ADD,
    AND,
    COMPARE,
    COMPARISONS,
    INFIX,
    MULTIPLY,
    OR,
    POSTFIX,
    POWER,
    SIGN,
    Parser,
    begins,
    follows,
)
from workflows.feel.parser.type_names import read_type
from workflows.feel.syntax import Node


@begins("-")
def negation(parser: Parser, token: Token) -> Node:
    """Read an arithmetic negation; a number's is folded."""
    operand = parser.expression(SIGN)
    if isinstance(operand, syntax.Literal) and parser.tokens[parser.at - 1].kind == "number":
        value = operand.value
        if isinstance(value, Decimal):
            return syntax.Literal(position=token.start, value=NUMBERS.minus(value))
    return syntax.Negation(position=token.start, operand=operand)


@follows(ADD, "+", "-")
@follows(MULTIPLY, "*", "/")
@follows(POWER, "**")
def arithmetic(parser: Parser, left: Node, token: Token) -> Node:
    """Read the right operand of an arithmetic operator; all of them group to the left."""
    right = parser.expression(INFIX[token.text][0] + 1)
    operator = cast(syntax.ArithmeticOperator, token.text)
    return syntax.Arithmetic(position=token.start, operator=operator, left=left, right=right)


@follows(COMPARE, *COMPARISONS)
def comparison(parser: Parser, left: Node, token: Token) -> Node:
    """Read the right operand of a comparison."""
    right = parser.expression(ADD)
    operator = cast(syntax.ComparisonOperator, token.text)
    return syntax.Comparison(position=token.start, operator=operator, left=left, right=right)


@follows(AND, "and")
def conjunction(parser: Parser, left: Node, token: Token) -> Node:
    """Read what ``and`` joins."""
    operands = [left, parser.expression(COMPARE)]
    while parser.take("and"):
        operands.append(parser.expression(COMPARE))
    return syntax.Conjunction(position=token.start, operands=tuple(operands))


@follows(OR, "or")
def disjunction(parser: Parser, left: Node, token: Token) -> Node:
    """Read what ``or`` joins."""
    operands = [left, parser.expression(AND)]
    while parser.take("or"):
        operands.append(parser.expression(AND))
    return syntax.Disjunction(position=token.start, operands=tuple(operands))


@follows(COMPARE, "between")
def between(parser: Parser, left: Node, token: Token) -> Node:
    """Read the bounds of a ``between``."""
    low = parser.expression(ADD)
    parser.expect("and")
    high = parser.expression(ADD)
    return syntax.Between(position=token.start, value=left, low=low, high=high)


@follows(COMPARE, "instance")
def instance(parser: Parser, left: Node, token: Token) -> Node:
    """Read the type of an ``instance of``."""
    parser.expect("of")
    return syntax.InstanceOf(position=token.start, value=left, type=read_type(parser))


@follows(POSTFIX, ".")
def path(parser: Parser, left: Node, token: Token) -> Node:
    """Read the name after a dot: the longest known one, or all words that stand there."""
    found = parser.known.match(parser.tokens, parser.at)
    if found is not None:
        name = found[0]
        parser.at += found[1]
    elif parser.token.kind == "quoted":
        name = unescape(parser.token.text[1:-1])
        parser.at += 1
    else:
        first = parser.at
        while parser.token.kind == "word" and parser.token.text not in RESERVED:
            parser.at += 1
        if parser.at == first:
            raise parser.unexpected("a name")
        name = unescape(" ".join(word.text for word in parser.tokens[first : parser.at]))
    return syntax.Path(position=token.start, source=left, name=name)


@follows(POSTFIX, "[")
def filtering(parser: Parser, left: Node, token: Token) -> Node:
    """Read the condition of a filter."""
    condition = parser.inside()
    parser.expect("]")
    return syntax.Filter(position=token.start, source=left, condition=condition)


@follows(POSTFIX, "(")
def call(parser: Parser, left: Node, _token: Token) -> Node:
    """Read the arguments of an invocation."""
    arguments: list[Node] = []
    keywords: list[str] = []
    named = names_argument(parser)
    while not parser.take(")"):
        if arguments:
            parser.expect(",")
        if named:
            keywords.append(parser.declared(":"))
            parser.expect(":")
        arguments.append(parser.inside())
    return syntax.Call(
        position=left.position,
        function=left,
        arguments=tuple(arguments),
        keywords=tuple(keywords),
    )


def names_argument(parser: Parser) -> bool:
    """Tell whether words and a colon come next, the name of an argument."""
    at = parser.at
    while parser.tokens[at].kind in ("word", "quoted"):
        at += 1
    return at > parser.at and parser.tokens[at].text == ":"
