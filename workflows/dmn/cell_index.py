"""The cells of a column, each distinct text once; plain literals found without asking FEEL.

Most cells of a real table are text or number literals, comparisons with a number, or ranges of
numbers. Those answer by a look-up or a comparison, whatever the number of rules; everything else,
and every value of another type, is asked as unary tests. The answers are the same.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from workflows.dmn.logic import Interval
from workflows.dmn.model import FeelText

_NUMBER: Final = r"-?(?:\d{1,17}(?:\.\d{1,17})?|\.\d{1,17})"
"""Of no more digits than FEEL keeps, so that reading it needs no rounding."""
_PIECE: Final = re.compile(
    rf"""\s*(?:
        "(?P<text>[^"\\\n]*)"
        |(?P<number>{_NUMBER})
        |(?P<sign><=|>=|<|>)\s*(?P<bound>{_NUMBER})
        |(?P<open>[\[\](])\s*(?P<start>{_NUMBER})\s*\.\.\s*(?P<end>{_NUMBER})\s*(?P<close>[\[\])])
    )\s*(?P<comma>,|$)""",
    re.VERBOSE,
)
_BLANK: Final = frozenset({"", "-"})


@dataclass(slots=True)
class CellIndex:
    """Rules, as bits, by what their cells hold."""

    always: int = 0
    """Rules whose cell is empty or ``-``."""
    constants: dict[str | Decimal, int] = field(default_factory=dict)
    intervals: dict[Interval, int] = field(default_factory=dict)
    constant_cells: dict[str, int] = field(default_factory=dict)
    """Cells that hold nothing but constants and intervals, as texts."""
    cells: dict[str, int] = field(default_factory=dict)
    """All other cells."""
    drawn: dict[str, FeelText] = field(default_factory=dict)
    """The first cell of each text."""

    def add(self, cell: FeelText, rule: int) -> None:
        """Take in the cell of a rule."""
        text = cell.text.strip()
        if text in _BLANK:
            self.always |= rule
            return
        self.drawn.setdefault(text, cell)
        pieces = None if cell.language else _pieces(text)
        holder = self.cells if pieces is None else self.constant_cells
        holder[text] = holder.get(text, 0) | rule
        for piece in pieces or ():
            if isinstance(piece, Interval):
                self.intervals[piece] = self.intervals.get(piece, 0) | rule
            else:
                self.constants[piece] = self.constants.get(piece, 0) | rule


def _pieces(text: str) -> list[str | Decimal | Interval] | None:
    """Read a cell of nothing but literals, comparisons and ranges; None for any other."""
    found: list[str | Decimal | Interval] = []
    at, comma = 0, ""
    while at < len(text):
        match = _PIECE.match(text, at)
        if match is None:
            return None
        found.append(_piece(match))
        at, comma = match.end(), match["comma"]
    return None if comma else found


def _piece(match: re.Match[str]) -> str | Decimal | Interval:
    if match["text"] is not None:
        return match["text"]
    if match["number"] is not None:
        return Decimal(match["number"])
    if match["sign"] is not None:
        return _comparison(match["sign"], Decimal(match["bound"]))
    return Interval(
        start=Decimal(match["start"]),
        end=Decimal(match["end"]),
        start_included=match["open"] == "[",
        end_included=match["close"] == "]",
    )


def _comparison(sign: str, bound: Decimal) -> Interval:
    included = sign.endswith("=")
    if sign.startswith("<"):
        return Interval(start=None, end=bound, start_included=False, end_included=included)
    return Interval(start=bound, end=None, start_included=included, end_included=False)
