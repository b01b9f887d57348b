"""What a call-back asks: who it is, what they know, what they were promised."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

CALL_BACK_CHANNEL: Final = "CALL_BACK"
"""Where a complaint of mis-selling comes from that a call-back brought to light."""

SAMPLE: Final = "call-back.sample"
"""The figure of a pack: the share of the completed cases that are called afterwards."""
_LOTS: Final = 10_000


def is_drawn(case_id: str, share: Decimal) -> bool:
    """Whether the lot of a case is among those to be called: its number decides, not the moment."""
    lot = int.from_bytes(hashlib.sha256(f"{SAMPLE}/{case_id}".encode()).digest()[:8]) % _LOTS
    return lot < share * _LOTS


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackAnswers:
    """The points of content, as the customer answered them; None: not asked, or no answer."""

    identity_verified: bool | None = None
    """The caller made sure of it before anything else was said."""
    asked_for: bool | None = None
    """Whether the request is theirs."""
    knows_terms: bool | None = None
    """Whether they know what they lose and under what terms."""
    was_promised: bool | None = None
    """Whether anybody promised them something for it."""
    handed_over: bool | None = None
    """Whether anybody took codes, cards or money from them."""

    @property
    def is_mis_sold(self) -> bool:
        """Whether somebody owes them an answer: a promise was made, or something was taken."""
        return self.was_promised is True or self.handed_over is True
