"""The table of element states and legal transitions (S34)."""

from collections.abc import Mapping
from typing import Final, Literal

Phase = Literal[
    "created", "activating", "activated", "completing", "completed", "terminating", "terminated"
]

NEXT: Final[Mapping[Phase, tuple[Phase, ...]]] = {
    "created": ("activating", "terminating"),
    "activating": ("activated", "terminating"),
    "activated": ("completing", "terminating"),
    "completing": ("completed", "terminating"),
    "completed": (),
    "terminating": ("terminated",),
    "terminated": (),
}
"""ACTIVATING → ACTIVATED → COMPLETING → COMPLETED, or TERMINATING → TERMINATED; no other moves.
``created`` is a token that has arrived and whose activation stands in the agenda."""

PHASES: Final[tuple[Phase, ...]] = tuple(NEXT)
"""Every phase, in the order in which snapshots number them; append only."""
