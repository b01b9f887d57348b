"""What a call-back asks: who it is, what they know, what they were promised."""

from dataclasses import dataclass
from typing import Final

CALL_BACK_CHANNEL: Final = "CALL_BACK"
"""Where a complaint of mis-selling comes from that a call-back brought to light."""


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
