"""What can go wrong, and at which position."""

from dataclasses import dataclass


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
    def line(self) -> int:
        """Line of the fault, counted from 1."""
        return self.text.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int:
        """Column of the fault, counted from 1."""
        return self.position - (self.text.rfind("\n", 0, self.position) + 1) + 1

    def caret(self) -> str:
        """Show the line at fault with a caret under the place."""
        lines = self.text.split("\n")
        line = lines[self.line - 1] if lines else ""
        return f"{line}\n{' ' * (self.column - 1)}^"

    def __str__(self) -> str:
        return f"{self.message} (line {self.line}, column {self.column})"


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
