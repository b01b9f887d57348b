"""What a table answers when several rules match, or none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from functools import reduce
from typing import Final

from workflows.dmn.model import Aggregation, HitPolicy
from workflows.feel import Value
from workflows.feel.environment import NUMBERS
from workflows.feel.values import compare, same

POLICIES: Final[dict[str, HitPolicy]] = {
    "UNIQUE": "UNIQUE",
    "ANY": "ANY",
    "FIRST": "FIRST",
    "PRIORITY": "PRIORITY",
    "RULE ORDER": "RULE ORDER",
    "OUTPUT ORDER": "OUTPUT ORDER",
    "COLLECT": "COLLECT",
}
AGGREGATIONS: Final[dict[str, Aggregation]] = {
    "SUM": "SUM",
    "COUNT": "COUNT",
    "MIN": "MIN",
    "MAX": "MAX",
}
RANKED: Final = frozenset({"PRIORITY", "OUTPUT ORDER"})
"""Policies that need the output values in order of priority."""

GIVES_LIST: Final = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})
"""Policies that answer with all that match, unless they aggregate."""

STOPS_AT_FIRST: Final = frozenset({"FIRST"})
"""Policies that never ask the outputs of a second matching rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A rule that matched, with its outputs in the order of the output clauses."""

    rule: int
    """Index of the rule."""
    outputs: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the table says, and the rules that count, in the order in which they count."""

    value: Value
    rules: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Why the hit policy gives no answer."""

    code: str
    message: str
    rules: tuple[int, ...] = ()


Verdict = Answer | Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What a hit policy must know of the output clauses."""

    names: tuple[str, ...]
    rankings: tuple[tuple[Value, ...], ...]
    """Per clause its values by priority, highest first; empty where there is no order."""

    def value(self, hit: Hit) -> Value:
        """Make a rule's answer: its one output, or a context of its outputs."""
        if len(self.names) == 1:
            return hit.outputs[0]
        return dict(zip(self.names, hit.outputs, strict=True))


def without_match(policy: HitPolicy, aggregation: Aggregation | None) -> Value:
    """Tell what a table without default outputs answers when no rule matches.

    DMN 8.2.10 leaves null; to collect from no rules is to collect nothing, and to count them
    is zero, as every engine has it.
    """
    if policy != "COLLECT":
        return None
    if aggregation is None:
        return []
    return Decimal(0) if aggregation == "COUNT" else None


def answer(
    policy: HitPolicy, aggregation: Aggregation | None, outputs: Outputs, hits: Sequence[Hit]
) -> Verdict:
    """Combine the matching rules, at least one, in rule order."""
    if policy == "COLLECT":
        return _AGGREGATORS[aggregation](outputs, hits)
    return _POLICIES[policy](outputs, hits)


def _unique(outputs: Outputs, hits: Sequence[Hit]) -> Verdict:
    if len(hits) > 1:
        return Violation(
            code="decision-several-rules",
            message=f"The hit policy is UNIQUE, but {_listed(hits)} match.",
            rules=_rules(hits),
        )
    return _first(outputs, hits)


def _any(outputs: Outputs, hits: Sequence[Hit]) -> Verdict:
    value = outputs.value(hits[0])
    if all(same(value, outputs.value(hit)) for hit in hits[1:]):
        return Answer(value=value, rules=_rules(hits))
    return Violation(
        code="decision-outputs-differ",
        message=f"The hit policy is ANY, but {_listed(hits)} match with different outputs.",
        rules=_rules(hits),
    )


def _first(outputs: Outputs, hits: Sequence[Hit]) -> Verdict:
    return Answer(value=outputs.value(hits[0]), rules=(hits[0].rule,))


def _priority(outputs: Outputs, hits: Sequence[Hit]) -> Verdict:
    return _first(outputs, _ranked(outputs, hits))


def _rule_order(outputs: Outputs, hits: Sequence[Hit]) -> Verdict:
    return Answer(value=[outputs.value(hit) for hit in hits], rules=_rules(hits))


def _output_order(outputs: Outputs, hits: Sequence[Hit]) -> Verdict:
    return _rule_order(outputs, _ranked(outputs, hits))


_POLICIES: Final[dict[HitPolicy, Callable[[Outputs, Sequence[Hit]], Verdict]]] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "PRIORITY": _priority,
    "RULE ORDER": _rule_order,
    "OUTPUT ORDER": _output_order,
}


def _ranked(outputs: Outputs, hits: Sequence[Hit]) -> list[Hit]:
    """Sort by output values, the first clause first; equals stay in rule order."""

    def rank(hit: Hit) -> tuple[int, ...]:
        pairs = zip(outputs.rankings, hit.outputs, strict=True)
        return tuple(_position(ranking, output) for ranking, output in pairs)

    return sorted(hits, key=rank)


def _position(ranking: tuple[Value, ...], output: Value) -> int:
    for position, value in enumerate(ranking):
        if same(value, output):
            return position
    return len(ranking)


def _sum(outputs: Outputs, hits: Sequence[Hit]) -> Verdict:
    numbers = [output for hit in hits if isinstance(output := outputs.value(hit), Decimal)]
    if len(numbers) < len(hits):
        return _not_aggregable("SUM", "numbers", hits)
    try:
        return Answer(value=reduce(NUMBERS.add, numbers), rules=_rules(hits))
    except DecimalException:
        return _not_aggregable("SUM", "numbers within range", hits)


def _count(_: Outputs, hits: Sequence[Hit]) -> Verdict:
    return Answer(value=Decimal(len(hits)), rules=_rules(hits))


def _extreme(name: str, sign: int) -> Callable[[Outputs, Sequence[Hit]], Verdict]:
    def aggregate(outputs: Outputs, hits: Sequence[Hit]) -> Verdict:
        best = outputs.value(hits[0])
        for hit in hits:
            value = outputs.value(hit)
            order = compare(value, best)
            if order is None:
                return _not_aggregable(name, "values of one ordered type", hits)
            best = value if order * sign > 0 else best
        return Answer(value=best, rules=_rules(hits))

    return aggregate


_AGGREGATORS: Final[dict[Aggregation | None, Callable[[Outputs, Sequence[Hit]], Verdict]]] = {
    None: _rule_order,
    "SUM": _sum,
    "COUNT": _count,
    "MIN": _extreme("MIN", -1),
    "MAX": _extreme("MAX", 1),
}


def _not_aggregable(name: str, wanted: str, hits: Sequence[Hit]) -> Violation:
    return Violation(
        code="decision-not-aggregable",
        message=f"{name} needs {wanted}, but {_listed(hits)} give others.",
        rules=_rules(hits),
    )


def _rules(hits: Sequence[Hit]) -> tuple[int, ...]:
    return tuple(hit.rule for hit in hits)


def _listed(hits: Sequence[Hit]) -> str:
    numbers = [str(hit.rule + 1) for hit in hits]
    return f"rule {numbers[0]}" if len(numbers) == 1 else f"rules {', '.join(numbers)}"
