"""Who may ask what of a policy 申请资格: by item, the roles that carry the request."""

from datetime import date

from workflows.domain.items import CATALOGUE
from workflows.domain.policy import Policy

_MEANT = {"BENEFICIARY": ("BENEF_DEATH", "BENEF_SURVIVAL")}
"""The roles on a policy that one word of a request may mean."""


def is_entitled(policy: Policy, item: str, party_id: str, role: str, on: date) -> bool:
    """Whether a party holds the role it asks in, and the role carries the item."""
    meant = {role, *_MEANT.get(role, ())}
    return any(
        each.party_id == party_id
        for kind in CATALOGUE[item].applicants
        if kind in meant
        for each in policy.holders(kind, on)
    )
