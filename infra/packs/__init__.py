"""Jurisdiction packs as files: those that come with Baoquan, and those of a folder beside them."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from workflows.domain.jurisdiction import JurisdictionPack, in_force

_PACK = TypeAdapter(JurisdictionPack)
_SHIPPED = Path(__file__).parent


class BadPack(ValueError):
    """A file that is no pack, or a version that says two things."""


class Packs:
    """Every pack there is, by its id."""

    def __init__(self, packs: Iterable[JurisdictionPack]) -> None:
        known: dict[str, JurisdictionPack] = {}
        for pack in packs:
            if known.setdefault(pack.id, pack) != pack:
                raise BadPack(f"Expected one {pack.id}, but two files differ about it")
        self.known: Mapping[str, JurisdictionPack] = MappingProxyType(known)

    def get(self, pack_id: str) -> JurisdictionPack:
        """A pack by id; LookupError where none is installed."""
        if pack_id not in self.known:
            raise LookupError(f"Expected the jurisdiction pack {pack_id} to be installed")
        return self.known[pack_id]

    def in_force(self, family: str, on: date) -> JurisdictionPack:
        """The version of a family that cases accepted on a day are bound to."""
        return in_force(self.known.values(), family, on)


def read_pack(path: Path) -> JurisdictionPack:
    """Read the pack of a file, whole; BadPack says what is wrong with it."""
    try:
        return _PACK.validate_python(_content(path))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise BadPack(f"{path.name}: {error}") from None


def _content(path: Path) -> dict[str, Any]:
    """What a file says: a version may name the one whose rules it takes over and adds to."""
    with path.open("rb") as file:
        content = tomllib.load(file)
    earlier = content.pop("extends", None)
    if earlier is None:
        return content
    places = [folder / f"{earlier}.toml" for folder in (path.parent, _SHIPPED)]
    found = next((place for place in places if place.exists() and place != path), None)
    if found is None:
        raise BadPack(f"{path.name}: extends {earlier}, which is not there")
    base = _content(found)
    added = {kind: [*base.get(kind, ()), *content.get(kind, ())] for kind in ("limits", "figures")}
    return base | content | added


@cache
def shipped() -> tuple[JurisdictionPack, ...]:
    """The packs that come with Baoquan."""
    return tuple(map(read_pack, sorted(_SHIPPED.glob("*.toml"))))


def installed(folder: Path | None = None) -> Packs:
    """The packs that come with Baoquan, and those of a folder."""
    own = () if folder is None else map(read_pack, sorted(folder.glob("*.toml")))
    return Packs((*shipped(), *own))
