"""Migrating a run: its tokens to where the new model has them, and everything that hangs on them.

Theory of operation
===================

A run is migrated when it is at rest, on a copy of its state, so that it is migrated whole or not at
all. Every live element instance keeps its key: work that is out goes on, its answer finds the
element that took over, and effects are found by the key they were made under. First each instance
is given its new node (``placing``); scopes that are new are begun around what lies in them now,
outer ones first, with their input mappings; scopes that are dissolved hand what they hold to the
scope around. Then subscriptions are kept, closed and opened (``rebinding``). Tokens at joins are
counted at the flows that stand for those they came by, and the joins are tested as the new model
has them. Then the run goes on as after any other occurrence, to its next rest: the very code of
every turn.

What would leave the run stuck is refused, with the elements at fault; to the model that it has
already, a run is migrated without any change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from workflows.bpmn.interpreter.behaviours.human import offer_human_task
from workflows.bpmn.interpreter.commands import Command, OpenIncident, Yield
from workflows.bpmn.interpreter.foresight import Foresight, standing
from workflows.bpmn.interpreter.incidents import open_incident
from workflows.bpmn.interpreter.migration.joins import waits_in_vain
from workflows.bpmn.interpreter.migration.placing import Placement
from workflows.bpmn.interpreter.migration.plan import Atlas, Plan, faults_of
from workflows.bpmn.interpreter.migration.rebinding import Rebinding
from workflows.bpmn.interpreter.occurrences import Resumed
from workflows.bpmn.interpreter.snapshot import dump, load
from workflows.bpmn.interpreter.state import Instance, State
from workflows.bpmn.interpreter.step import run_on, step
from workflows.bpmn.interpreter.tokens import create, fire_join, forget_empty_joins, is_satisfied
from workflows.bpmn.interpreter.turn import Stuck, Trace, Turn
from workflows.bpmn.interpreter.variables import apply_inputs
from workflows.bpmn.program import Human, Program


class MigrationRefused(Exception):
    """A run that cannot be migrated so; nothing has changed."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(self.faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """A run in its new model."""

    state: State
    commands: list[Command]
    trail: list[Trace]
    back: Plan
    """What would take it back, as it stands."""


def migrate(source: Program, target: Program, state: State, plan: Plan, at: datetime) -> Migrated:
    """Return the run in its new model, gone on to its next rest; the state given is only read.

    Raises MigrationRefused with everything that stands against it.
    """
    _refuse_if(faults_of(source, target, plan))
    _refuse_if(_unready(state))
    copy = load(dump(state))
    atlas, turn = Atlas(source, target, plan), Turn(target, copy, at)
    known = {one.id for one in copy.incidents.values()}
    bound = _moved(turn, atlas, known)
    _refuse_if(waits_in_vain(atlas, state, copy))
    run_on(turn)
    _refuse_if(_stuck(turn, known))
    if not turn.trail:
        copy.evaluations = state.evaluations  # that joins were looked at draws no chance
    back = _back(atlas, bound)
    return Migrated(state=copy, commands=turn.commands, trail=turn.trail, back=back)


def foresee_migration(
    source: Program, target: Program, state: State, plan: Plan, at: datetime
) -> Foresight:
    """Say what would come of it, to the rest after it; raises MigrationRefused."""
    done = migrate(source, target, state, plan, at)
    commands, trail = list(done.commands), list(done.trail)
    latest = commands
    while any(isinstance(one, Yield) for one in latest):
        turnout = step(target, done.state, Resumed(at=at))
        latest = turnout.commands
        commands += turnout.commands
        trail += turnout.trail
    return Foresight(
        before=standing(source, state),
        after=standing(target, done.state),
        commands=tuple(commands),
        trail=tuple(trail),
        state=dump(done.state),
    )


def _refuse_if(faults: list[str]) -> None:
    if faults:
        raise MigrationRefused(faults)


def _unready(state: State) -> list[str]:
    if not state.is_started or state.is_final:
        return ["The process has ended, or has not begun."]
    if state.agenda:
        return ["The process is in the middle of a turn."]
    return []


def _moved(turn: Turn, atlas: Atlas, known: set[int]) -> Rebinding:
    placed = Placement(turn, atlas)
    placed.place()
    _refuse_if(placed.faults)
    bound = Rebinding(turn, atlas, placed)
    try:
        for scope in placed.begun:
            _begin(turn, scope)
        bound.rebind()
        _offer_again(turn, atlas, placed)
    except Stuck as stuck:
        raise MigrationRefused([stuck.message]) from None
    for scope in placed.dissolved.values():
        node = atlas.source.nodes[placed.was[scope.key]]
        around = scope.parent.key if scope.parent is not None else 0
        turn.trail.append(Trace(node.id, node.kind, "terminated", scope.key, around))
    _incidents(turn, atlas, known)
    _joins(turn)
    return bound


def _begin(turn: Turn, scope: Instance) -> None:
    """Begin a scope around what is in it already; its subscriptions are opened with the others."""
    turn.advance(scope, "activating")
    apply_inputs(turn, scope)
    scope.begin = None
    turn.advance(scope, "activated")


def _offer_again(turn: Turn, atlas: Atlas, placed: Placement) -> None:
    """Offer human tasks again that the new model draws otherwise; others stay as they are."""
    for key, index in placed.was.items():
        instance = turn.state.instances.get(key)
        if instance is None or instance.work != "userTask":
            continue
        old, new = atlas.source.nodes[index], turn.nodes[instance.node]
        if not isinstance(new.work, Human):
            raise TypeError(f"Expected a user task, but {new.id} is a {new.kind}")
        if (old.id, old.name, repr(old.work)) != (new.id, new.name, repr(new.work)):
            offer_human_task(turn, new, new.work, instance)


def _incidents(turn: Turn, atlas: Atlas, known: set[int]) -> None:
    """Show incidents where they are now; one whose element has another id is told anew."""
    for incident in list(turn.state.incidents.values()):
        instance = turn.state.instances[incident.item[1]]
        old = atlas.source.nodes[incident.node]
        index = atlas.node(incident.node)
        shown = instance.node if index is None or index < 0 else index
        incident.node = shown
        if turn.nodes[shown].id != old.id:
            open_incident(turn, instance, incident.item, incident.code, incident.message, shown)
            known.add(instance.incident)


def _joins(turn: Turn) -> None:
    """Let tokens go on that wait where the new model has no join, or that suffice for theirs."""
    for key in list(turn.state.joining):
        scope = turn.state.instances[key]
        for flow, count in list((scope.taken or {}).items()):
            target = turn.nodes[turn.flows[flow].target]
            if target.join == "parallel":
                while is_satisfied(scope, target):
                    fire_join(turn, scope, target)
            elif not target.join:
                del (scope.taken or {})[flow]
                for _ in range(count):
                    create(turn, target, scope)
        forget_empty_joins(turn, scope)


def _stuck(turn: Turn, known: set[int]) -> list[str]:
    return [
        f"'{one.element}' would be stuck ({one.code}): {one.message}"
        for one in turn.commands
        if isinstance(one, OpenIncident) and one.incident not in known
    ]


def _back(atlas: Atlas, bound: Rebinding) -> Plan:
    """Return the plan that takes a run back: what was dissolved begins again around its inside."""
    source, target = atlas.source, atlas.target
    back: dict[str, str | None] = {}
    for node in source.nodes[1:]:
        index = atlas.node(node.index)
        if index is not None and index > 0:
            back.setdefault(target.nodes[index].id, node.id)
    for node in target.nodes[1:]:
        if node.id not in back and node.kind in ("subProcess", "transaction") and not node.loop:
            back[node.id] = None
    flows = {
        target.flows[index].id: flow.id
        for flow in source.flows
        if (index := atlas.flow(flow.index)) is not None
    }
    dues = {
        id_: wait.due for id_, wait in bound.closed if wait.kind == "timer" and wait.due is not None
    }
    return Plan(elements=back, flows=flows, dues=dues)
