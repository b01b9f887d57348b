"""Key figures 绩效指标: what each counts, over what and from where; sums of integers, exact."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Final, Literal

from workflows.domain.clocks import Clock

KpiCode = Literal[
    "ACCEPT_ON_TIME", "COMPLETE_ON_TIME", "STRAIGHT_THROUGH", "FIRST_TIME_RIGHT", "TURNAROUND",
    "RETURN_RATE", "HANDLING_TIME", "ONE_NOTICE_VIOLATIONS", "REVERSAL_RATE", "BOUNCE_RATE",
    "CALL_BACK_SUCCESS", "CSAT", "EFFORT", "NPS", "COMPLAINTS_PER_1000", "COMPLAINTS_ON_TIME",
    "RISK_PRECISION", "BACKLOG_AGE",
]  # fmt: skip
Measure = Literal["PERCENT", "POINTS", "PER_THOUSAND", "MEAN", "DAYS", "MINUTES", "COUNT"]
Grouping = Literal["all", "unit", "operator", "item", "version"]

_SCALES: Final[Mapping[Measure, Fraction]] = MappingProxyType({
    "PERCENT": Fraction(100),
    "POINTS": Fraction(100),
    "PER_THOUSAND": Fraction(1000),
    "MEAN": Fraction(1),
    "DAYS": Fraction(1, 24 * 60 * 60),
    "MINUTES": Fraction(1, 60),
})  # fmt: skip
"""By what sum over number is multiplied; durations are summed in whole seconds."""
NOTICE_TEMPLATE: Final = "documents_missing"
CALL_BACK_ELEMENT: Final = "call_back"
NOT_REACHED: Final = "not-reached"
"""How a call-back ends that reached nobody."""
HIT_OUTCOMES: Final = frozenset({"REJECTED", "REPORTED"})
"""How an anomaly of risk ends that was one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """What a key figure is: the definition that stands beside every value."""

    code: KpiCode
    name: str
    measure: Measure
    numerator: str
    denominator: str
    source: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One thing that a figure counts: one to its denominator, its value to its numerator."""

    kpi: KpiCode
    case_id: str
    value: int
    unit: str
    """That serves the policy."""
    item: str
    process_id: str
    version: int
    operators: tuple[str, ...]
    """Who did it; of what nobody alone did: who decided in the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A key figure of one group."""

    kpi: KpiCode
    group: str
    numerator: int
    denominator: int

    @property
    def value(self) -> Decimal | None:
        """Two decimals, half up; None where there was nothing to count."""
        return None if self.denominator == 0 else _rounded(self)


KPIS: Final[Mapping[KpiCode, Kpi]] = MappingProxyType({
    kpi.code: kpi
    for kpi in (
        Kpi(
            code="ACCEPT_ON_TIME", name="受理及时率 Accepted on time", measure="PERCENT",
            numerator="limits K-ACC met",
            denominator="limits K-ACC met, or past their strict end",
            source="clocks: the instant it was met, or the strict end; pauses excluded",
            target="100",
        ),
        Kpi(
            code="COMPLETE_ON_TIME", name="保全时效 Completed on time", measure="PERCENT",
            numerator="limits K-DO met",
            denominator="limits K-DO met, or past their strict end",
            source="clocks: the instant it was met, or the strict end",
            target="100",
        ),
        Kpi(
            code="STRAIGHT_THROUGH", name="直通率 Straight-through", measure="PERCENT",
            numerator="cases in which nobody decided and no operator acted before completion",
            denominator="cases completed",
            source="journal: statusChanged COMPLETED, operatorActed; deeds: complete",
        ),
        Kpi(
            code="FIRST_TIME_RIGHT", name="一次办结率 First time right", measure="PERCENT",
            numerator="cases without return, papers asked for or anomaly before completion",
            denominator="cases completed",
            source="journal: statusChanged; deeds: return; anomalies",
        ),
        Kpi(
            code="TURNAROUND", name="平均办理时长 Turnaround", measure="DAYS",
            numerator="days from the arrival of the notice to completion",
            denominator="cases completed",
            source="cases: notice; journal: statusChanged COMPLETED",
        ),
        Kpi(
            code="RETURN_RATE", name="退回率 Returned", measure="PERCENT",
            numerator="decisions to return",
            denominator="decisions: approve, reject, return",
            source="deeds: complete, by who decided",
        ),
        Kpi(
            code="HANDLING_TIME", name="平均处理时长 Handling time", measure="MINUTES",
            numerator="minutes from the last claim of a task to its completion",
            denominator="tasks claimed and completed",
            source="deeds: claim, complete; in place of cost, of which none is kept",
        ),
        Kpi(
            code="ONE_NOTICE_VIOLATIONS", name="一次性告知违例 One-notice violations",
            measure="COUNT",
            numerator="notices of missing papers after the first of their case",
            denominator="notices of missing papers",
            source="communications sent, by template", target="0",
        ),
        Kpi(
            code="REVERSAL_RATE", name="回退率 Reversed", measure="PERCENT",
            numerator="of them, those taken back since",
            denominator="endorsements issued",
            source="endorsements",
        ),
        Kpi(
            code="BOUNCE_RATE", name="退票率 Bounced", measure="PERCENT",
            numerator="of them, those the bank returned",
            denominator="payments out that the bank took",
            source="payment attempts",
        ),
        Kpi(
            code="CALL_BACK_SUCCESS", name="回访成功率 Call-backs made", measure="PERCENT",
            numerator="of them, those in which the customer was reached",
            denominator="call-back tasks that ended, each attempt one",
            source="human tasks at call_back and their outcome, by who completed them",
        ),
        Kpi(
            code="CSAT", name="满意度 Satisfaction, 1 to 5", measure="MEAN",
            numerator="sum of the answers",
            denominator="surveys answered",
            source="surveys",
        ),
        Kpi(
            code="EFFORT", name="省力度 Ease, 1 to 7", measure="MEAN",
            numerator="sum of the answers",
            denominator="surveys answered that say how easy it was",
            source="surveys",
        ),
        Kpi(
            code="NPS", name="净推荐值 Net promoter score", measure="POINTS",
            numerator="recommendations of 9 or 10, less those of 6 or less",
            denominator="recommendations, of each customer at most one in 90 days",
            source="surveys",
        ),
        Kpi(
            code="COMPLAINTS_PER_1000", name="千件投诉量 Complaints per 1,000",
            measure="PER_THOUSAND",
            numerator="complaints about them, to this day",
            denominator="cases completed",
            source="complaints; journal: statusChanged COMPLETED",
        ),
        Kpi(
            code="COMPLAINTS_ON_TIME", name="投诉及时率 Complaints decided on time",
            measure="PERCENT",
            numerator="complaints decided by their last day",
            denominator="complaints decided, or past their last day",
            source="complaints, by who decided",
            target="100",
        ),
        Kpi(
            code="RISK_PRECISION", name="风险命中率 Risk precision", measure="PERCENT",
            numerator="of them, those that ended REJECTED or REPORTED",
            denominator="anomalies of class RISK closed",
            source="anomalies",
        ),
        Kpi(
            code="BACKLOG_AGE", name="在途件龄 Age of the backlog", measure="DAYS",
            numerator="days since they were accepted, at the end of the period",
            denominator="cases neither completed nor ended by the end of the period",
            source="cases; journal: statusChanged COMPLETED",
        ),
    )
})  # fmt: skip
"""Every key figure, in the order they are shown."""

NOBODY: Final = "-"
"""The group of what no operator had a hand in."""

_GROUPS: Final[Mapping[Grouping, Callable[[Observation], tuple[str, ...]]]] = MappingProxyType(
    {
        "all": lambda _: ("all",),
        "unit": lambda one: (one.unit,),
        "operator": lambda one: one.operators or (NOBODY,),
        "item": lambda one: (one.item,),
        "version": lambda one: (f"{one.process_id}@{one.version}",),
    }
)


def figures(observed: Iterable[Observation], by: Grouping) -> tuple[Figure, ...]:
    """Add up what was observed, by group; every figure stands in every group that was seen."""
    groups = _GROUPS[by]
    sums: dict[tuple[KpiCode, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    seen = {"all"} if by == "all" else set[str]()
    for one in observed:
        for group in groups(one):
            seen.add(group)
            total, number = sums[one.kpi, group]
            sums[one.kpi, group] = (total + one.value, number + 1)
    return tuple(
        Figure(
            kpi=code, group=group, numerator=sums[code, group][0], denominator=sums[code, group][1]
        )
        for code in KPIS
        for group in sorted(seen)
    )


def in_group(one: Observation, by: Grouping, group: str) -> bool:
    """Whether a figure of a group counts an observation."""
    return group in _GROUPS[by](one)


def verdict(clock: Clock, now: datetime) -> tuple[datetime, bool] | None:
    """When it was known whether a limit is kept, and whether it is; None: not known yet.

    One that was stopped after its strict end was broken all the same.
    """
    until = clock.closed_at or clock.paused_at or now
    if clock.deadline.is_over(until):
        return clock.deadline.due_strict + timedelta(seconds=1), False
    if clock.state == "MET" and clock.closed_at is not None:
        return clock.closed_at, True
    return None


def _rounded(figure: Figure) -> Decimal:
    measure = KPIS[figure.kpi].measure
    if measure == "COUNT":
        return Decimal(figure.numerator)
    exact = Fraction(figure.numerator, figure.denominator) * _SCALES[measure]
    return Decimal(floor(exact * 100 + Fraction(1, 2))).scaleb(-2)
