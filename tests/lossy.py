"""A wire to PostgreSQL that loses answers: the server commits, and who asked never hears of it."""

import asyncio
import contextlib
import shutil
import tempfile
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

_SOCKET = ".s.PGSQL.5432"
_BEGIN, _READS, _COMMIT = b"BEGIN", b"READ ONLY", b"COMMIT;"
_PIECE = 65_536


@dataclass(slots=True)
class Wire:
    """Carries sessions to a server; every other that commits a write is cut before the answer."""

    folder: Path
    """Where clients find its socket."""
    server: Path
    commits: int = 0
    lost: int = 0

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Carry one session."""
        upstream, downstream = await asyncio.open_unix_connection(str(self.server / _SOCKET))
        cut = asyncio.Event()
        asking = asyncio.create_task(self._asked(reader, downstream, cut))
        try:
            while piece := await upstream.read(_PIECE):
                if cut.is_set():
                    self.lost += 1
                    break
                writer.write(piece)
        finally:
            asking.cancel()
            downstream.close()
            writer.close()

    async def _asked(self, reader: StreamReader, server: StreamWriter, cut: asyncio.Event) -> None:
        writes = False
        with contextlib.suppress(OSError):
            while piece := await reader.read(_PIECE):
                if _BEGIN in piece:
                    writes = _READS not in piece
                if _COMMIT in piece and writes:
                    self.commits += 1
                    if self.commits % 2:
                        cut.set()
                server.write(piece)
            server.close()


@contextlib.asynccontextmanager
async def losing_commits(server: Path) -> AsyncIterator[Wire]:
    """A wire to the server that has its socket in a folder."""
    folder = Path(tempfile.mkdtemp(prefix="baoquan-wire-"))
    wire = Wire(folder, server)
    listening = await asyncio.start_unix_server(wire.carry, str(folder / _SOCKET))
    try:
        yield wire
    finally:
        listening.close()
        await listening.wait_closed()
        shutil.rmtree(folder)
