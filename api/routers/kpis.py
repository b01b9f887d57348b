"""Key figures: counted when they are asked for, down to the cases."""

from collections import defaultdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.dependencies import Composed, Deployment
from api.paging import page_of
from api.periods import days_of, instants_of
from api.problems import Problem, refusals
from api.schemas.kpis import (
    KpiCase,
    KpiCasePage,
    KpiCasesQuery,
    KpiDefinition,
    KpiFigure,
    KpiQuery,
    KpisSeen,
)
from api.schemas.shapes import Identifier
from infra.db.pages.kpis import KpiViews, Period
from workflows.domain.kpis import KPIS, Figure, Kpi, Observation, figures, in_group

router = APIRouter(prefix="/v1/kpis", tags=["operations"])


@router.get("", responses=refusals(422))
async def read_kpis(composed: Composed, query: Annotated[KpiQuery, Query()]) -> KpisSeen:
    """Count the key figures of a period by unit, operator, item or version of a model."""
    first, last = _days(query, composed)
    observed = await _observed(composed, first, last)
    return KpisSeen(
        since=first,
        until=last,
        by=query.by,
        figures=[_figure(one) for one in figures(observed, query.by)],
        definitions=[_definition(kpi) for kpi in KPIS.values()],
    )


@router.get("/{kpi}/cases", responses=refusals(404, 422))
async def list_kpi_cases(
    kpi: Identifier, request: Request, composed: Composed, query: Annotated[KpiCasesQuery, Query()]
) -> KpiCasePage:
    """List the cases that a figure counts, with what each adds."""
    if kpi not in KPIS:
        raise Problem(404, "unknown-kpi", "There is no such key figure.")
    page = page_of(query, composed.cursors, request.url.path)
    observed = await _observed(composed, *_days(query, composed))
    meant = [
        one
        for one in observed
        if one.kpi == kpi and (query.group is None or in_group(one, query.by, query.group))
    ]
    after = page.place[0] if page.place else ""
    cases, following = page.cut(
        [one for one in _by_case(meant) if one.case_id > after][: page.with_one_more],
        lambda one: (one.case_id,),
    )
    return KpiCasePage(cases=list(cases), next=following)


def _days(query: KpiQuery | KpiCasesQuery, composed: Deployment) -> tuple[date, date]:
    return days_of(query.since, query.until, composed)


async def _observed(composed: Deployment, first: date, last: date) -> tuple[Observation, ...]:
    since, until = instants_of(first, last, composed)
    async with composed.database.snapshot() as connection:
        return await KpiViews(connection).observed(
            Period(since=since, until=until, now=composed.now())
        )


def _by_case(observed: list[Observation]) -> list[KpiCase]:
    of_case: dict[str, list[Observation]] = defaultdict(list)
    for one in observed:
        of_case[one.case_id].append(one)
    return [
        KpiCase(
            case_id=case_id,
            item=many[0].item,
            unit=many[0].unit,
            numerator=sum(one.value for one in many),
            denominator=len(many),
        )
        for case_id, many in sorted(of_case.items())
    ]


def _figure(one: Figure) -> KpiFigure:
    return KpiFigure(
        kpi=one.kpi,
        group=one.group,
        value=None if one.value is None else str(one.value),
        numerator=one.numerator,
        denominator=one.denominator,
    )


def _definition(kpi: Kpi) -> KpiDefinition:
    return KpiDefinition(
        kpi=kpi.code,
        name=kpi.name,
        measure=kpi.measure,
        numerator=kpi.numerator,
        denominator=kpi.denominator,
        source=kpi.source,
        target=kpi.target,
    )
