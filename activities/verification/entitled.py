"""Who may ask what of a policy 申请资格: by item, the roles that carry the request."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from workflows.domain.policy import Policy, RoleKind

ENTITLED: Mapping[str, tuple[RoleKind, ...]] = MappingProxyType({
    "TERMINATE": ("PH",),
    "PARTIAL": ("PH",),
    "POLICYHOLDER_CHANGE": ("PH",),
    "BENEFICIARY_CHANGE": ("PH", "INSURED", "GUARDIAN"),
    "CONTACT": ("PH", "INSURED"),
    "PAYMENT_ACCOUNT_CHANGE": ("PH",),
})  # fmt: skip
"""保险法 art. 15 (only the policyholder ends the contract), 39 and 41 (who designates)."""


def is_entitled(policy: Policy, item: str, party_id: str, role: str, on: date) -> bool:
    """Whether a party holds the role it asks in, and the role carries the item."""
    return role in ENTITLED[item] and any(
        each.party_id == party_id
        for kind in ENTITLED[item]
        if kind == role
        for each in policy.holders(kind, on)
    )
