"""A jurisdiction pack 法域规则包: every number of law as data, since when, on what authority.

A case is bound to one pack when it is accepted; what the law says later does not reach it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

from workflows.domain.canonical import content_hash
from workflows.domain.clocks import ClockRule
from workflows.domain.policy import Product

Evidence = Literal["V1", "V2", "V3", "CFG"]
"""V1: read in the official text. V2: read in a secondary source. V3: professional knowledge, to
be confirmed. CFG: no law; the insurer's own default."""
Unit = Literal["CURRENCY", "RATIO", "HOURS", "DAYS", "MONTHS", "YEARS"]

LOAN_RATIO, LOAN_TERM = "loan.ratio.max", "loan.term.max"
COOLING_OFF = "cooling_off.days"
GRACE, REINSTATEMENT = "grace.days", "reinstatement.window"
WITNESSED_FROM = "identity.witnessed_from"
PROXY_TOLD_FROM = "proxy.told_from"

R = TypeVar("R", bound="Effective")


class UnknownRule(LookupError):
    """The pack says nothing of it on that day: a case needs a rule that its law does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """What every rule of law bears: where it is written, how well we know it, since when it is."""

    id: str
    basis: str
    """Law and article."""
    evidence: Evidence
    since: date
    until: date | None = None
    """The first day on which it is no more."""

    def holds(self, on: date) -> bool:
        """Whether it is law on a day."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Effective):
    """A number of law: a ratio, an amount, a period."""

    value: Decimal
    unit: Unit
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Effective):
    """A time limit of law."""

    start_event: str
    unit: Literal["ND", "WD"]
    length: int
    rolls: bool = False
    """Whether a rest day at its end moves the legal end."""

    @property
    def rule(self) -> ClockRule:
        """The limit as clocks count it."""
        return ClockRule(
            id=self.id,
            start_event=self.start_event,
            unit=self.unit,
            length=self.length,
            rolls=self.rolls,
            basis=self.basis,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JurisdictionPack:
    """The numbers of one jurisdiction and line of business, as one version."""

    id: str
    """Family and version: ``cn-life-2026.1``. What a version says never changes."""
    family: str
    title: str
    calendar: str
    """Whose working days count."""
    currency: str
    since: date
    """The first day on which cases are bound to it."""
    limits: tuple[Limit, ...]
    figures: tuple[Figure, ...]

    def __post_init__(self) -> None:
        """Refuse a pack that says two things of the same number on the same day."""
        for rules in (self.limits, self.figures):
            for at, one in enumerate(rules):
                for other in rules[at + 1 :]:
                    if one.id == other.id and _overlap(one, other):
                        raise ValueError(f"Expected one {one.id} a day in {self.id}, but got two")

    @property
    def hash(self) -> str:
        """What a case remembers of the pack it is bound to."""
        return content_hash(self)

    def clock(self, rule_id: str, on: date) -> ClockRule:
        """A time limit as it is law on a day."""
        return self._pick(self.limits, rule_id, on).rule

    def figure(self, figure_id: str, on: date) -> Decimal:
        """A number as it is law on a day."""
        return self._pick(self.figures, figure_id, on).value

    def figure_or(self, figure_id: str, on: date, otherwise: Decimal) -> Decimal:
        """A number as it is law on a day; otherwise what holds where the law has none."""
        try:
            return self.figure(figure_id, on)
        except UnknownRule:
            return otherwise

    def bound(self, product: Product, on: date) -> Product:
        """The product as the law lets it be on a day: never more lent, never less time to think."""
        cooling_off = product.cooling_off
        days = max(int(self.figure_or(COOLING_OFF, on, Decimal(0))), cooling_off.days)
        ratio = self.figure_or(LOAN_RATIO, on, product.loan_ratio)
        months = int(self.figure_or(LOAN_TERM, on, Decimal(product.loan_term_months)))
        renewal = product.renewal
        grace = max(int(self.figure_or(GRACE, on, Decimal(0))), renewal.grace_days)
        window = max(int(self.figure_or(REINSTATEMENT, on, Decimal(0))), renewal.window_months)
        return replace(
            product,
            renewal=replace(renewal, grace_days=grace, window_months=window),
            cooling_off=replace(cooling_off, days=days),
            loan_ratio=min(product.loan_ratio, ratio),
            loan_term_months=min(product.loan_term_months, months),
        )

    def _pick(self, rules: Iterable[R], rule_id: str, on: date) -> R:
        for rule in rules:
            if rule.id == rule_id and rule.holds(on):
                return rule
        raise UnknownRule(f"Expected {rule_id} in {self.id} on {on.isoformat()}, but found none")


def _overlap(one: Effective, other: Effective) -> bool:
    return (one.until is None or other.since < one.until) and (
        other.until is None or one.since < other.until
    )


def in_force(packs: Iterable[JurisdictionPack], family: str, on: date) -> JurisdictionPack:
    """The version of a family that cases accepted on a day are bound to."""
    known = [pack for pack in packs if pack.family == family and pack.since <= on]
    if not known:
        raise UnknownRule(f"Expected a pack {family} in force on {on.isoformat()}, but found none")
    return max(known, key=lambda pack: (pack.since, pack.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What a case goes by: the pack it is bound to, as it was on the day of its acceptance."""

    pack: JurisdictionPack
    on: date

    def clock(self, rule_id: str) -> ClockRule:
        """A time limit."""
        return self.pack.clock(rule_id, self.on)

    def figure(self, figure_id: str) -> Decimal:
        """A number; UnknownRule where this law has none."""
        return self.pack.figure(figure_id, self.on)

    def figure_or(self, figure_id: str, otherwise: Decimal) -> Decimal:
        """A number; otherwise what holds where this law has none."""
        return self.pack.figure_or(figure_id, self.on, otherwise)

    def known(self, figure_id: str) -> Figure | None:
        """A number with where it is written; None where this law has none."""
        held = (each for each in self.pack.figures if each.holds(self.on))
        return next((each for each in held if each.id == figure_id), None)

    def bound(self, product: Product) -> Product:
        """A product as this law lets it be."""
        return self.pack.bound(product, self.on)
