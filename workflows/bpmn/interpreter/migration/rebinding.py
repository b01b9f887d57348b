"""What a migrated run waits for: subscriptions kept, closed and opened.

A subscription whose event the new model has too is kept, with its due time, key and place in line:
what was sent to it is not lost, and no timer begins anew. One whose event has gone is closed;
events that are new are subscribed to as if the element had just begun. What has fired already, and
was not to fire again, does not come back.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from workflows.bpmn.interpreter.migration.placing import Placement
from workflows.bpmn.interpreter.migration.plan import GONE, Atlas
from workflows.bpmn.interpreter.propagation import catchers
from workflows.bpmn.interpreter.state import NOTHING, Instance, Wait
from workflows.bpmn.interpreter.subscriptions import Prepared, close, is_once, open_all, prepare
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.program import Node, Program, TimerDefinition

_AROUND: Final = ("boundaryEvent", "startEvent")


class Rebinding:
    """Brings the subscriptions of one run in line with its new model."""

    def __init__(self, turn: Turn, atlas: Atlas, placed: Placement) -> None:
        self.turn, self.atlas, self.placed = turn, atlas, placed
        self.closed: list[tuple[str, Wait]] = []
        """By the old model's events."""
        self._kept: set[tuple[int, int]] = set()
        """Owner and node of what goes on."""
        self._renewed: set[tuple[int, int, int]] = set()
        """Owner, node and part of what is to be made anew."""
        self._lost: set[int] = set()
        """Old events whose subscription nobody took over."""
        self._listening = {
            wait.owner
            for wait in turn.state.waits.values()
            if atlas.source.nodes[wait.node].kind not in _AROUND
        }
        """Who waits for something itself, not around it."""

    def rebind(self) -> None:
        """Keep what has a counterpart, close what has none, open what is new."""
        state = self.turn.state
        owners = {**state.instances, **self.placed.dissolved}
        for wait in list(state.waits.values()):
            self._keep_or_close(owners[wait.owner], wait)
        for instance in list(state.instances.values()):
            if instance.phase == "activated" and instance.then == NOTHING:
                self._open_missing(instance)

    # --- what there was

    def _keep_or_close(self, owner: Instance, wait: Wait) -> None:
        old, index = self.atlas.source.nodes[wait.node], self.atlas.node(wait.node)
        heir = None
        if index is not None and index != GONE:
            heir = self._heir(owner, self.turn.nodes[index])
        if heir is None or index is None:
            self.closed.append((old.id, replace(wait)))
            self._lost.add(old.index)
            close(self.turn, owner, wait)
        elif self._changes(old, self.turn.nodes[index], wait):
            self.closed.append((old.id, replace(wait)))
            self._renewed.add((heir.key, index, wait.part))
            close(self.turn, owner, wait)
        else:
            wait.node = index
            self._kept.add((heir.key, index))
            if heir is not owner:
                _give(owner, heir, wait)

    def _heir(self, owner: Instance, node: Node) -> Instance | None:
        """Find who waits for an event now: its owner, or where the new model has the event."""
        wanted = _host(self.turn.nodes, node)
        if wanted is None:
            stays = owner.key not in self.placed.dissolved
            return owner if stays and node.index in _own(self.turn.program, owner.node) else None
        at: Instance | None = owner
        while at is not None:
            if at.key not in self.placed.dissolved and self._hosts(at, wanted, node):
                return at
            at = at.parent
        inside = [
            self.turn.state.instances[key]
            for key in sorted(self.placed.seated.get(owner.key, ()))
            if key in self.turn.state.instances
        ]
        begun = [one for one in self.placed.begun if owner.key in _around(one)]
        fitting = [one for one in (*inside, *begun) if self._hosts(one, wanted, node)]
        return fitting[0] if len(fitting) == 1 else None

    def _hosts(self, instance: Instance, wanted: int, node: Node) -> bool:
        """Tell whether it is this instance that an event hangs on (S11, S15)."""
        return instance.node == wanted and node.index in catchers(self.turn, instance)

    def _changes(self, old: Node, new: Node, wait: Wait) -> bool:
        """Tell whether a subscription has to be made anew: it is wanted so, or works otherwise."""
        if new.id in self.atlas.plan.renew or is_once(old) != is_once(new):
            return True
        before, after = old.catches[wait.part], new.catches[wait.part]
        if isinstance(before, TimerDefinition) and isinstance(after, TimerDefinition):
            return (before.form == "cycle") != (after.form == "cycle")
        return False

    # --- what is new

    def _open_missing(self, instance: Instance) -> None:
        wanted = list(catchers(self.turn, instance))
        if instance.key in self._listening:
            wanted += _own(self.turn.program, instance.node)
        missing = [
            index
            for index in wanted
            if (instance.key, index) not in self._kept and not self._was_there(instance, index)
        ]
        again = [(index, part) for key, index, part in sorted(self._renewed) if key == instance.key]
        prepared = prepare(self.turn, instance, (*missing, *dict(again)))
        wanted_now = [
            self._in_time(one)
            for one in prepared
            if one.node.index in missing or (one.node.index, one.part) in again
        ]
        open_all(self.turn, instance, wanted_now)

    def _was_there(self, instance: Instance, index: int) -> bool:
        """Tell whether the run had this event around it before, open or over."""
        placed, source = self.placed, self.atlas.source
        within = {instance.key, *_around(instance)} & placed.was.keys()
        lineage = [
            key
            for key in placed.was
            if key in within or key in placed.dissolved or self._is_inside(key, instance)
        ]
        events = {event for key in lineage for event in _events(source, placed.was[key])}
        return any(self.atlas.node(event) == index for event in events - self._lost)

    def _is_inside(self, key: int, instance: Instance) -> bool:
        inner = self.turn.state.instances.get(key)
        return inner is not None and instance.key in _around(inner)

    def _in_time(self, one: Prepared) -> Prepared:
        due = self.atlas.plan.dues.get(one.node.id)
        if one.firing is not None and due is not None:
            one.firing = replace(one.firing, due=due)
        return one


def _host(nodes: tuple[Node, ...], node: Node) -> int | None:
    """Return the activity or scope that an event hangs on; None: it stands by itself."""
    if node.kind == "boundaryEvent":
        return node.attached_to
    if node.kind == "startEvent" and nodes[node.scope].kind == "eventSubProcess":
        return nodes[node.scope].scope
    return None


def _around(instance: Instance) -> Iterator[int]:
    at = instance.parent
    while at is not None:
        yield at.key
        at = at.parent


def _own(program: Program, index: int) -> tuple[int, ...]:
    """List the nodes by which something that waits itself does so (S7)."""
    node = program.nodes[index]
    if node.kind == "eventBasedGateway":
        return tuple(program.flows[flow].target for flow in node.outgoing)
    return (index,)


def _events(program: Program, index: int) -> tuple[int, ...]:
    """List every event that a node of a model can wait for."""
    node = program.nodes[index]
    starts = (program.nodes[one].starts[0] for one in node.event_sub_processes)
    return (*node.boundary, *starts, *_own(program, index))


def _give(owner: Instance, heir: Instance, wait: Wait) -> None:
    if owner.waits is not None:
        owner.waits.remove(wait.id)
    if heir.waits is None:
        heir.waits = []
    heir.waits.append(wait.id)
    wait.owner = heir.key
