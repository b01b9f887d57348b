"""Constructs that begin with a word: choices, loops, function definitions."""

from workflows.feel import syntax
from workflows.feel.lexer import Token
from workflows.feel.parser.precedence import Parser, begins
from workflows.feel.parser.type_names import read_type
from workflows.feel.syntax import Node


@begins("if")
def condition(parser: Parser, token: Token) -> Node:
    """Read an ``if``."""
    condition = parser.expression()
    parser.expect("then")
    consequence = parser.expression()
    parser.expect("else")
    return syntax.If(
        position=token.start,
        condition=condition,
        consequence=consequence,
        alternative=parser.expression(),
    )


@begins("for")
def loop(parser: Parser, token: Token) -> Node:
    """Read a ``for``."""
    bound = read_iterators(parser)
    parser.expect("return")
    return syntax.For(position=token.start, iterators=bound, body=parser.expression())


@begins("some", "every")
def quantified(parser: Parser, token: Token) -> Node:
    """Read a ``some`` or ``every``."""
    bound = read_iterators(parser)
    parser.expect("satisfies")
    return syntax.Quantified(
        position=token.start,
        quantifier="some" if token.text == "some" else "every",
        iterators=bound,
        condition=parser.expression(),
    )


def read_iterators(parser: Parser) -> tuple[syntax.Iterator, ...]:
    """Read the iterators of a loop."""
    found = [read_iterator(parser)]
    while parser.take(","):
        found.append(read_iterator(parser))
    return tuple(found)


def read_iterator(parser: Parser) -> syntax.Iterator:
    """Read one iterator."""
    token = parser.token
    name = parser.declared("in")
    parser.expect("in")
    domain = parser.expression()
    end = parser.expression() if parser.take("..") else None
    return syntax.Iterator(position=token.start, name=name, domain=domain, end=end)


@begins("function")
def function(parser: Parser, token: Token) -> Node:
    """Read a function definition."""
    parser.expect("(")
    parameters: list[str] = []
    types: list[syntax.Type | None] = []
    while not parser.take(")"):
        if parameters:
            parser.expect(",")
        parameters.append(parser.declared(",", ")", ":"))
        types.append(read_type(parser) if parser.take(":") else None)
    if parser.token.text == "external":
        raise parser.fail("External functions are not executed")
    return syntax.FunctionDefinition(
        position=token.start,
        parameters=tuple(parameters),
        types=tuple(types),
        body=parser.expression(),
    )
