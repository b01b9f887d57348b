"""What came out against what had to: outcome, amounts, deadlines, people, payments, balance."""

from collections.abc import Iterator
from decimal import Decimal

from infra.local.day.caller import Json
from infra.local.day.player import Played


def differences(played: Played) -> list[str]:
    """Return every difference between a played scenario and its expectation; none is right."""
    if played.trouble:
        return [played.trouble]
    return [*_outcome(played), *_money(played), *_people(played)]


def settled(ledger: Json, direction: str = "OUT") -> Decimal:
    """Return what was settled to customers, or from them, in yuan."""
    return sum(
        (
            Decimal(owed["amount"])
            for owed in ledger.get("obligations", ())
            if owed["state"] == "SETTLED" and owed["direction"] == direction
        ),
        Decimal(0),
    )


def anomalies(played: Played) -> tuple[str, ...]:
    """Return class and reason of every anomaly on record."""
    found = played.detail.get("anomalies", ())
    return tuple(f"{each['class']} {each['reason']}" for each in found)


def _outcome(played: Played) -> Iterator[str]:
    expected, detail = played.scenario.expected, played.detail
    yield from _differs("status", detail["status"], expected.status)
    quote = detail["quote"] or {}
    if expected.basis is not None:
        yield from _differs("basis", quote.get("basis"), expected.basis)
    if expected.net is not None:
        net = quote.get("net")
        yield from _differs(
            "net", None if net is None else Decimal(str(net)), Decimal(expected.net)
        )
    clocks = {clock["rule"]: clock["dueOn"] for clock in detail["clocks"]}
    for rule, due in expected.clocks.items():
        yield from _differs(f"{rule} due", clocks.get(rule), due)
    found = sorted(anomalies(played))
    yield from _differs("anomalies", found, sorted(expected.anomalies))
    for incident in detail["incidents"]:
        yield f"incident at {incident['element']}: {incident['message']}"


def _money(played: Played) -> Iterator[str]:
    expected, ledger = played.scenario.expected, played.ledger
    yield from _differs("paid", settled(ledger), Decimal(expected.paid or 0))
    yield from _differs("collected", settled(ledger, "IN"), Decimal(expected.collected or 0))
    attempts = tuple(
        attempt["state"] for owed in ledger["obligations"] for attempt in owed["attempts"]
    )
    yield from _differs("payment attempts", attempts, expected.attempts)
    balance = {"DR": Decimal(0), "CR": Decimal(0)}
    for line in ledger["lines"]:
        balance[line["side"]] += Decimal(line["amount"])
    yield from _differs("credits", balance["CR"], balance["DR"])


def _people(played: Played) -> Iterator[str]:
    expected = played.scenario.expected
    if not played.is_recalled:
        yield from _differs("deciders", tuple(played.deciders), expected.deciders)
        yield from _differs("refused", tuple(played.refused), expected.refused)


def _differs(what: str, found: object, expected: object) -> Iterator[str]:
    if found != expected:
        yield f"{what} is {found}, expected {expected}"
