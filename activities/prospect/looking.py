"""Books as a step finds them for a case that nobody has opened: what it writes goes nowhere."""

from datetime import date
from typing import Any, Final, cast

from activities.ports import Books
from workflows.domain.case import Case
from workflows.domain.jurisdiction import JurisdictionPack, Law

_SILENT: Final = frozenset({"findings", "consents", "clocks"})
"""Stores that checks write to as they go."""
_WRITES: Final = frozenset({"record", "close", "start", "note_quote", "stamp"})


def looking(books: Books, case: Case, law: Law) -> Books:
    """Return the books with a case in them that is not there, bound to a law."""
    return cast("Books", _Looking(books, case, law))


class _Looking:
    def __init__(self, books: Books, case: Case, law: Law) -> None:
        self._books = books
        self.cases = _Unopened(books.cases, case)
        self.packs = _Bound(books, law)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any store of the books
        store = getattr(self._books, name)
        return _Unwritten(store) if name in _SILENT else store


class _Unwritten:
    """A store that is read; what is written to it is forgotten."""

    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any method of the store
        return _forget if name in _WRITES else getattr(self._store, name)


class _Unopened(_Unwritten):
    """Cases, and one that nobody has opened."""

    def __init__(self, store: object, case: Case) -> None:
        super().__init__(store)
        self._case = case

    async def get(self, case_id: str) -> Case | None:
        found: Case | None = self._case
        if case_id != self._case.id:
            found = await cast("Any", self._store).get(case_id)
        return found


class _Bound:
    """The law that the case would be bound to."""

    def __init__(self, books: Books, law: Law) -> None:
        self._books = books
        self._law = law

    async def of_case(self, case_id: str) -> Law:
        del case_id  # there is one
        return self._law

    async def for_policy(self, policy_no: str, on: date) -> JurisdictionPack:
        return await self._books.packs.for_policy(policy_no, on)


async def _forget(*_: object, **__: object) -> None:
    """Write nothing."""
