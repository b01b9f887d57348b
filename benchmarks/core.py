"""The interpreter in memory against SpiffWorkflow, the same models in the same run."""

import gc
import io
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from benchmarks.memory import memory
from benchmarks.models import line_of_scripts, line_of_tasks, parallel_instances
from benchmarks.row import Budget, Report, Row
from workflows.bpmn.deployment import compile_bundle
from workflows.bpmn.interpreter import State, dump, new_state, step
from workflows.bpmn.interpreter.commands import RunTask, Yield
from workflows.bpmn.interpreter.occurrences import Occurrence, Resumed, Started, TaskCompleted
from workflows.bpmn.program import Program
from workflows.feel import Value

AT: Final = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
ACTIVATION: Final = Budget(of="figure", sense="at most", limit=200.0)
COSTLY: Final = (
    "every i in 1..3, j in 1..9999 satisfies j * i / 7 + i > 0",
    "every i in 1..9, j in 1..200 satisfies log(j + 0.123456789) + exp(i) > 0",
    'every i in 1..900 satisfies matches(string(i) + "aaaa", "(a{1,9}){1,9}b" + string(i)) = false',
    'count(split(string join(for i in 1..9999 return "a,b"), ",")) > 0',
)
"""Expressions that take nearly all that one evaluation may."""
LINEAR: Final = Budget(of="ratio", sense="at most", limit=1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model both engines run; ``drawing`` takes the number of elements and whose it is."""

    count: int
    name: str
    drawing: Callable[[int, bool], str]
    budget_ms: float | None


def _line(count: int, ours: bool) -> str:
    return line_of_tasks(count, kind="serviceTask" if ours else "manualTask")


def _instances(count: int, ours: bool) -> str:
    return parallel_instances(count, zeebe=ours)


MODELS: Final = (
    Model(count=10, name="{:,} service tasks in line", drawing=_line, budget_ms=0.3),
    Model(count=100, name="{:,} service tasks in line", drawing=_line, budget_ms=3.0),
    Model(count=1_000, name="{:,} service tasks in line", drawing=_line, budget_ms=30.0),
    Model(count=100, name="multi-instance of {:,}", drawing=_instances, budget_ms=None),
    Model(count=1_000, name="multi-instance of {:,}", drawing=_instances, budget_ms=50.0),
)


def measure(*, quick: bool = False) -> Report:
    """Run every model; ``quick`` leaves out the peer's slowest ones and most of the memory run."""
    ours = [_median(_play(model), 2000 // model.count + 8) for model in MODELS]
    longest = _longest_activation()
    remembered = memory(_play_once, _state_after, cases=1_000 if quick else 10_000)
    # The peer comes last: what it leaves on the heap must not slow our garbage collections.
    peers = [None if quick and model.count > 100 else _peer_ms(model) for model in MODELS]
    rows = [_row(*measured) for measured in zip(MODELS, ours, peers, strict=True)]
    return Report(
        suite="core",
        rows=(*rows, _linearity(ours), longest, *remembered),
        notes=(
            "times are CPU times of this process: other work on the machine counts little",
            "against: SpiffWorkflow, the same model with manual tasks, which it completes at once",
            "the peer runs 1,000 elements in line only with a raised recursion limit; it gets one",
            "ours answers every service task from outside, one activation each",
        ),
    )


def _row(model: Model, ours: float, peer: float | None) -> Row:
    limit = model.budget_ms
    return Row(
        name=model.name.format(model.count),
        unit="ms",
        measured=ours,
        against=peer,
        ratio=None if peer is None else ours / peer,
        budget=None if limit is None else Budget(of="figure", sense="at most", limit=limit),
    )


def _linearity(ours: list[float]) -> Row:
    short, long = (ours[place] / MODELS[place].count * 1000 for place in (0, 2))
    return Row(
        name="per element: 1,000 in line against 10",
        unit="µs",
        measured=long,
        against=short,
        ratio=long / short,
        budget=LINEAR,
    )


def _longest_activation() -> Row:
    """Time single activations of the models in which one activation does the most."""
    longest = 0.0
    for text, items in (
        (parallel_instances(1_000), 1_000),
        (line_of_tasks(1_000, kind="task"), 0),
        *((line_of_scripts(40, script), 0) for script in COSTLY),
    ):
        taken: list[float] = []
        play(compiled(text), _items(items), taken)
        longest = max(longest, *taken)
    return Row(name="longest activation", unit="ms", measured=longest, budget=ACTIVATION)


# --- playing ----------------------------------------------------------------------------------


def play(program: Program, variables: dict[str, Value], taken: list[float] | None = None) -> State:
    """Play one instance to its end, answering every job at once; ``taken`` gets every ms."""
    state = new_state()
    inbox: deque[Occurrence] = deque([Started(at=AT, variables=variables)])
    while inbox:
        begin = time.process_time()
        _turn(program, state, inbox)
        if taken is not None:
            taken.append((time.process_time() - begin) * 1000)
    if not state.is_final:
        raise AssertionError(f"Expected the instance to end, but it stands at {dump(state)[:200]}")
    return state


def _turn(program: Program, state: State, inbox: deque[Occurrence]) -> None:
    for command in step(program, state, inbox.popleft()).commands:
        if isinstance(command, RunTask):
            inbox.append(TaskCompleted(at=AT, key=command.key))
        elif isinstance(command, Yield):
            inbox.appendleft(Resumed(at=AT))


def _play(model: Model) -> Callable[[], object]:
    program = compiled(model.drawing(model.count, True))
    variables = _items(model.count)
    return lambda: play(program, dict(variables))


def _play_once() -> Callable[[], object]:
    program = compiled(line_of_tasks(10))
    return lambda: play(program, {})


def _state_after(done: int, alive: int) -> int:
    """Return the size of a state in bytes, with so many tasks done and so many under way."""
    text = line_of_tasks(done + 1) if alive == 1 else parallel_instances(alive)
    program, state = compiled(text), new_state()
    inbox: deque[Occurrence] = deque([Started(at=AT, variables={})])
    if alive > 1:
        inbox = deque([Started(at=AT, variables=_items(alive))])
    for _ in range(done + 1):
        _turn(program, state, inbox)
    return len(dump(state).encode())


def _items(count: int) -> dict[str, Value]:
    return {"items": [Decimal(number) for number in range(count)]}


def compiled(text: str) -> Program:
    """Compile a model of one process, ``p``."""
    compilation = compile_bundle({"model.bpmn": text.encode()})
    if not compilation.programs:
        raise AssertionError(f"Expected a program, but {compilation.diagnostics}")
    return compilation.programs["p"]


# --- the peer ---------------------------------------------------------------------------------


def _peer_ms(model: Model) -> float:
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(model.drawing(model.count, False).encode()))
    with _deep_recursion():
        spec = parser.get_spec("p")
        return _median(lambda: _run_peer(spec), 1 if model.count > 100 else 5)


def _run_peer(spec: object) -> None:
    workflow = BpmnWorkflow(spec)
    workflow.do_engine_steps()
    while ready := workflow.get_tasks(state=TaskState.READY):
        for task in ready:
            task.run()
        workflow.do_engine_steps()
    if not workflow.is_completed():
        raise AssertionError("Expected the peer to complete")


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Let the peer recurse once per element; with Python's own limit it gives up."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _median(run: Callable[[], object], times: int) -> float:
    """Return the median CPU time of a run in ms, after a warm-up where there are several."""
    if times > 1:
        run()
    gc.collect()
    taken = []
    for _ in range(times):
        begin = time.process_time()
        run()
        taken.append((time.process_time() - begin) * 1000)
    return statistics.median(taken)
