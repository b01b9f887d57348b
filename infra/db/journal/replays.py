"""Replays: who ordered which, how far it came, and what people did that it superseded.

The order is written down before Temporal hears of it, so that a crash in between is finished by
the relay. What the abandoned run told after the point is superseded by the journal itself, as soon
as the new run tells something; what people did after the point is not done again by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import trail
from workflows.contracts.case import ReplayNote, UndoOrder
from workflows.domain.audit import Change
from workflows.domain.canonical import JsonObject

_replays = trail.replays
_instances = trail.instances
_deeds = trail.human_task_deeds
KEPT = timedelta(days=30)
"""How much longer a message lives that a replayed case has to hear again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One replay of one case."""

    id: str
    case_id: str
    base_run_id: str
    event_id: int
    """The completed workflow task that is done again, with everything after it."""
    element: str | None
    point_at: datetime
    """Business time of the point."""
    actor: str
    role: str
    reason: str
    at: datetime
    deeds_until: int = 0
    new_run_id: str | None = None
    finished_at: datetime | None = None
    variables: JsonObject | None = None
    """Corrected before anything is done again, wire-encoded; only names of them are told."""
    proposed_by: str | None = None
    """The first person, where two had to order it."""
    undo: JsonObject | None = None
    """What is undone before anything else is done: an UndoOrder."""

    @property
    def note(self) -> ReplayNote:
        """What the run is told that takes over."""
        return ReplayNote(
            request_id=self.id,
            actor=self.actor,
            role=self.role,
            reason=self.reason,
            point={"runId": self.base_run_id, "eventId": self.event_id, "element": self.element},
            variables=self.variables or {},
            proposed_by=self.proposed_by or "",
            undo=None if self.undo is None else UndoOrder.model_validate(self.undo),
        )


class ReplayTable:
    """Replays."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable | None = None) -> None:
        self._connection = connection
        self._audit = audit or AuditTable(connection)

    async def get(self, replay_id: str) -> Replay | None:
        """A replay by id."""
        query = select(_replays).where(_replays.c.id == replay_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Replay, row)

    async def unfinished(self, case_id: str) -> tuple[Replay, ...]:
        """Replays of a case that were ordered and did not come to their end."""
        query = select(_replays).where(
            _replays.c.case_id == case_id, _replays.c.finished_at.is_(None)
        )
        return tuple(to_noun(Replay, row) for row in await self._connection.execute(query))

    async def note_for(self, case_id: str, run_id: str) -> ReplayNote | None:
        """By whose order a run took over; None: by nobody's of us."""
        for replay in await self.unfinished(case_id):
            if replay.new_run_id in {None, run_id}:
                return replay.note
        return None

    async def runs(self, case_id: str) -> frozenset[str]:
        """The runs that replays of a case began."""
        query = select(_replays.c.new_run_id).where(
            _replays.c.case_id == case_id, _replays.c.new_run_id.is_not(None)
        )
        return frozenset((await self._connection.execute(query)).scalars())

    async def due(self, before: datetime, now: datetime) -> tuple[Replay, ...]:
        """Unfinished replays that their own request has let go of, whose next attempt is due."""
        resting = trail.relay_failures
        query = (
            select(_replays)
            .where(
                _replays.c.finished_at.is_(None),
                _replays.c.at < before,
                ~exists().where(
                    resting.c.kind == "replay",
                    resting.c.id == _replays.c.id,
                    resting.c.next_at > now,
                ),
            )
            .order_by(_replays.c.at)
        )
        return tuple(to_noun(Replay, row) for row in await self._connection.execute(query))

    async def order(self, replay: Replay) -> None:
        """Write down a replay before it happens, and one audit row."""
        newest = select(func.max(_deeds.c.no)).where(_deeds.c.case_id == replay.case_id)
        until = (await self._connection.execute(newest)).scalar() or 0
        await self._connection.execute(
            insert(_replays).values({**to_row(replay), "deeds_until": until})
        )
        await self._keep_messages(replay)
        await self._audit.append(
            Change(
                stream=replay.case_id,
                action="case.replay.ordered",
                actor=replay.actor,
                at=replay.at,
                object_type="replay",
                object_id=replay.id,
                detail={
                    "role": replay.role,  # the reason may name people: the case's journal has it
                    "runId": replay.base_run_id,
                    "eventId": replay.event_id,
                    "element": replay.element,
                    **({"variables": sorted(replay.variables)} if replay.variables else {}),
                    **({"proposedBy": replay.proposed_by} if replay.proposed_by else {}),
                    **_undoing(replay),
                },
            )
        )

    async def began(self, replay_id: str, new_run_id: str) -> None:
        """Temporal reset the case."""
        await self._set(replay_id, new_run_id=new_run_id)

    async def finish(self, replay_id: str, at: datetime) -> None:
        """The new run has told that it took over, or nothing is left to do."""
        await self._set(replay_id, finished_at=at)

    async def standing(
        self, case_id: str, instance_id: str, deeds: Sequence[Row[Any]]
    ) -> Sequence[Row[Any]]:
        """Of what people did, that which no replay of the case superseded."""
        query = select(_replays).where(
            _replays.c.case_id == case_id,
            or_(
                _replays.c.case_id == instance_id,
                exists().where(
                    _instances.c.id == instance_id, _instances.c.started_at >= _replays.c.point_at
                ),
            ),
        )
        replays = [to_noun(Replay, row) for row in await self._connection.execute(query)]
        return [
            deed
            for deed in deeds
            if not any(
                deed.no <= replay.deeds_until and deed.at >= replay.point_at for replay in replays
            )
        ]

    async def _keep_messages(self, replay: Replay) -> None:
        """What the case heard it may have to hear again, long after the message's own time."""
        deliveries, messages = trail.message_deliveries, trail.messages
        heard = select(deliveries.c.message_no).where(
            deliveries.c.state == "CONSUMED",
            or_(
                deliveries.c.instance_id == replay.case_id,
                deliveries.c.instance_id.in_(
                    select(_instances.c.id).where(_instances.c.case_id == replay.case_id)
                ),
            ),
        )
        await self._connection.execute(
            update(messages)
            .where(messages.c.no.in_(heard), messages.c.expires_at < replay.at + KEPT)
            .values(expires_at=replay.at + KEPT)
        )

    async def _set(self, replay_id: str, **values: object) -> None:
        await self._connection.execute(
            update(_replays).where(_replays.c.id == replay_id).values(**values)
        )


def _undoing(replay: Replay) -> JsonObject:
    """What the audit trail says of what is undone: keys, nothing of what was known."""
    order = replay.note.undo
    if order is None:
        return {}
    return {"undoes": [key for step in order.steps for key in step.undoes], "anew": [*order.anew]}
