"""Unary tests, on their own or after ``in``."""

from typing import cast

from workflows.feel import syntax
from workflows.feel.lexer import Token
from workflows.feel.parser.precedence import ADD, COMPARE, COMPARISONS, INFIX, OR, Parser, follows
from workflows.feel.syntax import Node


@follows(COMPARE, "in")
def membership(parser: Parser, left: Node, token: Token) -> Node:
    """Read the tests of an ``in``: one, or several in parentheses."""
    start = parser.at
    if parser.take("("):
        tests = [read_test(parser, OR)]
        while parser.take(","):
            tests.append(read_test(parser, OR))
        if parser.take(")") and not continues(parser):
            return syntax.In(position=token.start, value=left, tests=tuple(tests))
        parser.at = start
    return syntax.In(position=token.start, value=left, tests=(read_test(parser, ADD),))


def read_test(parser: Parser, power: int) -> Node:
    """Read one positive unary test."""
    token = parser.token
    if token.text not in COMPARISONS:
        return parser.expression(power)
    parser.at += 1
    operator = cast(syntax.ComparisonOperator, token.text)
    operand = parser.expression(power)
    return syntax.CompareInput(position=token.start, operator=operator, operand=operand)


def read_tests(parser: Parser) -> syntax.Tests:
    """Read unary tests to the end: ``-``, tests, or ``not(tests)``."""
    if parser.token.text == "-" and parser.tokens[1].kind == "end":
        parser.at += 1
        return syntax.Tests(position=0, negated=False, tests=())
    if parser.token.text == "not" and parser.tokens[1].text == "(":
        parser.at = 2
        tests = read_alternatives(parser)
        if parser.take(")") and parser.token.kind == "end":
            return syntax.Tests(position=0, negated=True, tests=tests)
        parser.at = 0
    tests = read_alternatives(parser)
    parser.end()
    return syntax.Tests(position=0, negated=False, tests=tests)


def read_alternatives(parser: Parser) -> tuple[Node, ...]:
    """Read tests separated by commas."""
    found = [read_test(parser, OR)]
    while parser.take(","):
        found.append(read_test(parser, OR))
    return tuple(found)


def continues(parser: Parser) -> bool:
    """Tell whether an operator follows that binds more strongly than a comparison."""
    entry = INFIX.get(parser.token.text)
    return entry is not None and entry[0] > COMPARE
