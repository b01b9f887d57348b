"""A candidate table held against what was decided: compiled, asked, counted."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from api.dependencies import Deployment
from api.problems import Problem
from infra.db.journal.past_decisions import PastDecisions, Places, PlayedCase
from workflows.bpmn.deployment import compile_bundle
from workflows.bpmn.program.work import Decision
from workflows.dmn import DecisionProgram, compile_decisions
from workflows.dmn.backtest import Backtest, PastDecision, backtest

MOST: Final = 5_000
"""Cases that one back-test looks at."""
Played = tuple[Sequence[PlayedCase], list[PastDecision]]


async def candidate_of(files: Mapping[str, str], wanted: str | None) -> DecisionProgram:
    """Compile a candidate; what could not be deployed cannot be tested either."""
    sources = {name: text.encode() for name, text in files.items()}
    library = await asyncio.to_thread(compile_decisions, sources)
    faults = [finding for finding in library.diagnostics if finding.severity == "error"]
    if faults:
        raise Problem(422, "model-invalid", f"The candidate: {faults[0].message}")
    if wanted is None and len(library.decisions) == 1:
        return next(iter(library.decisions.values()))
    found = None if wanted is None else library.find(wanted, "decision")
    if found is None:
        raise Problem(422, "unknown-decision", "Name one of the decisions of the candidate.")
    return found


async def past_of(
    composed: Deployment, decision_id: str, since: datetime, until: datetime
) -> Played:
    """Read what cases of a time asked a table, and what it answered."""
    async with composed.database.snapshot() as connection:
        decisions = PastDecisions(connection)
        found = await decisions.cases(since, until, MOST + 1)
        played: dict[tuple[str, str], list[str]] = defaultdict(list)
        for case in found[:MOST]:
            played[case.program_hash, case.process_id].append(case.id)
        places = await _places(composed, decision_id, {bundle for bundle, _ in played})
        past = [
            one
            for (bundle, process), ids in played.items()
            if (here := places[bundle].get(process))
            async for one in decisions.at(ids, here)
        ]
    return found, past


async def run(candidate: DecisionProgram, past: Sequence[PastDecision]) -> Backtest:
    """Ask everything again; others are served meanwhile."""
    return await asyncio.to_thread(backtest, candidate, past)


async def _places(
    composed: Deployment, decision_id: str, bundles: set[str]
) -> dict[str, dict[str, Places]]:
    """Find the elements that ask a table, by bundle and process."""
    found = {}
    for bundle in bundles:
        async with composed.database.reading() as room:
            files = await room.definitions.files(bundle)
        found[bundle] = await asyncio.to_thread(_asking, files or {}, decision_id)
    return found


def _asking(files: Mapping[str, bytes], decision_id: str) -> dict[str, Places]:
    return {
        process_id: {
            node.id: node.work.result_variable
            for node in program.nodes
            if isinstance(node.work, Decision) and node.work.decision_id == decision_id
        }
        for process_id, program in compile_bundle(files).programs.items()
    }
