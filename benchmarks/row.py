"""One measured line: the figure, what it stands against, its budget, and whether that is kept."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

Sense = Literal["at most", "at least"]

_HOLDS: Final[Mapping[Sense, Callable[[float, float], bool]]] = MappingProxyType(
    {"at most": operator.le, "at least": operator.ge}
)
_SIGNS: Final[Mapping[Sense, str]] = MappingProxyType({"at most": "≤", "at least": "≥"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A limit on the figure itself, or on its ratio to what it stands against."""

    of: Literal["figure", "ratio"]
    sense: Sense
    limit: float

    def __str__(self) -> str:
        suffix = "×" if self.of == "ratio" else ""
        return f"{_SIGNS[self.sense]} {_short(self.limit)}{suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a report."""

    name: str
    unit: str
    measured: float
    against: float | None = None
    """The same figure of the peer, measured in the same run."""
    ratio: float | None = None
    budget: Budget | None = None

    @property
    def kept(self) -> bool | None:
        """Tell whether the budget is kept; None: there is none, or nothing to compare with."""
        if self.budget is None:
            return None
        figure = self.measured if self.budget.of == "figure" else self.ratio
        return None if figure is None else _HOLDS[self.budget.sense](figure, self.budget.limit)

    def as_json(self) -> dict[str, Any]:
        """Return the line as plain data."""
        return {
            "name": self.name,
            "unit": self.unit,
            "measured": self.measured,
            "against": self.against,
            "ratio": self.ratio,
            "budget": None if self.budget is None else str(self.budget),
            "kept": self.kept,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one suite measured, and what must be known to read it."""

    suite: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)
    """Samples behind the lines, for the JSON file only."""

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "suite": self.suite,
            "notes": list(self.notes),
            "rows": [row.as_json() for row in self.rows],
            "raw": dict(self.raw),
        }


HEADINGS: Final = ("what", "measured", "against", "ratio", "budget", "")
_VERDICTS: Final[Mapping[bool | None, str]] = MappingProxyType(
    {True: "kept", False: "NOT KEPT", None: ""}
)


def table(rows: tuple[Row, ...]) -> str:
    """Lay lines out for people."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = [
        "  ".join(
            text.ljust(width) if column in (0, 5) else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    return "\n".join((lines[0], "-" * len(lines[0]), *lines[1:]))


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        f"{_short(row.measured)} {row.unit}",
        "" if row.against is None else _short(row.against),
        "" if row.ratio is None else f"{_short(row.ratio)}×",
        "" if row.budget is None else str(row.budget),
        _VERDICTS[row.kept],
    )


def _short(figure: float) -> str:
    if figure == int(figure):
        return f"{int(figure):,}"
    if abs(figure) >= 1000:
        return f"{figure:,.0f}"
    return f"{figure:.3g}" if abs(figure) < 100 else f"{figure:.1f}"
