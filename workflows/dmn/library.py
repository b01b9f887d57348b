"""Decisions ready to be made, by id and by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from workflows.diagnostics import Diagnostic, is_deployable
from workflows.dmn.evaluation import Evaluation
from workflows.dmn.evaluator import decide, invoke
from workflows.dmn.outcome import DecisionOutcome
from workflows.dmn.program import Graph, Plan
from workflows.feel import Environment, Value

InvocableKind = Literal["decision", "decisionService", "bkm"]
INVOCABLE_KINDS: Final[tuple[InvocableKind, ...]] = ("decision", "decisionService", "bkm")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecisionProgram:
    """A decision, a decision service or a knowledge model: immutable, shared, cheap to ask."""

    kind: InvocableKind = "decision"
    id: str
    name: str
    file: str
    key: str
    graph: Graph
    version_tag: str | None = None
    parameters: tuple[str, ...] = ()
    """Of a service or a knowledge model, in order."""
    outputs: tuple[str, ...] = ()
    """Names of a service's output decisions; where there are several, it answers a context."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names that it needs: input data and free names of its expressions, or parameters."""
        return self.plan.inputs if self.kind == "decision" else self.parameters

    @property
    def plan(self) -> Plan:
        """Everything it requires, in order."""
        return self.graph.plan((self.key,))

    def evaluate(
        self, inputs: Mapping[str, Value], env: Environment, *, explain: bool = False
    ) -> DecisionOutcome:
        """Answer for the inputs; raises nothing but FeelLimitError.

        ``explain`` asks for every table and rule why it matched or did not, which costs.
        """
        evaluation = Evaluation(env, explain=explain)
        if self.kind == "decision":
            return decide(self.plan, inputs, evaluation)
        return invoke(self.plan, inputs, evaluation)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLibrary:
    """Everything that can be asked of some files, and every finding about them."""

    decisions: Mapping[str, DecisionProgram] = field(default_factory=dict)
    """By decision id."""
    by_name: Mapping[str, DecisionProgram] = field(default_factory=dict)
    services: Mapping[str, DecisionProgram] = field(default_factory=dict)
    """Decision services, by id and by name."""
    knowledge: Mapping[str, DecisionProgram] = field(default_factory=dict)
    """Business knowledge models, by id and by name."""
    graph: Graph = field(default_factory=lambda: Graph({}))
    """All of their steps."""
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_deployable(self) -> bool:
        """Tell whether no finding is an error."""
        return is_deployable(self.diagnostics)

    def find(self, invocable: str, kind: InvocableKind = "decision") -> DecisionProgram | None:
        """Find by id, then by name."""
        if kind == "decision":
            return self.decisions.get(invocable) or self.by_name.get(invocable)
        return (self.services if kind == "decisionService" else self.knowledge).get(invocable)
