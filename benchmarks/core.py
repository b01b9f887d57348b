"""The interpreter in memory against SpiffWorkflow, the same models in the same run."""

import io
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from benchmarks.models import line_of_tasks, parallel_instances
from workflows.bpmn.deployment import compile_bundle
from workflows.bpmn.interpreter import dump, new_state, step
from workflows.bpmn.interpreter.commands import RunTask
from workflows.bpmn.interpreter.occurrences import Started, TaskCompleted
from workflows.bpmn.program import Program
from workflows.feel import Value

AT = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured line."""

    name: str
    ours_ms: float
    peer_ms: float | None
    budget_ms: float | None

    @property
    def within(self) -> bool:
        """Tell whether the budget is kept."""
        return self.budget_ms is None or self.ours_ms <= self.budget_ms


def measure(*, quick: bool = False) -> list[Figure]:
    """Run every model; ``quick`` leaves out the peer's slowest ones."""
    figures = []
    for count, budget in ((10, 0.3), (100, 3.0), (1000, 30.0)):
        ours = _program(line_of_tasks(count))
        peer = None if quick or count > 100 else _peer(line_of_tasks(count, kind="manualTask"))
        figures.append(
            Figure(
                name=f"{count} tasks in line",
                ours_ms=_median(lambda p=ours: play(p, {}), 2000 // count + 3),
                peer_ms=peer and _median(peer, 5),
                budget_ms=budget,
            )
        )
    for count, budget in ((100, None), (1000, 50.0)):
        ours = _program(parallel_instances(count))
        items: Value = [Decimal(number) for number in range(count)]
        peer = None if quick or count > 100 else _peer(parallel_instances(count, zeebe=False))
        figures.append(
            Figure(
                name=f"multi-instance of {count}",
                ours_ms=_median(lambda p=ours, i=items: play(p, {"items": i}), 10),
                peer_ms=peer and _median(peer, 3),
                budget_ms=budget,
            )
        )
    return figures


def play(program: Program, variables: dict[str, Value]) -> int:
    """Play one instance to its end, answering every job at once; returns the number of steps."""
    state = new_state()
    turn = step(program, state, Started(at=AT, variables=variables))
    steps = 1
    waiting = [command for command in turn.commands if isinstance(command, RunTask)]
    while waiting:
        job = waiting.pop(0)
        turn = step(program, state, TaskCompleted(at=AT, key=job.key))
        waiting.extend(command for command in turn.commands if isinstance(command, RunTask))
        steps += 1
    if not state.is_final:
        raise AssertionError(f"Expected the instance to end, but it stands at {dump(state)[:200]}")
    return steps


def _program(text: str) -> Program:
    compilation = compile_bundle({"model.bpmn": text.encode()})
    if not compilation.programs:
        raise AssertionError(f"Expected a program, but {compilation.diagnostics}")
    return compilation.programs["p"]


def _peer(text: str) -> Callable[[], object]:
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(text.encode()))
    spec = parser.get_spec("p")

    def run() -> object:
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        while ready := workflow.get_tasks(state=TaskState.READY):
            for task in ready:
                task.run()
            workflow.do_engine_steps()
        if not workflow.completed:
            raise AssertionError("Expected the peer to complete")
        return workflow

    return run


def _median(run: Callable[[], object], times: int) -> float:
    run()
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        taken.append((time.perf_counter() - begin) * 1000)
    return statistics.median(taken)
