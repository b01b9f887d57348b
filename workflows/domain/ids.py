"""Identifiers: opaque texts without anything personal; derived ones survive any retry."""

from hashlib import sha256

_HEX_DIGITS = 20


def derive(prefix: str, *parts: str | int) -> str:
    """The id of something that a case makes: the same parts always give the same id."""
    text = "\x1f".join(str(part) for part in parts)
    return f"{prefix}-{sha256(text.encode()).hexdigest()[:_HEX_DIGITS].upper()}"
