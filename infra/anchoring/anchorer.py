"""Who writes anchors: reads every head in one transaction, signs, appends; gap-free by the lock.

Between reading and writing a crash loses nothing: what was read is not anchored, and the next
round reads it again. After the line is on disk the anchor exists, whoever wrote it.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from infra.anchoring.folder import AnchorFolder, AnchorsDisturbed
from infra.anchoring.keys import SigningKey, VerifyingKeys, read_public_keys
from infra.anchoring.wire import is_signed, read_line, signed_line
from infra.db.chain.audit_survey import AuditSurvey, TrailState
from infra.db.unit_of_work import Database
from workflows.domain.anchors import Anchor, AnchoredHeads, Comparison, Head

_T = TypeVar("_T")
logger = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


def _passing(name: str) -> None:
    del name


class Anchorer:
    """Anchors the chains of one database in one folder."""

    def __init__(
        self,
        database: Database,
        folder: AnchorFolder,
        key: SigningKey,
        *,
        failpoint: Callable[[str], None] = _passing,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._database = database
        self._folder = folder
        self._key = key
        self._failpoint = failpoint
        self._now = now
        self._anchored = AnchoredHeads()
        self._offset = 0
        self._trusted: VerifyingKeys = read_public_keys([key.public_pem()])

    async def round(self) -> Anchor | None:
        """Anchor what moved; None when nothing did, or another process is at it."""
        with self._folder.locked() as is_held:
            if not is_held:
                return None
            await _finished(self._catch_up)
            return await self._anchor(await self._heads())

    async def state(self) -> TrailState:
        """How far all chains have come."""
        async with self._database.snapshot() as connection:
            return await AuditSurvey(connection).state()

    async def _heads(self) -> list[Head]:
        async with self._database.reading() as room:
            return [head async for head in room.audit_survey.heads()]

    async def _anchor(self, heads: list[Head]) -> Anchor | None:
        found = await _finished(lambda: self._anchored.compare(heads))
        if not found.moved and not found.conflicts:
            return None
        for conflict in found.conflicts:
            logger.error(
                "audit chain %s is %s: anchored before, found at record %d",
                conflict.stream, conflict.kind, conflict.seq,
            )  # fmt: skip
        try:
            return await _finished(lambda: self._write(found))
        except BaseException:
            self._forget()  # the heads in memory moved, those on disk may not have
            raise

    def _write(self, found: Comparison) -> Anchor:
        anchor = self._anchored.next(found, at=self._now(), key_id=self._key.id)
        line = signed_line(anchor, self._key)
        self._failpoint("anchor.built")
        self._folder.append(line)
        self._failpoint("anchor.written")
        self._took(anchor, line)
        return anchor

    def _catch_up(self) -> None:
        """Read what others wrote since, and what a crash left half written."""
        torn = self._folder.mend()
        if torn:
            logger.warning("a torn anchor of %d bytes was taken away", torn)
        if self._offset == 0:
            self._folder.publish(self._key.public_pem())
        for line in self._folder.lines(self._offset):
            anchor, signature = read_line(line)
            self._check(anchor, signature)
            self._anchored.move(anchor.heads)
            self._took(anchor, line)

    def _check(self, anchor: Anchor, signature: str) -> None:
        """Nothing is built upon what is not ours; keys that went before are not known here."""
        known = self._anchored
        if (anchor.no, anchor.previous) != (known.no + 1, known.last_line):
            raise AnchorsDisturbed(f"Expected anchor {known.no + 1} after the one before it.")
        if anchor.key_id in self._trusted and not is_signed(anchor, signature, self._trusted):
            raise AnchorsDisturbed(f"Expected a good signature on anchor {anchor.no}.")

    def _took(self, anchor: Anchor, line: bytes) -> None:
        self._anchored.written(anchor, line)
        self._offset += len(line) + 1

    def _forget(self) -> None:
        self._anchored = AnchoredHeads()
        self._offset = 0


async def _finished(work: Callable[[], _T]) -> _T:
    """Work in a thread, and to its end even when cancelled: the lock is held for it."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise
