"""The catalogue of items as callers see it."""

from collections.abc import Iterator

from api.schemas.items import DocumentSeen, ItemSeen
from workflows.domain.items import CATALOGUE, NOT_YET, ServicingItem

_AT_NOTICE = ("K-ACC", "K-ONE", "K-DO")


def catalogue() -> Iterator[ItemSeen]:
    """Yield every item: what can be started, then what cannot yet."""
    yield from map(_startable, CATALOGUE.values())
    for code, (name, reason) in NOT_YET.items():
        yield _refused(code, name, reason)


def entry_seen(code: str) -> ItemSeen | None:
    """Return an item; None where nobody knows it."""
    return next((item for item in catalogue() if item.code == code), None)


def _startable(item: ServicingItem) -> ItemSeen:
    generic = item.generic
    return ItemSeen(
        code=item.code,
        name=item.name,
        version=item.version,
        startable=True,
        reason=None,
        process=item.process,
        applicants=list(item.applicants),
        standing=item.standing,
        body=item.body or None,
        clocks=[*_AT_NOTICE, *item.law_clocks],
        basis=item.basis,
        needs=None if generic is None else generic.needs,
        values=[] if generic is None else list(generic.values),
        documents=[]
        if generic is None
        else [
            DocumentSeen(type=each.type, channels=list(each.channels), form=each.form)
            for each in generic.documents
        ],
        consents=[]
        if generic is None
        else [f"{each.role} ({each.when})" for each in generic.consents],
        authority=None if generic is None else generic.authority,
        identity_level=None if generic is None else generic.ial,
        formula=None if generic is None else generic.formula or None,
    )


def _refused(code: str, name: str, reason: str) -> ItemSeen:
    return ItemSeen(
        code=code,
        name=name,
        version=None,
        startable=False,
        reason=reason,
        process=None,
        applicants=[],
        standing=None,
        body=None,
        clocks=[],
        basis=None,
        needs=None,
        values=[],
        documents=[],
        consents=[],
        authority=None,
        identity_level=None,
        formula=None,
    )
