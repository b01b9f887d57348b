"""What starts of a played world keep until everything that they wait for has happened (S28)."""

from workflows.bpmn.interpreter.occurrences import Started
from workflows.bpmn.program import MultipleDefinition, Node, Program
from workflows.play.world import Kept, World


def gathers(node: Node) -> bool:
    """Tell whether a start waits for all of its events."""
    return isinstance(node.event, MultipleDefinition) and node.event.parallel


def keep(world: World, program: Program, node: Node, kept: Kept) -> None:
    """Keep an event, and begin what has everything then."""
    world.kept.setdefault((program.process_id, node.id), []).append(kept)
    begin_gathered(world, program, node)


def begin_gathered(world: World, program: Program, node: Node) -> None:
    """Begin an instance for the first key that has everything and none that is active."""
    kept = world.kept.get((program.process_id, node.id), [])
    for key in dict.fromkeys(("", *(one.key for one in kept))):
        chosen = _chosen(kept, len(node.catches), key)
        if chosen and (program.process_id, (node.id, key)) not in world.busy:
            _begin(world, program, node, key, chosen)
            for one in chosen:
                kept.remove(one)
            return


def _chosen(kept: list[Kept], parts: int, key: str) -> list[Kept]:
    """Choose the oldest event of each part, of the key or else of none; nothing, if one lacks."""
    found: list[Kept] = []
    for part in range(parts):
        fitting = [one for one in kept if one.part == part and one.key in (key, "")]
        if not fitting:
            return []
        found.append(next((one for one in fitting if one.key == key), fitting[0]))
    return sorted(found, key=kept.index)


def _begin(world: World, program: Program, node: Node, key: str, chosen: list[Kept]) -> None:
    variables = {name: value for one in chosen for name, value in one.variables.items()}
    case = world.begin(program, Started(at=world.now, start=node.id, variables=variables))
    if key:
        case.started_by = (node.id, key)
        world.busy.add((program.process_id, case.started_by))
