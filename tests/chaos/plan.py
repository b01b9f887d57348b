"""What a run does: every case and every fault is a pure function of the seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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

FaultKind = Literal["kill", "freeze"]
FAULTS: Mapping[FaultKind, tuple[str, ...]] = {
    "kill": ("worker-1", "worker-2", "api", "temporal", "bank", "database", "workers", "all"),
    "freeze": ("worker-1", "worker-2", "api", "temporal", "bank", "database"),
}
"""What may happen to what; ``database`` is a process where there is one, else a held lock."""

FAILPOINTS: Mapping[str, float] = {
    "effect.before_commit": 0.01,
    "effect.after_commit": 0.015,
    "journal.after_commit": 0.01,
    "pay.intent_written": 0.05,
    "pay.sent": 0.08,
    "pay.recorded": 0.05,
    "letter.intent_written": 0.02,
    "letter.sent": 0.02,
    "letter.recorded": 0.02,
}
"""How often a worker kills itself at the named instants, while faults last."""


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
    """How long it is frozen, or dead before it is started again."""


def cases(seed: int, policies: list[str], count: int) -> list[CasePlan]:
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


def _drawn(chance: Random, weighted: tuple[tuple[Any, int], ...]) -> Any:
    choices, weights = zip(*weighted, strict=True)
    return chance.choices(choices, weights)[0]


def faults(seed: int, count: int) -> list[Fault]:
    """Plan the faults: every kind and target in turn, shuffled."""
    chance = Random(f"faults/{seed}")  # noqa: S311 - not a secret
    deck: list[tuple[FaultKind, str]] = []
    while len(deck) < count:
        round_ = [(kind, target) for kind, targets in FAULTS.items() for target in targets]
        chance.shuffle(round_)
        deck += round_
    return [
        Fault(
            after=chance.uniform(0.2, 1.5),
            kind=kind,
            target=target,
            seconds=chance.uniform(0.2, 2.0) if kind == "kill" else chance.uniform(1.0, 8.0),
        )
        for kind, target in deck[:count]
    ]
