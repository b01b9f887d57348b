"""What operations can let stand still beside a single case: a process, a type of work, a system."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

StandstillKind = Literal["process", "activity", "system"]
SystemName = Literal["bank", "identity", "mail", "texts", "documents", "claims", "core"]

SYSTEMS: Final[Mapping[SystemName, str]] = MappingProxyType({
    "bank": "Accounts are checked, money is paid and collected.",
    "identity": "Persons are compared with the bureau's files.",
    "mail": "Letters and surveys are sent.",
    "texts": "Short messages are sent.",
    "documents": "Letters and archives are stored.",
    "claims": "Insured events are handed over.",
    "core": "Policies are reserved, changed and restored in the insurer's core system.",
})  # fmt: skip
"""The systems outside the house, and what work with them stands still."""


CIRCUIT: Final = "circuit"
"""Who lets a system stand still that did not answer, and go on when it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """Something that stands still: nothing of it begins, whatever is under way ends."""

    kind: StandstillKind
    target: str
    """Id of the process, type of the work, name of the system."""
    id: str
    by: str
    role: str
    reason: str
    since: datetime
    probe_at: datetime | None = None
    """Of a circuit that opened by itself: when a call is let through to see; None: by hand."""
    tries: int = 0
    """Calls let through so far, the next one included."""

    @property
    def source(self) -> str:
        """Return what cases call it."""
        return f"{self.kind}:{self.target}"
