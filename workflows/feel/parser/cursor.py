"""Where the parser stands in its tokens, and which names it knows there."""

from collections.abc import Iterable
from typing import Final

from workflows.feel.errors import FeelSyntaxError
from workflows.feel.lexer import Token, tokenize, unescape
from workflows.feel.names import RESERVED, KnownNames

_HABITS: Final = {
    "'": "; a text stands in double quotes",
    '"': "; the text is not closed",
    "&": "; write 'and'",
    "|": "; write 'or'",
    "!": "; write 'not(…)'",
    "%": "; write 'modulo(…)'",
    "?": "; write 'if … then … else …'",
}
"""What other languages would have there."""


class Cursor:
    """Tokens of one text; ``names`` are known to be in scope, ``functions`` are built in."""

    def __init__(self, text: str, names: Iterable[str], functions: KnownNames) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = 0
        self.known = KnownNames(names)
        self.functions = functions
        self.open_end = False

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.at]

    def fail(self, message: str, token: Token | None = None) -> FeelSyntaxError:
        """Make the error that says what stands at a token instead."""
        return FeelSyntaxError(message, self.text, (token or self.token).start)

    def unexpected(self, wanted: str) -> FeelSyntaxError:
        """Make the error for a token that cannot stand here."""
        token = self.token
        found = "the end" if token.kind == "end" else f"'{token.text[:40]}'"
        return self.fail(f"Expected {wanted}, but found {found}{self._hint(token.text)}")

    def _hint(self, found: str) -> str:
        """Tell what was probably meant, where that can be guessed."""
        near = self.functions.near(self.tokens, self.at)
        if near:
            return f"; did you mean '{near}'?"
        if found == "=" and self.at == 0:
            return "; it only marks expressions in drawings"
        if found == "=" and self.tokens[self.at - 1].text == "=":
            return "; one compares"
        return _HABITS.get(found, "")

    def take(self, text: str) -> bool:
        """Pass over a token if it is the one."""
        if self.tokens[self.at].text == text:
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> Token:
        """Pass over a token that must be the one."""
        token = self.tokens[self.at]
        if token.text != text:
            raise self.unexpected(f"'{text}'")
        self.at += 1
        return token

    def end(self) -> None:
        """Make sure that nothing is left."""
        if self.token.kind != "end":
            raise self.unexpected("the end of the expression")

    def declared(self, *stops: str) -> str:
        """Read a name where it is introduced: everything up to a stop; it is known from there."""
        first = self.at
        while self.token.kind in ("word", "sign", "number", "dot", "other", "quoted"):
            if self.token.text in stops:
                break
            self.at += 1
        if self.at == first or self.token.text not in stops:
            raise self.unexpected("a name followed by " + " or ".join(f"'{s}'" for s in stops))
        parts = self.tokens[first : self.at]
        if len(parts) == 1 and parts[0].kind == "quoted":
            return parts[0].text[1:-1]
        if parts[0].kind not in ("word", "other") or (
            len(parts) == 1 and parts[0].text in RESERVED
        ):
            raise self.fail(f"'{parts[0].text[:40]}' cannot be a name", parts[0])
        name = unescape(self.text[parts[0].start : parts[-1].end])
        self.known.add(name, tuple(part.text for part in parts))
        return name
