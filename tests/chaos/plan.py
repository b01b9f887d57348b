"""What a run does: every case and every fault is a pure function of the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal

Fate = Literal["approve", "return", "reject", "withdraw"]

FATES: tuple[tuple[Fate, int], ...] = (
    ("approve", 70),
    ("return", 8),
    ("reject", 12),
    ("withdraw", 10),
)
"""What people do with a case, and how often of a hundred."""

ENDS: Mapping[Fate, str] = {
    "approve": "CLOSED",
    "return": "CLOSED",
    "reject": "REJECTED",
    "withdraw": "WITHDRAWN",
}
"""How a case must end, by its fate."""

BANKS: tuple[tuple[Mapping[str, Any], int], ...] = (
    ({}, 80),
    ({"lostAnswer": True}, 10),
    ({"latency": 1.5, "times": 1}, 10),
)
"""How the bank behaves towards the payee, and how often of a hundred."""

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
FaultKind = Literal["kill", "freeze", "cut", "lock"]
DATABASE = "database"

FAULTS: tuple[tuple[FaultKind, str], ...] = (
    *(("kill", name) for name in ("worker-1", "worker-2", "api", "temporal", "bank")),
    ("kill", "workers"),
    ("kill", "all"),
    *(("freeze", name) for name in ("worker-1", "worker-2", "api", "temporal", "bank")),
)  # fmt: skip
"""What may happen to what, whichever database there is."""

DATABASE_FAULTS: Mapping[Kind, tuple[FaultKind, ...]] = {
    "sqlite": ("lock",),
    "postgresql": ("kill", "freeze", "cut", "lock"),
}
"""What may happen to the database: a file can only be held; a server killed (kill -9 of the whole
tree), frozen, made to cut every session, and the heads of the audit chains held."""

FAILPOINTS: Mapping[str, float] = {
    "effect.before_commit": 0.002,
    "effect.after_commit": 0.002,
    "commit.recorded": 0.015,
    "journal.after_commit": 0.002,
    "pay.intent_written": 0.02,
    "pay.sent": 0.02,
    "pay.recorded": 0.02,
    "letter.intent_written": 0.006,
    "letter.sent": 0.006,
    "letter.recorded": 0.006,
    "anchor.built": 0.02,
    "anchor.written": 0.02,
}
"""How often a worker kills itself at the instants that the product names, while faults last."""

INSTANTS: Mapping[str, float] = {
    "start.accepted": 0.01,
    "start.sent": 0.01,
    "decision.sent": 0.004,
    "message.stored": 0.01,
    "message.sent": 0.01,
    "relay.sent": 0.03,
}
"""The same for instants between the database and Temporal that only a run of chaos names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlan:
    """One case: who asks, what people decide, how the bank behaves, how often it is asked for."""

    number: int
    policy_no: str
    subject: str
    """What the sample book calls the policy's holder and account by."""
    fate: Fate
    bank: Mapping[str, Any]
    asked_twice: bool
    """The request is sent again under its key."""
    asked_otherwise: bool
    """Another request is sent under the same key."""
    maker_checks: bool
    """The maker tries to approve his own work first."""

    def but(self, changes: Mapping[str, Any]) -> CasePlan:
        """The same case, with something else in it."""
        return replace(self, **changes)

    @property
    def key(self) -> str:
        """The idempotency key of the request."""
        return f"chaos-{self.number}-{self.policy_no}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault, at least so many seconds after the one before."""

    after: float
    kind: FaultKind
    target: str
    seconds: float
    """How long it is frozen or held, or dead before it is started again."""

    @property
    def name(self) -> str:
        """What is counted."""
        return f"{self.kind} {self.target}"


def cases(seed: int, policies: Sequence[str], count: int) -> list[CasePlan]:
    """Plan the cases; every policy is asked for once."""
    chance = Random(f"cases/{seed}")  # noqa: S311 - not a secret
    return [_case(chance, number, policies[number]) for number in range(count)]


def _case(chance: Random, number: int, policy_no: str) -> CasePlan:
    return CasePlan(
        number=number,
        policy_no=policy_no,
        subject=f"{int(policy_no[1:]) - 2_600_000:06d}-1",
        fate=_drawn(chance, FATES),
        bank=_drawn(chance, BANKS),
        asked_twice=chance.random() < 0.1,
        asked_otherwise=chance.random() < 0.04,
        maker_checks=chance.random() < 0.1,
    )


def plain(policies: Sequence[str], first: int) -> list[CasePlan]:
    """Plan cases that nothing happens to."""
    plans = cases(0, policies, len(policies))
    return [
        replace(plan, number=first + plan.number, fate="approve", bank={}, asked_otherwise=False)
        for plan in plans
    ]


def _drawn(chance: Random, weighted: tuple[tuple[Any, int], ...]) -> Any:
    choices, weights = zip(*weighted, strict=True)
    return chance.choices(choices, weights)[0]


def deck_of(kind: Kind) -> tuple[tuple[FaultKind, str], ...]:
    """Every fault there is with a database."""
    return (*FAULTS, *((fault, DATABASE) for fault in DATABASE_FAULTS[kind]))


def faults(seed: int, count: int, kind: Kind) -> list[Fault]:
    """Plan the faults: every kind and target in turn, shuffled."""
    chance = Random(f"faults/{seed}")  # noqa: S311 - not a secret
    drawn: list[tuple[FaultKind, str]] = []
    while len(drawn) < count:
        deck = list(deck_of(kind))
        chance.shuffle(deck)
        drawn += deck
    return [_fault(chance, what, target) for what, target in drawn[:count]]


def _fault(chance: Random, kind: FaultKind, target: str) -> Fault:
    return Fault(
        after=chance.uniform(0.2, 1.5),
        kind=kind,
        target=target,
        seconds=chance.uniform(0.2, 2.0) if kind == "kill" else chance.uniform(1.0, 8.0),
    )
