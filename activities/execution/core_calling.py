"""A wish to the insurer's core system: its intent written, sent once per key, asked when in doubt.

What was sent once is sent again as it was: a second attempt finds the order on the books, asks by
its key first, and looks at nothing anew. The core system's word decides; our books follow.
"""

from dataclasses import dataclass
from datetime import timedelta

from activities.errors import Fault, Refused
from activities.ports import Books, CoreSystem
from activities.step import Failed, Job, Systems
from workflows.domain.core_system import (
    NOT_REVERSIBLE,
    STALE_CODES,
    CoreOrder,
    CoreReport,
    CoreWish,
)
from workflows.domain.systems import OutcomeUnknown

_SAFE_PART = 0.8
"""Of the time a core system remembers keys: past it, silence does not mean that nothing is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorePlan:
    """An order whose intent is on the books; None: there is nothing to ask."""

    order: CoreOrder | None
    ask_first: bool = False
    age: timedelta = timedelta()
    """How long ago it may have been sent for the first time."""


def order_key(job: Job) -> str:
    """Return the key of the work at hand: ASCII, and the same on every attempt."""
    return job.id("CO")


async def known(job: Job, books: Books) -> CorePlan | None:
    """Plan to ask about what an earlier attempt may have sent; None: there was none."""
    order = await books.core_orders.get(order_key(job))
    if order is None:
        return None
    return CorePlan(order=order, ask_first=True, age=job.at - order.at + job.waited)


async def planned(job: Job, policy_no: str, wish: CoreWish, books: Books) -> CorePlan:
    """Write the intent of a wish."""
    order = CoreOrder(
        key=order_key(job), case_id=job.case_id, policy_no=policy_no, at=job.at, wish=wish
    )
    await books.core_orders.start(order)
    return CorePlan(order=order)


async def asked(plan: CorePlan, systems: Systems) -> CoreReport | None:
    """Have the order done, once; None: nothing was asked."""
    order, core = plan.order, systems.core
    if order is None or core is None:
        return None
    if plan.ask_first:
        known_report = await _queried(core, order)
        if known_report is not None:
            return known_report
        if plan.age >= core.keys_kept * _SAFE_PART:
            message = "The core system may have forgotten the order: a person asks."
            raise Refused("CORE_KEY_EXPIRED", message)
    return await _sent(core, order)


async def _sent(core: CoreSystem, order: CoreOrder) -> CoreReport:
    try:
        report = await core.order(order)
    except OutcomeUnknown:
        found = await _queried(core, order)
        if found is None:
            # It may still be under way: the next attempt asks again before it sends.
            raise
        return found
    return _ended(report)


async def _queried(core: CoreSystem, order: CoreOrder) -> CoreReport | None:
    report = await core.query(order.key)
    return None if report is None else _ended(report)


def _ended(report: CoreReport) -> CoreReport:
    if report.state == "PENDING":
        raise OutcomeUnknown("The core system has the order and has not done it yet.")
    return report


async def noted_unknown(plan: CorePlan, books: Books) -> None:
    """Write the silence down, unless another worker heard the answer meanwhile."""
    if plan.order is not None:
        await books.core_orders.move(plan.order.key, "UNKNOWN")


async def concluded(plan: CorePlan, report: CoreReport | None, books: Books) -> Failed | None:
    """Write down how an order ended; a refusal by the business ends the work with its fault."""
    order = plan.order
    if order is None or report is None:
        return None
    if report.state == "DONE":
        await books.core_orders.move(order.key, "DONE", report.ref)
        return None
    fault = _FAULTS.get(report.code)
    if fault is None:
        # The core system did nothing, and may think otherwise when a person tries again.
        raise Refused(f"CORE_{report.code}", f"The core system refused to {order.operation}.")
    await books.core_orders.move(order.key, "REFUSED")
    detail = {"policyNo": order.policy_no, "core": report.code, "order": order.key}
    return Failed(fault=Fault(fault, "The core system does not agree."), detail=detail)


_FAULTS = {**dict.fromkeys(STALE_CODES, "STALE"), NOT_REVERSIBLE: NOT_REVERSIBLE}
"""What the model hears of a refusal; every other one is for a person."""
