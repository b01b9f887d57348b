"""What an evaluation may know of the world, and the bounds it runs in.

There is no clock and no chance here: the moment and the seed come from the occurrence that
caused the evaluation, so a replay gives the same values.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from hashlib import sha256

from workflows.feel.errors import FeelLimitError, FeelWarning
from workflows.feel.temporal import DateTime

MAX_STEPS = 100_000
"""What one evaluation, or one decision with all its expressions, may take: a step is about a
microsecond, and what takes longer counts as several."""
MAX_ITEMS = 10_000
MAX_TEXT = 1_000_000
MAX_DEPTH = 400
"""How deep calls may stand in one another, counted in nodes, so that the bound is the same
wherever an evaluation runs and however much of Python's stack its caller has used."""
MAX_NESTING = 100
ITEM_STEP, TEXT_STEP = 10, 500
"""How many items, or characters, an operation on a whole list or text may do for one step."""
MAX_WARNINGS = 100

NUMBERS = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""FEEL numbers are IEEE 754 decimal128; only this context computes, never the thread's."""


@dataclass(slots=True, kw_only=False)
class Environment:
    """The moment, the chance and the zone of one evaluation; gathers its warnings and steps."""

    now: datetime
    seed: str = ""
    zone: str | None = None
    warnings: list[FeelWarning] = field(default_factory=list)
    drawn: int = 0
    steps: int = 0
    """What the evaluation took so far."""

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("Expected a moment with a zone, but now has none.")

    def moment(self) -> DateTime:
        """Tell the moment in the zone."""
        moment = DateTime.from_datetime(self.now)
        if self.zone is None:
            return moment
        return DateTime.from_instant(moment.instant(), self.zone)

    def draw(self) -> bytes:
        """Draw 32 bytes of chance, the same for the same seed and count."""
        self.drawn += 1
        return sha256(f"{self.seed}\x00{self.drawn}".encode("utf-8", "surrogatepass")).digest()


class Run:
    """One expression under evaluation; several may share an environment, and its budget."""

    __slots__ = ("depth", "environment", "text")

    def __init__(self, environment: Environment, text: str) -> None:
        self.environment = environment
        self.text = text
        self.depth = 0

    def spend(self, steps: int) -> None:
        """Count steps against the budget."""
        environment = self.environment
        environment.steps += steps
        if environment.steps > MAX_STEPS:
            raise FeelLimitError(f"The evaluation takes more than {MAX_STEPS} steps.")

    def enter(self, depth: int) -> None:
        """Step into a function whose body is so deep; the caller takes the depth off again."""
        if self.depth + depth > MAX_DEPTH:
            raise FeelLimitError("Functions call one another too deep.")
        self.depth += depth

    def charge(self, value: object) -> None:
        """Count a list, context or text that an operation goes through as a whole."""
        if type(value) is list or type(value) is dict:
            self.spend(len(value) // ITEM_STEP)
        elif type(value) is str:
            self.spend(len(value) // TEXT_STEP)

    def weigh(self, value: object) -> None:
        """Count what a value holds as steps, so that nothing that walks it takes too long.

        Values may share their parts: a short expression can make a list of 2**60 items.
        """
        level = [value]
        for _ in range(MAX_NESTING):
            inner: list[object] = []
            texts = 0
            for item in level:
                if type(item) is list:
                    inner += item
                elif type(item) is dict:
                    inner += item.values()
                elif type(item) is str:
                    texts += len(item)
                if len(inner) > MAX_STEPS:
                    break
            self.spend(len(inner) + texts // TEXT_STEP)
            if not inner:
                return
            level = inner
        raise FeelLimitError(f"Values nest at most {MAX_NESTING} levels deep.")

    def warn(self, message: str, position: int, *, is_assertion: bool = False) -> None:
        """Note why a value is null."""
        warnings = self.environment.warnings
        if len(warnings) < MAX_WARNINGS:
            warning = FeelWarning(
                message=message,
                position=position,
                expression=self.text,
                is_assertion=is_assertion,
            )
            warnings.append(warning)
