"""The anchors folder: a log of lines that only grows, on disk before anybody is told.

Several processes may write: a lock on the folder lets one at a time. A line that a crash left
without its end never was an anchor; the next writer takes it away.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

LOG = "anchors.jsonl"
PUBLIC_KEY = "anchors.pub.pem"
_LOCK = ".lock"
_BATCH = 1 << 20


class AnchorsDisturbed(Exception):
    """The log is not what it was: shorter, or with another line where one was read."""


class AnchorFolder:
    """The folder; ``BAOQUAN_ANCHOR_FOLDER`` puts it on a medium of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / LOG

    @contextlib.contextmanager
    def locked(self) -> Iterator[bool]:
        """Hold the folder, if nobody else does; tells whether it is held."""
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(handle)  # the lock goes with it, also when the process is killed

    def lines(self, start: int = 0) -> Iterator[bytes]:
        """Whole lines from an offset, without their ends; what has no end is no line."""
        if not self.log.exists():
            if start:
                raise AnchorsDisturbed("The log of anchors is gone.")
            return
        with self.log.open("rb") as file:
            if os.fstat(file.fileno()).st_size < start:
                raise AnchorsDisturbed("The log of anchors is shorter than it was.")
            file.seek(start)
            for line in file:
                if line.endswith(b"\n"):
                    yield line[:-1]

    def mend(self) -> int:
        """Take a torn last line away; answers how many bytes it had. Only under the lock."""
        if not self.log.exists():
            return 0
        with self.log.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            whole = self._whole(file.fileno(), size)
            if whole < size:
                file.truncate(whole)
                os.fsync(file.fileno())
            return size - whole

    def append(self, line: bytes) -> None:
        """Add a line, durably. Only under the lock."""
        is_new = not self.log.exists()
        with self.log.open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            _sync(self.path)

    def publish(self, pem: str) -> None:
        """Lay the public key beside the log, for whoever fetches both."""
        self.path.mkdir(parents=True, exist_ok=True)
        target = self.path / PUBLIC_KEY
        known = target.read_text() if target.exists() else ""
        if pem in known:
            return
        draft = target.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
        draft.write_text(known + pem)
        draft.replace(target)

    @staticmethod
    def _whole(handle: int, size: int) -> int:
        """Where the last whole line ends."""
        end = size
        while end > 0:
            start = max(0, end - _BATCH)
            found = os.pread(handle, end - start, start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
        return 0


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
