"""Canaries: texts that may not be found in the clear, and the search for them."""

from __future__ import annotations

import base64
import contextlib
import json
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

TEMPORAL_STORE = "temporal-*.db*"


class Cage:
    """Every canary, by the path it was sent on."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def new(self, path: str) -> str:
        """Hatch a canary for a path: text that may stand anywhere, even in an id."""
        return self.put(path, f"canary-{len(self.known):02}-{secrets.token_hex(6)}")

    def put(self, path: str, text: str) -> str:
        """Watch a text that is there already."""
        self.known[path] = text
        return text

    def found_in(self, content: bytes) -> set[str]:
        """The paths whose canaries are in some bytes, in any form that a reader could undo."""
        return {
            path
            for path, text in self.known.items()
            if any(form in content for form in _forms(text))
        }


def _forms(text: str) -> Iterator[bytes]:
    raw = text.encode()
    yield raw
    yield raw.hex().encode()
    yield json.dumps(text).strip('"').encode()
    for shift in range(3):  # Base64, wherever in a longer text it begins
        encoded = base64.b64encode(b"\0" * shift + raw)
        yield encoded[-(-shift * 8 // 6) : -4]


def in_files(cage: Cage, files: Iterable[Path]) -> dict[str, set[str]]:
    """What is found in files, by file; of databases in every value of every row, too."""
    found = {}
    for path in files:
        hits = cage.found_in(path.read_bytes())
        if path.suffix == ".db":
            for in_table in in_tables(cage, path).values():
                hits |= in_table
        if hits:
            found[path.name] = hits
    return found


def in_tables(cage: Cage, path: Path) -> dict[str, set[str]]:
    """What is found in a database, by table."""
    found: dict[str, set[str]] = defaultdict(set)
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            for row in database.execute(f'SELECT * FROM "{name}"'):
                for value in row:
                    hits = cage.found_in(value if isinstance(value, bytes) else str(value).encode())
                    if hits:
                        found[name] |= hits
    return dict(found)
