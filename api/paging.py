"""Pages: a size and a signed place to go on from."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from api.dependencies import Composed

MAX_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWanted:
    """Which page."""

    place: list[str] | None
    limit: int


def page(
    composed: Composed,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
) -> PageWanted:
    """Read which page is wanted; raises Problem 422 for a cursor that is not ours."""
    return PageWanted(place=composed.cursors.read(cursor), limit=limit)


Paging = Annotated[PageWanted, Depends(page)]
