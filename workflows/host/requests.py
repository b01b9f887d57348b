"""What was asked of a case by id, and what came of it: repeating a request is safe.

A bounded window of requests is remembered, past a continue-as-new too. The same id with the same
content gets the first answer, with other content it is refused.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from temporalio.exceptions import ApplicationError

REMEMBERED: Final = 200
"""Requests in the window; the oldest answered one is forgotten first."""


def refusal(code: str, message: str) -> ApplicationError:
    """Return the one kind of error that an update or its validator raises."""
    return ApplicationError(message[:500], type=code, non_retryable=True)


@dataclass(slots=True)
class Reply:
    """What came of a request; empty until the loop has dealt with it."""

    fingerprint: str
    receipt: dict[str, Any] | None = None
    refusal: ApplicationError | None = None
    seq: int = 0
    """The last journal entry that the request brought about."""

    @property
    def is_settled(self) -> bool:
        """Tell whether the loop has dealt with the request."""
        return self.receipt is not None or self.refusal is not None

    def accept(self, receipt: BaseModel, seq: int) -> None:
        """Say that the request was carried out."""
        self.receipt = receipt.model_dump(mode="json")
        self.seq = seq

    def refuse(self, error: ApplicationError, seq: int) -> None:
        """Say that the request was refused."""
        self.refusal = error
        self.seq = seq


def fingerprint(request: BaseModel) -> str:
    """Return what tells two requests of one id apart."""
    return hashlib.sha256(request.model_dump_json().encode()).hexdigest()


class Requests:
    """The window of remembered requests."""

    def __init__(self, carried: Mapping[str, Any]) -> None:
        self._replies: OrderedDict[str, Reply] = OrderedDict(
            (request_id, Reply(fingerprint=print_, receipt=receipt))
            for request_id, (print_, receipt) in carried.items()
        )
        self.held: dict[int, Any] = {}
        """By human task: who is answered when its listeners have decided (``task_steps``)."""

    def recall(self, request_id: str, request: BaseModel) -> Reply | None:
        """Find an earlier request of this id; other content under the same id is refused."""
        reply = self._replies.get(request_id)
        if reply is not None and reply.fingerprint != fingerprint(request):
            raise refusal("REQUEST_REUSED", "This request id was used before with another content.")
        return reply

    def knows(self, request_id: str) -> bool:
        """Tell whether a request of this id is remembered."""
        return request_id in self._replies

    def open(self, request_id: str, request: BaseModel) -> Reply:
        """Remember a new request."""
        reply = Reply(fingerprint=fingerprint(request))
        self._replies[request_id] = reply
        self._trim()
        return reply

    def forget(self, request_id: str) -> None:
        """A refused request may be tried again under its id."""
        self._replies.pop(request_id, None)

    def carry(self) -> dict[str, Any]:
        """Give what the next run must know; only at rest, when every request is settled."""
        return {
            request_id: [reply.fingerprint, reply.receipt]
            for request_id, reply in self._replies.items()
            if reply.receipt is not None
        }

    def _trim(self) -> None:
        spare = len(self._replies) - REMEMBERED
        old = [key for key, reply in self._replies.items() if reply.is_settled][: max(spare, 0)]
        for key in old:
            del self._replies[key]
