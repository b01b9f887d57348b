"""What would come of a repair, as commands print it: before, after, and what begins."""

from collections.abc import Iterator

from api.cli.connection import Document
from api.cli.printing import say


def tell(forecast: Document) -> None:
    """Print a forecast."""
    for fault in forecast["faults"]:
        say(f"  refused: {fault}", fg="red")
    before, after = forecast["before"], forecast["after"]
    if before is None or after is None:
        return
    known, then = _tokens(before), _tokens(after)
    for line in then:
        say(f"{'  ' if line in known else '+ '}{line}")
    for line in known:
        if line not in then:
            say(f"- {line}")
    for effect in forecast["effects"]:
        say(f"  {effect['what']}: {effect['type']} at {effect['element']}")
    for element in after["compensations"]:
        say(f"  may be compensated: {element}")
    for stuck in after["incidents"]:
        say(f"  stuck: {stuck['element']} ({stuck['key']}): {stuck['code']}", fg="red")
    if after["outcome"]:
        say(f"  the case ends: {after['outcome']}")


def _tokens(standing: Document) -> list[str]:
    waits: dict[int, list[str]] = {}
    for wait in standing["waits"]:
        waits.setdefault(wait["key"], []).append(wait["waitsFor"])
    return list(_lines(standing, waits))


def _lines(standing: Document, waits: dict[int, list[str]]) -> Iterator[str]:
    for token in standing["tokens"]:
        inside = f" in {token['scope']}" if token["scope"] else ""
        awaited = f", waits for {', '.join(waits.get(token['key'], []))}"
        count = f" x{token['count']}" if token["count"] > 1 else ""
        told = awaited if token["key"] in waits and token["kind"] != "join" else ""
        yield f"{token['key']} {token['element']}{count} ({token['kind']}){inside}{told}"
