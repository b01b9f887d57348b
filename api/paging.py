"""Pages: a size and a signed place to go on from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from api.cursors import Cursors
from api.schemas.shapes import PageQuery

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWanted:
    """Which page of which list."""

    place: list[str] | None
    """Where the page before ended."""
    limit: int
    cursors: Cursors
    path: str

    @property
    def with_one_more(self) -> int:
        """How many to read: one more tells whether there is another page."""
        return self.limit + 1

    def cut(
        self, found: Sequence[_Item], place_of: Callable[[_Item], Sequence[str]]
    ) -> tuple[Sequence[_Item], str | None]:
        """Return the page's items, and the cursor of the next page when there is one."""
        if len(found) <= self.limit:
            return found, None
        items = found[: self.limit]
        return items, self.cursors.write(place_of(items[-1]), of=self.path)


def page_of(query: PageQuery, cursors: Cursors, path: str) -> PageWanted:
    """Read which page is wanted; raises Problem 422 for a cursor that is not this list's."""
    place = None if query.cursor is None else cursors.read(query.cursor, of=path)
    return PageWanted(place=place, limit=query.limit, cursors=cursors, path=path)
