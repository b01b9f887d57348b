"""Back-tests: what a changed table would have decided in past cases."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter

from api.answers import Asked
from api.backtesting import MOST, candidate_of, past_of, run
from api.dependencies import Composed
from api.problems import Problem, refusals
from api.schemas.backtests import BacktestAsked, BacktestSeen, ShiftSeen
from infra.db.unit_of_work import UnitOfWork
from workflows.dmn.backtest import Shift

router = APIRouter(prefix="/v1/backtests", tags=["definitions"])
LATELY: Final = timedelta(days=90)


@router.post("", responses=refusals(422))
async def test_back(body: BacktestAsked, composed: Composed, asked: Asked) -> BacktestSeen:
    """Ask a candidate table again what past cases asked the deployed one; nothing changes.

    What was put in and what came out stand in the journal of every case.
    """
    known = await asked.answered(BacktestSeen)
    if known is not None:
        return known
    until = body.until or composed.now()
    since = body.since or until - LATELY
    if since >= until:
        raise Problem(422, "no-time", "since lies before until.")
    candidate = await candidate_of(body.files, body.decision)
    found, past = await past_of(composed, candidate.id, since, until)
    result = await run(candidate, past)
    answer = BacktestSeen(
        decision=candidate.id,
        since=since,
        until=until,
        cases=len(found[:MOST]),
        truncated=len(found) > MOST,
        asked=result.asked,
        same=result.same,
        changed=sum(len(shift.case_ids) for shift in result.shifts),
        changes=list(map(_seen, result.shifts)),
        failed=list(result.failed),
    )

    async def act(_: UnitOfWork) -> BacktestSeen:
        return answer

    return await asked.write(BacktestSeen, act)


def _seen(shift: Shift) -> ShiftSeen:
    return ShiftSeen(
        before=shift.before,
        after=shift.after,
        count=len(shift.case_ids),
        case_ids=list(shift.case_ids),
    )
