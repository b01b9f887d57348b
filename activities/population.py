"""Populations: many cases counted together, and the alerts that a table makes of the counts."""

from dataclasses import asdict

from activities.lawful import calendar_of
from activities.ports import Books
from activities.step import Done, Job, Local, Steps
from workflows.contracts.population import (
    CountedLine,
    Finding,
    PopulationAlertsRequest,
    PopulationAlertsResult,
    PopulationRequest,
    PopulationResult,
)
from workflows.domain import findings
from workflows.domain.ids import derive
from workflows.domain.population import Line, PopulationAlert, is_news


async def _count(job: Job, _: PopulationRequest, books: Books) -> Done[PopulationResult]:
    found = await books.population.lines(job.today, job.zone)
    lines = tuple(CountedLine.model_validate(asdict(line)) for line in found)
    return Done(result=PopulationResult(lines=lines), detail={"lines": len(lines)})


async def _alert(
    job: Job, request: PopulationAlertsRequest, books: Books
) -> Done[PopulationAlertsResult]:
    """One alert a group and rule; what is open already is seen again."""
    raised: list[str] = []
    for finding in request.findings:
        line = Line(**finding.line.model_dump())
        known = await books.population.last(finding.verdict.rule, line)
        if is_news(known, line):
            alert = await _new(job, finding, line, books)
            await books.population.raise_alert(alert)
            raised.append(alert.id)
        elif known is not None and known.status == "OPEN":
            await books.population.see(known, line)
    again = len(request.findings) - len(raised)
    return Done(
        result=PopulationAlertsResult(raised=tuple(raised), seen_again=again),
        detail={"raised": raised, "seenAgain": again},
    )


async def _new(job: Job, finding: Finding, line: Line, books: Books) -> PopulationAlert:
    verdict = finding.verdict
    return PopulationAlert(
        id=derive("PA", job.effect_key, verdict.rule, line.grouping, line.key, str(line.day)),
        case_id=job.case_id,
        rule=verdict.rule,
        severity=verdict.severity,
        owner=verdict.owner,
        kind=line.kind,
        grouping=line.grouping,
        key=line.key,
        day=line.day,
        count=line.count,
        mean=line.mean,
        sigma=line.sigma,
        raised_at=job.at,
        due_on=findings.anomaly_due("RISK", job.today, await calendar_of(books, job)),
    )


STEPS: Steps = {
    "verification.population": Local(run=_count),
    "anomaly.population_alerts": Local(run=_alert),
}
