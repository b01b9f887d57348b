"""A decision model as drawn: elements still joined by ids, expressions still text."""

from dataclasses import dataclass, field
from typing import Literal

from workflows.diagnostics import Diagnostic

HitPolicy = Literal["UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
Aggregation = Literal["SUM", "COUNT", "MIN", "MAX"]
RequirementKind = Literal["requiredInput", "requiredDecision", "requiredKnowledge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is drawn."""

    file: str
    element: str | None = None
    """Id of the element, or of the nearest element around it that has one."""
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeelText:
    """A text in FEEL: an expression, or unary tests, as its place demands."""

    text: str
    place: Place
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationItem:
    """A variable: a name and the type of its values."""

    name: str
    type_ref: str | None
    place: Place


# --- Boxed expressions -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralExpression:
    """One FEEL expression."""

    kind: Literal["literalExpression"] = "literalExpression"
    text: FeelText
    type_ref: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class InputClause:
    """A column of conditions."""

    label: str | None
    expression: FeelText
    type_ref: str | None
    values: FeelText | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputClause:
    """A column of conclusions."""

    name: str | None
    label: str | None
    type_ref: str | None
    values: FeelText | None
    default: FeelText | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row: one test per input, one expression per output."""

    inputs: tuple[FeelText, ...]
    outputs: tuple[FeelText, ...]
    annotations: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTable:
    """Rules under a hit policy."""

    kind: Literal["decisionTable"] = "decisionTable"
    hit_policy: str
    aggregation: str | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    output_label: str | None = None
    type_ref: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextEntry:
    """One entry of a boxed context; without a variable it is the context's result."""

    variable: InformationItem | None
    value: "Boxed | None"
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A boxed context: entries that see those above them."""

    kind: Literal["context"] = "context"
    entries: tuple[ContextEntry, ...]
    type_ref: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """An argument of a boxed invocation."""

    parameter: InformationItem
    value: "Boxed | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A boxed invocation of a function by named arguments."""

    kind: Literal["invocation"] = "invocation"
    called: "Boxed | None"
    bindings: tuple[Binding, ...]
    type_ref: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionDefinition:
    """A boxed function: parameters and a body."""

    kind: Literal["functionDefinition"] = "functionDefinition"
    language: str
    parameters: tuple[InformationItem, ...]
    body: "Boxed | None"
    type_ref: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ListExpression:
    """A boxed list."""

    kind: Literal["list"] = "list"
    items: tuple["Boxed", ...]
    type_ref: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A boxed relation: a list of contexts drawn as rows."""

    kind: Literal["relation"] = "relation"
    columns: tuple[InformationItem, ...]
    rows: tuple[tuple["Boxed", ...], ...]
    type_ref: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    """A boxed if, then, else."""

    kind: Literal["conditional"] = "conditional"
    condition: "Boxed | None"
    then: "Boxed | None"
    otherwise: "Boxed | None"
    type_ref: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A boxed filter of a list."""

    kind: Literal["filter"] = "filter"
    collection: "Boxed | None"
    match: "Boxed | None"
    type_ref: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration:
    """A boxed for, some or every."""

    kind: Literal["iteration"] = "iteration"
    form: Literal["for", "some", "every"]
    variable: str
    collection: "Boxed | None"
    body: "Boxed | None"
    type_ref: str | None = None
    place: Place


Boxed = (
    LiteralExpression
    | DecisionTable
    | Context
    | Invocation
    | FunctionDefinition
    | ListExpression
    | Relation
    | Conditional
    | Filter
    | Iteration
)


# --- Item definitions --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionItem:
    """The signature of a function type; every type may be left out."""

    parameters: tuple[str | None, ...]
    output: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDefinition:
    """A named type, or a component of one."""

    name: str
    type_ref: str | None
    is_collection: bool
    components: tuple["ItemDefinition", ...]
    allowed_values: FeelText | None
    type_constraint: FeelText | None
    function: FunctionItem | None
    place: Place


# --- The requirements graph --------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """An arrow of the requirements diagram, from its required end."""

    kind: RequirementKind
    href: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData:
    """Data that comes from outside."""

    kind: Literal["inputData"] = "inputData"
    id: str
    name: str
    variable: InformationItem
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A question, its logic, and what it needs."""

    kind: Literal["decision"] = "decision"
    id: str
    name: str
    variable: InformationItem
    requirements: tuple[Requirement, ...]
    logic: Boxed | None
    version_tag: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessKnowledgeModel:
    """A function shared by decisions."""

    kind: Literal["businessKnowledgeModel"] = "businessKnowledgeModel"
    id: str
    name: str
    variable: InformationItem
    requirements: tuple[Requirement, ...]
    function: FunctionDefinition | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionService:
    """Decisions offered as one function."""

    kind: Literal["decisionService"] = "decisionService"
    id: str
    name: str
    variable: InformationItem
    output_decisions: tuple[Requirement, ...]
    encapsulated_decisions: tuple[Requirement, ...]
    input_decisions: tuple[Requirement, ...]
    input_data: tuple[Requirement, ...]
    place: Place


DrgElement = InputData | Decision | BusinessKnowledgeModel | DecisionService


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Another model's elements under a name; under the empty name they join ours."""

    name: str
    namespace: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """One file."""

    file: str
    namespace: str
    name: str
    imports: tuple[Import, ...] = ()
    items: tuple[ItemDefinition, ...] = ()
    elements: tuple[DrgElement, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = field(default=())
