"""Verification as a program runs it: from a URL or a file, a folder of anchors and a public key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.anchoring.folder import LOG, PUBLIC_KEY, AnchorFolder
from infra.anchoring.keys import VerifyingKeys, read_public_keys
from infra.anchoring.place import anchor_folder
from infra.auditing.anchor_log import AnchorLog, expect_anchor, read_log
from infra.auditing.consistency import consistency_line, is_consistency, verify_consistency
from infra.auditing.export import export_lines, verify_export
from infra.auditing.pack import is_pack, public_keys_in, verify_pack
from infra.auditing.report import Report
from infra.auditing.verifier import Progress, verify_database
from infra.db.connections.away import DatabaseAway
from infra.db.connections.engine import is_sqlite_url
from infra.db.unit_of_work import Database
from infra.settings import Settings


class CannotVerify(Exception):
    """Something needed is not there, or not readable; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a verification is given; what is not named is where this deployment has it."""

    database: str
    anchors: Path
    keys: tuple[Path, ...] = ()
    expected: tuple[int, str] | None = None
    """Number and hash of an anchor that was written down before."""

    @property
    def key_paths(self) -> tuple[Path, ...]:
        """The public keys: given, or those beside the anchors."""
        return self.keys or (self.anchors / PUBLIC_KEY,)


def sources(
    database: str | None,
    anchors: Path | None,
    keys: tuple[Path, ...],
    expected: tuple[int, str] | None = None,
) -> Sources:
    """The sources of a verification."""
    settings = Settings()
    return Sources(
        database=database or settings.database_url,
        anchors=anchors or anchor_folder(settings).path,
        keys=keys,
        expected=expected,
    )


def read_keys(given: Sources) -> VerifyingKeys:
    """The public keys; raises CannotVerify when there are none."""
    try:
        return read_public_keys([path.read_text() for path in given.key_paths])
    except (OSError, ValueError) as error:
        raise CannotVerify(f"No public key can be read: {error}") from None


def read_anchors(given: Sources) -> AnchorLog:
    """The anchors; raises CannotVerify when there is no log of them."""
    _expect_log(given)
    log = read_log(AnchorFolder(given.anchors).lines(), read_keys(given))
    if given.expected is not None:
        expect_anchor(log, *given.expected)
    return log


async def verify_url(given: Sources, progress: Progress) -> Report:
    """Verify a database against its anchors."""
    log = read_anchors(given)
    async with _reading(given.database) as connection:
        return await verify_database(connection, log, progress)


def verify_file(path: Path, given: Sources) -> Report:
    """Verify a pack, a proof or an export by the public key.

    An export is verified against all anchors there are.
    """
    if is_pack(path):
        return _verify_pack(path, given)
    keys = read_keys(given)
    if is_consistency(path):
        return verify_consistency(path.read_text(encoding="utf-8"), keys, given.expected)
    log = read_anchors(given) if (given.anchors / LOG).exists() else None
    with path.open(encoding="utf-8") as lines:
        return verify_export(lines, keys, log)


def prove_consistency(given: Sources, since: int) -> str:
    """The proof that the newest anchor extends an older one, as a line."""
    _expect_log(given)
    try:
        return consistency_line(AnchorFolder(given.anchors).lines(), since)
    except ValueError as error:
        raise CannotVerify(f"There is nothing to prove: {error}.") from None


def _verify_pack(path: Path, given: Sources) -> Report:
    try:
        keys = read_keys(given) if _has_keys(given) else read_public_keys([public_keys_in(path)])
        return verify_pack(path, keys)
    except (ValueError, KeyError) as error:
        raise CannotVerify(f"{path.name} cannot be read: {error}") from None


def _has_keys(given: Sources) -> bool:
    """Without any key the pack's own is taken: it then proves that it is whole, not whose."""
    return bool(given.keys) or given.key_paths[0].exists()


async def export_url(given: Sources, only: str | None) -> AsyncIterator[str]:
    """The lines of an export of a database."""
    has_anchors = (given.anchors / LOG).exists()
    log = read_anchors(given) if has_anchors else AnchorLog()
    async with _reading(given.database) as connection:
        async for line in export_lines(connection, log, at=datetime.now(UTC), only=only):
            yield line


@asynccontextmanager
async def _reading(url: str) -> AsyncIterator[AsyncConnection]:
    _expect_file(url)
    database = Database.at(url)
    try:
        async with database.snapshot() as connection:
            yield connection
    except (DBAPIError, DatabaseAway, OSError) as error:
        what = str(error).splitlines()[0]
        raise CannotVerify(f"The database cannot be read: {what}") from None
    finally:
        await database.close()


def _expect_log(given: Sources) -> None:
    if not (given.anchors / LOG).exists():
        raise CannotVerify(f"There is no {LOG} in {given.anchors}.")


def _expect_file(url: str) -> None:
    """SQLite would make an empty database of a mistyped path, and call it intact."""
    path = make_url(url).database
    if is_sqlite_url(url) and not (path and Path(path).is_file()):
        raise CannotVerify(f"There is no database file {path}.")
