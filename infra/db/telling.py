"""The journal as it is told now: what a newer generation of an instance superseded is left out."""

from typing import Any

from sqlalchemy import select

from infra.db.tables import trail

_journal = trail.journal


def as_told_now() -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    """Entries of the journal that no newer generation superseded."""
    newer = _journal.alias()
    return ~(
        select(newer.c.no)
        .where(
            newer.c.instance_id == _journal.c.instance_id,
            newer.c.generation > _journal.c.generation,
            newer.c.seq <= _journal.c.seq,
        )
        .exists()
    )
