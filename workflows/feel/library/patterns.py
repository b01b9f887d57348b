"""Regular expressions as XPath writes them, run by an engine that cannot explode."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol

import re2

from workflows.feel.errors import FeelFault, FeelLimitError

MAX_PATTERN = 512
MAX_INPUT = 65_536
_FLAGS = frozenset("smixq")
_BLOCK = re.compile(r"\\([pP])\{Is([\w-]*)\}")
_BLOCKS = {"BasicLatin": r"\x{0}-\x{7F}", "Latin-1Supplement": r"\x{80}-\x{FF}"}
_SUBTRACTION = re.compile(r"\[([^\[\]\\^]+)-\[([^\[\]\\^]+)\]\]")
_SPAN = re.compile(r"(.)(?:-(.))?", re.DOTALL)
_PIECE = re.compile(r"\\.|\[\^?\]?|.|\\", re.DOTALL)
_CLASSES = {
    r"\i": r"[\p{L}\p{Nl}_:]",
    r"\I": r"[^\p{L}\p{Nl}_:]",
    r"\c": r"[\p{L}\p{Nl}\p{Nd}\p{M}_:.\-·]",
    r"\C": r"[^\p{L}\p{Nl}\p{Nd}\p{M}_:.\-·]",
}


class Match(Protocol):
    """What a found match can tell."""

    def start(self) -> int:
        """Where it begins."""

    def end(self) -> int:
        """Where it ends."""

    def groups(self) -> tuple[str | None, ...]:
        """What its groups hold."""

    def group(self) -> str:
        """What it is."""


class Pattern(Protocol):
    """A compiled pattern."""

    groups: int

    def search(self, text: str) -> Match | None:
        """Find the first match."""

    def finditer(self, text: str) -> Iterator[Match]:
        """Find every match."""


def pattern_of(text: str, flags: str | None, subject: str) -> Pattern:
    """Compile a pattern for a subject; what is no pattern is a fault."""
    if len(text) > MAX_PATTERN:
        raise FeelLimitError(f"A pattern has at most {MAX_PATTERN} characters.")
    if len(subject.encode()) > MAX_INPUT:
        raise FeelLimitError(f"A pattern is matched against at most {MAX_INPUT} bytes.")
    return _compiled(text, flags or "")


@lru_cache(maxsize=512)
def _compiled(text: str, flags: str) -> Pattern:
    if not _FLAGS.issuperset(flags):
        raise FeelFault(f"'{flags[:10]}' are no flags of a pattern.")
    body = re2.escape(text) if "q" in flags else _translated(text, flags)
    inline = "".join(flag for flag in "smi" if flag in flags)
    options = re2.Options()
    options.log_errors = False
    try:
        compiled: Pattern = re2.compile(f"(?{inline}){body}" if inline else body, options)
    except re2.error:
        raise FeelFault(f"'{text[:40]}' is no pattern that can be run.") from None
    return compiled


def _translated(text: str, flags: str) -> str:
    """Rewrite what XPath spells differently; with the flag x, drop the blanks outside classes."""
    out: list[str] = []
    in_class = False
    body = _without_blanks(text) if "x" in flags else text
    body = _SUBTRACTION.sub(_subtracted, _BLOCK.sub(_block, body))
    for piece in _PIECE.findall(body):
        if piece[1:].isdigit() and piece != "\\0":
            # RE2 has none: what matches them may take forever (ReDoS).
            raise FeelFault(f"'{text[:40]}' refers back to a group, which is not run.")
        if piece in ("\\", "\\0") or (in_class and piece == "["):
            raise FeelFault(f"'{text[:40]}' is no pattern that can be run.")
        if in_class:
            in_class = piece != "]"
            out.append(piece)
        elif piece == "." and "s" not in flags:
            out.append(r"[^\n\r]")
        else:
            in_class = piece.startswith("[")
            out.append(_CLASSES.get(piece, piece))
    return "".join(out)


def _without_blanks(text: str) -> str:
    parts = re.split(r"(\[(?:\\.|[^\]\\])*\])", text)
    return "".join(part if part.startswith("[") else "".join(part.split()) for part in parts)


def _block(found: re.Match[str]) -> str:
    span = _BLOCKS.get(found[2])
    if span is None:
        raise FeelFault(f"The block '{found[2][:40]}' of characters cannot be run.")
    return f"[{'^' if found[1] == 'P' else ''}{span}]"


def _subtracted(found: re.Match[str]) -> str:
    """Work out a class without another, as in ``[A-Z-[OI]]``, for plain characters and spans."""
    spans = _spans(found[1])
    for low, high in _spans(found[2]):
        spans = [
            part
            for first, last in spans
            for part in ((first, min(last, low - 1)), (max(first, high + 1), last))
            if part[0] <= part[1]
        ]
    if not spans:
        raise FeelFault("The class of characters is empty.")
    return "".join(("[", *(rf"\x{{{low:X}}}-\x{{{high:X}}}" for low, high in spans), "]"))


def _spans(text: str) -> list[tuple[int, int]]:
    return [(ord(found[1]), ord(found[2] or found[1])) for found in _SPAN.finditer(text)]
