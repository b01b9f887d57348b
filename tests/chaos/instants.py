"""Instants between the database and Temporal at which a process of a run may kill itself.

The product names instants around effects, payments, letters and anchors itself; these lie between
two of its calls, and are put there from outside.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from typing import Any

from tests.chaos.chance import CHANCE

VARIABLE = "CHAOS_INSTANTS"
At = Callable[[str], None]


def arm(process: str) -> None:
    """Put the armed instants of a process in their places."""
    armed = _read(os.environ.get(VARIABLE, ""))

    def at(name: str) -> None:
        if CHANCE.random() < armed.get(name, 0.0):
            os.write(2, f"failpoint {name}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    if armed:
        _PLACES[process](at)


def _in_api(at: At) -> None:
    from api.case_client import CaseClient

    _around(CaseClient, "start", at, ("start.accepted", "start.sent"))
    _around(CaseClient, "act_on_task", at, ("", "decision.sent"))
    _around(CaseClient, "deliver", at, ("message.stored", "message.sent"))


def _in_workers(at: At) -> None:
    from workers.relay import Relay

    _around(Relay, "_start", at, ("", "relay.sent"))
    _around(Relay, "_deliver", at, ("", "relay.sent"))


_PLACES: Mapping[str, Callable[[At], None]] = {"api": _in_api, "workers": _in_workers}


def _around(owner: type, name: str, at: At, instants: tuple[str, str]) -> None:
    """Pass an instant before and one after a method."""
    own = getattr(owner, name)
    before, after = instants

    async def passing(*arguments: Any, **named: Any) -> Any:
        at(before)
        answer = await own(*arguments, **named)
        at(after)
        return answer

    setattr(owner, name, passing)


def _read(text: str) -> dict[str, float]:
    pairs = (part.partition("=") for part in text.split(",") if part)
    return {name: float(chance) for name, _, chance in pairs}
