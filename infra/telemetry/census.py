"""The figures of the database: how many, and how old; looked up for a scrape, and then kept.

A scrape comes from a thread; the look-up runs in the process's own loop. Whatever happens, a
scrape is answered: with the figures of before, and ``baoquan_database_up`` 0.
"""

import asyncio
import concurrent.futures
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import bindparam, func, literal, select
from sqlalchemy.exc import SQLAlchemyError

from infra.db.connections.away import DatabaseAway
from infra.db.operations.incidents import is_marked
from infra.db.tables import attendance, broadcasts, cases, desk, trail
from infra.db.tables.columns import Instant
from infra.db.unit_of_work import Database
from infra.telemetry.metrics import BY_NAME

KEPT_SECONDS: Final = 15.0
PATIENCE_SECONDS: Final = 5.0

Sample = tuple[str, tuple[str, ...], float]
"""Figure, labels, value."""

_cases, _clocks = cases.cases, cases.clocks
_waits, _tasks, _incidents = trail.waits, trail.human_tasks, trail.incidents
_deliveries, _unheard = trail.message_deliveries, broadcasts.signal_deliveries.c

_IS_ATTENDED: Final = func.coalesce(desk.incident_marks.c.state, "") != "ignored"


def _of_incidents(*columns: Any) -> Any:  # noqa: ANN401 - columns, a query of SQLAlchemy
    """Open incidents, with what people think of them."""
    marked = select(*columns).select_from(_incidents).outerjoin(desk.incident_marks, is_marked())
    return marked.where(_incidents.c.closed_at.is_(None))


_QUESTIONS: Final[tuple[tuple[str, str, Any], ...]] = (
    (
        "cases",
        "",
        select(func.count(), literal(None), _cases.c.process_id, _cases.c.status).group_by(
            _cases.c.process_id, _cases.c.status
        ),
    ),
    (
        "open_incidents",
        "",
        _of_incidents(func.count(), literal(None), _incidents.c.code)
        .where(_IS_ATTENDED)
        .group_by(_incidents.c.code),
    ),
    (
        "ignored_incidents",
        "",
        _of_incidents(func.count(), literal(None), _incidents.c.code)
        .where(~_IS_ATTENDED)
        .group_by(_incidents.c.code),
    ),
    (
        "",
        "oldest_incident_seconds",
        _of_incidents(func.count(), func.min(_incidents.c.opened_at)).where(_IS_ATTENDED),
    ),
    (
        "standstills",
        "",
        select(
            func.count(), literal(None), desk.standstills.c.kind, desk.standstills.c.target
        ).group_by(desk.standstills.c.kind, desk.standstills.c.target),
    ),
    (
        "open_waits",
        "oldest_wait_seconds",
        select(func.count(), func.min(_waits.c.opened_at), _waits.c.kind).group_by(_waits.c.kind),
    ),
    (
        "open_waits",
        "oldest_wait_seconds",
        select(func.count(), func.min(_tasks.c.opened_at), literal("humanTask")).where(
            _tasks.c.state.in_(("OPEN", "CLAIMED"))
        ),
    ),
    (
        "",
        "oldest_unstarted_seconds",
        select(func.count(), func.min(_cases.c.accepted_at)).where(_cases.c.started_at.is_(None)),
    ),
    (
        "undelivered_messages",
        "oldest_undelivered_seconds",
        select(func.count(), func.min(_deliveries.c.at)).where(_deliveries.c.state == "PENDING"),
    ),
    (
        "undelivered_signals",
        "oldest_undelivered_signal_seconds",
        select(func.count(), func.min(_unheard.at)).where(_unheard.state == "PENDING"),
    ),
    (
        "clocks_overdue",
        "",
        select(func.count(), literal(None), _clocks.c.rule_id)
        .where(_clocks.c.state == "RUNNING", _clocks.c.due_strict < bindparam("now", type_=Instant))
        .group_by(_clocks.c.rule_id),
    ),
    (
        "",
        "worker_silence_seconds",
        select(
            func.count(), attendance.signs_of_life.c.at, attendance.signs_of_life.c.queue
        ).group_by(attendance.signs_of_life.c.queue, attendance.signs_of_life.c.at),
    ),
)
"""For each: the figure of its count, that of its age, and the query: count, oldest, labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """The figures of one moment."""

    at: float
    samples: tuple[Sample, ...]
    is_up: bool


class Census(Collector):
    """Asks the database at most every so often, however many scrape."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._taken: _Taken | None = None

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Name no figure ahead: registering must not ask the database."""
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Answer a scrape; called in a thread of its own."""
        taken = self._fresh()
        families: dict[str, GaugeMetricFamily] = {}
        for name, labels, value in (*taken.samples, ("database_up", (), float(taken.is_up))):
            full = f"baoquan_{name}"
            figure = BY_NAME[full]
            if full not in families:
                families[full] = GaugeMetricFamily(full, figure.help, labels=figure.labels)
            families[full].add_metric(labels, value)
        return families.values()

    def _fresh(self) -> _Taken:
        taken = self._taken
        if taken is not None and time.monotonic() - taken.at < KEPT_SECONDS:
            return taken
        asked = asyncio.run_coroutine_threadsafe(self.take(), self._loop)
        try:
            samples, is_up = asked.result(PATIENCE_SECONDS), True
        except (
            DatabaseAway,
            SQLAlchemyError,
            OSError,
            RuntimeError,
            concurrent.futures.TimeoutError,
        ):
            asked.cancel()
            samples, is_up = (taken.samples if taken else ()), False
        self._taken = _Taken(at=time.monotonic(), samples=tuple(samples), is_up=is_up)
        return self._taken

    async def take(self) -> Sequence[Sample]:
        """Ask the database."""
        now, samples = self._now(), list[Sample]()
        async with self._database.snapshot() as connection:
            for count_name, age_name, query in _QUESTIONS:
                for count, oldest, *labels in await connection.execute(query, {"now": now}):
                    named = tuple(map(str, labels))
                    if count_name:
                        samples.append((count_name, named, float(count)))
                    if age_name:
                        age = (now - oldest).total_seconds() if oldest is not None else 0.0
                        samples.append((age_name, named, max(age, 0.0)))
        return samples
