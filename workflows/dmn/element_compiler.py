"""Elements of the requirements diagram from drawing to steps."""

from collections.abc import Iterable, Iterator

from workflows.dmn.boxed_compiler import compile_boxed, compile_function, result_type
from workflows.dmn.item_types import ItemType
from workflows.dmn.logic import Faulty, FunctionLogic, Parameter
from workflows.dmn.model import (
    BusinessKnowledgeModel,
    Context,
    Decision,
    DecisionService,
    DecisionTable,
    Definitions,
    FunctionDefinition,
    InputData,
    ItemDefinition,
    Place,
    Relation,
)
from workflows.dmn.program import (
    Bound,
    DecisionStep,
    Graph,
    InputStep,
    KnowledgeStep,
    Node,
    ServiceStep,
)
from workflows.dmn.requirements import (
    Elements,
    Located,
    Required,
    circular,
    requirements_of,
)
from workflows.dmn.sight import Findings, Sight
from workflows.dmn.type_compiler import Types


class ElementCompiler:
    """Compiles the elements of some files, each once."""

    def __init__(
        self, files: tuple[Definitions, ...], elements: Elements, findings: Findings
    ) -> None:
        self._findings = findings
        self._elements = elements
        self._types = compile_types(files, findings)
        self._members = frozenset(_members(files))
        self._importers = _importers(files)
        self._required: dict[str, list[Required]] = {
            one.key: elements.required(one.file, requirements_of(one.element)) for one in elements
        }
        self._circular = circular(
            {
                key: tuple(one.target.key for one in required)
                for key, required in self._required.items()
            }
        )

    def graph(self) -> Graph:
        """Compile everything."""
        nodes: dict[str, Node] = {}
        graph = Graph(nodes)
        for one in self._elements:
            match one.element:
                case InputData():
                    nodes[one.key] = self._input(one, one.element)
                case Decision():
                    nodes[one.key] = self._decision(one, one.element)
                case BusinessKnowledgeModel():
                    nodes[one.key] = self._knowledge(one, one.element)
                case DecisionService():
                    nodes[one.key] = self._service(one, one.element, graph)
        return graph

    def _input(self, one: Located, element: InputData) -> Node:
        variable = element.variable
        step = InputStep(
            key=one.key,
            name=variable.name,
            models=self._importers.get(one.file.namespace, ()),
            type=self._type(one, variable.type_ref, variable.place),
            place=element.place,
        )
        return Node(step=step, requires=())

    def _decision(self, one: Located, element: Decision) -> Node:
        label = f'decision "{element.name}"'
        circle = self._circle(one, label, element.place)
        sight = self._sight(one, element.id)
        types = self._types[one.file.file]
        logic = circle or compile_boxed(element.logic, label, element.place, sight, types)
        step = DecisionStep(
            key=one.key,
            id=element.id,
            name=element.name,
            logic=logic,
            type=self._type(one, element.variable.type_ref, element.variable.place),
            bound=() if circle else self._bound(one),
            place=element.place,
        )
        return Node(step=step, requires=self._keys_of(one.key), free=frozenset(sight.free))

    def _knowledge(self, one: Located, element: BusinessKnowledgeModel) -> Node:
        label = f'business knowledge model "{element.name}"'
        sight = self._sight(one, element.id)
        circle = self._circle(one, label, element.place)
        step = KnowledgeStep(
            key=one.key,
            name=element.name,
            logic=circle or self._function(one, element, label, sight),
            bound=() if circle else self._bound(one),
            place=element.place,
        )
        return Node(step=step, requires=self._keys_of(one.key))

    def _function(
        self, one: Located, element: BusinessKnowledgeModel, label: str, sight: Sight
    ) -> Faulty | FunctionLogic:
        if element.function is None:
            message = f"{label}: the logic is missing."
            return Faulty(fault=self._findings.add("logic-missing", message, element.place))
        types = self._types[one.file.file]
        variable = element.variable
        return compile_function(element.function, variable.name, sight, types, variable)

    def _service(self, one: Located, element: DecisionService, graph: Graph) -> Node:
        circle = self._circle(one, f'decision service "{element.name}"', element.place)
        if circle is not None:
            place = element.place
            refused = KnowledgeStep(
                key=one.key, name=element.name, logic=circle, bound=(), place=place
            )
            return Node(step=refused, requires=())
        outputs = self._required[one.key]
        inputs = self._elements.required(one.file, element.input_data)
        inputs += self._elements.required(one.file, element.input_decisions)
        self._elements.required(one.file, element.encapsulated_decisions)
        if not outputs:
            message = f'decision service "{element.name}": an output decision is missing.'
            self._findings.add("service-output-missing", message, element.place)
        given = tuple(required.target.key for required in inputs)
        item_type = self._type(one, element.variable.type_ref, element.variable.place)
        step = ServiceStep(
            key=one.key,
            name=element.name,
            parameters=tuple(self._parameter(required) for required in inputs),
            given=given,
            graph=graph,
            outputs=tuple((_name(required), required.target.key) for required in outputs),
            type=result_type(item_type),
            place=element.place,
        )
        return Node(step=step, requires=())

    def _parameter(self, required: Required) -> Parameter:
        variable = required.target.element.variable
        return Parameter(
            name=variable.name,
            type=self._type(required.target, variable.type_ref, variable.place),
        )

    def _type(self, one: Located, reference: str | None, place: Place) -> ItemType | None:
        return self._types[one.file.file].resolve(reference, place)

    def _circle(self, one: Located, label: str, place: Place) -> Faulty | None:
        if one.key not in self._circular:
            return None
        message = f"{label}: it requires itself, by way of what it requires."
        return Faulty(fault=self._findings.add("requirement-circular", message, place))

    def _sight(self, one: Located, owner: str) -> Sight:
        return Sight(
            local=frozenset(
                required.model or _name(required) for required in self._required[one.key]
            ),
            members=self._members,
            findings=self._findings,
            free=set(),
            owner=owner,
        )

    def _bound(self, one: Located) -> tuple[Bound, ...]:
        bound: dict[tuple[str | None, str], Bound] = {}
        for required in self._required[one.key]:
            name, key = _name(required), required.target.key
            taken = bound.setdefault(
                (required.model, name), Bound(name=name, model=required.model, key=key)
            )
            if taken.key != key:
                message = f'Two elements named "{name}" are required here; only one can be seen.'
                self._findings.add("name-duplicate", message, one.element.place)
        return tuple(bound.values())

    def _keys_of(self, key: str) -> tuple[str, ...]:
        """Keys of what an element requires; one that closes a circle requires nothing."""
        if key in self._circular:
            return ()
        return tuple(required.target.key for required in self._required[key])


def compile_types(files: tuple[Definitions, ...], findings: Findings) -> dict[str, Types]:
    """Compile the item definitions of every file, joined by imports."""
    imported: dict[str, dict[str, Types]] = {one.file: {} for one in files}
    types = {one.file: Types(one.items, imported[one.file], findings) for one in files}
    for one in files:
        for drawn in one.imports:
            for other in files:
                if other.namespace == drawn.namespace and other is not one:
                    imported[one.file][drawn.name] = types[other.file]
    for each in types.values():
        each.compile_all()
    return types


def _name(required: Required) -> str:
    return required.target.element.variable.name


def _importers(files: tuple[Definitions, ...]) -> dict[str, tuple[str, ...]]:
    """List, by namespace, the names under which models are imported."""
    names: dict[str, tuple[str, ...]] = {}
    for file in files:
        for drawn in file.imports:
            if drawn.name and drawn.name not in names.get(drawn.namespace, ()):
                names[drawn.namespace] = (*names.get(drawn.namespace, ()), drawn.name)
    return names


def _members(files: tuple[Definitions, ...]) -> Iterator[str]:
    """Gather the names that may stand after a dot and that FEEL cannot read as one word."""
    for file in files:
        for name in _all_members(file):
            if name and not name.isidentifier():
                yield name


def _all_members(file: Definitions) -> Iterator[str]:
    yield from _components(file.items)
    for element in file.elements:
        yield element.variable.name
        if isinstance(element, Decision):
            yield from _entries(element.logic)
        elif isinstance(element, BusinessKnowledgeModel) and element.function is not None:
            yield from (parameter.name for parameter in element.function.parameters)
            yield from _entries(element.function.body)
        elif isinstance(element, DecisionService):
            continue


def _components(items: Iterable[ItemDefinition]) -> Iterator[str]:
    for item in items:
        for part in item.components:
            yield part.name
        yield from _components(item.components)


def _entries(boxed: object) -> Iterator[str]:
    """Names of the entries, columns and outputs inside a boxed expression."""
    match boxed:
        case Context():
            for entry in boxed.entries:
                if entry.variable is not None:
                    yield entry.variable.name
                yield from _entries(entry.value)
        case Relation():
            yield from (column.name for column in boxed.columns)
        case DecisionTable():
            yield from (clause.name for clause in boxed.outputs if clause.name)
        case FunctionDefinition():
            yield from (parameter.name for parameter in boxed.parameters)
            yield from _entries(boxed.body)
        case _:
            return
