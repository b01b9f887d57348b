"""Populations 群体: what many cases show together, counted; and the alerts a table makes of it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pydantic import Field

from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.domain.population import Grouping, LineKind


class PopulationRequest(Request):
    """Count what the groups of the last days did."""


class CountedLine(Result):
    """One group of one day: how many, and how many are usual."""

    kind: LineKind
    grouping: Grouping
    key: str = Field(max_length=120)
    day: date
    count: int
    mean: Decimal
    sigma: Decimal
    channel: str = ""


class PopulationResult(Result):
    """What was counted, the most first."""

    lines: tuple[CountedLine, ...]


class Verdict(Result):
    """What the table says of a line."""

    rule: str = Field(max_length=60)
    severity: str = Field(max_length=60)
    owner: str = Field(max_length=60)


class Finding(Result):
    """A line with its verdict."""

    line: CountedLine
    verdict: Verdict


class PopulationAlertsRequest(Request):
    """Write down what the table found, once."""

    findings: tuple[Finding, ...]


class PopulationAlertsResult(Result):
    """The alerts that are new; those seen again are counted."""

    raised: tuple[str, ...]
    seen_again: int


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        ActivityContract(
            type="verification.population",
            runs="local",
            request=PopulationRequest,
            result=PopulationResult,
        ),
        ActivityContract(
            type="anomaly.population_alerts",
            runs="local",
            request=PopulationAlertsRequest,
            result=PopulationAlertsResult,
        ),
    )
}
