"""The log of anchors as a running API reads it: what was read once is not read again."""

import asyncio

from infra.anchoring.folder import PUBLIC_KEY, AnchorFolder, AnchorsDisturbed
from infra.anchoring.keys import read_public_keys
from infra.auditing.anchor_log import AnchorLog, extend_log


class AnchorReader:
    """Follows the anchors of a folder; a convenience, not the auditor's own verification."""

    def __init__(self, folder: AnchorFolder) -> None:
        self._folder = folder
        self._log = AnchorLog()
        self._offset = 0
        self._turn = asyncio.Lock()

    async def current(self) -> AnchorLog:
        """Everything anchored by now; empty when there are no anchors yet."""
        async with self._turn:
            await asyncio.to_thread(self._follow)
            return self._log

    def public_key(self) -> str:
        """The public keys beside the log (PEM); empty when there are none."""
        path = self._folder.path / PUBLIC_KEY
        return path.read_text() if path.exists() else ""

    def _follow(self) -> None:
        pem = self.public_key()
        if not pem or self._log.findings:
            return
        try:
            lines = list(self._folder.lines(self._offset))
        except AnchorsDisturbed:
            self._log, self._offset = AnchorLog(), 0  # read it anew, and say what is wrong with it
            lines = list(self._folder.lines())
        extend_log(self._log, lines, read_public_keys([pem]))
        self._offset += sum(len(line) + 1 for line in lines)
