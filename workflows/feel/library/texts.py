"""Built-ins on texts."""

import base64
import binascii
import re
from decimal import Decimal

from workflows.feel.arithmetic import whole
from workflows.feel.environment import MAX_ITEMS, MAX_TEXT, Run
from workflows.feel.errors import FeelFault, FeelLimitError
from workflows.feel.library.patterns import Match, pattern_of
from workflows.feel.library.table import Table, takes
from workflows.feel.text import bounded_text
from workflows.feel.values import Value

_GROUP = re.compile(r"\\(.)|\$(\d{1,2})", re.ASCII | re.DOTALL)


def _substring(text: str, start: Decimal, length: Decimal | None) -> str:
    first = whole(start)
    if first == 0:
        raise FeelFault("Positions in a text are counted from 1.")
    at = first - 1 if first > 0 else max(len(text) + first, 0)
    if length is None:
        return text[at:]
    count = whole(length)
    if count < 1:
        raise FeelFault("A length is at least 1.")
    return text[at : at + count]


def _before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


def _after(text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


def _matches(text: str, pattern: str, flags: str | None) -> bool:
    return pattern_of(pattern, flags, text).search(text) is not None


def _replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None) -> str:
    compiled = pattern_of(pattern, flags, text)
    out: list[str] = []
    at = size = 0
    cost = 1 + replacement.count("$") // 4
    for found in compiled.finditer(text):
        run.spend(cost)
        out += (text[at : found.start()], _filled(replacement, found))
        at = found.end()
        size += len(out[-1])
        if size > MAX_TEXT:
            raise FeelLimitError(f"A text has at most {MAX_TEXT} characters.")
    return bounded_text((*out, text[at:]))


def _filled(replacement: str, found: Match) -> str:
    groups = (found.group(), *found.groups())

    def fill(reference: re.Match[str]) -> str:
        if reference[1]:
            return str(reference[1])
        digits = reference[2]
        while len(digits) > 1 and int(digits) >= len(groups):
            digits = digits[:-1]
        if int(digits) >= len(groups):
            return str(reference[2][len(digits) :])
        return (groups[int(digits)] or "") + str(reference[2][len(digits) :])

    return _GROUP.sub(fill, replacement)


def _split(run: Run, text: str, delimiter: str) -> Value:
    parts: list[Value] = []
    at = 0
    for found in pattern_of(delimiter, None, text).finditer(text):
        run.spend(1)
        if found.end() > found.start():
            parts.append(text[at : found.start()])
            at = found.end()
    if len(parts) >= MAX_ITEMS:
        raise FeelLimitError(f"A list has at most {MAX_ITEMS} items.")
    return [*parts, text[at:]]


def _extract(run: Run, text: str, pattern: str) -> Value:
    found = [match.group() for match in pattern_of(pattern, None, text).finditer(text)]
    run.spend(len(found))
    if len(found) > MAX_ITEMS:
        raise FeelLimitError(f"A list has at most {MAX_ITEMS} items.")
    return list(found)


def _join(
    run: Run, texts: list[Value], delimiter: str | None, prefix: str | None, suffix: str | None
) -> str:
    run.spend(len(texts))
    parts = [text for text in texts if isinstance(text, str)]
    if len(parts) + sum(text is None for text in texts) != len(texts):
        raise FeelFault("Only texts can be joined.")
    size = sum(map(len, parts)) + len(delimiter or "") * len(parts)
    if size > MAX_TEXT:
        raise FeelLimitError(f"A text has at most {MAX_TEXT} characters.")
    return bounded_text((prefix or "", (delimiter or "").join(parts), suffix or ""))


def _to_base64(text: str) -> str:
    return bounded_text((base64.b64encode(text.encode()).decode("ascii"),))


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise FeelFault("The text is no text in base 64.") from None


def _uuid(run: Run) -> str:
    """Make a UUID of version 4 of the chance drawn (RFC 9562)."""
    drawn = bytearray(run.environment.draw()[:16])
    drawn[6] = drawn[6] & 0x0F | 0x40
    drawn[8] = drawn[8] & 0x3F | 0x80
    digits = drawn.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


BUILT_INS: Table = {
    "substring": (takes("string: string, start position: number, length?: number", _substring),),
    "string length": (takes("string: string", lambda text: Decimal(len(text))),),
    "upper case": (takes("string: string", lambda text: bounded_text((text.upper(),))),),
    "lower case": (takes("string: string", lambda text: bounded_text((text.lower(),))),),
    "substring before": (takes("string: string, match: string", _before),),
    "substring after": (takes("string: string, match: string", _after),),
    "contains": (takes("string: string, match: string", lambda text, match: match in text),),
    "starts with": (takes("string: string, match: string", str.startswith),),
    "ends with": (takes("string: string, match: string", str.endswith),),
    "matches": (takes("input: string, pattern: string, flags?: string|null", _matches),),
    "replace": (
        takes(
            "input: string, pattern: string, replacement: string, flags?: string|null",
            _replace,
            with_run=True,
        ),
    ),
    "split": (takes("string: string, delimiter: string", _split, with_run=True),),
    "extract": (takes("string: string, pattern: string", _extract, with_run=True),),
    "string join": (
        takes(
            "list: list, delimiter?: string, prefix?: string, suffix?: string",
            _join,
            with_run=True,
        ),
    ),
    "trim": (takes("string: string", str.strip),),
    "is blank": (takes("string: string", lambda text: not text.strip()),),
    "to base64": (takes("value: string", _to_base64),),
    "string to base64": (takes("value: string", _to_base64),),
    "from base64": (takes("value: string", _from_base64),),
    "uuid": (takes("", _uuid, with_run=True),),
}
