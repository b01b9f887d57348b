"""Canaries: texts that may not be found in the clear, and the search for them."""

from __future__ import annotations

import base64
import contextlib
import gzip
import io
import json
import secrets
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.journeys.mailbox import words_of
from tests.shelf import Hand

TEMPORAL_STORE = "temporal-*.db*"


class Cage:
    """Every canary, by the path it was sent on."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self._forms: dict[str, frozenset[bytes]] = {}

    def new(self, path: str) -> str:
        """Hatch a canary for a path: text that may stand anywhere, even in an id."""
        return self.put(path, f"canary-{len(self.known):02}-{secrets.token_hex(6)}")

    def put(self, path: str, text: str) -> str:
        """Watch a text that is there already."""
        self.known[path] = text
        self._forms[path] = frozenset(_forms(text))
        return text

    def found_in(self, content: bytes) -> set[str]:
        """The paths whose canaries are in some bytes, in any form that a reader could undo."""
        return {
            path for path, forms in self._forms.items() if any(form in content for form in forms)
        }


def _forms(text: str) -> Iterator[bytes]:
    raw = text.encode()
    yield raw
    yield raw.hex().encode()
    yield json.dumps(text).strip('"').encode()
    for shift in range(3):  # Base64, wherever in a longer text it begins
        for encoded in (base64.b64encode, base64.urlsafe_b64encode):
            yield encoded(b"\0" * shift + raw)[-(-shift * 8 // 6) : -4]


def in_files(cage: Cage, files: Iterable[Path]) -> dict[str, set[str]]:
    """What is found in files, by file; of databases in every value of every row, too."""
    found = {}
    for path in files:
        hits = cage.found_in(path.read_bytes())
        if path.suffix == ".db":
            hits |= set().union(*_in_database(cage, path).values())
        if hits:
            found[path.name] = hits
    return found


def in_tables(cage: Cage, hand: Hand) -> dict[str, set[str]]:
    """What is found in the product's database, by table: every value of every row."""
    contents = ((name, hand.rows(f'SELECT * FROM "{name}"')) for name in hand.tables())
    hits = {name: cage.found_in(_joined(rows)) for name, rows in contents}
    return {name: found for name, found in hits.items() if found}


def in_pack(cage: Cage, pack: bytes) -> dict[str, set[str]]:
    """What is found in an evidence pack, by member, compressed or set as PDF or not."""
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert members
    hits = {
        name: cage.found_in(
            content + (words_of(content).encode() if name.endswith(".pdf") else b"")
        )
        for name, content in members.items()
    }
    return {name: found for name, found in hits.items() if found}


def unpacked(headers: Mapping[str, str], body: bytes) -> bytes:
    """What was sent, without its compression."""
    return gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body


def _in_database(cage: Cage, path: Path) -> dict[str, set[str]]:
    """What is found in an SQLite file, by table."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: cage.found_in(_joined(database.execute(f'SELECT * FROM "{name}"')))
            for (name,) in names
        }


def _joined(rows: Iterable[tuple[object, ...]]) -> bytes:
    values = (value for row in rows for value in row)
    return b"\n".join(
        value if isinstance(value, bytes) else str(value).encode() for value in values
    )
