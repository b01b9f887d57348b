"""Bugs put into the interpreter on purpose: each must be caught by the comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.reference.planting import MUTANTS as MUTANTS
from tests.reference.planting import Act, forgets, says, seeded
from workflows.bpmn.interpreter import propagation, subscriptions, tokens, variables
from workflows.bpmn.timers import Firing

# --- what says yes, or no, too often, and snapshots that forget ---------------------------------

seeded(
    "inclusive-join-first-token",
    "rest.may_fire",
    "an inclusive join fires at its first token",
)(says(True))
seeded(
    "snapshot-forgets-joins",
    "snapshot._dump_more",
    "a snapshot forgets the tokens at joins",
)(forgets("t"))
seeded(
    "snapshot-forgets-interruption",
    "snapshot._dump_more",
    "a snapshot forgets that a scope was interrupted",
)(forgets("r"))
seeded(
    "condition-ignored",
    "behaviours.loops._is_over",
    "a multi-instance activity ignores its completion condition",
)(says(False))
seeded(
    "snapshot-forgets-gates",
    "snapshot._dump_more",
    "a snapshot forgets that a complex gateway waits for reset",
)(forgets("g"))
seeded(
    "escalation-stops",
    "propagation.escalate",
    "who throws an escalation that interrupts nothing does not go on",
)(says(False))
seeded(
    "snapshot-forgets-heard",
    "snapshot._dump_more",
    "a snapshot forgets what an event that waits for all has heard",
)(forgets("h"))
seeded(
    "ad-hoc-never-over",
    "behaviours.ad_hoc._holds",
    "an ad-hoc sub-process ignores its completion condition",
)(says(False))
seeded(
    "thrown-every-time",
    "behaviours.loops._is_thrown",
    "a multi-instance activity throws at every completion, whatever its behavior",
)(says(True))

# --- the others ---------------------------------------------------------------------------------


@seeded(
    "join-counts-tokens",
    "tokens.is_satisfied",
    "a parallel join counts tokens: it fires at the second, whatever flows there are",
)
def _second_token(right: Any, act: Act) -> Any:
    def is_satisfied(scope: Any, join: Any) -> bool:
        good: bool = right(scope, join)
        bad = sum((scope.taken or {}).get(flow, 0) for flow in join.incoming) >= 2
        if bad and not good:
            act()
        return good or bad

    return is_satisfied


@seeded(
    "boundary-stays",
    "subscriptions.close_all",
    "boundary subscriptions stay open when their host completes",
)
def _boundary_stays(right: Any, act: Act) -> Any:
    def close_all(turn: Any, owner: Any) -> None:
        if owner.phase == "completing" and turn.nodes[owner.node].boundary and owner.waits:
            act()
            return
        right(turn, owner)

    return close_all


@seeded(
    "only-direct-children",
    "tokens.terminate_children",
    "an interruption ends the direct children only",
)
def _only_children(right: Any, act: Act) -> Any:
    def terminate_children(turn: Any, scope: Any) -> None:
        for child in (scope.children or {}).values():
            if child.children:
                act()
                child.children = {}
        right(turn, scope)

    return terminate_children


@seeded(
    "join-counter-leaks",
    "tokens.forget_joins",
    "tokens at joins survive an interruption of their scope",
)
def _join_leaks(right: Any, act: Act) -> Any:
    def forget_joins(turn: Any, scope: Any) -> None:
        if scope.taken and scope.phase == "activated":
            act()
            return
        right(turn, scope)

    return forget_joins


@seeded(
    "always-interrupts",
    "propagation.catch_at",
    "an event sub-process that does not interrupt does",
)
def _always_interrupts(right: Any, act: Act) -> Any:
    def catch_at(turn: Any, owner: Any, catcher: Any, payload: Any) -> None:
        if catcher.kind == "startEvent" and not catcher.interrupting:
            act()
            propagation._interrupt_scope(turn, owner, catcher, payload)
            return
        right(turn, owner, catcher, payload)

    return catch_at


@seeded(
    "interrupts-again",
    "propagation._interrupt_scope",
    "a scope that was interrupted goes on hearing its event sub-processes",
)
def _interrupts_again(right: Any, act: Act) -> Any:  # noqa: ARG001 - it takes the place of all
    def interrupt_scope(turn: Any, scope: Any, start: Any, payload: Any) -> None:
        act()
        tokens.clear(turn, scope, start.index, payload)

    return interrupt_scope


@seeded(
    "outputs-by-completion",
    "behaviours.loops.leave_inner",
    "outputs of a multi-instance activity stand in the order of completion",
)
def _by_completion(right: Any, act: Act) -> Any:
    def leave_inner(turn: Any, node: Any, instance: Any) -> None:
        loop = instance.parent.loop
        if instance.index != loop.completed:
            act()
            instance.index = loop.completed
        right(turn, node, instance)

    return leave_inner


@seeded(
    "locals-leak",
    "variables.mapped",
    "output mappings let the locals go up as well",
)
def _locals_leak(right: Any, act: Act) -> Any:
    def mapped(turn: Any, mappings: Any, scope: Any, goal: Any, side: str) -> Any:
        results = right(turn, mappings, scope, goal, side)
        if side == "Output" and isinstance(scope, variables.Layers):
            act()
            return {**scope._layers[0], **results}
        return results

    return mapped


@seeded(
    "armed-twice",
    "subscriptions.used",
    "a repeating timer is armed twice",
)
def _armed_twice(right: Any, act: Act) -> Any:
    def used(turn: Any, owner: Any, wait: Any, node: Any) -> None:
        right(turn, owner, wait, node)
        for key in list(owner.waits or ()):
            again = turn.state.waits[key]
            if again.node == wait.node and again.kind == "timer":
                act()
                firing = Firing(again.due, again.anchor, again.left)
                subscriptions._open(
                    turn, owner, subscriptions.Prepared("timer", node, again.name, firing=firing)
                )

    return used


@seeded(
    "not-withdrawn",
    "tokens._withdrawal",
    "work that was interrupted is not withdrawn from the host",
)
def _not_withdrawn(right: Any, act: Act) -> Any:
    def withdrawal(instance: Any) -> None:
        if right(instance) is not None:
            act()

    return withdrawal


@seeded(
    "any-before-exact",
    "propagation.find_catch",
    "who catches every error comes before who catches this one",
)
def _any_first(right: Any, act: Act) -> Any:
    def find_catch(turn: Any, thrower: Any, code: str, *more: Any) -> Any:
        good = right(turn, thrower, code, *more)
        bad = right(turn, thrower, "no such code", *more) if good is not None else None
        if bad is not None and bad.by is not good.by:
            act()
            return bad
        return good

    return find_catch


@seeded(
    "compensates-first-first",
    "compensation.open_steps",
    "compensation begins with what completed first",
)
def _first_completed_first(right: Any, act: Act) -> Any:
    def open_steps(*given: Any) -> Any:
        steps = right(*given)
        if len(steps) > 1:
            act()
        return steps[::-1]

    return open_steps


@seeded(
    "compensates-without-snapshot",
    "compensation.open_steps",
    "compensation handlers do not see what ended scopes knew",
)
def _without_memory(right: Any, act: Act) -> Any:
    def open_steps(*given: Any) -> Any:
        steps = right(*given)
        for one in steps:
            if any(one.memory):
                act()
            one.memory = ()
        return steps

    return open_steps


@seeded(
    "loop-until",
    "behaviours.loops._goes_on",
    "a standard loop goes on until its condition is true",
)
def _until(right: Any, act: Act) -> Any:
    def goes_on(turn: Any, node: Any, loop: Any, body: Any, rounds: int) -> bool:
        good: bool = right(turn, node, loop, body, rounds)
        asked = loop.condition is not None and (rounds > 0 or loop.test_before)
        if asked and (loop.maximum is None or rounds < loop.maximum):
            act()
            return not good
        return good

    return goes_on


@seeded(
    "loop-without-maximum",
    "behaviours.loops._goes_on",
    "a standard loop goes on beyond its maximum",
)
def _without_end(right: Any, act: Act) -> Any:
    def goes_on(turn: Any, node: Any, loop: Any, body: Any, rounds: int) -> bool:
        if loop.maximum == rounds and loop.condition is not None:
            act()
            return bool(right(turn, node, replace(loop, maximum=None), body, rounds))
        return bool(right(turn, node, loop, body, rounds))

    return goes_on


@seeded(
    "complex-starts-again",
    "complex._start",
    "a complex gateway that has started does not wait for reset",
)
def _starts_again(right: Any, act: Act) -> Any:
    def start(turn: Any, scope: Any, gateway: Any) -> None:
        right(turn, scope, gateway)
        if scope.gates is not None and scope.gates.pop(gateway.index, None) is not None:
            act()
            scope.gates = scope.gates or None

    return start


@seeded(
    "complex-resets-at-once",
    "complex.live_nodes",
    "a complex gateway resets while tokens may still come",
)
def _resets_at_once(right: Any, act: Act) -> Any:
    def live_nodes(turn: Any, scope: Any, gateway: Any) -> int:
        good: int = right(turn, scope, gateway)
        if good and gateway.kind == "complexGateway":
            act()
            return 0
        return good

    return live_nodes


@seeded(
    "condition-at-every-write",
    "rest._becomes_true",
    "a condition fires at every write while it is true",
)
def _at_every_write(right: Any, act: Act) -> Any:
    def becomes_true(turn: Any, wait: Any) -> bool:
        if wait.held:
            act()
            wait.held = False
        return bool(right(turn, wait))

    return becomes_true


@seeded(
    "incident-deafens",
    "rest._is_stuck",
    "conditions are not tested while their owner has an incident",
)
def _deaf(right: Any, act: Act) -> Any:
    def is_stuck(turn: Any, wait: Any) -> bool:
        good: bool = right(turn, wait)
        bad = bool(turn.state.instances[wait.owner].incident)
        if bad and not good:
            act()
        return bad

    return is_stuck


@seeded(
    "any-of-all",
    "subscriptions.heard",
    "an event that waits for all of several is content with one",
)
def _any_of_all(right: Any, act: Act) -> Any:
    def heard(owner: Any, wait: Any, node: Any, payload: Any) -> Any:
        whole = right(owner, wait, node, payload)
        if whole is None:
            act()
            return payload
        return whole

    return heard


@seeded(
    "offer-stays",
    "behaviours.ad_hoc.close_offer",
    "an ad-hoc sub-process that is over goes on offering while it waits for what remains",
)
def _offer_stays(right: Any, act: Act) -> Any:  # noqa: ARG001 - it takes the place of all
    def close_offer(turn: Any, scope: Any) -> None:
        if any(turn.state.waits[wait].kind == "offer" for wait in scope.waits or ()):
            act()

    return close_offer


@seeded(
    "steering-stays",
    "behaviours.ad_hoc._dismiss",
    "what a job that steers was asked before an activity completed stays asked",
)
def _asked_twice(right: Any, act: Act) -> Any:  # noqa: ARG001 - it takes the place of all
    def dismiss(turn: Any, scope: Any, steering: int | None) -> None:  # noqa: ARG001
        if any(child.node == steering for child in (scope.children or {}).values()):
            act()

    return dismiss


@seeded(
    "first-code-only",
    "propagation.codes_of",
    "of several errors and escalations an event catches the first only",
)
def _first_code(right: Any, act: Act) -> Any:
    def codes_of(node: Any, kind: Any) -> Any:
        codes = right(node, kind)
        coded = [one for one in node.catches if one.kind in ("error", "escalation")]
        if len(coded) > 1 and codes and not isinstance(coded[0], kind):
            act()
            return []
        return codes

    return codes_of


@seeded(
    "first-throw-only",
    "tokens.thrown",
    "of several things an event throws the first only",
)
def _first_throw(right: Any, act: Act) -> Any:
    def thrown(turn: Any, instance: Any) -> None:
        last = len(turn.nodes[instance.node].throws) - 1
        if instance.part < last:
            act()
            instance.part = last
        right(turn, instance)

    return thrown
