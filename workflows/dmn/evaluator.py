"""Program and inputs to outcome, with the rules that fired.

Every required decision is made once, requirements first, into one mapping of values by step.
A fault never stops an evaluation: the logic at fault answers null, and a diagnostic says why.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from workflows.dmn.boxed_evaluator import evaluate
from workflows.dmn.evaluation import Evaluation, Scope, conform
from workflows.dmn.item_types import read_in
from workflows.dmn.outcome import DecisionOutcome
from workflows.dmn.program import (
    Bound,
    DecisionStep,
    InputStep,
    KnowledgeStep,
    Plan,
    ServiceStep,
)
from workflows.feel import Value
from workflows.feel.environment import Run
from workflows.feel.values import Function

Values = dict[str, Value]
"""What each step answered, by its key."""


def decide(plan: Plan, inputs: Mapping[str, Value], evaluation: Evaluation) -> DecisionOutcome:
    """Make a decision, and all those that it requires."""
    aim = plan.steps[-1]
    value = _run(plan, inputs, {}, evaluation)[aim.key]
    return evaluation.outcome(value, aim.name, aim.place)


def invoke(plan: Plan, inputs: Mapping[str, Value], evaluation: Evaluation) -> DecisionOutcome:
    """Call a decision service or a knowledge model with arguments by name."""
    aim = plan.steps[-1]
    function = _run(plan, {}, {}, evaluation)[aim.key]
    value: Value = None
    if isinstance(function, Function):
        arguments = [inputs.get(name) for name in function.parameters]
        value = function.call(Run(evaluation.environment, function.name), arguments)
    return evaluation.outcome(value, aim.name, aim.place)


def _run(plan: Plan, inputs: Scope, given: Mapping[str, Value], evaluation: Evaluation) -> Values:
    """Take every step that is not given."""
    values: Values = dict(given)
    for step in plan.steps:
        if step.key not in values:
            values[step.key] = _STEPS[step.kind](step, inputs, values, evaluation)
    return values


def _input(step: InputStep, inputs: Scope, _: Values, evaluation: Evaluation) -> Value:
    value, found = _look_up(step, inputs)
    if not found:
        message = f'The input "{step.name}" is not given; it is taken as null.'
        evaluation.report("decision-input-missing", message, step.place, severity="warning")
    if step.type is not None:
        value = read_in(value, step.type)
    return conform(value, step.type, f'input "{step.name}"', step.place, evaluation)


def _look_up(step: InputStep, inputs: Scope) -> tuple[Value, bool]:
    for model in step.models:
        group = inputs.get(model)
        if isinstance(group, dict) and step.name in group:
            return group[step.name], True
    return inputs.get(step.name), step.name in inputs


def _decision(step: DecisionStep, inputs: Scope, values: Values, evaluation: Evaluation) -> Value:
    value = evaluate(step.logic, _scope(step.bound, inputs, values), evaluation)
    value = conform(value, step.type, f'decision "{step.name}"', step.place, evaluation)
    evaluation.evaluated.append((step.id, value))
    return value


def _knowledge(step: KnowledgeStep, _: Scope, values: Values, evaluation: Evaluation) -> Value:
    return evaluate(step.logic, _scope(step.bound, {}, values), evaluation)


def _service(step: ServiceStep, _: Scope, __: Values, evaluation: Evaluation) -> Value:
    names = tuple(parameter.name for parameter in step.parameters)
    wanted = tuple(key for _, key in step.outputs)

    def call(_: Run, arguments: list[Value]) -> Value:
        given: Values = {}
        scope: dict[str, Value] = {}
        for key, parameter, argument in zip(step.given, step.parameters, arguments, strict=False):
            label = f'parameter "{parameter.name}" of "{step.name}"'
            value = conform(argument, parameter.type, label, step.place, evaluation)
            given[key] = scope[parameter.name] = value
        evaluation.enter()
        answers = _run(step.graph.plan(wanted, frozenset(given)), scope, given, evaluation)
        evaluation.leave()
        outputs = {name: answers.get(key) for name, key in step.outputs}
        value = next(iter(outputs.values())) if len(outputs) == 1 else outputs
        return conform(value, step.type, f'service "{step.name}"', step.place, evaluation)

    return Function(step.name, names, call)


def _scope(bound: tuple[Bound, ...], inputs: Scope, values: Values) -> Scope:
    """Put what is required under its names, over the inputs.

    Inputs that nobody drew stay in sight: a table of Camunda's often stands alone, its
    expressions naming process variables directly.
    """
    if not bound:
        return inputs
    scope = dict(inputs)
    groups: dict[str, dict[str, Value]] = {}
    for one in bound:
        if one.model is None:
            scope[one.name] = values[one.key]
        else:
            groups.setdefault(one.model, {})[one.name] = values[one.key]
    scope.update(groups)
    return scope


_STEPS: Final[dict[str, Callable[[Any, Scope, Values, Evaluation], Value]]] = {
    "input": _input,
    "decision": _decision,
    "knowledge": _knowledge,
    "service": _service,
}
"""By kind of step, so each is called with the step class of its kind."""
