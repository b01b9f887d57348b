"""Which activity types are in-house, and how they run: the catalogue, or what a worker installed.

A replay decides by it again, so it changes with the build and never while cases run.
"""

from collections.abc import Mapping
from typing import Final

from workflows.contracts.activity import ActivityContract
from workflows.contracts.catalogue import CONTRACTS


class InHouse:
    """The in-house types of this process."""

    def __init__(self, contracts: Mapping[str, ActivityContract]) -> None:
        self._contracts = contracts

    def install(self, contracts: Mapping[str, ActivityContract]) -> None:
        """Replace the catalogue, before the first case."""
        self._contracts = contracts

    def get(self, type_: str) -> ActivityContract | None:
        """Find a contract; None: the type is served by others."""
        return self._contracts.get(type_)


IN_HOUSE: Final = InHouse(CONTRACTS)
"""The one table of this process: the workflow sandbox passes this module through."""


def contract_of(type_: str) -> ActivityContract | None:
    """Return the contract of an in-house type; None: it is served by others."""
    return IN_HOUSE.get(type_)
