"""Answers given once per Idempotency-Key: remembered, repeated, refused for another body."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from api.auth import Caller
from api.dependencies import Composed, Deployment, Known
from api.idempotency import IdempotencyKey, body_hash, request_id, reused
from api.problems import Problem
from infra.db.connections.away import unhindered
from infra.db.events.acceptance import PROCESSING, IdempotencyRecord
from infra.db.unit_of_work import UnitOfWork

_Answer = TypeVar("_Answer", bound=BaseModel)
_UNKNOWN_OUTCOME = 500


class _Nothing(BaseModel):
    """An answer that is still to come."""


class Once:
    """One request under its key: what it is called, and what was answered before."""

    def __init__(self, composed: Deployment, caller: Caller, key: str, digest: str) -> None:
        self.composed = composed
        self.caller = caller
        self.key = key
        self.digest = digest
        self.request_id = request_id(caller.subject, key)

    def turn(self) -> AbstractAsyncContextManager[object]:
        """Return what no two requests under one key hold at once: they would only queue inside.

        A queue in the database costs a connection for each who waits, and ends at its limits.
        """
        return self.composed.turns.of(self.request_id)

    async def answered(self, kind: type[_Answer]) -> _Answer | None:
        """Return the earlier answer to this key; raises Problem 422 when the body is another."""
        async with self.composed.database.reading() as room:
            known = await room.acceptance.remembered(self.key, self.caller.subject)
        if known is None:
            return None
        if known.body_hash != self.digest:
            raise reused()
        return None if known.is_open else kind.model_validate(known.response)

    def record(self, answer: BaseModel, status: int) -> IdempotencyRecord:
        """Return the answer as it is remembered."""
        content: dict[str, Any] = answer.model_dump(mode="json", by_alias=True)
        return IdempotencyRecord(
            key=self.key,
            principal=self.caller.subject,
            body_hash=self.digest,
            status_code=status,
            response=content,
            at=self.composed.now(),
        )

    async def write(
        self,
        kind: type[_Answer],
        act: Callable[[UnitOfWork], Awaitable[_Answer]],
        status: int = 200,
    ) -> _Answer:
        """Return the remembered answer, or act and remember in one transaction: both or neither."""
        async with self.turn():
            return await self.answered(kind) or await self._written(kind, act, status)

    async def _written(
        self, kind: type[_Answer], act: Callable[[UnitOfWork], Awaitable[_Answer]], status: int
    ) -> _Answer:
        async def unit() -> _Answer | None:
            async with self.composed.database.work() as books:
                if await books.acceptance.remembered(self.key, self.caller.subject) is not None:
                    return None
                made = await act(books)
                await books.acceptance.remember(self.record(made, status))
                return made

        try:
            made = await unhindered(unit)
        except IntegrityError:
            made = None  # somebody was faster; what was begun here is rolled back
        if made is not None:
            return made
        twin = await self.answered(kind)
        if twin is None:
            raise Problem(
                409, "conflict", "Somebody changed the same thing just now. Repeat the request."
            )
        return twin

    async def send(
        self, kind: type[_Answer], act: Callable[[], Awaitable[_Answer]], status: int = 200
    ) -> _Answer:
        """Return the remembered answer, or have a case act and remember what it answered.

        The key is bound to this body before anything is sent, so that another process cannot send
        another body under it. The case knows the request id by itself: repeating it after a crash
        in between is safe.
        """
        async with self.turn():
            known = await self.answered(kind)
            if known is not None:
                return known
            await self._bind()
            try:
                made = await act()
            except Problem as refusal:
                return await self._refused(kind, refusal)
            return await self._conclude(kind, made, status)

    async def _bind(self) -> None:
        record = self.record(_Nothing(), PROCESSING)
        try:
            async with self.composed.database.work() as books:
                if await books.acceptance.remembered(self.key, self.caller.subject) is None:
                    await books.acceptance.remember(record)
        except IntegrityError:
            pass  # another process was faster; whether with this body, the next look tells
        await self.answered(_Nothing)

    async def _refused(self, kind: type[_Answer], refusal: Problem) -> _Answer:
        """What was refused leaves its key free; while nobody knows the outcome it stays bound."""
        twin = await self.answered(kind)
        if twin is not None:
            return twin
        if refusal.status < _UNKNOWN_OUTCOME:
            async with self.composed.database.work() as books:
                await books.acceptance.give_up(self.key, self.caller.subject)
        raise refusal

    async def _conclude(self, kind: type[_Answer], made: _Answer, status: int) -> _Answer:
        try:
            async with self.composed.database.work() as books:
                await books.acceptance.give_up(self.key, self.caller.subject)
                await books.acceptance.remember(self.record(made, status))
        except IntegrityError:
            return await self.answered(kind) or made  # the same request, answered elsewhere
        return made


async def once(request: Request, composed: Composed, caller: Known, key: IdempotencyKey) -> Once:
    """Return this request under its key."""
    return Once(composed, caller, key, await body_hash(request))


Asked = Annotated[Once, Depends(once)]
"""A POST under its Idempotency-Key."""
