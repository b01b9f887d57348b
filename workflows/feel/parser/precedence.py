"""Precedence climbing: which operator takes which operands.

The tables say what begins an operand and what follows one; the modules of the constructs fill them.
"""

from collections.abc import Callable
from typing import TypeVar

from workflows.feel import syntax
from workflows.feel.lexer import Token, unescape
from workflows.feel.names import RESERVED
from workflows.feel.parser.cursor import Cursor
from workflows.feel.syntax import Node

MAX_DEPTH = 100
MAX_CHAIN = 200

OR, AND, COMPARE, ADD, MULTIPLY, POWER, SIGN, POSTFIX = range(1, 9)
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_NO_START = frozenset((",", ")", "]", "}", "+", "*", "/", "**", "..", ".", *COMPARISONS))


class Parser(Cursor):
    """Reads expressions; what each construct is made of, the tables know."""

    def expression(self, power: int = OR) -> Node:
        """Read an expression whose operators bind at least so strongly."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(f"An expression nests at most {MAX_DEPTH} levels deep")
        left = self.operand()
        for _ in range(MAX_CHAIN):
            token = self.tokens[self.at]
            entry = INFIX.get(token.text)
            if entry is None or entry[0] < power or self._closes_range(token):
                self.depth -= 1
                return left
            self.at += 1
            left = entry[1](self, left, token)
        raise self.fail(f"At most {MAX_CHAIN} operators follow one another")

    def _closes_range(self, token: Token) -> bool:
        """Tell whether a ``[`` ends a range, as in ``[1..5[``, rather than begins a filter."""
        if not self.open_end or token.text != "[":
            return False
        after = self.tokens[self.at + 1]
        if after.kind == "word":
            return after.text in RESERVED and after.text not in PREFIX
        return after.kind == "end" or after.text in _NO_START

    def operand(self) -> Node:
        """Read what stands before any operator."""
        token = self.tokens[self.at]
        reader = PREFIX.get(token.text) or LITERALS.get(token.kind)
        if reader is None or self.known.begins(token.text):
            name = self.variable()
            if name is not None:
                return name
        if reader is None:
            raise self.unexpected("an expression")
        self.at += 1
        return reader(self, token)

    def variable(self) -> syntax.Name | None:
        """Read a name, the longest one known, if there is one."""
        token = self.tokens[self.at]
        found = self.known.match(self.tokens, self.at)
        if found is None and token.kind == "word" and token.text not in RESERVED:
            found = self._function_name() or (unescape(token.text), 1)
        if found is None:
            return None
        self.at += found[1]
        return syntax.Name(position=token.start, name=found[0])

    def _function_name(self) -> tuple[str, int] | None:
        """Read the name of a built-in; ``date and time`` may be a conjunction, if nobody calls."""
        found = self.functions.match(self.tokens, self.at)
        if found is None or self.tokens[self.at + found[1]].text == "(":
            return found
        words = self.tokens[self.at : self.at + found[1]]
        return None if any(word.text in INFIX for word in words) else found

    def inside(self) -> Node:
        """Read an expression within brackets of its own."""
        open_end, self.open_end = self.open_end, False
        node = self.expression()
        self.open_end = open_end
        return node


Prefix = Callable[[Parser, Token], Node]
Infix = Callable[[Parser, Node, Token], Node]

PREFIX: dict[str, Prefix] = {}
"""What may begin an operand, by its text."""

LITERALS: dict[str, Prefix] = {}
"""What may begin an operand, by its kind of token."""

INFIX: dict[str, tuple[int, Infix]] = {}
"""How strongly each operator binds, and what reads its right side."""

P = TypeVar("P", bound=Prefix)
Q = TypeVar("Q", bound=Infix)


def begins(*texts: str) -> Callable[[P], P]:
    """Register what reads an operand that begins so."""

    def register(reader: P) -> P:
        PREFIX.update(dict.fromkeys(texts, reader))
        return reader

    return register


def literal(kind: str) -> Callable[[P], P]:
    """Register what reads a literal."""

    def register(reader: P) -> P:
        LITERALS[kind] = reader
        return reader

    return register


def follows(power: int, *texts: str) -> Callable[[Q], Q]:
    """Register what reads the right side of operators, and how strongly they bind."""

    def register(reader: Q) -> Q:
        INFIX.update(dict.fromkeys(texts, (power, reader)))
        return reader

    return register
