"""Documents as files named by the SHA-256 of their content, on disk before anybody is told."""

import asyncio
import hashlib
import os
import re
from pathlib import Path

from workflows.domain.records import StoredFile

MAX_BYTES = 50 * 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{64}")


class FileStore:
    """A folder of documents; equal content is stored once, and content is checked on reading."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def put(self, content: bytes, *, media_type: str) -> StoredFile:
        """Keep some bytes under their hash; what kind they are, the register of documents says."""
        del media_type
        if len(content) > MAX_BYTES:
            raise ValueError(f"Expected at most {MAX_BYTES} bytes, but got {len(content)}.")
        sha256 = await asyncio.to_thread(self._put, content)
        return StoredFile(ref=f"sha256:{sha256}", sha256=sha256, size=len(content))

    async def get(self, ref: str) -> bytes:
        """Return the bytes of a reference; raises FileNotFoundError when there are none."""
        return await asyncio.to_thread(self._get, ref.removeprefix("sha256:"))

    async def remove(self, ref: str) -> None:
        """Forget a content for good; forgetting twice is forgetting once."""
        await asyncio.to_thread(self._remove, ref.removeprefix("sha256:"))

    def _put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if path.exists():
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.parent / f".{sha256}.{os.getpid()}.{os.urandom(4).hex()}"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        for folder in (path.parent, self.folder):
            _sync(folder)
        return sha256

    def _get(self, sha256: str) -> bytes:
        content = self._path(sha256).read_bytes()
        found = hashlib.sha256(content).hexdigest()
        if found != sha256:
            raise OSError(f"Expected the content of {sha256}, but the file holds {found}.")
        return content

    def _remove(self, sha256: str) -> None:
        path = self._path(sha256)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _sync(path.parent)

    def _path(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise ValueError("Expected a SHA-256 in lower-case hexadecimal.")
        return self.folder / sha256[:2] / sha256


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
