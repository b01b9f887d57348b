"""Tokens to syntax tree, by precedence climbing; expressions and unary tests."""

from collections.abc import Iterable

from workflows.feel import syntax
from workflows.feel.names import KnownNames
from workflows.feel.parser import brackets, constructs, literals, operators, unary
from workflows.feel.parser.precedence import Parser
from workflows.feel.syntax import Node

CONSTRUCTS = (literals, brackets, constructs, operators, unary)
"""The modules that register how each construct is read."""


def parse_expression(text: str, names: Iterable[str], functions: KnownNames) -> Node:
    """Read an expression; ``names`` are known in scope. Raises FeelSyntaxError."""
    parser = Parser(text, names, functions)
    try:
        node = parser.expression()
    except RecursionError:
        raise parser.fail("The expression nests too deep") from None
    parser.end()
    return node


def parse_unary_tests(text: str, names: Iterable[str], functions: KnownNames) -> syntax.Tests:
    """Read unary tests; ``names`` are known in scope. Raises FeelSyntaxError."""
    parser = Parser(text, names, functions)
    try:
        return unary.read_tests(parser)
    except RecursionError:
        raise parser.fail("The expression nests too deep") from None
