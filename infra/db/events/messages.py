"""The message broker: published once per id, correlated by name and key, buffered for a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Row,
    RowMapping,
    String,
    and_,
    cast,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import hold, is_alone
from infra.db.connections.salting import new_salt, salted
from infra.db.events.gathering import has_begun
from infra.db.events.starts import StartTable
from infra.db.tables import trail
from workflows.contracts.journal import MessageDelivery
from workflows.domain.audit import Change
from workflows.domain.canonical import content_hash
from workflows.domain.ids import derive
from workflows.domain.message import MessageIdReused, Publication, PublicationResult
from workflows.domain.start import GATHERED, Trigger

_messages = trail.messages
_deliveries = trail.message_deliveries
_subscriptions = trail.subscriptions


class MessageTable:
    """Messages, subscriptions and what was delivered to whom."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable, starts: StartTable) -> None:
        self._connection = connection
        self._audit = audit
        self._starts = starts

    async def publish(self, publication: Publication) -> PublicationResult:
        """Publish once per (name, key, id): correlate, else buffer, else drop."""
        await hold(self._connection, _meeting(publication.name, publication.key))
        known = await self._find(publication)
        if known is not None:
            return await self._repeat(known, publication)
        takers = await self._takers(publication)
        salt = new_salt()
        no = await self._insert(publication, _result(takers, publication), salt)
        for taker in takers:
            await self._deliver(no, publication.message_id, taker, publication.at)
        reached = [taker["process_id"] for taker in takers]
        started = await self._starts.begin(_trigger(no, publication), reached)
        begun = started.cases
        result = _result((*takers, *begun, *started.kept), publication)
        if begun or started.kept:
            await self._connection.execute(
                update(_messages).where(_messages.c.no == no).values(result=result)
            )
        await self._audit.append(_change(publication, result, salt))
        return PublicationResult(
            message_id=publication.message_id,
            result=result,
            instances=(*(taker["instance_id"] for taker in takers), *begun),
            begun=begun,
        )

    async def pending(self, publication: Publication) -> tuple[MessageDelivery, ...]:
        """Deliveries of a message that nobody consumed yet."""
        return await self._pending(
            _messages.c.name == publication.name,
            _messages.c.key == publication.key,
            _messages.c.id == publication.message_id,
        )

    async def undelivered(
        self, before: datetime, now: datetime | None = None, limit: int = 100
    ) -> tuple[MessageDelivery, ...]:
        """Deliveries that should have been consumed by now: for the reconciler.

        One that was not taken is left alone until its next attempt is due.
        """
        resting = trail.relay_failures
        row_id = _deliveries.c.message_id.concat("/").concat(_deliveries.c.instance_id)
        is_resting = exists().where(
            resting.c.kind == "message",
            resting.c.id == row_id,
            resting.c.next_at > (now or before),
        )
        return await self._pending(_deliveries.c.at < before, ~is_resting, limit=limit)

    async def waiting_for(
        self, instance_id: str, waits: Sequence[int]
    ) -> tuple[MessageDelivery, ...]:
        """Deliveries to some waits of an instance that it has not consumed yet."""
        if not waits:
            return ()
        return await self._pending(
            _deliveries.c.instance_id == instance_id, _deliveries.c.wait.in_(waits)
        )

    async def subscribe(self, values: dict[str, Any]) -> None:
        """Open a subscription, and give it what is buffered for it."""
        await hold(self._connection, _meeting(values["message"], values["correlation_key"]))
        await self._connection.execute(insert(_subscriptions), values)
        if values["once"] and await self._is_served(values["instance_id"], values["wait"]):
            return
        for message in await self._buffered(values):
            await self._deliver(message.no, message.id, values, values["opened_at"])
            if values["once"]:
                return

    async def unsubscribe(self, instance_id: str, wait: int) -> None:
        """Close a subscription; what it was given but never consumed is free again."""
        await self._hold_meetings(instance_id, _subscriptions.c.wait == wait)
        await self._connection.execute(
            _subscriptions.delete().where(
                _subscriptions.c.instance_id == instance_id, _subscriptions.c.wait == wait
            )
        )
        await self._settle("RETURNED", instance_id, wait)

    async def consumed(self, instance_id: str, wait: int, message_id: str) -> None:
        """The instance took a message up."""
        await self._settle("CONSUMED", instance_id, wait, _deliveries.c.message_id == message_id)

    async def forget(self, instance_id: str) -> None:
        """Close every subscription of an instance."""
        query = select(_subscriptions.c.wait).where(_subscriptions.c.instance_id == instance_id)
        for wait in (await self._connection.execute(query)).scalars().all():
            await self.unsubscribe(instance_id, wait)

    async def next_begins(self, case_id: str, at: datetime) -> None:
        """A case has ended: the next message that waited for its process and key begins one."""
        keyed = await self._starts.keyed(case_id)
        if keyed is None:
            return
        kind, process_id, name, key = keyed
        if kind == GATHERED:
            await self._starts.begin_next(case_id, process_id, name, at)
            return
        await hold(self._connection, _meeting(name, key))
        wanted = {
            "message": name, "correlation_key": key, "process_id": process_id, "opened_at": at,
        }  # fmt: skip
        for waiting in await self._buffered(wanted):
            query = select(_messages).where(_messages.c.no == waiting.no)
            message = (await self._connection.execute(query)).one()
            trigger = Trigger(
                kind="message", source=str(message.no), at=at, by=message.publisher,
                name=name, key=key, variables=message.variables,
                clock_offset=await self._starts.clock_of(case_id),
            )  # fmt: skip
            if await self._starts.begin_one(trigger, process_id):
                return

    async def retell(self, instance_id: str) -> None:
        """The instance tells its history anew: its subscriptions go, its messages are unread."""
        await self._hold_meetings(instance_id)
        await self._connection.execute(
            _subscriptions.delete().where(_subscriptions.c.instance_id == instance_id)
        )
        await self._connection.execute(
            update(_deliveries)
            .where(_deliveries.c.instance_id == instance_id, _deliveries.c.state == "CONSUMED")
            .values(state="PENDING")
        )

    async def retold(self, instance_id: str) -> None:
        """What was given to subscriptions that the new history does not have is free again."""
        stands = exists().where(
            _subscriptions.c.instance_id == _deliveries.c.instance_id,
            _subscriptions.c.wait == _deliveries.c.wait,
        )
        await self._connection.execute(
            update(_deliveries)
            .where(
                _deliveries.c.instance_id == instance_id,
                _deliveries.c.state == "PENDING",
                ~stands,
            )
            .values(state="RETURNED")
        )

    async def _hold_meetings(self, instance_id: str, *conditions: ColumnElement[bool]) -> None:
        """Keep publishers away from subscriptions that are about to go."""
        if is_alone(self._connection):
            return
        query = select(_subscriptions.c.message, _subscriptions.c.correlation_key).where(
            _subscriptions.c.instance_id == instance_id, *conditions
        )
        rows = (await self._connection.execute(query)).all()
        await hold(self._connection, *(_meeting(*row) for row in rows))

    async def _is_served(self, instance_id: str, wait: int) -> bool:
        query = select(_deliveries.c.message_no).where(
            _deliveries.c.instance_id == instance_id,
            _deliveries.c.wait == wait,
            _deliveries.c.state != "RETURNED",
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def _find(self, publication: Publication) -> Row[Any] | None:
        query = select(_messages).where(
            _messages.c.name == publication.name,
            _messages.c.key == publication.key,
            _messages.c.id == publication.message_id,
        )
        return (await self._connection.execute(query)).first()

    async def _repeat(self, known: Row[Any], publication: Publication) -> PublicationResult:
        if known.content_hash != _content(publication):
            raise MessageIdReused(
                f"Expected the content first published as {publication.message_id}, got another"
            )
        query = (
            select(_deliveries.c.instance_id)
            .where(_deliveries.c.message_no == known.no)
            .order_by(_deliveries.c.instance_id)
        )
        instances = (await self._connection.execute(query)).scalars().all()
        begun = await self._starts.begun_by("message", str(known.no))
        return PublicationResult(
            message_id=known.id,
            result=known.result,
            instances=(*instances, *begun),
            begun=begun,
            duplicate=True,
        )

    async def _takers(self, publication: Publication) -> list[RowMapping]:
        """One subscription per process id, the oldest that is still free."""
        query = (
            select(_subscriptions)
            .where(
                _subscriptions.c.message == publication.name,
                _subscriptions.c.correlation_key == publication.key,
                ~and_(_subscriptions.c.once, _is_taken()),
            )
            .order_by(_subscriptions.c.no)
        )
        chosen: dict[str, RowMapping] = {}
        for row in (await self._connection.execute(query)).mappings():
            chosen.setdefault(row["process_id"], row)
        return list(chosen.values())

    async def _buffered(self, subscription: dict[str, Any]) -> Sequence[Any]:
        """Live messages for a subscription that no instance of its process id was given yet."""
        given = exists().where(
            _deliveries.c.message_no == _messages.c.no,
            _deliveries.c.process_id == subscription["process_id"],
            _deliveries.c.state != "RETURNED",
        )
        query = (
            select(_messages.c.no, _messages.c.id)
            .where(
                _messages.c.name == subscription["message"],
                _messages.c.key == subscription["correlation_key"],
                _messages.c.expires_at > subscription["opened_at"],
                ~given,
                ~has_begun("message", cast(_messages.c.no, String), subscription["process_id"]),
            )
            .order_by(_messages.c.no)
        )
        return (await self._connection.execute(query)).all()

    async def _insert(self, publication: Publication, result: str, salt: str) -> int:
        statement = insert(_messages).values(
            id=publication.message_id,
            name=publication.name,
            key=publication.key,
            variables=dict(publication.variables),
            content_hash=_content(publication),
            publisher=publication.publisher,
            at=publication.at,
            expires_at=publication.at + publication.time_to_live,
            result=result,
            salt=salt,
        )
        inserted = (await self._connection.execute(statement)).inserted_primary_key
        return int(inserted[0]) if inserted else 0

    async def _deliver(
        self, no: int, message_id: str, taker: Mapping[Any, Any], at: datetime
    ) -> None:
        await self._connection.execute(
            _deliveries.delete().where(
                _deliveries.c.message_no == no,
                _deliveries.c.instance_id == taker["instance_id"],
                _deliveries.c.wait == taker["wait"],
            )
        )
        await self._connection.execute(
            insert(_deliveries).values(
                message_no=no,
                message_id=message_id,
                instance_id=taker["instance_id"],
                wait=taker["wait"],
                process_id=taker["process_id"],
                state="PENDING",
                at=at,
            )
        )

    async def _settle(
        self,
        state: Literal["CONSUMED", "RETURNED"],
        instance_id: str,
        wait: int,
        *conditions: ColumnElement[bool],
    ) -> None:
        await self._connection.execute(
            update(_deliveries)
            .where(
                _deliveries.c.instance_id == instance_id,
                _deliveries.c.wait == wait,
                _deliveries.c.state == "PENDING",
                *conditions,
            )
            .values(state=state)
        )

    async def _pending(
        self, *conditions: ColumnElement[bool], limit: int = 1_000
    ) -> tuple[MessageDelivery, ...]:
        query = (
            select(_deliveries, _messages.c.name, _messages.c.variables)
            .join(_messages, _messages.c.no == _deliveries.c.message_no)
            .where(_deliveries.c.state == "PENDING", *conditions)
            .order_by(_messages.c.no, _deliveries.c.instance_id, _deliveries.c.wait)
            .limit(limit)
        )
        return tuple(
            MessageDelivery(
                instance_id=row.instance_id,
                wait=row.wait,
                message_id=row.message_id,
                name=row.name,
                variables=row.variables,
            )
            for row in await self._connection.execute(query)
        )


def _meeting(name: str, key: str) -> tuple[str, ...]:
    """Where a message and its subscription meet: whichever comes second sees the other."""
    return ("message", name, key)


def _is_taken() -> ColumnElement[bool]:
    return exists().where(
        _deliveries.c.instance_id == _subscriptions.c.instance_id,
        _deliveries.c.wait == _subscriptions.c.wait,
        _deliveries.c.state != "RETURNED",
    )


def _result(
    takers: Sequence[object], publication: Publication
) -> Literal["correlated", "buffered", "dropped"]:
    if takers:
        return "correlated"
    return "buffered" if publication.time_to_live else "dropped"


def _trigger(no: int, publication: Publication) -> Trigger:
    return Trigger(
        kind="message",
        source=str(no),
        at=publication.at,
        by=publication.publisher,
        name=publication.name,
        key=publication.key,
        variables=publication.variables,
        clock_offset=publication.clock_offset,
    )


def _content(publication: Publication) -> str:
    return content_hash({"variables": publication.variables})


def _change(publication: Publication, result: str, salt: str) -> Change:
    return Change(
        stream=f"message {publication.name}",
        action="message.publish",
        actor=publication.publisher,
        at=publication.at,
        object_type="message",
        # A publisher may write anything there.
        object_id=derive("message", f"{salt}/{publication.message_id}"),
        detail={"result": result, "sha256": salted(salt, _content(publication))},
    )
