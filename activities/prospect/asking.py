"""A model's questions, asked one by one: its mappings, its tables, the steps behind its tasks."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from activities.envelope import feel_value, python_value, validated
from activities.errors import Refused
from activities.ports import Books
from activities.registry import STEPS
from activities.step import Done, Job, Local
from workflows.bpmn.program import Call, Decision, Node, Program, VariableMapping
from workflows.bpmn.program import Job as JobWork
from workflows.contracts.activity import Request
from workflows.contracts.catalogue import CONTRACTS
from workflows.feel import Environment
from workflows.feel.values import Value

Scope = dict[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """One process, and the moment at which it is asked."""

    program: Program
    job: Job
    books: Books

    def job_node(self, types: Iterable[str]) -> Node | None:
        """Return the first task of one of these types, as the flow goes."""
        wanted = frozenset(types)
        return self._first(lambda work: isinstance(work, JobWork) and work.type in wanted)

    def decision_node(self, decision_id: str) -> Node | None:
        """Return the first task that asks a table."""
        return self._first(
            lambda work: isinstance(work, Decision) and work.decision_id == decision_id
        )

    def own_decision(self, shared: frozenset[str]) -> Node | None:
        """Return the first task that asks a table which only this process has."""
        return self._first(
            lambda work: isinstance(work, Decision) and work.decision_id not in shared
        )

    def call_node(self, process_id: str) -> Node | None:
        """Return where another process is called."""
        return self._first(lambda work: isinstance(work, Call) and work.process_id == process_id)

    def begun(self, scope: Scope) -> Scope:
        """Return the variables once the process, or one that is called, has begun."""
        process = self.program.nodes[0]
        return self._started(process, scope)

    def called(self, call: Node, scope: Scope) -> Scope:
        """Return the variables inside a call: what it is given, and what it begins with."""
        return self._started(call, self.inputs(call, scope))

    def inputs(self, node: Node, scope: Mapping[str, Value]) -> Scope:
        """Return what a node is given."""
        return self._mapped(node.inputs, scope)

    def decide(self, node: Node, scope: Mapping[str, Value]) -> Value:
        """Ask the table of a node; raises Refused where it cannot tell."""
        assert isinstance(node.work, Decision)  # noqa: S101 - what it was found by
        seen = {**scope, **self.inputs(node, scope)}
        outcome = node.work.decision.evaluate(seen, self._environment())
        if outcome.failed:
            raise Refused("DECISION", f"The table {node.work.decision_id} cannot tell.")
        return outcome.value

    async def run(self, node: Node, scope: Mapping[str, Value]) -> Scope:
        """Return what the step of a task answers; raises Refused, or the step's own Fault."""
        assert isinstance(node.work, JobWork)  # noqa: S101 - what it was found by
        kind = str(node.work.type)
        step = STEPS[kind]
        assert isinstance(step, Local)  # noqa: S101 - only checks on our own books are asked
        done = await step.run(self.job, self.request(node, scope), self.books)
        if not isinstance(done, Done):
            raise done.fault
        return {name: feel_value(value) for name, value in done.result.values_by_name().items()}

    def request(self, node: Node, scope: Mapping[str, Value]) -> Any:  # noqa: ANN401 - by type
        """Return what the step of a task is asked, in its own words."""
        assert isinstance(node.work, JobWork)  # noqa: S101 - what it was found by
        kind: type[Request] = CONTRACTS[str(node.work.type)].request
        seen = {**scope, **self.inputs(node, scope)}
        plain = {name: python_value(value) for name, value in seen.items()}
        return validated(kind, {name: value for name, value in plain.items() if value is not None})

    def outputs(self, node: Node, scope: Scope, answer: Scope) -> Scope:
        """Return the variables after a node."""
        if not node.outputs:
            return {**scope, **answer}
        return {**scope, **self._mapped(node.outputs, {**scope, **answer})}

    def _started(self, process: Node, scope: Scope) -> Scope:
        start = next((self.program.nodes[index] for index in process.starts), None)
        return scope if start is None else {**scope, **self._mapped(start.outputs, scope)}

    def _mapped(self, mappings: tuple[VariableMapping, ...], scope: Mapping[str, Value]) -> Scope:
        results: Scope = {}
        for mapping in mappings:
            seen = {**scope, **results}
            source = mapping.source
            results[".".join(mapping.target)] = (
                source if isinstance(source, str) else source.evaluate(seen, self._environment())
            )
        return results

    def _environment(self) -> Environment:
        return Environment(self.job.at, self.job.case_id, str(self.job.zone))

    def _first(self, wanted: Any) -> Node | None:  # noqa: ANN401 - tells work by its kind
        return next((node for node in self._in_order() if wanted(node.work)), None)

    def _in_order(self) -> Iterator[Node]:
        """Yield nodes as the flow reaches them, into scopes and calls, nearest first."""
        nodes, flows = self.program.nodes, self.program.flows
        waiting, seen = deque(nodes[0].starts), set(nodes[0].starts)
        while waiting:
            node = nodes[waiting.popleft()]
            yield node
            following = [*node.starts, *(flows[index].target for index in node.outgoing)]
            for index in following:
                if index not in seen:
                    seen.add(index)
                    waiting.append(index)
