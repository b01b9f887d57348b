"""The catalogue of servicing items 保全项目, and what is refused by name."""

from fastapi import APIRouter

from api.cataloguing import catalogue, entry_seen
from api.problems import Problem, refusals
from api.schemas.items import ItemList, ItemSeen
from api.schemas.shapes import Identifier

router = APIRouter(prefix="/v1/items", tags=["catalogue"])


@router.get("")
async def list_items() -> ItemList:
    """List every servicing item: what can be started, then what cannot yet, and why."""
    return ItemList(items=list(catalogue()))


@router.get("/{code}", responses=refusals(404))
async def read_item(code: Identifier) -> ItemSeen:
    """Read an entry: who may ask, papers, consents, limits, authority, formula."""
    found = entry_seen(code)
    if found is None:
        raise Problem(404, "unknown-item", "There is no such item.")
    return found
