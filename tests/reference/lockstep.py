"""Product and reference side by side: the same actions, compared after every one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.reference.blocks import VARIABLES, Model, Task, Trigger, caught_by, inside
from tests.reference.drawing import drawn
from tests.reference.engine import Engine, Seen, compiled, linked
from tests.reference.frames import Path
from tests.reference.run import Reference
from tests.reference.terms import Chosen, Deed, Enabled
from workflows.bpmn.interpreter import dump, new_state, step
from workflows.bpmn.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a model is played."""

    schedule: Sequence[int]
    """One number for each action: which of those enabled, and how it ends; any list will do."""
    carry: int = 0
    """Go on from a snapshot after every so many turns, as continue-as-new does; 0 is never."""
    thorough: bool = False
    """Compare the replayed state after every turn, not only at the end."""
    filed: bool = True
    """Go through a file and all rules of a deployment, as everything that is deployed does."""


class Difference(AssertionError):
    """Product and reference do not agree, or the product does not agree with itself."""


def check(model: Model, way: Way) -> int:
    """Draw, compile and play a model; returns the number of turns, or raises Difference."""
    duel = Duel(model, compiled(drawn(model)) if way.filed else linked(model))
    try:
        return duel.play(way)
    except Difference:
        raise
    except Exception as error:
        raise Difference(f"{type(error).__name__}: {error}") from error


class Duel:
    """One model, played on both sides."""

    def __init__(self, model: Model, program: Program) -> None:
        self.reference = Reference(model)
        self.engine = Engine(program)
        self.tasks, self.codes = tasks_of(model), codes_of(model)
        self.variables = dict(model.variables)
        self.trace: list[tuple[str, str, str]] = []
        """What was done: at which element, how, with which values."""
        self.dumps: list[str] = []

    def play(self, way: Way) -> int:
        self.engine.start(self.variables)
        self._compare(way)
        for number in way.schedule:
            enabled = self._enabled(number)
            if not enabled:
                break
            self._act(enabled, number)
            self._compare(way)
        if not self.reference.is_over:
            self.engine.cancel()
            self._expect(self.engine.state.outcome, "terminated", "outcome after cancel")
            self._expect(self.engine.view(), {}, "alive after cancel")
        self._replay()
        return len(self.engine.turns)

    def _enabled(self, number: int) -> list[Enabled]:
        """What may be done next; what is vain only now and then.

        A signal that several would hear at once is left alone.
        """
        enabled = [one for one in self.reference.term.enabled() if one.kind != "condition"]
        if number % 8:
            enabled = [one for one in enabled if not one.is_vain]
        listening = Counter(one.node for one in enabled if one.kind == "signal")
        return [one for one in enabled if one.kind != "signal" or listening[one.node] == 1]

    # --- one action

    def _act(self, enabled: Sequence[Enabled], number: int) -> None:
        number, which = divmod(number, len(enabled))
        one = enabled[which]
        deed = self._deed(one, *divmod(number, 12))
        self.trace.append((one.node, deed.kind, f"{deed.code}{dict(deed.values)}"))
        self.reference.fire(deed)
        self._do(deed, one.kind)
        if number % 5 == 4:
            self.engine.again()

    def _do(self, deed: Deed, kind: str) -> None:
        self.engine.do(deed, kind)

    def _deed(self, one: Enabled, value: int, outcome: int) -> Deed:
        value %= 6
        name = VARIABLES[outcome % len(VARIABLES)]
        match one.kind:
            case "timer":
                return Deed("trigger", one.frame, one.node)
            case "message" | "signal":
                return Deed("trigger", one.frame, one.node, {name: value})
            case "incident":
                return Deed("resolve", one.frame, values={name: value})
            case "offer":
                return Deed("choose", one.frame, choice=_choice(one, value, outcome))
            case "publishing" | "broadcasting":
                return _SAYING.get(outcome, _completed)(one, {})
            case _:
                task = self.tasks.get(one.node)
                given = {name: value} if task is None else {task.writes: value, "r": value}
                if outcome in _CODES and value and not {_CODES[outcome], None} & self.codes:
                    outcome = 0
                deed = _WORK.get(outcome, _completed)(one, given)
                is_answer = task is None and deed.kind == "complete"
                return deed._replace(choice=_choice(one, value, outcome)) if is_answer else deed

    # --- what must be equal

    def _compare(self, way: Way) -> None:
        engine, reference = self.engine, self.reference
        self._expect(engine.view(), seen(reference), "alive")
        self._expect(engine.joins(), Counter(joined(reference.term.joins())), "tokens at joins")
        self._expect(engine.completed, Counter(reference.clock.completed), "completed")
        self._expect(engine.state.outcome == "completed", reference.is_over, "is over")
        if reference.is_over:
            result = engine.host.finished[0].variables
            self._expect(dict(result), reference.frame.values, "result")
        if way.carry and len(engine.turns) % way.carry == 0:
            engine.snapshot()
        if way.thorough:
            self.dumps.append(dump(engine.state))

    def _replay(self) -> None:
        """Fold the occurrences again from the beginning, without a snapshot between."""
        state, dumps = new_state(), []
        for occurrence in self.engine.told:
            step(self.engine.program, state, occurrence)
            if self.dumps and not state.agenda:
                dumps.append(dump(state))
        for turn, (live, again) in enumerate(zip(self.dumps, dumps, strict=False)):
            self._expect(again, live, f"replay after turn {turn}")
        self._expect(dump(state), dump(self.engine.state), "replay at the end")

    def _expect(self, product: Any, reference: Any, what: str) -> None:
        if product != reference:
            told = "\n".join(f"  {one}" for one in self.trace)
            raise Difference(f"{what}:\n{_told(product, reference)}\nafter\n{told}")


def tasks_of(model: Model) -> dict[str, Task]:
    return {one.id: one for one in inside(model) if isinstance(one, Task)}


def codes_of(model: Model) -> set[str | None]:
    """The codes of errors that are caught somewhere; None is every one."""
    triggers = (one for one in inside(model) if isinstance(one, Trigger))
    caught = (pair for one in triggers for pair in caught_by(one))
    return {code for kind, code in caught if kind == "error"}


def seen(reference: Reference) -> dict[Path, Seen]:
    """Everything alive in the reference, by its path."""
    waits: dict[Path, set[tuple[str, str]]] = {}
    for one in reference.term.enabled():
        if one.kind != "incident":
            waits.setdefault(one.frame.path, set()).add((one.kind, one.node))
    return {
        frame.path: Seen(frame.values, frozenset(waits.get(frame.path, ())), incident)
        for frame, incident in reference.term.frames()
    }


def joined(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for element, count in counts:
        total[element] += count
    return total


def _told(product: Any, reference: Any) -> str:
    if not (isinstance(product, dict) and isinstance(reference, dict)):
        return f"  product   {product}\n  reference {reference}"
    lines = []
    for key in (*product, *(key for key in reference if key not in product)):
        ours, theirs = product.get(key), reference.get(key)
        if ours != theirs:
            lines += [f"  at {key}", f"    product   {ours}", f"    reference {theirs}"]
    return "\n".join(lines)


# --- how work ends -----------------------------------------------------------------------------


def _completed(one: Enabled, given: dict[str, int]) -> Deed:
    return Deed("complete", one.frame, values=given)


def _thrown(code: str) -> Callable[[Enabled, dict[str, int]], Deed]:
    return lambda one, given: Deed("throw", one.frame, values=given, code=code)


def _escalated(one: Enabled, given: dict[str, int]) -> Deed:
    return Deed("escalate", one.frame, values=given, code="E1")


def _choice(one: Enabled, value: int, outcome: int) -> Chosen:
    """Of what there is, one or two; now and then none, now and then the last."""
    there = one.choosable
    if there is None:
        raise TypeError(f"Expected something to choose from, but there is {one}")
    first = outcome % len(there.elements)
    chosen: tuple[str, ...] = (there.elements[first],)
    if value == _TWO:
        chosen = (*chosen, there.elements[(first + outcome // 4) % len(there.elements)])
    values = {} if there.sequential or value in (0, _LAST) else {VARIABLES[outcome % 4]: value}
    is_job = one.kind != "offer"
    is_last = value == _LAST and (there.may_end or is_job)
    is_alone = is_last and (there.sequential or outcome % 2 == 0)
    if is_alone or (is_job and outcome == 0):
        chosen = ()
    cancels = is_last and is_job and outcome % 3 == 1
    return Chosen(chosen, values if chosen else {}, is_last, cancels)


_TWO, _LAST = 4, 5
"""Of six: two begin, or the last."""

_CODES = {9: "E1", 10: "E2", 11: "E3"}
"""Errors are thrown where somebody may catch them, and now and then where nobody does."""

_WORK: Mapping[int, Callable[[Enabled, dict[str, int]], Deed]] = {
    7: lambda one, _: Deed("retry", one.frame),
    8: lambda one, _: Deed("fail", one.frame),
    **{outcome: _thrown(code) for outcome, code in _CODES.items()},
    6: _escalated,
}
"""By the outcome drawn; every other completes."""

_SAYING = {outcome: _WORK[outcome] for outcome in (7, 8)}
