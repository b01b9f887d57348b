"""BPMN data of a node: variables it declares, what it takes in, what it gives (S31)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflows.bpmn.program.events import Text
from workflows.feel import Expression

NOWHERE = -1
"""No node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableMapping:
    """One mapping: the value of ``source`` goes to the path ``target``."""

    source: Text
    target: tuple[str, ...]
    """``a.b`` is ``("a", "b")``: it creates or extends the context ``a`` (S30)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A data store: what outlives the processes that read it and write to it."""

    name: str
    """What it goes by in every process of the deployment."""
    capacity: int | None = None
    """How much it holds; None is any amount."""
    is_collection: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One write: the value of ``source`` goes to a part of a data store, or becomes all of it."""

    source: Expression
    path: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """A data association: what moves, once its sources are there."""

    sources: tuple[str, ...]
    mappings: tuple[VariableMapping, ...]
    collections: tuple[str, ...] = ()
    """Targets that hold lists only."""
    is_local: bool = False
    """Of those that bring out: the target belongs to the activity itself."""
    store: Store | None = None
    """The data store that is the target; then ``writes`` say what moves, not ``mappings``."""
    writes: tuple[Write, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """An input set or output set: what must be there, and what moves then."""

    id: str
    needs: tuple[str, ...]
    """Variables that must not be null."""
    moves: tuple[int, ...]
    """Associations, by index."""
    optional: tuple[int, ...] = ()
    """Associations that move where their sources are there."""
    partners: tuple[int, ...] = ()
    """Of an input set: the output sets that may follow; none where any may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """The data of one node."""

    declares: tuple[str, ...] = ()
    """Variables that are local to the node."""
    takes: tuple[Association, ...] = ()
    input_sets: tuple[DataSet, ...] = ()
    gives: tuple[Association, ...] = ()
    output_sets: tuple[DataSet, ...] = ()
    is_closed: bool = False
    """It has data inputs: its work sees them alone."""
    keeps: bool = False
    """It has data outputs: what its work brings stays inside, but for what they give."""
    awaited: Expression | None = None
    """True when one of the input sets is there; None where one always is."""
    waiter: int = NOWHERE
    """The node that waits for it."""
    reads: Mapping[str, str] = field(default_factory=dict)
    """What is read before the inputs are filled: data stores by name, by variable."""
    reads_collection: Mapping[str, str] = field(default_factory=dict)
    """For multi-instance bodies: what is read before the collection is known."""
    reader: int = NOWHERE
    """The node that reads ``reads``."""
    collection_reader: int = NOWHERE
    writer: int = NOWHERE
    """The node that writes to data stores."""
    collected: tuple[Association, ...] = ()
    """For multi-instance bodies: what brings out the collection of outputs."""
