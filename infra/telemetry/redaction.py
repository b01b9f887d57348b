"""What a log line may say: names and codes, cut and escaped; never secrets, bodies or variables.

By the name of a field, by the type of a value, and by the look of a text. What remains is one
line, in one order of reading, of at most 2 KB a value.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import SecretBytes, SecretStr

from infra.telemetry.words import plain

LONGEST: Final = 2_048
"""Characters of one value."""
DEEPEST: Final = 3
MOST: Final = 20
"""Parts of one value."""
MASK: Final = "[redacted]"

_NAMES: Final = re.compile(
    r"authorization|token|passw|secret|credential|api_?key|cookie|jwt|signature"
    r"|variables|payload|body|content|headers|parameters|comment|request$|result$"
    r"|account|holder|phone|mobile|e?mail|address|birth|id_?no|id_?number|party|customer|insured",
    re.IGNORECASE,
)
_SECRETS: Final = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+"), r"\1 " + MASK),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"), MASK),
    (re.compile(r"(?i)\b(passwor[dt]|passwd|token|secret|api[_-]?key)(\s*[=:]\s*)\S+"),
     r"\1\2" + MASK),
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]*@"), MASK + "@"),
    (re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+\.[\w.-]+"), MASK),
    (re.compile(r"(?<![\w-])\d{15,19}[\dXx]?(?![\w-])"), MASK),
)  # fmt: skip
"""Tokens, keys, passwords in addresses, mail addresses, numbers of identity cards and accounts."""


def safe_text(text: str) -> str:
    """Return a text without what looks secret, without control characters, cut."""
    kept = text[: 2 * LONGEST]
    for pattern, instead in _SECRETS:
        kept = pattern.sub(instead, kept)
    return plain.__wrapped__(kept, LONGEST)  # what people wrote is not kept in a cache


def safe_value(value: object, name: str = "", depth: int = 0) -> Any:  # noqa: ANN401 - plain values of any kind
    """Return what may be said of a value: itself, a part of it, or its type alone."""
    if isinstance(value, SecretStr | SecretBytes) or (name and _NAMES.search(name)):
        return MASK
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return safe_text(value)
        case BaseException():
            return _told(value)
        case Mapping() | list() | tuple() | set() | frozenset() if depth < DEEPEST:
            return _parts(value, depth + 1)
        case _:
            return f"<{type(value).__name__}>"


def _told(error: BaseException) -> str:
    """An exception's text may quote anything; the system's own words do not."""
    said = error.strerror if isinstance(error, OSError) else None
    return safe_text(f"{type(error).__name__}: {said}" if said else type(error).__name__)


def _parts(value: Mapping[Any, Any] | Iterable[object], depth: int) -> object:
    if isinstance(value, Mapping):
        return {
            plain(str(name), 80): safe_value(part, str(name), depth)
            for name, part in list(value.items())[:MOST]
        }
    return [safe_value(part, "", depth) for part in list(value)[:MOST]]
