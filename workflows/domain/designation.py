"""Who shall benefit 受益人指定: orders, shares and relations, and what is wrong with them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

CLOSE_RELATIVES = frozenset(
    {"SELF", "SPOUSE", "CHILD", "PARENT", "SIBLING", "GRANDPARENT", "GRANDCHILD"}
)
"""近亲属 of Civil Code article 1045, and the insured in person."""
WHOLE = Decimal(100)
_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Designation:
    """One person designated; ``share`` in percent, None: an equal one (保险法 art. 40)."""

    relation: str
    order: int = 1
    share: Decimal | None = None
    party_id: str
    """On our books: a relation alone names nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTotal:
    """The shares of one order 顺位 added up."""

    order: int
    stated: int
    unstated: int
    total: Decimal


def totals(designations: Sequence[Designation]) -> tuple[OrderTotal, ...]:
    """Add up the shares of every order."""
    found = []
    for order in sorted({each.order for each in designations}):
        shares = [each.share for each in designations if each.order == order]
        stated = [share for share in shares if share is not None]
        found.append(
            OrderTotal(
                order=order,
                stated=len(stated),
                unstated=len(shares) - len(stated),
                total=sum(stated, Decimal(0)),
            )
        )
    return tuple(found)


def named_twice(designations: Sequence[Designation]) -> bool:
    """Whether somebody stands twice in one order."""
    places = Counter((each.order, each.party_id) for each in designations)
    return any(count > 1 for count in places.values())


def basis_points(designations: Sequence[Designation]) -> Iterator[tuple[Designation, int]]:
    """Each with its share; equal ones add up to the whole, the first bear the rest."""
    for order in sorted({each.order for each in designations}):
        own = [each for each in designations if each.order == order]
        equal, rest = divmod(_WHOLE_BP, len(own))
        for place, each in enumerate(own):
            if each.share is None:
                yield each, equal + (1 if place < rest else 0)
            else:
                yield each, int(each.share * WHOLE)
