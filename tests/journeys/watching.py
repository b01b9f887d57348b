"""A house with a watchdog in it, and the small models whose cases get stuck."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.builders.process import a_process, message, timer
from tests.journeys.house import House
from tests.journeys.working import working
from workers.watchdog import Watchdog

Json = dict[str, Any]
A_MINUTE = 60.0
FOREIGN = "print-shop.print"


@dataclass(kw_only=True)
class Watched:
    """A house with a watchdog in it, and workers who come and go."""

    house: House
    dog: Watchdog

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """A worker of the case queue."""
        async with working(self.house.settings, self.house.client):
            yield

    async def incident(self, case: str, code: str, *, is_open: bool = True) -> Json:
        """Wait until an incident is open, or closed; never longer than a minute."""
        status = "open" if is_open else "closed"

        async def looks() -> Json | None:
            page = await self.house.get("ops-1", "/v1/incidents", caseId=case, closed=True)
            found = [one for one in page["incidents"] if one["code"] == code]
            return next((one for one in found if one["status"] == status), None)

        return await self.house.eventually(looks, case, f"{code} {status}")

    async def reasons(self, case: str) -> list[Json]:
        """Why the case is where it is."""
        reasons: list[Json] = (await self.house.case(case))["reasons"]
        return reasons


@contextlib.asynccontextmanager
async def watching(inside: House) -> AsyncIterator[Watched]:
    """Have a watchdog look every second; nobody waits longer than a minute for what it finds."""
    inside.patience, inside.glance = A_MINUTE, 0.3
    dog = Watchdog(
        client=inside.client,
        database=inside.database,
        clock_offset=timedelta(seconds=inside.settings.clock_offset),
        period=timedelta(seconds=1),
    )
    task = asyncio.create_task(dog.run())
    try:
        yield Watched(house=inside, dog=dog)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def at_rest(watched: Watched, process: str, element: str) -> str:
    """A case that waits at an element of its model."""
    case = await watched.house.request("P-PARTIAL", process=process)
    await watched.house.waits(case, element)
    return case


async def deployed(inside: House) -> None:
    """Deploy a desk that awaits two papers, a print shop of others, and a desk with a deadline."""
    desk = a_process("desk").start("s").receive("docs", message("docs", "=caseId"))
    desk = desk.receive("more", message("more", "=caseId")).end("e")
    printing = a_process("printing").start("s").service("print", FOREIGN, retries="1000").end("e")
    timed = a_process("timed").start("s").receive("docs", message("never", "=caseId")).end("e")
    timed.boundary("docs", "late", timer(duration="PT3S")).end("too_late")
    drawn = {"desk": desk, "printing": printing, "timed": timed}
    files = {f"{name}.bpmn": one.xml().decode() for name, one in drawn.items()}
    await inside.post("ops-1", "/v1/definitions", {"files": files})
