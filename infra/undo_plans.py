"""What a replay has to undo first: found out before it happens, and written into its order."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from infra.db.journal.undo_views import UndoViews
from infra.db.unit_of_work import Database, ReadingRoom
from workflows.bpmn.deployment import compile_bundle
from workflows.bpmn.program import Job, Node, Program
from workflows.contracts.case import UndoOrder, UndoStep
from workflows.contracts.catalogue import CONTRACTS
from workflows.contracts.undoing import HEADERS, Handler, Undone, UndoPlan
from workflows.contracts.undoing import plan as planned
from workflows.domain.canonical import JsonObject


async def undo_plan(database: Database, case_id: str, at: datetime) -> UndoPlan:
    """Say what would be undone of what a case has made since a moment."""
    async with database.reading() as room:
        program = await _program(room, case_id)
        handlers = {} if program is None else _handlers(program)
        return planned(await room.undo_views.made_since(case_id, at, handlers))


async def undo_order(database: Database, plan: UndoPlan) -> UndoOrder:
    """Write a plan down as the case carries it out."""
    async with database.reading() as room:
        steps = [await _step(room.undo_views, one) for one in plan.steps]
    return UndoOrder(steps=tuple(steps), anew=tuple(key for one in plan.anew for key in one.keys))


async def _step(views: UndoViews, one: Undone) -> UndoStep:
    return UndoStep(
        effect_key=f"{one.last.keys[0]}:undo",
        instance_id=one.last.instance_id,
        element=one.last.element,
        type=one.type,
        handler=one.handler,
        headers={} if one.handler else dict(HEADERS.get(one.type, {})),
        variables=_needed(one, await views.known_at(one.last)),
        undoes=tuple(key for made in one.made for key in made.keys),
    )


def _needed(one: Undone, known: JsonObject) -> JsonObject:
    """Leave out what the work does not ask for; a handler maps what it needs by itself."""
    if one.handler:
        return known
    fields = CONTRACTS[one.type].request.model_fields
    asked = {field.alias or name for name, field in fields.items()}
    return {name: value for name, value in known.items() if name in asked}


async def _program(room: ReadingRoom, case_id: str) -> Program | None:
    versions = await room.versions.of_case(case_id)
    own = next((one for one in versions if one.instance_id == case_id), None)
    files = None if own is None else await room.definitions.files(own.program_hash)
    if own is None or files is None:
        return None
    compiled = await asyncio.to_thread(compile_bundle, files)
    return compiled.programs.get(own.process_id)


def _handlers(program: Program) -> Mapping[str, Handler]:
    """The compensation handlers of a model, by the activity that each undoes."""
    found = {}
    for node in program.nodes:
        index = node.handler if node.undoes is None else node.undoes
        if index is not None:
            handler = program.nodes[index]
            found[node.id] = Handler(
                element=handler.id, type=_own_work(handler), whole_loop=node.loop is not None
            )
    return found


def _own_work(handler: Node) -> str:
    """The activity type of a handler that is one piece of our own work; empty: it is more."""
    work = handler.work
    is_plain = isinstance(work, Job) and handler.loop is None and not handler.start_listeners
    if not is_plain or not isinstance(work, Job) or not isinstance(work.type, str):
        return ""
    return work.type if work.type in CONTRACTS else ""
