"""A case that was ended from outside its model: it stands at an end, and nothing of it runs on.

Nobody is there any more to meet its limits. What was missed by then stays a breach, on record; a
replay that takes the case up again finds its clocks running.
"""

from datetime import datetime
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.casework.anomalies import AnomalyTable
from infra.db.casework.clocks import ClockTable
from infra.db.tables import cases
from workflows.domain import findings
from workflows.domain.case import CaseStatus, ended_from_outside
from workflows.domain.clocks import Clock, ClockState

TERMINATED = "terminated"
"""The outcome of such a case."""
_cases, _clocks = cases.cases, cases.clocks


async def end(connection: AsyncConnection, case_id: str, at: datetime) -> None:
    """Set the status and stop the clocks."""
    query = select(_cases.c.status).where(_cases.c.id == case_id)
    stood = cast(CaseStatus | None, await connection.scalar(query))
    if stood is not None:
        ended = ended_from_outside(stood)
        await connection.execute(update(_cases).where(_cases.c.id == case_id).values(status=ended))
    for clock in await ClockTable(connection).of_case(case_id):
        if clock.state == "RUNNING":
            await _stop(connection, clock, at)


async def _stop(connection: AsyncConnection, clock: Clock, at: datetime) -> None:
    rule, case_id = clock.deadline.rule_id, clock.case_id
    is_late = clock.deadline.is_over(clock.paused_at or at)
    state: ClockState = "BREACHED" if is_late else "STOPPED"
    await ClockTable(connection).close(case_id, rule, state, at)
    breach, anomalies = findings.missed(case_id, rule, at), AnomalyTable(connection)
    known = await anomalies.of_case(case_id)
    if is_late and all(each.reason != breach.reason for each in known):
        await anomalies.record(breach)


async def take_up(connection: AsyncConnection, case_id: str) -> None:
    """Let the clocks that stopped with the case run on: it is told anew."""
    query = select(_cases.c.finished_at).where(
        _cases.c.id == case_id, _cases.c.outcome == TERMINATED
    )
    finished_at = await connection.scalar(query)
    await connection.execute(
        update(_clocks)
        .where(
            _clocks.c.case_id == case_id,
            _clocks.c.state == "STOPPED",
            _clocks.c.closed_at == finished_at,
        )
        .values(state="RUNNING", closed_at=None)
    )
