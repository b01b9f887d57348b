"""Key figures of a period, each with its definition, and the cases that a figure counts."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import StringConstraints as Text

from api.schemas.shapes import Asking, Day, Page, PageQuery, Seen

NO_CONTROL: Final = r"^[^\x00-\x1f\x7f]*$"


class KpiQuery(Asking):
    """Which days, both included, and by what; this month up to today where nothing is said."""

    since: Day | None = None
    until: Day | None = None
    by: Literal["all", "unit", "operator", "item", "version"] = "all"


class KpiDefinition(Seen):
    """What a figure counts, over what, and where it is read from."""

    kpi: str
    name: str
    measure: str
    """PERCENT, PER_THOUSAND, MEAN, DAYS, MINUTES or COUNT."""
    numerator: str
    denominator: str
    source: str
    target: str | None


class KpiFigure(Seen):
    """A figure of a group; ``value`` is null where there was nothing to count."""

    kpi: str
    group: str
    """``all``, or the unit, operator (``-``: nobody), item, or process and version."""
    value: str | None
    """Two decimals, half up."""
    numerator: int
    """Durations in seconds."""
    denominator: int


class KpisSeen(Seen):
    """The figures of a period, and what they mean."""

    since: date
    until: date
    by: str
    figures: list[KpiFigure]
    definitions: list[KpiDefinition]


class KpiCasesQuery(PageQuery):
    """Which days, and whose."""

    since: Day | None = None
    until: Day | None = None
    by: Literal["all", "unit", "operator", "item", "version"] = "all"
    group: Annotated[str, Text(min_length=1, max_length=200, pattern=NO_CONTROL)] | None = None
    """Those of one group; all of them without."""


class KpiCase(Seen):
    """What a case adds to a figure."""

    case_id: str
    item: str
    unit: str
    numerator: int
    denominator: int


class KpiCasePage(Page):
    """The cases that a figure counts, by id."""

    cases: list[KpiCase]
