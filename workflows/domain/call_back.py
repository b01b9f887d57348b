"""What a call-back asks: who it is, what they know, what they were promised."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

CALL_BACK_CHANNEL: Final = "CALL_BACK"
"""Where a complaint of mis-selling comes from that a call-back brought to light."""

SAMPLE: Final = "call-back.sample"
"""The figure of a pack: the share of the completed cases that are called afterwards."""
_LOTS: Final = 10_000

ASKS: Final = "call-back"
"""What a task says in its header ``asks`` that wants an answer to every point."""
UNREACHED: Final = "not-reached"
"""How a call ends in which nobody was spoken to whose identity is known; it answers nothing."""
POINTS: Final = ("identityVerified", "askedFor", "knowsTerms", "wasPromised", "handedOver")
"""What a call-back asks, by the names its answers go by; identity first."""


def asks_insured(item: str) -> bool:
    """Whether the insured is called, whoever asked: a change of beneficiaries (保险法 art. 41)."""
    return item == "BENEFICIARY_CHANGE"


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


def objection(told: object, outcome: str | None) -> str | None:
    """Say why a call-back with these answers does not count as done; None: it does.

    ``told`` is what the caller noted, point by point; ``outcome`` how the call ended. Identity
    comes first, every point is asked, and only who asked for it and knows its terms confirms it
    (销售行为办法 art. 35).
    """
    if outcome == UNREACHED:
        return None
    answers = told if isinstance(told, Mapping) else {}
    if unknown := sorted(str(name) for name in answers if name not in POINTS):
        return f"A call-back has no point {', '.join(unknown)}; its points are {', '.join(POINTS)}."
    if missing := [name for name in POINTS if not isinstance(answers.get(name), bool)]:
        return f"Say true or false in the variable 'answers' to {', '.join(missing)}."
    if not answers["identityVerified"]:
        return "Without a verified identity nobody was reached: after a call, say not-reached."
    if outcome == "approve" and not (answers["askedFor"] and answers["knowsTerms"]):
        return "Who did not ask, or does not know the terms, confirms nothing: reject or return it."
    return None
