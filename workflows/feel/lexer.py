"""Characters to tokens.

The lexer knows no names: it cuts words, numbers and signs. The parser joins them to names, as
only it knows which names are in scope.
"""

import re
import sys
from typing import NamedTuple

from workflows.feel.errors import FeelSyntaxError

MAX_SOURCE = 100_000

_ASTRAL = "\U00010000-\U000effff"
_TOKEN = re.compile(
    rf"""
      (?P<skip>(?:\s|//[^\n]*|/\*.*?\*/)+)
    | (?P<word>(?:[^\W\d]|[{_ASTRAL}]|\\u[0-9a-fA-F]{{4}})(?:\w|[{_ASTRAL}]|\\u[0-9a-fA-F]{{4}})*)
    | (?P<sign>\*\*|\.\.|<=|>=|!=|->|[-+*/<>=()\[\]{{}},:?])
    | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<dot>\.)
    | (?P<text>"[^"\\]*(?:\\.[^"\\]*)*")
    | (?P<at>@\s*"[^"\\]*(?:\\.[^"\\]*)*")
    | (?P<quoted>`[^`]*`)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "b": "\b", '"': '"', "'": "'", "\\": "\\"}


class Token(NamedTuple):
    """One token: its kind, its text as written, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Cut a text into tokens; the last one is of kind ``end`` and empty."""
    if len(text) > MAX_SOURCE:
        raise FeelSyntaxError(f"An expression has at most {MAX_SOURCE} characters.", text[:1000], 0)
    tokens = [
        Token(kind, found.group(), *found.span())
        for found in _TOKEN.finditer(text)
        if (kind := found.lastgroup or "") != "skip"
    ]
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def unescape(text: str) -> str:
    """Resolve the escapes of a string literal; an unknown one stays as it is written."""
    if "\\" not in text:
        return text
    resolved = _ESCAPE.sub(_resolve, text)
    return resolved.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _resolve(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        point = int(code, 16)
        return chr(point) if point <= sys.maxunicode else found[0]
    return _ESCAPES.get(found[3], found[0])
