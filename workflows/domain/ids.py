"""Typed identifiers. None of them carries anything personal; derived ones survive any retry."""

from hashlib import sha256
from typing import NewType

CaseId = NewType("CaseId", str)
PolicyNo = NewType("PolicyNo", str)
PartyId = NewType("PartyId", str)
OperatorId = NewType("OperatorId", str)

_HEX_DIGITS = 20


def derive(prefix: str, *parts: str | int) -> str:
    """The id of something that a case makes: the same parts always give the same id."""
    text = "\x1f".join(str(part) for part in parts)
    return f"{prefix}-{sha256(text.encode()).hexdigest()[:_HEX_DIGITS].upper()}"
