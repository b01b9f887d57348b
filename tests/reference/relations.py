"""Changes of a drawing that must not change what can be seen of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.reference.blocks import (
    BLOCKS,
    Boundary,
    Catch,
    Choice,
    Content,
    Fork,
    Freely,
    Gather,
    Handler,
    Model,
    Repeat,
    Seq,
    Step,
    Stop,
    Sub,
    Task,
    Throw,
    Trigger,
    everywhere,
    inside,
)
from tests.reference.drawing import drawn
from tests.reference.engine import Engine, Seen, compiled
from tests.reference.frames import Path
from tests.reference.lockstep import Difference, Duel, Way
from tests.reference.shaping import exits
from tests.reference.terms import Deed

HIDDEN = "new"
"""What a change adds is named so, and is not looked at."""
RENAMED = "other_"


class Twin(Engine):
    """The changed drawing, seen as if it were the original."""

    def named(self, element: str) -> str:
        is_renamed = any(id_.rpartition("/")[2] == RENAMED + element for id_ in self.program.ids)
        return RENAMED + element if is_renamed else element

    def view(self) -> dict[Path, Seen]:
        view = super().view()
        self.keys = {_path(path): key for path, key in self.keys.items() if _is_shown(path)}
        self.waits = {
            (_path(path), _name(catcher)): wait for (path, catcher), wait in self.waits.items()
        }
        return {_path(path): _shown(one) for path, one in view.items() if _is_shown(path)}


def _is_shown(path: Path) -> bool:
    return not path[-1][0].startswith(HIDDEN)


def _path(path: Path) -> Path:
    """The path without what a change added; how often that had begun counts for what is inside."""
    found, before = [], 0
    for name, index, turn, again in path:
        if name.startswith(HIDDEN):
            before += again
        else:
            found.append((_name(name), index, turn, before + again))
            before = 0
    return tuple(found)


def _name(name: str) -> str:
    return name.removeprefix(RENAMED)


def _shown(seen: Seen) -> Seen:
    variables = {_name(name): _told(value) for name, value in seen.variables.items()}
    waits = frozenset((kind, _name(element)) for kind, element in seen.waits)
    return Seen(variables, waits, seen.incident)


def _told(value: Any) -> Any:
    """What a job that steers is told of the elements, by the names of the original."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [one | {"elementId": _name(one["elementId"])} for one in value]
    return value


class Pair(Duel):
    """The original against the changed one: the same actions, the same to be seen."""

    def __init__(self, model: Model, changed: Model) -> None:
        super().__init__(model, compiled(drawn(model)))
        self.twin = Twin(compiled(drawn(changed)))

    def play(self, way: Way) -> int:
        self.twin.start(self.variables)
        return super().play(way)

    def _do(self, deed: Deed, kind: str) -> None:
        super()._do(deed, kind)
        self.twin.do(deed, kind)

    def _compare(self, way: Way) -> None:
        super()._compare(way)
        twin, engine = self.twin, self.engine
        self._expect(twin.view(), engine.view(), "alive after the change")
        told = Counter[str]()
        for element, count in twin.completed.items():
            if not element.startswith(HIDDEN):
                told[_name(element)] += count
        self._expect(told, engine.completed, "completed after the change")
        self._expect(twin.state.outcome, engine.state.outcome, "outcome after the change")
        if engine.host.finished:
            result = _shown(Seen(twin.host.finished[0].variables, frozenset(), "")).variables
            self._expect(result, engine.host.finished[0].variables, "result after the change")


def check_pair(model: Model, changed: Model, way: Way) -> None:
    """Play both; raises Difference."""
    try:
        Pair(model, changed).play(way)
    except Difference:
        raise
    except Exception as error:
        raise Difference(f"{type(error).__name__}: {error}") from error


# --- the changes -------------------------------------------------------------------------------


def _each_block(model: Model, change: Callable[[Any, str], Any]) -> Model:
    """Change every block that stands in a sequence; each change may use a name of its own.

    The chains of an ad-hoc sub-process have nothing but activities, so they are left alone.
    """
    numbers = iter(range(10_000))
    chains = [chain for one in inside(model) if isinstance(one, Freely) for chain in one.chains]
    firsts = {getattr(chain.blocks[0], "id", "") for chain in chains}

    def changed(node: Any) -> Any:
        if not isinstance(node, Seq) or not node.blocks:
            return node
        if getattr(node.blocks[0], "id", None) in firsts:
            return node
        return Seq(blocks=tuple(change(one, f"{HIDDEN}{next(numbers)}") for one in node.blocks))

    changed_model: Model = everywhere(model, changed)
    return changed_model


def wrapped(model: Model) -> Model:
    """Every block that keeps to itself stands in a sub-process of its own."""

    def change(block: Any, name: str) -> Any:
        if not (exits(block) and _keeps_to_itself(block)):
            return block
        return Sub(id=name, content=Content(main=block))

    return _each_block(model, change)


def _keeps_to_itself(block: Any) -> bool:  # noqa: PLR0911 - one case for each kind
    """Tell whether nothing of a block ends its scope, or lives on beside it."""
    match block:
        case Stop() | Gather():
            return False
        case Task() if block.undo is not None:
            return False  # what stands in a sub-process that is still active is not undone
        case Sub() | Task():
            return all(_boundary_keeps(one) for one in block.boundaries)
        case Throw():
            return block.kind == "escalation"
        case Step() | Catch():
            return True
        case Seq():
            return all(map(_keeps_to_itself, block.blocks))
        case Repeat():
            return _keeps_to_itself(block.body)
        case _:
            return all(_keeps_to_itself(one) for one in _paths(block))


def _boundary_keeps(boundary: Boundary) -> bool:
    return boundary.trigger.interrupting and _keeps_to_itself(boundary.path)


def _paths(block: Any) -> list[Any]:
    if isinstance(block, Fork):
        return list(block.branches)
    if isinstance(block, Choice):
        return [case.path for case in block.cases] + ([block.default] if block.default else [])
    return [arm.path for arm in block.arms]


def chosen(model: Model) -> Model:
    """Before every block stands an exclusive gateway with one way only."""

    def change(block: Any, name: str) -> Any:
        return Choice(id=name, cases=(), default=block) if exits(block) else block

    return _each_block(model, change)


def spaced(model: Model) -> Model:
    """Before every block something passes that does nothing."""

    def change(block: Any, name: str) -> Any:
        if isinstance(block, Stop):
            return block
        return Seq(blocks=(Step(id=name, kind="task"), block))

    return _each_block(model, change)


def turned(model: Model) -> Model:
    """The branches of parallel gateways stand in the opposite order."""

    def change(node: Any) -> Any:
        return replace(node, branches=node.branches[::-1]) if isinstance(node, Fork) else node

    changed: Model = everywhere(model, change)
    return changed


def renamed(model: Model) -> Model:
    """Every element has another id."""

    def change(node: Any) -> Any:
        if not isinstance(node, (*BLOCKS, Handler, Trigger)) or isinstance(node, Seq | Freely):
            return node
        return replace(node, id=f"{RENAMED}{node.id}")

    changed: Model = everywhere(model, change)
    return changed


def grouped(model: Model) -> Model:
    """Sequences are sequences of sequences."""

    def change(node: Any) -> Any:
        if isinstance(node, Seq) and len(node.blocks) > 1:
            return Seq(blocks=(node.blocks[0], Seq(blocks=node.blocks[1:])))
        return node

    changed: Model = everywhere(model, change)
    return changed


CHANGES: dict[str, Callable[[Model], Model]] = {
    "wrapped": wrapped,
    "chosen": chosen,
    "spaced": spaced,
    "turned": turned,
    "renamed": renamed,
}
