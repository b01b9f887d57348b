"""Bugs in what waits: conditions, several events at once, ad-hoc sub-processes."""

from __future__ import annotations

from typing import Any

from tests.reference.planting import Act, Mutant, forgets


def _at_every_write(right: Any, act: Act) -> Any:
    def becomes_true(turn: Any, wait: Any) -> bool:
        if wait.held:
            act()
            wait.held = False
        return bool(right(turn, wait))

    return becomes_true


def _deaf(right: Any, act: Act) -> Any:
    def is_stuck(turn: Any, wait: Any) -> bool:
        good: bool = right(turn, wait)
        bad = bool(turn.state.instances[wait.owner].incident)
        if bad and not good:
            act()
        return bad

    return is_stuck


def _any_of_all(right: Any, act: Act) -> Any:
    def heard(owner: Any, wait: Any, node: Any, payload: Any) -> Any:
        whole = right(owner, wait, node, payload)
        if whole is None:
            act()
            return payload
        return whole

    return heard


def _never_over(right: Any, act: Act) -> Any:
    def holds(*given: Any) -> bool:
        if right(*given):
            act()
        return False

    return holds


def _every_time(right: Any, act: Act) -> Any:
    def is_thrown(turn: Any, node: Any, thrown: Any, instance: Any, body: Any) -> bool:
        if not right(turn, node, thrown, instance, body):
            act()
        return True

    return is_thrown


OF_WAITS: dict[str, Mutant] = {
    "condition-at-every-write": Mutant(
        tells="a condition fires at every write while it is true",
        place="rest._becomes_true", made=_at_every_write,
    ),
    "incident-deafens": Mutant(
        tells="conditions are not tested while their owner has an incident",
        place="rest._is_stuck", made=_deaf,
    ),
    "any-of-all": Mutant(
        tells="an event that waits for all of several is content with one",
        place="subscriptions.heard", made=_any_of_all,
    ),
    "snapshot-forgets-heard": Mutant(
        tells="a snapshot forgets what an event that waits for all has heard",
        place="snapshot._dump_more", made=forgets("h"),
    ),
    "ad-hoc-never-over": Mutant(
        tells="an ad-hoc sub-process ignores its completion condition",
        place="behaviours.ad_hoc._holds", made=_never_over,
    ),
    "thrown-every-time": Mutant(
        tells="a multi-instance activity throws at every completion, whatever its behavior",
        place="behaviours.loops._is_thrown", made=_every_time,
    ),
}  # fmt: skip
