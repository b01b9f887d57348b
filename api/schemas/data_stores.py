"""What data stores of processes hold, as those see it who mend cases."""

from typing import Annotated, Any

from pydantic import StringConstraints as Text

from api.schemas.shapes import Moment, Page, PageQuery, Seen


class DataStoreQuery(PageQuery):
    """Which data stores to look into; all of them when absent."""

    store: Annotated[str, Text(min_length=1, max_length=200)] | None = None
    """The name that models give it."""


class DataStoreEntrySeen(Seen):
    """One entry of a data store, and the case that wrote it last."""

    store: str
    key: str
    """Empty for a value that has no entries: a list, a number, a text."""
    value: Any
    """Amounts and codes as they are; of what may be personal only how it looks."""
    case_id: str
    written_at: Moment


class DataStorePage(Page):
    """A page of entries, by store and key."""

    entries: list[DataStoreEntrySeen]
