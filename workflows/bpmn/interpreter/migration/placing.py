"""Where tokens go: the tree of element instances, rebuilt for the new model.

Every instance keeps its key. One whose element lies deeper in the new model gets the scopes around
it that are missing, each once for all tokens that go there; a dissolved scope hands what it holds
to the scope around it. Nothing leaves a scope that stays: that would end the scope by the way.
"""

from typing import Final

from workflows.bpmn.interpreter.migration.plan import GONE, Atlas
from workflows.bpmn.interpreter.state import NOTHING, Entry, Instance, State, Undoing
from workflows.bpmn.interpreter.turn import Turn
from workflows.bpmn.program import Node

_HIDDEN: Final = ("taskListener", "adHocSteering", "dataStoreAccess")
_NEW: Final = ("subProcess", "transaction")


class Placement:
    """Moves one run's tokens; faults are gathered, and nothing is right while there are any."""

    def __init__(self, turn: Turn, atlas: Atlas) -> None:
        self.turn, self.atlas = turn, atlas
        self.faults: list[str] = []
        self.begun: list[Instance] = []
        """Scopes that are new, outer ones first."""
        self.dissolved: dict[int, Instance] = {}
        self.was: dict[int, int] = {}
        """The old node of every instance, by key."""
        self.seated: dict[int, set[int]] = {}
        """What stood right inside a dissolved scope, by its key."""
        self._made: dict[tuple[int, int], Instance] = {}

    def place(self) -> None:
        """Map every instance to its new node, then put each where that lies."""
        state = self.turn.state
        for instance in list(state.instances.values()):
            self._rename(instance)
        if self.faults:
            return
        joined = [(scope, scope.taken or {}) for scope in state.instances.values() if scope.taken]
        seated = [
            one
            for one in state.instances.values()
            if one.parent is not None and one.key not in self.dissolved
        ]
        for instance in sorted(seated, key=lambda one: one.undoing is not None):
            self._seat(instance)
        self._tokens(state, joined)
        self._memories(state)
        if not self.faults:
            self._dissolve(state)
            self._order(state)

    # --- nodes

    def _rename(self, instance: Instance) -> None:
        old = self.atlas.source.nodes[instance.node]
        target = self.atlas.node(instance.node)
        self.was[instance.key] = instance.node
        if target is None:
            self._fault(f"'{old.id}' is live (key {instance.key}) and has no target: map it.")
        elif target == GONE:
            self._check_gone(old, instance)
            self.dissolved[instance.key] = instance
        else:
            instance.node = target
            self._rename_more(old, instance)

    def _rename_more(self, old: Node, instance: Instance) -> None:
        if instance.then >= 0:
            instance.then = self._mapped(instance.then, f"what follows the end of '{old.id}'")
        if instance.begin is not None:
            what = f"what is still to begin in '{old.id}'"
            instance.begin = tuple(self._mapped(index, what) for index in instance.begin)
        if instance.heard is not None:
            what = f"what has been heard at '{old.id}'"
            instance.heard = {
                self._mapped(node, what): heard for node, heard in instance.heard.items()
            }
        if instance.gates is not None:
            instance.gates = {
                self._mapped(node, "a complex gateway"): tuple(map(self._flow, flows))
                for node, flows in instance.gates.items()
            }

    def _check_gone(self, old: Node, instance: Instance) -> None:
        is_plain = instance.phase == "activated" and instance.then == NOTHING
        if not is_plain or instance.interrupted or instance.incident or instance.gates:
            self._fault(f"'{old.id}' (key {instance.key}) is ending or stuck: it cannot dissolve.")

    def _mapped(self, index: int, what: str) -> int:
        target = self.atlas.node(index)
        if target is None or target == GONE:
            id_ = self.atlas.source.nodes[index].id
            self._fault(f"'{id_}' is {what} and has no target: map it.")
            return 0
        return target

    def _flow(self, index: int) -> int:
        target = self.atlas.flow(index)
        flow = self.atlas.source.flows[index]
        join = self.atlas.source.nodes[flow.target]
        if target is None:
            into = self.atlas.node(flow.target)
            ways = self.turn.nodes[into].incoming if into is not None and into > 0 else ()
            named = ", ".join(f"'{self.turn.flows[one].id}'" for one in ways) or "any"
            self._fault(
                f"A token waits at '{join.id}' that came by the flow '{flow.id}': "
                f"say under flows which of {named} stands for it."
            )
            return 0
        into = self.atlas.node(flow.target)
        if into is not None and self.turn.flows[target].target != into:
            id_ = self.turn.nodes[into].id if into > 0 else "nothing"
            self._fault(
                f"The flow '{self.turn.flows[target].id}' does not lead to '{id_}', "
                f"which takes over for the join '{join.id}'."
            )
        return target

    # --- scopes

    def _seat(self, instance: Instance) -> None:
        """Put an instance into the scope that its new node lies in."""
        around = instance.parent
        if around is None:
            raise AssertionError(f"Expected {instance.key} to lie in a scope, but it does not")
        node = self.turn.nodes[instance.node]
        if around.loop is not None or node.kind in _HIDDEN:
            seat: Instance | None = self._standing(around)
        elif instance.undoing is not None:
            seat = self._begun_in(self._standing(around), node.scope)
        else:
            seat = self.seat_in(around, node.scope, f"'{node.id}' (key {instance.key})")
        if around.key in self.dissolved:
            self.seated.setdefault(around.key, set()).add(instance.key)
        if seat is not None and seat is not around:
            _move(instance, around, seat)

    def seat_in(self, around: Instance, scope: int, who: str) -> Instance | None:
        """Find the instance of a new scope for what stands in ``around``; None: there cannot be."""
        standing = self._standing(around)
        path = self._path(standing.node, scope)
        if path is None:
            self._fault(
                f"{who} lies outside '{self.turn.nodes[standing.node].id}' in the new model, which "
                "stays: map that to nothing to dissolve it, or move the token first."
            )
            return None
        for index in path:
            found = self._inside(standing, index, who)
            if found is None:
                return None
            standing = found
        return standing

    def _begun_in(self, outer: Instance, scope: int) -> Instance:
        """Find the innermost new scope for what compensates: it runs in whatever is alive (S20)."""
        for index in self._path(outer.node, scope) or ():
            inner = self._made.get((outer.key, index))
            if inner is None:
                break
            outer = inner
        return outer

    def _standing(self, around: Instance) -> Instance:
        while around.key in self.dissolved and around.parent is not None:
            around = around.parent
        return around

    def _path(self, outer: int, inner: int) -> list[int] | None:
        """List the scopes between, the outermost first; None: one is not inside the other."""
        path: list[int] = []
        while inner != outer:
            if inner < 0:
                return None
            path.append(inner)
            inner = self.turn.nodes[inner].scope
        return path[::-1]

    def _inside(self, outer: Instance, index: int, who: str) -> Instance | None:
        known = self._made.get((outer.key, index))
        if known is not None:
            return known
        node = self.turn.nodes[index]
        alive = [
            one
            for one in (outer.children or {}).values()
            if one.node == index and one.key in self.was and one.key not in self.dissolved
        ]
        if len(alive) == 1 and alive[0].phase == "activated" and alive[0].then == NOTHING:
            if alive[0].loop is None:
                return alive[0]
            self._no_place(node, who, "many items")
            return None
        if alive:
            self._no_place(node, who, "more than one instance, or one that is ending")
            return None
        return self._begin(outer, node, who)

    def _begin(self, outer: Instance, node: Node, who: str) -> Instance | None:
        if node.kind not in _NEW or node.loop is not None:
            self._no_place(node, who, "a beginning of its own: it is no plain sub-process")
            return None
        if node.start_listeners or node.data is not None:
            self._no_place(node, who, "listeners or data that come before its inside")
            return None
        scope = Instance(self.turn.next_key(), node.index, outer)
        scope.begin = ()
        if outer.children is None:
            outer.children = {}
        outer.children[scope.key] = scope
        self.turn.state.instances[scope.key] = scope
        self.begun.append(scope)
        self._made[outer.key, node.index] = scope
        return scope

    def _no_place(self, node: Node, who: str, why: str) -> None:
        self._fault(f"{who} cannot be put into '{node.id}': that has {why}.")

    # --- tokens at joins

    def _tokens(self, state: State, joined: list[tuple[Instance, dict[int, int]]]) -> None:
        """Send the tokens that wait at joins into those of the new model, or to what stands there.

        The counts are put in place here; whether they suffice now is seen when the run goes on.
        """
        for scope, taken in joined:
            scope.taken = None
            for flow, count in taken.items():
                target = self._flow(flow)
                if not self.faults:
                    self._wait(scope, target, count)
        gathering = [key for key, one in state.instances.items() if one.taken or one.gates]
        kept = [key for key in state.joining if key in gathering]
        state.joining = dict.fromkeys((*kept, *gathering))

    def _wait(self, scope: Instance, flow: int, count: int) -> None:
        join = self.turn.nodes[self.turn.flows[flow].target]
        seat = self.seat_in(scope, join.scope, f"A token that waits at '{join.id}'")
        if seat is None:
            return
        if seat.taken is None:
            seat.taken = {}
        seat.taken[flow] = seat.taken.get(flow, 0) + count

    # --- what may be compensated

    def _memories(self, state: State) -> None:
        done: set[int] = set()
        for instance in state.instances.values():
            if instance.entries is not None:
                instance.entries = self._entries(instance.entries)
            undoing = instance.undoing
            if undoing is not None and id(undoing) not in done:
                done.add(id(undoing))
                self._undoing(state, undoing)

    def _entries(self, entries: list[Entry]) -> list[Entry]:
        kept: list[Entry] = []
        for one in entries:
            inner = self._entries(one.inner)
            if one.handler == NOTHING and self.atlas.node(one.node) in (None, GONE):
                kept += inner
                continue
            id_ = self.atlas.source.nodes[one.node].id
            node = self._mapped(one.node, "completed and may be compensated")
            handler = (
                one.handler
                if one.handler == NOTHING
                else self._mapped(one.handler, f"what compensates '{id_}'")
            )
            kept.append(Entry(one.number, node, handler, one.locals, inner))
        return kept

    def _undoing(self, state: State, undoing: Undoing) -> None:
        for step in undoing.steps:
            step.handler = self._mapped(step.handler, "about to compensate")
            step.inner = self._entries(step.inner)
            scope = state.instances.get(step.scope)
            if scope is not None:
                inside = self.turn.nodes[step.handler].scope
                step.scope = self._begun_in(self._standing(scope), inside).key

    # --- dissolving

    def _dissolve(self, state: State) -> None:
        """Take dissolved scopes out, inner ones first; what they hold goes to the scope around."""
        for scope in reversed(self.dissolved.values()):
            around = scope.parent
            if around is None:
                raise AssertionError(f"Expected a scope around {scope.key}, but there is none")
            self._hand_over(scope, around)
            del state.instances[scope.key]
            if around.children is not None:
                del around.children[scope.key]

    def _hand_over(self, scope: Instance, around: Instance) -> None:
        node = self.atlas.source.nodes[self.was[scope.key]]
        mapped = {mapping.target[0] for mapping in node.inputs}
        for name, value in (scope.locals or {}).items():
            if name in mapped:
                continue
            if name in (around.locals or {}) and (around.locals or {})[name] != value:
                self._fault(
                    f"'{node.id}' (key {scope.key}) cannot be dissolved: its variable '{name}' "
                    "has another value than that of the scope around."
                )
                continue
            around.locals = {**(around.locals or {}), name: value}
        if scope.entries:
            kept = [*(around.entries or ()), *scope.entries]
            around.entries = sorted(kept, key=lambda entry: entry.number)

    def _order(self, state: State) -> None:
        """Let what holds others come before them, as in every state; else all keeps its order."""
        ordered: dict[int, Instance] = {}
        for instance in state.instances.values():
            chain = [instance]
            while chain[-1].parent is not None and chain[-1].parent.key not in ordered:
                chain.append(chain[-1].parent)
            ordered.update((one.key, one) for one in reversed(chain))
        state.instances = ordered
        for instance in ordered.values():
            instance.children = None
        for instance in ordered.values():
            if instance.parent is not None:
                if instance.parent.children is None:
                    instance.parent.children = {}
                instance.parent.children[instance.key] = instance

    def _fault(self, text: str) -> None:
        if text not in self.faults:
            self.faults.append(text)


def _move(instance: Instance, around: Instance, seat: Instance) -> None:
    if around.children is not None:
        del around.children[instance.key]
    if seat.children is None:
        seat.children = {}
    seat.children[instance.key] = instance
    instance.parent = seat
