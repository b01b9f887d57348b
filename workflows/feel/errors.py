"""What can go wrong, and at which position."""

from dataclasses import dataclass
from unicodedata import east_asian_width


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in an expression."""

    text: str
    position: int

    @property
    def line(self) -> int:
        """Its line, counted from 1."""
        return self.text.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int:
        """Its column, counted from 1."""
        return self.position - (self.text.rfind("\n", 0, self.position) + 1) + 1

    def caret(self) -> str:
        """Show its line, of a long one what is around, with a caret under the place.

        A tab stays one, so that the two align.
        """
        line, at = self.text.split("\n")[self.line - 1], self.column - 1
        first = max(at - ABOUT, 0) if len(line) > 2 * ABOUT else 0
        shown = line[first : first + 2 * ABOUT]
        head, tail = "…" * (first > 0), "…" * (first + len(shown) < len(line))
        under = "".join(c if c == TAB else _BLANKS[_is_wide(c)] for c in head + line[first:at])
        return f"{head}{shown}{tail}\n{under}^"

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


ABOUT = 60
"""How much of a long line is shown before a place, and after it."""
TAB = "\t"
_BLANKS = {False: " ", True: "\u3000"}
"""What is as wide as a letter, and as a Chinese character."""


def _is_wide(character: str) -> bool:
    return east_asian_width(character) in "WF"


class FeelError(Exception):
    """Anything this room raises on purpose."""


class FeelSyntaxError(FeelError):
    """A text that is no FEEL; says where it stops being one."""

    def __init__(self, message: str, text: str = "", position: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.position = min(max(position, 0), len(text))

    @property
    def spot(self) -> Spot:
        """The place where it stops being FEEL."""
        return Spot(self.text, self.position)

    @property
    def line(self) -> int:
        """Line of the fault, counted from 1."""
        return self.spot.line

    @property
    def column(self) -> int:
        """Column of the fault, counted from 1."""
        return self.spot.column

    def caret(self) -> str:
        """Show the line at fault with a caret under the place."""
        return self.spot.caret()

    def __str__(self) -> str:
        return f"{self.message} ({self.spot})"


class FeelLimitError(FeelError):
    """A limit on steps, size or depth was exceeded; the evaluation has no value."""


class FeelFault(FeelError, ValueError):
    """A value that an operation cannot take; in an evaluation it becomes null and a warning."""


class FeelAssertion(FeelFault):
    """A call of ``assert`` whose condition does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeelWarning:
    """Why an evaluation met a null that nobody wrote."""

    message: str
    position: int
    expression: str
    is_assertion: bool = False
    """Whether the author asked, by ``assert``, that it be no silent null."""
    inputs: tuple[tuple[str, object], ...] = ()
    """What the expression took from its scope: names and values."""

    @property
    def spot(self) -> Spot:
        """The place that gave the null."""
        return Spot(self.expression, self.position)
