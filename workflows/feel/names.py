"""Known names: which run of tokens is one name.

FEEL names may hold spaces and signs (``sum insured``, ``date and time``, ``a-b``); a run of tokens
is read as the longest name known to be in scope (FEEL 10.3.1.2).
"""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from workflows.feel.lexer import Token, tokenize

RESERVED = frozenset(
    {"null", "true", "false", "if", "then", "else", "for", "return", "some", "every", "satisfies"}
    | {"in", "between", "and", "or", "not", "function", "instance", "of"}
)

Entry = tuple[tuple[str, ...], str]
Index = dict[str, list[Entry]]


class KnownNames:
    """Names of more than one token, by their first."""

    __slots__ = ("_index",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._index: Index = {}
        for name in names:
            if not name.isidentifier():
                self.add(name, _parts(name))

    def add(self, name: str, parts: tuple[str, ...]) -> None:
        """Make a name known from here on."""
        if len(parts) > 1:
            entries = self._index.setdefault(parts[0], [])
            entries.append((parts, name))
            entries.sort(key=lambda entry: -len(entry[0]))

    def near(self, tokens: list[Token], at: int) -> str | None:
        """Find the known name that a call of several words, one of them here, nearly spells."""
        first = last = at
        while first and tokens[first - 1].kind == "word":
            first -= 1
        while tokens[last].kind == "word":
            last += 1
        is_one_word = last <= first + 1
        if is_one_word or tokens[last].text != "(":
            return None
        names = [name for entries in self._index.values() for _, name in entries]
        written = " ".join(token.text for token in tokens[first:last])
        return next(iter(get_close_matches(written, names, 1, 0.75)), None)

    def begins(self, text: str) -> bool:
        """Tell whether some known name begins with a token."""
        return text in self._index

    def match(self, tokens: list[Token], at: int) -> tuple[str, int] | None:
        """Find the longest known name that begins at a token, and how many tokens it has."""
        for parts, name in self._index.get(tokens[at].text, ()):
            if all(
                token.text == part
                for token, part in zip(tokens[at : at + len(parts)], parts, strict=False)
            ) and at + len(parts) < len(tokens):
                return name, len(parts)
        return None


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokenize(name)[:-1])
