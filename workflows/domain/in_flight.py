"""Two cases on one policy 互斥: what an arriving item meets while another one runs.

The matrix is by kinds of items: a new item is put into a kind, or says what is its own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

ConflictRule = Literal[
    "OK", "QUEUE", "PARK", "PARK_UNTIL_POSTED", "ONE_TERMINATION", "REJECT", "CLAIM_WINS", "MERGE"
]
Kind = Literal[
    "CONTACT", "HOLDER", "BENEFICIARY", "MONEY", "TERMINATE", "REINSTATE", "CLAIM", "PAYMENT",
    "NOTE", "PREMIUM",
]  # fmt: skip

KINDS: Mapping[str, Kind] = MappingProxyType({
    "CONTACT": "CONTACT",
    "POLICYHOLDER_CHANGE": "HOLDER",
    "BENEFICIARY_CHANGE": "BENEFICIARY",
    **dict.fromkeys(("TERMINATE", "EX_GRATIA_SURRENDER"), "TERMINATE"),
    "REINSTATEMENT": "REINSTATE",
    "RENEWAL_PREMIUM": "PREMIUM",
    "CLAIM_HANDOFF": "CLAIM",
    "PAYMENT_ACCOUNT_CHANGE": "PAYMENT",
    **dict.fromkeys((
        "PARTIAL", "POLICY_LOAN", "LOAN_REPAYMENT", "BENEFIT_PAYMENT", "PLEDGE", "PLEDGE_RELEASE",
        "REDUCED_PAID_UP", "SA_INCREASE",
    ), "MONEY"),
    **dict.fromkeys((
        "SIGNATURE_CHANGE", "APL_OPTION", "DIVIDEND_OPTION", "ANNUITY_OPTION",
        "PAYOUT_AUTHORISATION", "POLICY_REISSUE", "LOSS_REPORT", "LOSS_RELEASE",
        "POLICY_TRANSFER_BRANCH",
    ), "NOTE"),
})  # fmt: skip
"""An item that is in none is parked: a person decides."""

_COLUMNS: tuple[Kind, ...] = (
    "CONTACT", "HOLDER", "BENEFICIARY", "MONEY", "TERMINATE", "REINSTATE", "CLAIM", "PAYMENT",
    "NOTE", "PREMIUM",
)  # fmt: skip
_CLAIM_WINS: ConflictRule = "CLAIM_WINS"
_ROWS: Mapping[Kind, tuple[ConflictRule, ...]] = MappingProxyType({
    # running: contact, holder, beneficiary, money, terminate, reinstate, claim, payment, note,
    #          premium
    "CONTACT": ("OK", "OK", "OK", "OK", "OK", "OK", "OK", "OK", "OK", "OK"),
    "HOLDER": (
        "OK", "REJECT", "QUEUE", "QUEUE", "PARK", "QUEUE", _CLAIM_WINS, "QUEUE", "OK", "OK",
    ),
    "BENEFICIARY": ("OK", "QUEUE", "PARK", "OK", "PARK", "OK", _CLAIM_WINS, "OK", "OK", "OK"),
    "MONEY": (
        "OK", "QUEUE", "OK", "PARK_UNTIL_POSTED", "PARK_UNTIL_POSTED", "PARK", _CLAIM_WINS,
        "QUEUE", "OK", "OK",
    ),
    "TERMINATE": (
        "OK", "REJECT", "REJECT", "REJECT", "ONE_TERMINATION", "REJECT", _CLAIM_WINS, "REJECT",
        "REJECT", "PARK_UNTIL_POSTED",
    ),
    "REINSTATE": (
        "OK", "QUEUE", "OK", "QUEUE", "PARK", "REJECT", _CLAIM_WINS, "OK", "OK", "PARK",
    ),
    "CLAIM": (
        "OK", "REJECT", "REJECT", "REJECT", "REJECT", "REJECT", "MERGE", "REJECT", "OK", "REJECT",
    ),
    "PAYMENT": ("OK", "QUEUE", "OK", "OK", "PARK", "PARK", _CLAIM_WINS, "PARK", "OK", "OK"),
    "NOTE": ("OK", "QUEUE", "OK", "OK", "PARK", "OK", _CLAIM_WINS, "OK", "QUEUE", "OK"),
    # A premium falls due whatever runs, and holds nobody up: it is never in the lock set.
    "PREMIUM": ("OK", "OK", "OK", "OK", "OK", "OK", _CLAIM_WINS, "OK", "OK", "REJECT"),
})  # fmt: skip
MATRIX: Mapping[tuple[Kind, Kind], ConflictRule] = MappingProxyType(
    {
        (running, arriving): rule
        for running, rules in _ROWS.items()
        for arriving, rule in zip(_COLUMNS, rules, strict=True)
    }
)
"""QUEUE waits for the other case; PARK too, but a person may decide first; REJECT is no start;
CLAIM_WINS: the claim goes on, and what runs is told; MERGE: the same event, the same case."""

EXCEPTIONS: Mapping[tuple[str, str], ConflictRule] = MappingProxyType({
    ("TERMINATE", "PARTIAL"): "ONE_TERMINATION",
    ("TERMINATE", "EX_GRATIA_SURRENDER"): "REJECT",
    ("EX_GRATIA_SURRENDER", "EX_GRATIA_SURRENDER"): "REJECT",
    ("EX_GRATIA_SURRENDER", "TERMINATE"): "PARK",
    ("POLICY_LOAN", "PAYMENT_ACCOUNT_CHANGE"): "OK",
    ("LOAN_REPAYMENT", "PAYMENT_ACCOUNT_CHANGE"): "OK",
    ("LOAN_REPAYMENT", "REINSTATEMENT"): "QUEUE",
    ("PARTIAL", "RENEWAL_PREMIUM"): "PARK_UNTIL_POSTED",
    ("REDUCED_PAID_UP", "RENEWAL_PREMIUM"): "PARK_UNTIL_POSTED",
    ("SA_INCREASE", "RENEWAL_PREMIUM"): "PARK_UNTIL_POSTED",
})  # fmt: skip
"""Where an item differs from its kind."""

ALWAYS_HEARD = "LOSS_REPORT"
"""A loss waits for nobody: whoever asked for money may be the one who took the policy."""

_WAITS_UNSEEN = frozenset({"QUEUE", "PARK_UNTIL_POSTED"})


def rule_of(running: str, arriving: str) -> ConflictRule:
    """What an arriving item meets; contact data stand in nobody's way, a loss is always heard."""
    exception = EXCEPTIONS.get((running, arriving))
    if exception is not None:
        return exception
    if "CONTACT" in {running, arriving} or arriving == ALWAYS_HEARD:
        return "OK"
    kinds = KINDS.get(running), KINDS.get(arriving)
    return "PARK" if None in kinds else MATRIX[kinds]  # type: ignore[index]


def needs_a_person(rule: ConflictRule) -> bool:
    """Whether a person decides on the conflict; the others wait or are refused as they are."""
    return rule not in _WAITS_UNSEEN
