"""Two cases on one policy 互斥: what an arriving item meets while another one runs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

ConflictRule = Literal[
    "OK", "QUEUE", "PARK", "PARK_UNTIL_POSTED", "ONE_TERMINATION", "REJECT", "CLAIM_WINS"
]

_PH, _BENEFICIARY, _PARTIAL, _END = (
    "POLICYHOLDER_CHANGE", "BENEFICIARY_CHANGE", "PARTIAL", "TERMINATE",
)  # fmt: skip
_PAYMENT, _CONTACT, _CLAIM = "PAYMENT_ACCOUNT_CHANGE", "CONTACT", "CLAIM"
_LOAN, _REPAYMENT = "POLICY_LOAN", "LOAN_REPAYMENT"
_RENEWAL, _REINSTATE = "RENEWAL_PREMIUM", "REINSTATEMENT"

EXCLUSIONS: Mapping[tuple[str, str], ConflictRule] = MappingProxyType({
    # (running, arriving): rule
    (_PH, _PH): "REJECT",
    (_PH, _BENEFICIARY): "QUEUE",
    (_PH, _PARTIAL): "QUEUE",
    (_PH, _END): "PARK",
    (_BENEFICIARY, _PH): "QUEUE",
    (_BENEFICIARY, _BENEFICIARY): "PARK",
    (_BENEFICIARY, _PARTIAL): "OK",
    (_BENEFICIARY, _END): "PARK",
    (_PARTIAL, _PH): "QUEUE",
    (_PARTIAL, _BENEFICIARY): "OK",
    (_PARTIAL, _PARTIAL): "PARK_UNTIL_POSTED",
    **{(_PH, arriving): "QUEUE" for arriving in (_LOAN, _REPAYMENT)},
    **{(_BENEFICIARY, arriving): "OK" for arriving in (_LOAN, _REPAYMENT)},
    **{(_PARTIAL, arriving): "PARK_UNTIL_POSTED" for arriving in (_LOAN, _REPAYMENT)},
    **{(_PAYMENT, arriving): "OK" for arriving in (_LOAN, _REPAYMENT)},
    **{(_END, arriving): "REJECT" for arriving in (_LOAN, _REPAYMENT)},
    **{(running, _PH): "QUEUE" for running in (_LOAN, _REPAYMENT)},
    **{(running, _BENEFICIARY): "OK" for running in (_LOAN, _REPAYMENT)},
    **{(running, _PAYMENT): "OK" for running in (_LOAN, _REPAYMENT)},
    **{(running, arriving): "PARK_UNTIL_POSTED" for running in (_LOAN, _REPAYMENT)
       for arriving in (_LOAN, _REPAYMENT, _PARTIAL, _END)},
    (_PARTIAL, _END): "PARK_UNTIL_POSTED",
    (_END, _PH): "REJECT",
    (_END, _BENEFICIARY): "REJECT",
    (_END, _PARTIAL): "ONE_TERMINATION",
    (_END, _END): "ONE_TERMINATION",
    (_PAYMENT, _PAYMENT): "PARK",
    (_PAYMENT, _PH): "QUEUE",
    (_PAYMENT, _BENEFICIARY): "OK",
    (_PAYMENT, _PARTIAL): "OK",
    (_PAYMENT, _END): "PARK",
    (_PH, _PAYMENT): "QUEUE",
    (_BENEFICIARY, _PAYMENT): "OK",
    (_PARTIAL, _PAYMENT): "QUEUE",
    (_END, _PAYMENT): "REJECT",
    **{(_CLAIM, arriving): "CLAIM_WINS" for arriving in (
        _PH, _BENEFICIARY, _PARTIAL, _END, _PAYMENT, _LOAN, _RENEWAL, _REINSTATE,
    )},
    # A premium falls due whatever runs; it waits only for what may end or reduce the contract.
    **{(running, _RENEWAL): "OK" for running in (
        _PH, _BENEFICIARY, _PAYMENT, _LOAN, _REPAYMENT,
    )},
    **{(running, _RENEWAL): "PARK_UNTIL_POSTED" for running in (_END, _PARTIAL)},
    (_RENEWAL, _RENEWAL): "REJECT",
    **{(running, _REINSTATE): "QUEUE" for running in (_PH, _REPAYMENT)},
    (_BENEFICIARY, _REINSTATE): "OK",
    (_END, _REINSTATE): "REJECT",
    (_REINSTATE, _REINSTATE): "REJECT",
    (_REINSTATE, _PH): "QUEUE",
    (_REINSTATE, _REPAYMENT): "QUEUE",
    **{(_REINSTATE, arriving): "OK" for arriving in (_BENEFICIARY, _PAYMENT)},
    (_REINSTATE, _END): "PARK",
})  # fmt: skip
"""QUEUE waits for the other case; PARK too, but a person may decide first; REJECT is no start."""

_WAITS_UNSEEN = frozenset({"QUEUE", "PARK_UNTIL_POSTED"})


def rule_of(running: str, arriving: str) -> ConflictRule:
    """What an arriving item meets; customers' contact data never stand in the way."""
    if _CONTACT in {running, arriving}:
        return "OK"
    return EXCLUSIONS.get((running, arriving), "PARK")


def needs_a_person(rule: ConflictRule) -> bool:
    """Whether a person decides on the conflict; the others wait or are refused as they are."""
    return rule not in _WAITS_UNSEEN
