"""Logic as run: expressions parsed, tables indexed, one class per kind of logic."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from workflows.diagnostics import Diagnostic
from workflows.dmn.hit_policy import Outputs
from workflows.dmn.item_types import ItemType
from workflows.dmn.model import Aggregation, HitPolicy, Place
from workflows.feel import Expression, UnaryTests


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A FEEL expression and what to call it in a diagnostic."""

    kind: Literal["formula"] = "formula"
    expression: Expression
    label: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    """Logic that could not be compiled: it answers null and its fault."""

    kind: Literal["faulty"] = "faulty"
    fault: Diagnostic


Cell = Formula | Faulty


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTest:
    """One distinct test of a column, and the rules that ask it."""

    test: UnaryTests | Faulty
    rules: int
    """Bit n stands for rule n."""
    label: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A range of numbers; a missing end is open."""

    start: Decimal | None
    end: Decimal | None
    start_included: bool
    end_included: bool

    def __contains__(self, number: Decimal) -> bool:
        """Tell whether a number lies within."""
        start, end = self.start, self.end
        if start is not None and (number < start or (number == start and not self.start_included)):
            return False
        return end is None or number < end or (number == end and self.end_included)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """An input clause with the tests of all rules, each distinct test once."""

    label: str
    expression: Cell
    type: ItemType | None
    allowed: UnaryTests | None
    always: int
    """Rules whose cell is empty or ``-``."""
    constants: Mapping[str | Decimal, int]
    intervals: tuple[tuple[Interval, int], ...]
    constant_tests: tuple[ColumnTest, ...]
    """The cells of constants and intervals as tests, for values neither text nor number."""
    tests: tuple[ColumnTest, ...]
    """All other cells."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """An output clause."""

    label: str
    type: ItemType | None
    allowed: UnaryTests | None
    default: Cell | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """The conclusions of a rule."""

    number: int
    """From 1, as drawn."""
    outputs: tuple[Cell, ...]
    annotations: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A decision table."""

    kind: Literal["table"] = "table"
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    columns: tuple[Column, ...]
    outputs: tuple[Output, ...]
    results: Outputs
    rules: tuple[TableRule, ...]
    label: str
    owner: str
    """Id of the decision or knowledge model around the table."""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A named value with its type; the entry without a name is the result."""

    name: str | None
    label: str
    value: "Logic"
    type: ItemType | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextLogic:
    """Entries that see those above them."""

    kind: Literal["context"] = "context"
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLogic:
    """Entries that do not see each other: a row of a relation."""

    kind: Literal["record"] = "record"
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLogic:
    """A list."""

    kind: Literal["list"] = "list"
    items: tuple["Logic", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationLogic:
    """A call with named arguments."""

    kind: Literal["invocation"] = "invocation"
    called: "Logic"
    arguments: tuple[Entry, ...]
    label: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A formal parameter."""

    name: str
    type: ItemType | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionLogic:
    """A function; its value closes over the scope in which it is met."""

    kind: Literal["function"] = "function"
    name: str
    parameters: tuple[Parameter, ...]
    body: "Logic"
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalLogic:
    """If, then, else."""

    kind: Literal["conditional"] = "conditional"
    condition: "Logic"
    then: "Logic"
    otherwise: "Logic"
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterLogic:
    """The items of a list for which a match holds."""

    kind: Literal["filter"] = "filter"
    collection: "Logic"
    match: "Logic"
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class IterationLogic:
    """For, some, every."""

    kind: Literal["iteration"] = "iteration"
    form: Literal["for", "some", "every"]
    variable: str
    partial: bool
    """Whether the body speaks of the results so far."""
    collection: "Logic"
    body: "Logic"
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLogic:
    """Logic whose value must be of a type."""

    kind: Literal["typed"] = "typed"
    value: "Logic"
    type: ItemType
    label: str
    place: Place


Logic = (
    Formula
    | Faulty
    | Table
    | ContextLogic
    | RecordLogic
    | ListLogic
    | InvocationLogic
    | FunctionLogic
    | ConditionalLogic
    | FilterLogic
    | IterationLogic
    | TypedLogic
)
