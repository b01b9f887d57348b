"""Failpoints: named instants at which a test may kill the process, to prove that nothing is lost.

Off unless the composition root names some, which the production profile refuses.
"""

import os
import random
import signal
from collections.abc import Callable, Mapping

Failpoint = Callable[[str], None]
"""Called with the name of each instant as it passes."""

NAMES = frozenset(
    {
        "effect.before_commit",
        "effect.after_commit",
        "commit.recorded",
        "core.intent_written",
        "core.sent",
        "core.recorded",
        "pay.intent_written",
        "pay.sent",
        "pay.recorded",
        "letter.intent_written",
        "letter.sent",
        "letter.recorded",
        "journal.after_commit",
        "anchor.built",
        "anchor.written",
    }
)


def passing(name: str) -> None:
    """Let every instant pass."""
    del name


def parse_failpoints(text: str) -> dict[str, float]:
    """Read ``name=probability,…``; raises ValueError on an unknown name or a bad probability."""
    found: dict[str, float] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, probability = part.partition("=")
        if name not in NAMES:
            raise ValueError(f"Expected a failpoint among {sorted(NAMES)}, but got {name!r}.")
        found[name] = float(probability or "1")
        if not 0 <= found[name] <= 1:
            raise ValueError(f"Expected a probability for {name}, but got {probability!r}.")
    return found


def failpoints(text: str, *, allowed: bool) -> Failpoint:
    """Build the failpoints of a setting; ``allowed`` is False in production."""
    wanted = parse_failpoints(text)
    if not wanted:
        return passing
    if not allowed:
        raise ValueError("Failpoints are refused in the production profile.")
    return _armed(wanted)


def _armed(wanted: Mapping[str, float]) -> Failpoint:
    chance = random.Random()  # noqa: S311 - chance of a test, not a secret

    def at(name: str) -> None:
        if name in wanted and chance.random() < wanted[name]:
            os.write(2, f"failpoint {name}\n".encode())  # nothing buffered survives
            os.kill(os.getpid(), signal.SIGKILL)

    return at
