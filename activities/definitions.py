"""``definition.resolve``: which deployed version of a process a call activity means."""

from collections.abc import Callable

from temporalio import activity

from activities.errors import Refused
from activities.once import guarded
from activities.step import Equipment
from workflows.contracts.definitions import DefinitionAnswer, DefinitionQuery
from workflows.contracts.human_task import DEFINITION_RESOLVE


def resolve_definition(equipment: Equipment) -> Callable[..., object]:
    """Build the activity."""

    @activity.defn(name=DEFINITION_RESOLVE)
    async def resolve(query: DefinitionQuery) -> DefinitionAnswer:
        async def run() -> DefinitionAnswer:
            return await _resolve(equipment, query)

        answer: DefinitionAnswer = await guarded(DEFINITION_RESOLVE, lambda: equipment.again(run))
        return answer

    return resolve


async def _resolve(equipment: Equipment, query: DefinitionQuery) -> DefinitionAnswer:
    async with equipment.work() as books:
        found = (
            await books.definitions.tagged(query.process_id, query.version_tag)
            if query.binding == "versionTag" and query.version_tag is not None
            else await books.definitions.latest(query.process_id)
        )
    if found is None:
        raise Refused("NOT_DEPLOYED", f"No version of process {query.process_id} is deployed.")
    return DefinitionAnswer(version=found.version, program_hash=found.bundle_hash)
