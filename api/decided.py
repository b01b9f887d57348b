"""What tables decided in a case: asked of the journal, named by the tables of its bundle."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.dependencies import Deployment
from api.schemas.decisions import DecisionTaken
from infra.db.journal.past_decisions import PastDecisions, TakenDecision
from workflows.bpmn.deployment import compile_bundle
from workflows.bpmn.program.work import Decision
from workflows.domain.canonical import content_hash
from workflows.domain.masking import masked
from workflows.feel.wire import decode, to_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The table that an element asks."""

    decision_id: str
    tag: str | None
    result: str


async def decided(composed: Deployment, case_id: str, *, clear: bool) -> list[DecisionTaken] | None:
    """Tell every decision of a case in order; None when there is no such case."""
    async with composed.database.reading() as room:
        detail = await room.cases.detail(case_id)
        files = await room.definitions.files(detail.case.program_hash) if detail else None
    if detail is None:
        return None
    tables = await asyncio.to_thread(_tables, files or {})
    places = {element: table.result for element, table in tables.items()}
    async with composed.database.snapshot() as connection:
        taken = await PastDecisions(connection).of_case(case_id, places)
    return _seen(taken, tables, clear=clear)


def _tables(files: Mapping[str, bytes]) -> dict[str, _Table]:
    """Every element of the bundle that asks a table."""
    compiled = compile_bundle(files)
    return {
        node.id: _Table(
            decision_id=node.work.decision_id,
            tag=compiled.decisions.decisions[node.work.decision_id].version_tag,
            result=node.work.result_variable,
        )
        for program in compiled.programs.values()
        for node in program.nodes
        if isinstance(node.work, Decision)
    }


def _seen(
    taken: Sequence[TakenDecision], tables: Mapping[str, _Table], *, clear: bool
) -> list[DecisionTaken]:
    def shown(value: Any, name: str = "") -> Any:  # noqa: ANN401 - any value of a model
        return to_plain(decode(value)) if clear else masked(decode(value), name)

    return [
        DecisionTaken(
            instance_id=one.instance_id,
            element=one.element,
            name=one.name,
            table=tables[one.element].decision_id,
            version=tables[one.element].tag,
            at=one.at,
            inputs_hash=content_hash(dict(one.inputs)),
            inputs={name: shown(value, name) for name, value in one.inputs.items()},
            output=shown(one.output),
        )
        for one in taken
    ]
