"""Named reasons to wait, in fields and as a sentence that a person reads."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from api.local_ids import local_id
from api.schemas.cases import ReasonSeen
from infra.db.pages.reasons import Reason, ReasonKind

_NUMBERED: Final = frozenset(("task", "incident", "problem", "offer"))
"""Reasons that can be looked up by an id of their own."""

_SENTENCES: Final[Mapping[ReasonKind, str]] = MappingProxyType({
    "accepted-not-started": "Accepted, not begun yet{told}{tried}{again}.",
    "task": "Waits for {who}{where}{due}.",
    "timer": "Waits for its time{where}{due}.",
    "message": "Waits for message {message} with key {key}{where}.",
    "signal": "Listens for signal {message}{where}.",
    "job": "Work {detail} is under way{where}{tried}{again}.",
    "called-process": "Waits for the called process {detail}{where}.",
    "step": "On its way{where}.",
    "replay": "A replay was ordered{where} and is being carried out.",
    "incident": "Stuck{where}: {detail}",
    "problem": "Stuck{where}: {detail}",
    "offer": "Offers{where} to begin: {detail}.",
    "suspended": "Suspended by {who}: {detail}",
    "held": "Held{where}: {detail}.",
    "no-worker": "Nobody works: no worker polls the queue; nothing goes on until one does.",
})  # fmt: skip


def reason_seen(reason: Reason) -> ReasonSeen:
    """Return one named reason."""
    is_named = reason.kind in _NUMBERED and reason.key is not None
    return ReasonSeen(
        kind=reason.kind,
        since=reason.since,
        instance_id=reason.instance_id,
        element=reason.element,
        name=reason.name,
        id=local_id(reason.instance_id, reason.key) if is_named and reason.key else None,
        due=reason.due,
        who=list(reason.who),
        message=reason.message,
        key=reason.correlation_key,
        attempt=reason.attempt,
        next_attempt_at=reason.next_attempt_at,
        text=sentence(reason),
    )


def sentence(reason: Reason) -> str:
    """Return a reason as a person reads it."""
    return _SENTENCES[reason.kind].format(
        where=f" at {reason.name or reason.element}" if reason.element else "",
        tried="" if reason.attempt is None else f", attempt {reason.attempt}",
        again=_moment(", next at", reason.next_attempt_at),
        due=_moment(", due", reason.due),
        who=", ".join(reason.who) or "anybody",
        told=f": {reason.detail}" if reason.detail else "",
        detail=reason.detail,
        message=reason.message,
        key=reason.correlation_key,
    )


def _moment(word: str, at: datetime | None) -> str:
    return "" if at is None else f"{word} {at:%Y-%m-%d %H:%M:%SZ}"
