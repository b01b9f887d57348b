"""Reserve, commit, release and reverse where the insurer's own core system keeps the policies.

The same requests and results as on our own books, with the core system asked in between: the checks
come with the intent, our books follow with the outcome.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from activities.errors import Fault, Refused
from activities.execution.committing import hold, intended, release, reserved, written
from activities.execution.core_calling import (
    CorePlan,
    asked,
    concluded,
    known,
    noted_unknown,
    planned,
)
from activities.execution.owed import find_obligation
from activities.execution.quoting import find_policy
from activities.execution.reversing import no_money_left, reverse, turned_round
from activities.ports import Books
from activities.step import Done, Failed, Job, Outside, Steps
from workflows.contracts.activity import Request
from workflows.contracts.execution import (
    CommitRequest,
    CommitResult,
    ReleaseRequest,
    ReleaseResult,
    ReserveRequest,
    ReserveResult,
    ReverseRequest,
    ReverseResult,
)
from workflows.domain.bases import BASES
from workflows.domain.core_system import (
    Cancellation,
    Commitment,
    CoreReport,
    Hold,
    Reversal,
    held_at_core,
    last_commit,
    unresolved,
)

Q = TypeVar("Q", bound=Request)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is asked of the core system, and what was asked of us."""

    core: CorePlan
    request: Any


def _prepared(
    plan: Callable[[Job, Q, Books], Awaitable[CorePlan]],
) -> Callable[[Job, Q, Books], Awaitable[_Asked]]:
    """Look at the order of an earlier attempt before anything is looked at anew."""

    async def prepare(job: Job, request: Q, books: Books) -> _Asked:
        core = await known(job, books) or await plan(job, request, books)
        return _Asked(core=core, request=request)

    return prepare


async def _call(plan: _Asked, systems: Any) -> CoreReport | None:  # noqa: ANN401 - the step's
    return await asked(plan.core, systems)


async def _unknown(plan: _Asked, books: Books) -> None:
    await noted_unknown(plan.core, books)


async def _plan_reserve(job: Job, request: ReserveRequest, books: Books) -> CorePlan:
    """Hold it on our own books first: no other case of ours gets between intent and outcome."""
    reservation, valued = await hold(job, request, books)
    wish = Hold(
        reservation=reservation,
        item=BASES[valued.basis].item,
        basis=valued.basis,
        as_of=valued.as_of,
        net=valued.net,
    )
    return await planned(job, request.policy_no, wish, books)


async def _conclude_reserve(
    job: Job, plan: _Asked, report: CoreReport | None, books: Books
) -> Done[ReserveResult] | Failed:
    del job
    wish = _wish(plan, Hold)
    failed = await concluded(plan.core, report, books)
    if failed is not None:
        await books.policies.cancel(wish.reservation.id)
        return failed
    return reserved(wish.reservation)


async def _plan_commit(job: Job, request: CommitRequest, books: Books) -> CorePlan:
    wish = await intended(job, request, books)
    return await planned(job, request.policy_no, wish, books)


async def _conclude_commit(
    job: Job, plan: _Asked, report: CoreReport | None, books: Books
) -> Done[CommitResult] | Failed:
    """The core system changed the policy: ours is changed as it stands, whatever came between."""
    wish = _wish(plan, Commitment)
    failed = await concluded(plan.core, report, books)
    if failed is not None:
        return failed
    policy = await find_policy(books, wish.before.policy_no)
    holds = policy.version == wish.before.version
    if not holds:
        await books.policies.cancel(wish.reservation_id)
    return await written(job, wish, policy, books, wish.reservation_id if holds else None)


async def _plan_release(job: Job, request: ReleaseRequest, books: Books) -> CorePlan:
    orders = await books.core_orders.of_case(job.case_id)
    doubtful = unresolved(orders)
    if doubtful is not None:
        message = "A commit has no outcome yet: nobody knows what there is to let go of."
        raise Refused("CORE_UNRESOLVED", message)
    held = held_at_core(orders)
    if held is None:
        return CorePlan(order=None)
    return await planned(job, request.policy_no, Cancellation(reservation_id=held), books)


async def _conclude_release(
    job: Job, plan: _Asked, report: CoreReport | None, books: Books
) -> Done[ReleaseResult] | Failed:
    failed = await concluded(plan.core, report, books)
    return failed or await release(job, plan.request, books)


async def _plan_reverse(job: Job, request: ReverseRequest, books: Books) -> CorePlan:
    obligation = await find_obligation(books, job, request.obligation.id)
    await no_money_left(books, obligation)
    await _expect_latest(job, request, books)
    committed = last_commit(await books.core_orders.of_case(job.case_id))
    if committed is None:
        return CorePlan(order=None)
    wish = Reversal(
        commit_key=committed.key,
        effective_at=job.at,
        journals=await turned_round(books, job, obligation),
    )
    return await planned(job, request.policy_no, wish, books)


async def _expect_latest(job: Job, request: ReverseRequest, books: Books) -> None:
    made = await books.policies.version_of_case(request.policy_no, job.case_id)
    policy = await find_policy(books, request.policy_no)
    if made is None or made.no != policy.version:
        raise Fault("NOT_REVERSIBLE", "The case made no change that still stands alone.")


async def _conclude_reverse(
    job: Job, plan: _Asked, report: CoreReport | None, books: Books
) -> Done[ReverseResult] | Failed:
    failed = await concluded(plan.core, report, books)
    if failed is not None:
        return failed
    try:
        return await reverse(job, plan.request, books)
    except Fault:
        if plan.core.order is None:
            raise
        message = "The core system restored the policy, a later change of our books stands."
        raise Refused("CORE_AHEAD", message) from None


W = TypeVar("W", Hold, Commitment)


def _wish(plan: _Asked, kind: type[W]) -> W:
    order = plan.core.order
    if order is None or not isinstance(order.wish, kind):
        raise Refused("CORE_KEY_REUSED", "The key belongs to another order.")
    return order.wish


RESERVE = Outside(
    prepare=_prepared(_plan_reserve), call=_call, conclude=_conclude_reserve,
    unknown=_unknown, failpoints="core", systems=("core",),
)  # fmt: skip
COMMIT = Outside(
    prepare=_prepared(_plan_commit), call=_call, conclude=_conclude_commit,
    unknown=_unknown, failpoints="core", systems=("core",),
)  # fmt: skip
RELEASE = Outside(
    prepare=_prepared(_plan_release), call=_call, conclude=_conclude_release,
    unknown=_unknown, failpoints="core", systems=("core",),
)  # fmt: skip
REVERSE = Outside(
    prepare=_prepared(_plan_reverse), call=_call, conclude=_conclude_reverse,
    unknown=_unknown, failpoints="core", systems=("core",),
)  # fmt: skip

THROUGH_CORE: Steps = {
    "execution.reserve": RESERVE,
    "execution.commit": COMMIT,
    "execution.release": RELEASE,
    "execution.reverse": REVERSE,
}
"""What takes the place of the steps on our own books where there is a core system."""
