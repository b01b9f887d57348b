"""Legal holds 证据保全: what has to be kept for a court, the regulator or an investigation.

A hold keeps data and stops no servicing; a court's freeze of a policy is a flag of the policy.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

HoldKind = Literal["PERSON", "POLICY", "CASE"]
HoldBasis = Literal[
    "COURT", "REGULATOR", "LITIGATION", "AML_INVESTIGATION", "INTERNAL_INVESTIGATION"
]
"""Why: an order of a court, a demand of the regulator, a dispute that is or may be before a court
(民事诉讼法 art. 84), an AML investigation (反洗钱法 art. 34), one of our own."""
HOLDS: Final = "legal-holds"
"""The chain of what is held, and released."""
DESKS: Final = frozenset({"legal", "privacy"})
"""Whose supervisors place and lift holds, beside auditors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """An order to keep everything about a person, a policy or a case until it is lifted."""

    id: str
    kind: HoldKind
    target: str
    """Id of the person, number of the policy, id of the case."""
    basis: HoldBasis
    reference: str | None
    """What the court or authority calls it."""
    reason: str
    placed_by: str
    placed_at: datetime
    lift_ordered_by: str | None = None
    """The first of the two who lifted it."""
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    lift_reason: str | None = None
