"""The signal broker: told once per id to everything that listens, in one transaction (S25).

A broadcast and a subscription of its name exclude each other (``_meeting``), so there is one order:
what a case had told it listens for before the broadcast hears it, what it tells after does not.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, exists, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import hold, is_alone
from infra.db.connections.salting import new_salt, salted
from infra.db.events.starts import StartTable
from infra.db.tables import trail
from infra.db.tables.broadcasts import signal_deliveries, signal_subscriptions, signals
from workflows.contracts.signal import SignalDelivery
from workflows.domain.audit import Change
from workflows.domain.canonical import content_hash
from workflows.domain.ids import derive
from workflows.domain.signal import Broadcast, BroadcastResult, SignalIdReused
from workflows.domain.start import Trigger

MOST: Final = 200
"""Deliveries that one look finds."""
_LONGEST: Final = 120


class SignalTable:
    """Signals, who listens for them, and who is still to hear them."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable, starts: StartTable) -> None:
        self._connection = connection
        self._audit = audit
        self._starts = starts

    async def broadcast(self, broadcast: Broadcast, *, is_asked: bool = False) -> BroadcastResult:
        """Broadcast once per (name, id): everything that listens now is to hear it.

        A case that tells its history anew may throw with other variables; what was thrown stands.
        Somebody who asks (``is_asked``) under a used id for something else is refused.
        """
        await hold(self._connection, _meeting(_known_as(broadcast.name)))
        known = await self._find(broadcast)
        if known is not None:
            if is_asked and known.content_hash != _content(broadcast):
                raise SignalIdReused(
                    f"Expected the content first broadcast as {broadcast.signal_id}, got another"
                )
            return await self._result(known.no, broadcast, duplicate=True)
        salt = new_salt()
        no = await self._insert(broadcast, salt)
        await self._tell_all(no, broadcast)
        await self._starts.begin(_trigger(no, broadcast))
        result = await self._result(no, broadcast)
        await self._audit.append(_change(broadcast, result, salt))
        return result

    async def for_instance(self, instance_id: str) -> tuple[SignalDelivery, ...]:
        """Everything an instance is still to hear, in order."""
        return await self._deliveries(signal_deliveries.c.instance_id == instance_id)

    async def unheard(self, now: datetime) -> tuple[SignalDelivery, ...]:
        """Of each instance what it is to hear first; later signals wait for their turn.

        One that could not be told is left alone until its next attempt is due.
        """
        earlier, resting = signal_deliveries.alias(), trail.relay_failures
        is_next = ~exists().where(
            earlier.c.instance_id == signal_deliveries.c.instance_id,
            earlier.c.state == "PENDING",
            earlier.c.signal_no < signal_deliveries.c.signal_no,
        )
        is_resting = exists().where(
            resting.c.kind == "signal",
            resting.c.id == signal_deliveries.c.instance_id,
            resting.c.next_at > now,
        )
        return await self._deliveries(is_next, ~is_resting)

    async def subscribe(self, instance_id: str, wait: int, signal: str, at: datetime) -> None:
        """An instance listens."""
        await hold(self._connection, _meeting(_known_as(signal)))
        await self._connection.execute(
            insert(signal_subscriptions).values(
                instance_id=instance_id, wait=wait, signal=_known_as(signal), opened_at=at
            )
        )

    async def unsubscribe(self, instance_id: str, *waits: int) -> None:
        """An instance listens no more, at some waits; what they were still to hear is over."""
        await self._hold_meetings(instance_id)
        subscriptions = signal_subscriptions.c
        await self._connection.execute(
            signal_subscriptions.delete().where(
                subscriptions.instance_id == instance_id, subscriptions.wait.in_(waits)
            )
        )
        deliveries = signal_deliveries.c
        await self._settle(
            "RETURNED", deliveries.instance_id == instance_id, deliveries.wait.in_(waits)
        )

    async def consumed(self, instance_id: str, no: int) -> None:
        """An instance heard a signal."""
        await self._settle(
            "CONSUMED",
            signal_deliveries.c.instance_id == instance_id,
            signal_deliveries.c.signal_no == no,
        )

    async def forget(self, instance_id: str) -> None:
        """An instance has ended."""
        query = select(signal_subscriptions.c.wait).where(
            signal_subscriptions.c.instance_id == instance_id
        )
        waits = (await self._connection.execute(query)).scalars().all()
        if waits:
            await self.unsubscribe(instance_id, *waits)
        await self._settle("RETURNED", signal_deliveries.c.instance_id == instance_id)

    async def retell(self, instance_id: str) -> None:
        """The instance tells its history anew: it listens to nothing, and has heard nothing."""
        await self._hold_meetings(instance_id)
        await self._connection.execute(
            signal_subscriptions.delete().where(signal_subscriptions.c.instance_id == instance_id)
        )
        await self._connection.execute(
            update(signal_deliveries)
            .where(
                signal_deliveries.c.instance_id == instance_id,
                signal_deliveries.c.state == "CONSUMED",
            )
            .values(state="PENDING")
        )

    async def retold(self, instance_id: str) -> None:
        """What was for waits that the new history does not have is over."""
        stands = exists().where(
            signal_subscriptions.c.instance_id == signal_deliveries.c.instance_id,
            signal_subscriptions.c.wait == signal_deliveries.c.wait,
        )
        await self._settle("RETURNED", signal_deliveries.c.instance_id == instance_id, ~stands)

    async def _hold_meetings(self, instance_id: str) -> None:
        """Keep broadcasters away from subscriptions that are about to go."""
        if is_alone(self._connection):
            return
        query = (
            select(signal_subscriptions.c.signal)
            .distinct()
            .where(signal_subscriptions.c.instance_id == instance_id)
        )
        names = (await self._connection.execute(query)).scalars().all()
        await hold(self._connection, *map(_meeting, names))

    async def _find(self, broadcast: Broadcast) -> Row[Any] | None:
        query = select(signals).where(
            signals.c.name == _known_as(broadcast.name), signals.c.id == broadcast.signal_id
        )
        return (await self._connection.execute(query)).first()

    async def _insert(self, broadcast: Broadcast, salt: str) -> int:
        statement = insert(signals).values(
            id=broadcast.signal_id,
            name=_known_as(broadcast.name),
            variables=dict(broadcast.variables),
            content_hash=_content(broadcast),
            publisher=broadcast.publisher,
            at=broadcast.at,
            salt=salt,
        )
        inserted = (await self._connection.execute(statement)).inserted_primary_key
        return int(inserted[0]) if inserted else 0

    async def _tell_all(self, no: int, broadcast: Broadcast) -> None:
        """One row per receiver, in one statement however many there are."""
        listening = select(
            literal(no),
            signal_subscriptions.c.instance_id,
            signal_subscriptions.c.wait,
            literal("PENDING"),
            literal(broadcast.at, signal_deliveries.c.at.type),
        ).where(signal_subscriptions.c.signal == _known_as(broadcast.name))
        columns = ["signal_no", "instance_id", "wait", "state", "at"]
        await self._connection.execute(insert(signal_deliveries).from_select(columns, listening))

    async def _result(
        self, no: int, broadcast: Broadcast, *, duplicate: bool = False
    ) -> BroadcastResult:
        query = (
            select(signal_deliveries.c.instance_id)
            .distinct()
            .where(signal_deliveries.c.signal_no == no)
            .order_by(signal_deliveries.c.instance_id)
        )
        instances = (await self._connection.execute(query)).scalars().all()
        return BroadcastResult(
            signal_id=broadcast.signal_id,
            instances=tuple(instances),
            begun=await self._starts.begun_by("signal", str(no)),
            duplicate=duplicate,
        )

    async def _settle(self, state: str, *conditions: ColumnElement[bool]) -> None:
        await self._connection.execute(
            update(signal_deliveries)
            .where(signal_deliveries.c.state == "PENDING", *conditions)
            .values(state=state)
        )

    async def _deliveries(self, *conditions: ColumnElement[bool]) -> tuple[SignalDelivery, ...]:
        """Deliveries in order, each with every wait that listened, whatever became of it since."""
        chosen = (
            select(signal_deliveries.c.signal_no, signal_deliveries.c.instance_id)
            .where(signal_deliveries.c.state == "PENDING", *conditions)
            .distinct()
            .order_by(signal_deliveries.c.signal_no, signal_deliveries.c.instance_id)
            .limit(MOST)
            .subquery()
        )
        all_waits = signal_deliveries.alias()
        query = (
            select(all_waits, signals.c.name, signals.c.variables)
            .join(
                chosen,
                and_(
                    chosen.c.signal_no == all_waits.c.signal_no,
                    chosen.c.instance_id == all_waits.c.instance_id,
                ),
            )
            .join(signals, signals.c.no == all_waits.c.signal_no)
            .order_by(all_waits.c.signal_no, all_waits.c.instance_id, all_waits.c.wait)
        )
        return _grouped(await self._connection.execute(query))


def _grouped(rows: Iterable[Row[Any]]) -> tuple[SignalDelivery, ...]:
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows:
        place = (row.signal_no, row.instance_id)
        told: Mapping[str, Any] = {
            "instance_id": row.instance_id,
            "no": row.signal_no,
            "name": row.name,
            "variables": row.variables,
        }
        found.setdefault(place, {**told, "waits": []})["waits"].append(row.wait)
    return tuple(
        SignalDelivery(**{**each, "waits": tuple(each["waits"])}) for each in found.values()
    )


def _known_as(name: str) -> str:
    """The name as it is kept: a model may make any text of any length a name."""
    if len(name) <= _LONGEST:
        return name
    return f"{name[:40]}~{content_hash({'signal': name})}"


def _meeting(name: str) -> tuple[str, ...]:
    """Where a signal and those who listen meet: whichever comes second sees the other."""
    return ("signal", name)


def _content(broadcast: Broadcast) -> str:
    return content_hash({"variables": broadcast.variables})


def _trigger(no: int, broadcast: Broadcast) -> Trigger:
    return Trigger(
        kind="signal",
        source=str(no),
        at=broadcast.at,
        by=broadcast.publisher,
        name=broadcast.name,
        variables=broadcast.variables,
        clock_offset=broadcast.clock_offset,
    )


def _change(broadcast: Broadcast, result: BroadcastResult, salt: str) -> Change:
    return Change(
        stream=f"signal {_known_as(broadcast.name)[:100]}",
        action="signal.broadcast",
        actor=broadcast.publisher,
        at=broadcast.at,
        object_type="signal",
        # A publisher may write anything there.
        object_id=derive("signal", f"{salt}/{broadcast.signal_id}"),
        detail={
            "listening": len(result.instances),
            "begun": len(result.begun),
            "sha256": salted(salt, _content(broadcast)),
        },
    )
