"""What came out of a case, in the form the scenarios state it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

Json = dict[str, Any]


def journals(ledger: Json) -> list[list[str]]:
    """Every journal in the order it was posted: ``DR 6401 86,400.00``."""
    posted: dict[str, list[str]] = {}
    for line in ledger["lines"]:
        text = f"{line['side']} {line['account']} {Decimal(line['amount']):,.2f}"
        posted.setdefault(line["journalId"], []).append(text)
    return list(posted.values())


def value_dates(ledger: Json) -> list[str]:
    """The value date of every journal, in order."""
    return list({line["journalId"]: line["valueDate"] for line in ledger["lines"]}.values())


def is_balanced(ledger: Json) -> bool:
    """Whether debits and credits are equal in every journal."""
    sums: dict[str, Decimal] = {}
    for line in ledger["lines"]:
        amount = Decimal(line["amount"]) * (1 if line["side"] == "DR" else -1)
        sums[line["journalId"]] = sums.get(line["journalId"], Decimal(0)) + amount
    return bool(sums) and not any(sums.values())


def owed(ledger: Json) -> list[tuple[str, str, list[str]]]:
    """Every obligation: amount, state, states of the attempts."""
    return [
        (one["amount"], one["state"], [attempt["state"] for attempt in one["attempts"]])
        for one in ledger["obligations"]
    ]


def due(page: Json) -> dict[str, str]:
    """The strict last day of every clock."""
    return {clock["rule"]: clock["dueOn"] for clock in page["clocks"]}


def clock_states(page: Json) -> dict[str, str]:
    """How every clock stands."""
    return {clock["rule"]: clock["state"] for clock in page["clocks"]}


def anomalies(page: Json) -> list[tuple[str, str]]:
    """Class and reason of every anomaly, in order."""
    return [(found["class"], found["reason"]) for found in page["anomalies"]]


def statuses(trail: Sequence[Json]) -> list[str]:
    """The statuses a case went through."""
    found: list[str] = []
    for entry in trail:
        if entry["kind"] == "statusChanged" and found[-1:] != [entry["data"]["status"]]:
            found.append(entry["data"]["status"])
    return found


def people(trail: Sequence[Json]) -> list[str]:
    """The human tasks that were opened, in order."""
    return [str(entry["element"]) for entry in trail if entry["kind"] == "taskOpened"]


def deciders(trail: Sequence[Json]) -> list[tuple[str, str, str]]:
    """Who decided what on which task, in order."""
    return [
        (str(entry["element"]), entry["data"]["by"], entry["data"]["outcome"])
        for entry in trail
        if entry["kind"] == "decisionMade"
    ]


def entered(trail: Sequence[Json], element: str) -> int:
    """How often an element was entered."""
    return sum(
        entry["kind"] == "elementActivated" and entry["element"] == element for entry in trail
    )


def is_gapless(trail: Sequence[Json]) -> bool:
    """Whether every instance's entries are numbered from 1 without a gap."""
    numbers: dict[str, list[int]] = {}
    for entry in trail:
        numbers.setdefault(entry["instanceId"], []).append(entry["seq"])
    return all(found == list(range(1, len(found) + 1)) for found in numbers.values())
