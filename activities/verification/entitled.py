"""Who may ask what of a policy 申请资格: by item, the roles that carry the request."""

from datetime import date

from workflows.domain.items import CATALOGUE
from workflows.domain.policy import Policy


def is_entitled(policy: Policy, item: str, party_id: str, role: str, on: date) -> bool:
    """Whether a party holds the role it asks in, and the role carries the item."""
    entitled = CATALOGUE[item].applicants
    return role in entitled and any(
        each.party_id == party_id
        for kind in entitled
        if kind == role
        for each in policy.holders(kind, on)
    )
