"""Items 保全项目 without a flow of their own: what is asked, as the decision tables see it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from workflows.contracts.activity import ActivityContract, Result
from workflows.contracts.changes import ChangeRolesRequest, ChangeRolesResult
from workflows.contracts.consent import ChangeRequest
from workflows.domain.consent import ConsentRole
from workflows.domain.servicing_item import Item


class IncreaseSeen(Result):
    """What a higher sum assured costs."""

    sum_assured: Decimal
    yearly: Decimal
    due_now: Decimal
    """Taken out of what stands in suspense for the policy."""


class MinorCoverSeen(Result):
    """For what a child would be covered, and the most that may be."""

    cap: Decimal
    age_below: int
    basis: str
    here: Decimal
    elsewhere: Decimal | None


class ItemFacts(Result):
    """The item on this policy today: the catalogue's word, and what the book says to it."""

    item: Item
    item_version: int
    """Of the catalogue's entry: what was shown is what is done."""
    payload_hash: str
    legal_basis: str
    basis: str
    """Whose authority it takes: ITEM_STP, ITEM_CHECKER, ITEM_L3."""
    state: str
    flags: tuple[str, ...]
    applicant_entitled: bool
    insured_is_applicant: bool
    insured_capacity: str
    death_cover: bool
    pledged: bool
    problem: str
    """Why the policy does not let it be done; empty: it does."""
    parents_asked: bool = False
    """Whether the cover of a child is held by somebody who is no parent (解释三 art. 6)."""
    increase: IncreaseSeen | None = None
    minor: MinorCoverSeen | None = None
    consents: tuple[ConsentRole, ...]
    documents: tuple[dict[str, Any], ...]
    """What the catalogue asks for on this channel."""
    ial: int
    value: str
    """What is chosen, or worked out by the item's formula."""
    annual_premium: Decimal
    agent_id: str | None
    other_party_id: str | None
    version: int


class ItemResult(Result):
    """The item."""

    change: ItemFacts


CONTRACTS: Mapping[str, ActivityContract] = {
    "verification.item": ActivityContract(
        type="verification.item", runs="local", request=ChangeRequest, result=ItemResult
    ),
    "execution.change_item": ActivityContract(
        type="execution.change_item",
        runs="local",
        request=ChangeRolesRequest,
        result=ChangeRolesResult,
        faults=("STALE", "CONSENT"),
    ),
}
