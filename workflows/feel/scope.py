"""Names in sight of an expression: a mapping, and the scope around it."""

from collections.abc import Callable, Mapping
from typing import Final

from workflows.feel.environment import Run
from workflows.feel.values import Value


class Scope:
    """One level of names within an evaluation."""

    __slots__ = ("names", "outer", "run")

    def __init__(self, names: Mapping[str, Value], outer: "Scope | None", run: Run) -> None:
        self.names = names
        self.outer = outer
        self.run = run

    def find(self, name: str) -> Value:
        """Find the value of a name, innermost first; null where there is none."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def knows(self, name: str) -> bool:
        """Tell whether there is such a name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True
            scope = scope.outer
        return False


Closure = Callable[[Scope], Value]
"""A compiled expression: from the names in sight to a value."""

INPUT: Final = "?"
"""The name under which unary tests see the value they test."""
