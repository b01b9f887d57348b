"""The syntax tree: one frozen node per construct."""

from dataclasses import dataclass
from typing import Literal as Tag
from typing import TypeAlias

from workflows.feel.values import Value

ArithmeticOperator = Tag["+", "-", "*", "/", "**"]
ComparisonOperator = Tag["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A value written out."""

    kind: Tag["literal"] = "literal"
    position: int
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLiteral:
    """A temporal value written as ``@"…"``."""

    kind: Tag["at literal"] = "at literal"
    position: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A variable, or ``?``, the value under test."""

    kind: Tag["name"] = "name"
    position: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Negation:
    """An arithmetic negation."""

    kind: Tag["negation"] = "negation"
    position: int
    operand: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """An arithmetic operation on two operands."""

    kind: Tag["arithmetic"] = "arithmetic"
    position: int
    operator: ArithmeticOperator
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A comparison of two operands."""

    kind: Tag["comparison"] = "comparison"
    position: int
    operator: ComparisonOperator
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conjunction:
    """Operands joined by ``and``."""

    kind: Tag["conjunction"] = "conjunction"
    position: int
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disjunction:
    """Operands joined by ``or``."""

    kind: Tag["disjunction"] = "disjunction"
    position: int
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """``value between low and high``."""

    kind: Tag["between"] = "between"
    position: int
    value: "Node"
    low: "Node"
    high: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class In:
    """``value in tests``."""

    kind: Tag["in"] = "in"
    position: int
    value: "Node"
    tests: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type as written: its name, what it holds, and the members of a context type."""

    name: str
    arguments: tuple["Type", ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceOf:
    """``value instance of type``."""

    kind: Tag["instance of"] = "instance of"
    position: int
    value: "Node"
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class If:
    """``if condition then … else …``."""

    kind: Tag["if"] = "if"
    position: int
    condition: "Node"
    consequence: "Node"
    alternative: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Iterator:
    """``name in domain``, the domain a list or the numbers (or dates) from ``start`` to ``end``."""

    kind: Tag["iterator"] = "iterator"
    position: int
    name: str
    domain: "Node"
    end: "Node | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class For:
    """``for … return …``."""

    kind: Tag["for"] = "for"
    position: int
    iterators: tuple[Iterator, ...]
    body: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantified:
    """``some`` or ``every … satisfies …``."""

    kind: Tag["quantified"] = "quantified"
    position: int
    quantifier: Tag["some", "every"]
    iterators: tuple[Iterator, ...]
    condition: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """``source.name``."""

    kind: Tag["path"] = "path"
    position: int
    source: "Node"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """``source[condition]``."""

    kind: Tag["filter"] = "filter"
    position: int
    source: "Node"
    condition: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An invocation; ``keywords`` names the arguments where they are named."""

    kind: Tag["call"] = "call"
    position: int
    function: "Node"
    arguments: tuple["Node", ...]
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionDefinition:
    """``function(parameters) body``; an untyped parameter has the type None."""

    kind: Tag["function"] = "function"
    position: int
    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLiteral:
    """``[…, …]``."""

    kind: Tag["list"] = "list"
    position: int
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextLiteral:
    """``{name: value, …}``."""

    kind: Tag["context"] = "context"
    position: int
    entries: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeLiteral:
    """``[start..end]`` with either bracket open, or one bound alone as ``(< end)``."""

    kind: Tag["range"] = "range"
    position: int
    start: "Node | None"
    end: "Node | None"
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareInput:
    """A unary test such as ``< 5``: the input against an operand."""

    kind: Tag["compare input"] = "compare input"
    position: int
    operator: ComparisonOperator
    operand: "Node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """Unary tests: one of them must hold, or, negated, none; no test at all is ``-``."""

    kind: Tag["tests"] = "tests"
    position: int
    negated: bool
    tests: tuple["Node", ...]


Node: TypeAlias = (
    Literal
    | AtLiteral
    | Name
    | Negation
    | Arithmetic
    | Comparison
    | Conjunction
    | Disjunction
    | Between
    | In
    | InstanceOf
    | If
    | For
    | Quantified
    | Path
    | Filter
    | Call
    | FunctionDefinition
    | ListLiteral
    | ContextLiteral
    | RangeLiteral
    | CompareInput
    | Tests
)
