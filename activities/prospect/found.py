"""What was found about an item on a policy, before anybody opens a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from workflows.domain.in_flight import ConflictRule
from workflows.domain.servicing_item import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who would ask for what, on which policy, when and where."""

    policy_no: str
    item: str
    channel: Channel
    party_id: str
    role: str
    at: datetime
    """When the notice would arrive, in the deployment's zone."""
    request: Mapping[str, object]
    """What would be asked for, as a request of a case has it."""
    is_complete: bool = True
    """Whether ``request`` says all that the item needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFound:
    """A rule, and what stands against it: nothing where it is kept."""

    rule: str
    reasons: tuple[str, ...]
    legal_basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAhead:
    """A case in flight on the policy, and what it means for this one."""

    case_id: str
    item: str
    rule: ConflictRule
    needs_person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFound:
    """A paper that would be asked for, and whether it is held already."""

    type: str
    mandatory: bool
    form: str
    validity_days: int | None
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFound:
    """Whose consent it would take."""

    role: str
    party_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitFound:
    """Until when what has to be done, were it begun at this moment."""

    rule: str
    counts_from: Literal["NOTICE", "AGREEMENT"]
    due_on: date
    target_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a case would find now."""

    question: Question
    policy_version: int
    rules: tuple[RuleFound, ...]
    ahead: tuple[CaseAhead, ...]
    basis: str | None
    facts: Mapping[str, object]
    """What the model's tables look at; amounts and days."""
    papers: Mapping[Channel, tuple[PaperFound, ...]]
    """By channel."""
    consents: tuple[ConsentFound, ...]
    limits: tuple[LimitFound, ...]
    authority: Mapping[str, object] | None
    """At low risk; None: it depends on what is asked for."""
    quote: Mapping[str, object] | None
    unknown: tuple[str, ...] = ()
    """``papers``, ``consents``: they depend on what is asked for, and nobody said that."""

    @property
    def is_possible(self) -> bool:
        """Whether nothing that is known stands against it."""
        return not any(each.reasons for each in self.rules) and all(
            each.rule in {"OK", "QUEUE", "PARK", "PARK_UNTIL_POSTED"} for each in self.ahead
        )
