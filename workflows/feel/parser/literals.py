"""Literals, and words that stand alone."""

from decimal import DecimalException

from workflows.feel import syntax
from workflows.feel.environment import NUMBERS
from workflows.feel.lexer import Token, unescape
from workflows.feel.parser.precedence import Parser, begins, literal
from workflows.feel.syntax import Node

CONSTANTS: dict[str, bool | None] = {"null": None, "true": True, "false": False}


@literal("number")
def number(parser: Parser, token: Token) -> Node:
    """Read a number."""
    try:
        value = NUMBERS.create_decimal(token.text)
    except DecimalException:
        raise parser.fail("The number is out of range", token) from None
    return syntax.Literal(position=token.start, value=value)


@literal("text")
def text(_parser: Parser, token: Token) -> Node:
    """Read a string."""
    return syntax.Literal(position=token.start, value=unescape(token.text[1:-1]))


@literal("at")
def at_literal(_parser: Parser, token: Token) -> Node:
    """Read a temporal literal."""
    text = unescape(token.text[1:].strip()[1:-1])
    return syntax.AtLiteral(position=token.start, text=text)


@literal("quoted")
def quoted(_parser: Parser, token: Token) -> Node:
    """Read a name in backticks."""
    return syntax.Name(position=token.start, name=unescape(token.text[1:-1]))


@begins("null", "true", "false")
def constant(_parser: Parser, token: Token) -> Node:
    """Read null, true or false."""
    return syntax.Literal(position=token.start, value=CONSTANTS[token.text])


@begins("?")
def question_mark(_parser: Parser, token: Token) -> Node:
    """Read the question mark, the value under test."""
    return syntax.Name(position=token.start, name="?")


@begins("not", "and", "or")
def function_word(parser: Parser, token: Token) -> Node:
    """Read a reserved word that is also a built-in function, such as ``not(…)``."""
    if parser.token.text != "(":
        parser.at -= 1
        raise parser.unexpected("an expression")
    return syntax.Name(position=token.start, name=token.text)
