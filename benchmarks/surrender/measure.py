"""Rounds of the three variants, interleaved; medians, and ratios within each round."""

import asyncio
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.row import Budget, Report, Row
from benchmarks.surrender.case import STEPS, drawing
from benchmarks.surrender.load import IN_FLIGHT, Block, Counts, Player, play_block
from benchmarks.surrender.processes import dev_server, worker
from benchmarks.surrender.work import Effects
from workflows.bpmn.deployment import compile_bundle
from workflows.contracts.catalogue import CONTRACTS
from workflows.contracts.routing import CASE_WORKFLOW

HAND: Final = "hand-written"
REMOTE: Final = "remote"
SHIPPED: Final = "shipped"
VARIANTS: Final[Mapping[str, str]] = {
    HAND: "HandWrittenSurrender",
    REMOTE: CASE_WORKFLOW,
    SHIPPED: CASE_WORKFLOW,
}
"""Variant to workflow type."""

Blocks = Mapping[str, Sequence[Block]]
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long a run is."""

    rounds: int
    counts: Counts


FULL: Final = Plan(rounds=9, counts=Counts(warm_up=30, single=5, load=60))
QUICK: Final = Plan(rounds=1, counts=Counts(warm_up=6, single=6, load=45))
SHORTEST: Final = Plan(rounds=1, counts=Counts(warm_up=0, single=1, load=2))


def measure(
    plan: Plan,
    *,
    effects: Effects = "memory",
    encrypted: bool = True,
    traced: bool = True,
    told: Told = lambda _text: None,
) -> Report:
    """Run every round of every variant against one server."""
    blocks = asyncio.run(run(plan, effects, told, encrypted=encrypted, traced=traced))
    return Report(
        suite="surrender",
        rows=(*_rows(blocks), *_histories(blocks)),
        notes=(
            *_notes(plan, effects),
            _told_of_codec(encrypted=encrypted),
            _told_of_traces(traced=traced),
        ),
        raw={variant: [_samples(block) for block in done] for variant, done in blocks.items()},
    )


async def run(
    plan: Plan, effects: Effects, told: Told, *, encrypted: bool = True, traced: bool = True
) -> Blocks:
    """Play the variants in turn, each round beginning with another, so that drift cancels.

    Their workers live side by side and idle when it is not their turn: blocks are short, so that
    what a ratio compares lies seconds apart.
    """
    program_hash = compile_bundle({"surrender.bpmn": drawing()}).hash
    blocks: dict[str, list[Block]] = {variant: [] for variant in VARIANTS}
    with tempfile.TemporaryDirectory(prefix="baoquan-bench-") as name:
        folder = Path(name)
        async with (
            dev_server(folder, encrypted=encrypted, traced=traced) as server,
            AsyncExitStack() as stack,
        ):
            players = {}
            for variant, workflow_type in VARIANTS.items():
                told(f"warming up: {variant}")
                file = folder / f"{variant}.db" if effects == "sqlite" else None
                process = worker(variant, server, f"bench-{variant}", file, folder)
                running = await stack.enter_async_context(process)
                players[variant] = Player(server.client, running, workflow_type, program_hash)
                await players[variant].many(plan.counts.warm_up)
            for number, variant in _order(plan.rounds):
                told(f"round {number + 1} of {plan.rounds}: {variant}")
                blocks[variant].append(await play_block(players[variant], server, plan.counts))
    return blocks


def _order(rounds: int) -> list[tuple[int, str]]:
    names = list(VARIANTS)
    return [
        (number, names[(number + place) % len(names)])
        for number in range(rounds)
        for place in range(len(names))
    ]


# --- figures ----------------------------------------------------------------------------------

Figure = Callable[[Block], float]


def _single(share: float) -> Figure:
    return lambda block: quantile(block.single_ms, share)


def _loaded(share: float) -> Figure:
    return lambda block: quantile(block.loaded_ms, share)


_FIGURES: Final[tuple[tuple[str, str, Figure, Mapping[str, Budget]], ...]] = (
    (
        f"throughput, {IN_FLIGHT} in flight",
        "cases/s",
        lambda block: block.per_second,
        {
            REMOTE: Budget(of="ratio", sense="at least", limit=0.9),
            SHIPPED: Budget(of="ratio", sense="at least", limit=1.3),
        },
    ),
    (
        "latency one at a time, p50",
        "ms",
        _single(0.5),
        {REMOTE: Budget(of="ratio", sense="at most", limit=1.15)},
    ),
    ("latency one at a time, p99", "ms", _single(0.99), {}),
    ("latency under load, p50", "ms", _loaded(0.5), {}),
    ("latency under load, p99", "ms", _loaded(0.99), {}),
    ("worker CPU a case", "ms", lambda block: block.worker_ms, {}),
    (
        "server CPU a case",
        "ms",
        lambda block: block.server_ms,
        {SHIPPED: Budget(of="ratio", sense="at most", limit=0.6)},
    ),
    ("worker and server CPU a case", "ms", lambda block: block.worker_ms + block.server_ms, {}),
    ("history bytes a case", "bytes", lambda block: block.history.size, {}),
)


def _rows(blocks: Blocks) -> list[Row]:
    rows = []
    for name, unit, figure, budgets in _FIGURES:
        peer = [figure(block) for block in blocks[HAND]]
        rows += [
            _row(f"{name}: {variant}", unit, [figure(b) for b in blocks[variant]], peer, budget)
            for variant, budget in ((REMOTE, budgets.get(REMOTE)), (SHIPPED, budgets.get(SHIPPED)))
        ]
    return rows


def _row(
    name: str, unit: str, ours: Sequence[float], peer: Sequence[float], budget: Budget | None
) -> Row:
    pairs = zip(ours, peer, strict=True)
    return Row(
        name=name,
        unit=unit,
        measured=statistics.median(ours),
        against=statistics.median(peer),
        ratio=statistics.median(mine / theirs for mine, theirs in pairs),
        budget=budget,
    )


def _histories(blocks: Blocks) -> list[Row]:
    """Count events; the budget is the hand-written case's and one for every rest."""
    hand = max(block.history.events for block in blocks[HAND])
    rows = []
    for variant in (REMOTE, SHIPPED):
        most = max((block.history for block in blocks[variant]), key=lambda one: one.events)
        budget = Budget(of="figure", sense="at most", limit=hand + most.flushes)
        rows.append(
            Row(
                name=f"history events a case ({most.flushes} rests): {variant}",
                unit="events",
                measured=most.events,
                against=hand,
                ratio=most.events / hand,
                budget=budget if variant == REMOTE else None,
            )
        )
    return rows


def quantile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank quantile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _samples(block: Block) -> dict[str, Any]:
    return asdict(block)


def _told_of_codec(*, encrypted: bool) -> str:
    return (
        "payloads and failures compressed and encrypted, for all"
        if encrypted
        else "payloads in clear, for all (--codec off)"
    )


def _told_of_traces(*, traced: bool) -> str:
    return (
        "every span written to a local store: by the SDK's interceptor for the hand-written, by the"
        " product's for the others"
        if traced
        else "nothing is traced (--traces off)"
    )


def _notes(plan: Plan, effects: Effects) -> tuple[str, ...]:
    work = {
        "memory": "a no-op that returns the step's typed result; journals are read and dropped",
        "sqlite": "one transaction (WAL, FULL) for the effect and the journal that rode along",
    }[effects]
    local = sum(CONTRACTS[step.type].runs == "local" for step in STEPS)
    return (
        f"against: the case written by hand, {len(STEPS)} scheduled activities, the SDK's sandbox"
        " and its pydantic converter",
        f"work behind every activity, the same function for all: {work}",
        f"remote: every type scheduled; shipped: the catalogue's choice, {local} of {len(STEPS)}"
        " local",
        "the interpreted case keeps a journal besides; the hand-written one has none",
        f"{plan.rounds} rounds, {plan.counts.load} cases under load and {plan.counts.single} one at"
        " a time in each; a worker process for each variant; medians of rounds",
    )
