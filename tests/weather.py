"""A TCP line between two processes that can be as bad as a network: cut, silent, slow, forgetful.

Every listener is on loopback. A fault strikes what passes a line, so many times, and is over then.
"""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

Fault = Literal["N1-cut", "N2-silent", "N3-late", "N4-thin", "N5-answer-lost", "N6-twice"]

_PIECE: Final = 65_536
_SILENCE: Final = 2.0
_DELAY: Final = 0.3
_RATE: Final = 4_096


class Broken(Exception):
    """The connection ends here."""


@dataclass(kw_only=True, slots=True, eq=False)
class Line:
    """Carries connections from a port of its own to another port, or a socket, of this machine."""

    to: int | Path
    port: int = 0
    fault: Fault | None = None
    left: int = 0
    """How often the fault strikes before it is over."""
    struck: int = 0
    """How often any has."""
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    _repeats: set[asyncio.Task[None]] = field(default_factory=set)

    def strikes(self, *kinds: Fault) -> bool:
        """Tell whether one of these faults strikes what passes now, and count it."""
        if self.left == 0 or self.fault not in kinds:
            return False
        self.left -= 1
        self.struck += 1
        if self.left == 0:
            self._over.set()
        return True

    async def suffer(self, fault: Fault, times: int) -> None:
        """Let a fault strike so many times; returns when it has."""
        self._over.clear()
        self.fault, self.left = fault, times
        await self._over.wait()

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Carry one connection until either side, or a fault, ends it."""
        try:
            answers, asked = await self._reach()
        except OSError:
            writer.close()
            return
        ways = [
            asyncio.create_task(self._pump(reader, asked, _ASKED)),
            asyncio.create_task(self._pump(answers, writer, _ANSWERED)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (asked, writer):
                end.transport.abort()

    async def _reach(self) -> tuple[StreamReader, StreamWriter]:
        if isinstance(self.to, Path):
            return await asyncio.open_unix_connection(str(self.to))
        return await asyncio.open_connection("127.0.0.1", self.to)

    async def _pump(self, reader: StreamReader, writer: StreamWriter, way: _Way) -> None:
        with contextlib.suppress(OSError, Broken):
            while piece := await reader.read(_PIECE):
                for kind, effect in way.items():
                    if self.strikes(kind):
                        await effect(self, piece)
                writer.write(piece)
                await writer.drain()

    async def again(self, piece: bytes) -> None:
        """Send what was sent once more, over a connection of its own; nobody hears the answer."""
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(2.0):
                reader, writer = await self._reach()
                writer.write(piece)
                await reader.read(_PIECE)
            writer.close()

    async def repeat(self, piece: bytes) -> None:
        """Have a piece sent twice, nearly at once."""
        task = asyncio.create_task(self.again(piece))
        self._repeats.add(task)
        task.add_done_callback(self._repeats.discard)


_Way = Mapping[Fault, Callable[[Line, bytes], Awaitable[None]]]


async def _break(_line: Line, _piece: bytes) -> None:
    raise Broken


async def _be_silent(_line: Line, _piece: bytes) -> None:
    await asyncio.sleep(_SILENCE)
    raise Broken


async def _be_late(_line: Line, _piece: bytes) -> None:
    await asyncio.sleep(_DELAY)


async def _trickle(_line: Line, piece: bytes) -> None:
    await asyncio.sleep(len(piece) / _RATE)


_EITHER: Final[_Way] = {
    "N1-cut": _break,
    "N2-silent": _be_silent,
    "N3-late": _be_late,
    "N4-thin": _trickle,
}
_ASKED: Final[_Way] = MappingProxyType({**_EITHER, "N6-twice": Line.repeat})
_ANSWERED: Final[_Way] = MappingProxyType({**_EITHER, "N5-answer-lost": _break})
"""What each fault does to a piece that passes."""


@contextlib.asynccontextmanager
async def line_to(place: int | Path) -> AsyncIterator[Line]:
    """A line to a port or a socket, good until a fault strikes it."""
    line = Line(to=place)
    listening = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.port = listening.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        listening.close()
