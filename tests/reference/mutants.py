"""Bugs put into the interpreter on purpose: each must be caught by the comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.reference.mutants_of_waits import OF_WAITS
from tests.reference.planting import Act, Mutant, forgets
from workflows.bpmn.interpreter import propagation, subscriptions, tokens, variables
from workflows.bpmn.timers import Firing


def _second_token(right: Any, act: Act) -> Any:
    def is_satisfied(scope: Any, join: Any) -> bool:
        good: bool = right(scope, join)
        bad = sum((scope.taken or {}).get(flow, 0) for flow in join.incoming) >= 2
        if bad and not good:
            act()
        return good or bad

    return is_satisfied


def _first_token(right: Any, act: Act) -> Any:
    def may_fire(turn: Any, scope: Any, join: Any) -> bool:
        if not right(turn, scope, join):
            act()
        return True

    return may_fire


def _boundary_stays(right: Any, act: Act) -> Any:
    def close_all(turn: Any, owner: Any) -> None:
        if owner.phase == "completing" and turn.nodes[owner.node].boundary and owner.waits:
            act()
            return
        right(turn, owner)

    return close_all


def _only_children(right: Any, act: Act) -> Any:
    def terminate_children(turn: Any, scope: Any) -> None:
        for child in (scope.children or {}).values():
            if child.children:
                act()
                child.children = {}
        right(turn, scope)

    return terminate_children


def _join_leaks(right: Any, act: Act) -> Any:
    def forget_joins(turn: Any, scope: Any) -> None:
        if scope.taken and scope.phase == "activated":
            act()
            return
        right(turn, scope)

    return forget_joins


def _always_interrupts(right: Any, act: Act) -> Any:
    def catch_at(turn: Any, owner: Any, catcher: Any, payload: Any) -> None:
        if catcher.kind == "startEvent" and not catcher.interrupting:
            act()
            propagation._interrupt_scope(turn, owner, catcher, payload)
            return
        right(turn, owner, catcher, payload)

    return catch_at


def _interrupts_again(right: Any, act: Act) -> Any:  # noqa: ARG001 - it takes the place of all
    def interrupt_scope(turn: Any, scope: Any, start: Any, payload: Any) -> None:
        act()
        tokens.clear(turn, scope, start.index, payload)

    return interrupt_scope


def _never_enough(right: Any, act: Act) -> Any:
    def is_over(*given: Any) -> bool:
        if right(*given):
            act()
        return False

    return is_over


def _by_completion(right: Any, act: Act) -> Any:
    def leave_inner(turn: Any, node: Any, instance: Any) -> None:
        loop = instance.parent.loop
        if instance.index != loop.completed:
            act()
            instance.index = loop.completed
        right(turn, node, instance)

    return leave_inner


def _locals_leak(right: Any, act: Act) -> Any:
    def mapped(turn: Any, mappings: Any, scope: Any, goal: Any, side: str) -> Any:
        results = right(turn, mappings, scope, goal, side)
        if side == "Output" and isinstance(scope, variables.Layers):
            act()
            return {**scope._layers[0], **results}
        return results

    return mapped


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


def _not_withdrawn(right: Any, act: Act) -> Any:
    def withdrawal(instance: Any) -> None:
        if right(instance) is not None:
            act()

    return withdrawal


def _any_first(right: Any, act: Act) -> Any:
    def find_catch(turn: Any, thrower: Any, code: str, *more: Any) -> Any:
        good = right(turn, thrower, code, *more)
        bad = right(turn, thrower, "no such code", *more) if good is not None else None
        if bad is not None and bad.by is not good.by:
            act()
            return bad
        return good

    return find_catch


def _first_completed_first(right: Any, act: Act) -> Any:
    def open_steps(*given: Any) -> Any:
        steps = right(*given)
        if len(steps) > 1:
            act()
        return steps[::-1]

    return open_steps


def _without_memory(right: Any, act: Act) -> Any:
    def open_steps(*given: Any) -> Any:
        steps = right(*given)
        for one in steps:
            if any(one.memory):
                act()
            one.memory = ()
        return steps

    return open_steps


def _thrower_stops(right: Any, act: Act) -> Any:
    def escalate(*given: Any) -> bool:
        goes_on = right(*given)
        if goes_on:
            act()
        return False

    return escalate


def _until(right: Any, act: Act) -> Any:
    def goes_on(turn: Any, node: Any, loop: Any, body: Any, rounds: int) -> bool:
        good: bool = right(turn, node, loop, body, rounds)
        asked = loop.condition is not None and (rounds > 0 or loop.test_before)
        if asked and (loop.maximum is None or rounds < loop.maximum):
            act()
            return not good
        return good

    return goes_on


def _without_end(right: Any, act: Act) -> Any:
    def goes_on(turn: Any, node: Any, loop: Any, body: Any, rounds: int) -> bool:
        if loop.maximum == rounds and loop.condition is not None:
            act()
            return bool(right(turn, node, replace(loop, maximum=None), body, rounds))
        return bool(right(turn, node, loop, body, rounds))

    return goes_on


def _starts_again(right: Any, act: Act) -> Any:
    def start(turn: Any, scope: Any, gateway: Any) -> None:
        right(turn, scope, gateway)
        if scope.gates is not None and scope.gates.pop(gateway.index, None) is not None:
            act()
            scope.gates = scope.gates or None

    return start


def _resets_at_once(right: Any, act: Act) -> Any:
    def live_nodes(turn: Any, scope: Any, gateway: Any) -> int:
        good: int = right(turn, scope, gateway)
        if good and gateway.kind == "complexGateway":
            act()
            return 0
        return good

    return live_nodes


MUTANTS: dict[str, Mutant] = {
    "join-counts-tokens": Mutant(
        tells="a parallel join counts tokens: it fires at the second, whatever flows there are",
        place="tokens.is_satisfied", made=_second_token,
    ),
    "inclusive-join-first-token": Mutant(
        tells="an inclusive join fires at its first token",
        place="rest.may_fire", made=_first_token,
    ),
    "boundary-stays": Mutant(
        tells="boundary subscriptions stay open when their host completes",
        place="subscriptions.close_all", made=_boundary_stays,
    ),
    "only-direct-children": Mutant(
        tells="an interruption ends the direct children only",
        place="tokens.terminate_children", made=_only_children,
    ),
    "join-counter-leaks": Mutant(
        tells="tokens at joins survive an interruption of their scope",
        place="tokens.forget_joins", made=_join_leaks,
    ),
    "snapshot-forgets-joins": Mutant(
        tells="a snapshot forgets the tokens at joins",
        place="snapshot._dump_more", made=forgets("t"),
    ),
    "snapshot-forgets-interruption": Mutant(
        tells="a snapshot forgets that a scope was interrupted",
        place="snapshot._dump_more", made=forgets("r"),
    ),
    "always-interrupts": Mutant(
        tells="an event sub-process that does not interrupt does",
        place="propagation.catch_at", made=_always_interrupts,
    ),
    "interrupts-again": Mutant(
        tells="a scope that was interrupted goes on hearing its event sub-processes",
        place="propagation._interrupt_scope", made=_interrupts_again,
    ),
    "condition-ignored": Mutant(
        tells="a multi-instance activity ignores its completion condition",
        place="behaviours.loops._is_over", made=_never_enough,
    ),
    "outputs-by-completion": Mutant(
        tells="outputs of a multi-instance activity stand in the order of completion",
        place="behaviours.loops.leave_inner", made=_by_completion,
    ),
    "locals-leak": Mutant(
        tells="output mappings let the locals go up as well",
        place="variables.mapped", made=_locals_leak,
    ),
    "armed-twice": Mutant(
        tells="a repeating timer is armed twice",
        place="subscriptions.used", made=_armed_twice,
    ),
    "not-withdrawn": Mutant(
        tells="work that was interrupted is not withdrawn from the host",
        place="tokens._withdrawal", made=_not_withdrawn,
    ),
    "any-before-exact": Mutant(
        tells="who catches every error comes before who catches this one",
        place="propagation.find_catch", made=_any_first,
    ),
    "compensates-first-first": Mutant(
        tells="compensation begins with what completed first",
        place="compensation.open_steps", made=_first_completed_first,
    ),
    "compensates-without-snapshot": Mutant(
        tells="compensation handlers do not see what ended scopes knew",
        place="compensation.open_steps", made=_without_memory,
    ),
    "loop-until": Mutant(
        tells="a standard loop goes on until its condition is true",
        place="behaviours.loops._goes_on", made=_until,
    ),
    "loop-without-maximum": Mutant(
        tells="a standard loop goes on beyond its maximum",
        place="behaviours.loops._goes_on", made=_without_end,
    ),
    "complex-starts-again": Mutant(
        tells="a complex gateway that has started does not wait for reset",
        place="complex._start", made=_starts_again,
    ),
    "complex-resets-at-once": Mutant(
        tells="a complex gateway resets while tokens may still come",
        place="complex.live_nodes", made=_resets_at_once,
    ),
    "snapshot-forgets-gates": Mutant(
        tells="a snapshot forgets that a complex gateway waits for reset",
        place="snapshot._dump_more", made=forgets("g"),
    ),
    "escalation-stops": Mutant(
        tells="who throws an escalation that interrupts nothing does not go on",
        place="propagation.escalate", made=_thrower_stops,
    ),
    **OF_WAITS,
}  # fmt: skip
"""By name."""
