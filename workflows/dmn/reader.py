"""XML to decision model: DMN 1.1 to 1.5, positions kept, by tables of element readers."""

from collections.abc import Callable
from typing import Final

from lxml import etree

from workflows.dmn.boxed_reader import Source, is_feel, line_of, read_boxed, read_function
from workflows.dmn.codes import finding
from workflows.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Definitions,
    DrgElement,
    FunctionItem,
    Import,
    InputData,
    ItemDefinition,
    Place,
    Requirement,
    RequirementKind,
)
from workflows.dmn.vocabulary import strangers
from workflows.xml_source import parse_xml

NAMESPACES: Final = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
_VERSION_TAG: Final = (
    "{http://camunda.org/schema/1.0/dmn}versionTag",
    "{http://camunda.org/schema/zeebe/1.0}versionTag",
)


def read_definitions(data: bytes, *, file: str) -> Definitions:
    """Read one file; raises ModelError when it is not safe, well-formed XML."""
    root = parse_xml(data, file=file)
    tag = etree.QName(root)
    if tag.namespace not in NAMESPACES or tag.localname != "definitions":
        message = (
            f"Expected a DMN 1.1 to 1.5 <definitions>, but the file holds <{tag.localname}> of "
            f"{tag.namespace or 'no namespace'}."
        )
        fault = finding("dmn-version", message, Place(file=file, line=line_of(root)))
        return Definitions(file=file, namespace="", name="", diagnostics=(fault,))
    source = Source(file=file, namespace=tag.namespace, language=root.get("expressionLanguage"))
    return _read_root(root, source)


def _read_root(root: etree._Element, source: Source) -> Definitions:
    imports: list[Import] = []
    items: list[ItemDefinition] = []
    elements: list[DrgElement] = []
    for child in source.children(root):
        name = source.local(child)
        if name == "import":
            imports.append(_read_import(child, source))
        elif name == "itemDefinition":
            items.append(_read_item(child, source))
        elif name in _DRG_READERS:
            elements.append(_DRG_READERS[name](child, source))
    source.distinct((one.name for one in items), "item definitions", root)
    source.distinct((one.name for one in imports), "imports", root)
    _check_language(root, source)
    _check_strangers(root, source)
    _check_ids(root, source)
    return Definitions(
        file=source.file,
        namespace=root.get("namespace", ""),
        name=root.get("name", ""),
        imports=tuple(imports),
        items=tuple(items),
        elements=tuple(elements),
        diagnostics=tuple(source.faults),
    )


def _check_strangers(root: etree._Element, source: Source) -> None:
    """Report what nobody would read, so that nothing drawn is left out in silence."""
    for element in strangers(root, source.namespace):
        parent = element.getparent()
        around = "" if parent is None else source.local(parent)
        message = f"<{source.local(element)}> has no meaning in <{around}>; it is not executed."
        source.fault("dmn-element-unknown", message, element)


def _check_language(element: etree._Element, source: Source) -> None:
    """Report types that are not FEEL's."""
    language = element.get("typeLanguage")
    if language is not None and not is_feel(language):
        message = f"Types are read in FEEL alone, not in {language}."
        source.fault("type-language", message, element)


def _check_ids(root: etree._Element, source: Source) -> None:
    """Report every id borne twice (ids are xsd:ID: unique in a file)."""
    seen: set[str] = set()
    for element in root.iter(f"{{{source.namespace}}}*"):
        name = element.get("id")
        if name is None:
            continue
        if name in seen:
            source.fault("id-duplicate", f'The id "{name}" is borne by two elements.', element)
        seen.add(name)


def _read_import(element: etree._Element, source: Source) -> Import:
    import_type = element.get("importType", "")
    if import_type not in NAMESPACES:
        message = f'Only DMN models are imported; "{import_type}" is none.'
        source.fault("import-kind", message, element)
    return Import(
        name=element.get("name", ""),
        namespace=element.get("namespace", ""),
        place=source.place(element),
    )


def _read_item(element: etree._Element, source: Source) -> ItemDefinition:
    _check_language(element, source)
    constraint = source.child(element, "typeConstraint")
    allowed = source.child(element, "allowedValues")
    components = tuple(
        _read_item(child, source) for child in source.children(element, "itemComponent")
    )
    source.distinct((one.name for one in components), "components", element)
    return ItemDefinition(
        name=element.get("name", ""),
        type_ref=source.text_of(element, "typeRef") or element.get("typeRef"),
        is_collection=element.get("isCollection") in ("true", "1"),
        components=components,
        allowed_values=None if allowed is None else source.feel(allowed),
        type_constraint=None if constraint is None else source.feel(constraint),
        function=_read_function_item(element, source),
        place=source.place(element),
    )


def _read_function_item(element: etree._Element, source: Source) -> FunctionItem | None:
    drawn = source.child(element, "functionItem")
    if drawn is None:
        return None
    return FunctionItem(
        parameters=tuple(
            each.get("typeRef") or source.text_of(each, "typeRef")
            for each in source.children(drawn, "parameters")
        ),
        output=drawn.get("outputTypeRef"),
    )


def _read_input_data(element: etree._Element, source: Source) -> InputData:
    return InputData(
        id=_id_of(element, source),
        name=element.get("name", ""),
        variable=source.variable_of(element),
        place=source.place(element),
    )


def _read_decision(element: etree._Element, source: Source) -> Decision:
    return Decision(
        id=_id_of(element, source),
        name=element.get("name", ""),
        variable=source.variable_of(element),
        requirements=_read_requirements(element, source),
        logic=read_boxed(element, source),
        version_tag=_version_tag(element, source),
        place=source.place(element),
    )


def _read_knowledge(element: etree._Element, source: Source) -> BusinessKnowledgeModel:
    logic = source.child(element, "encapsulatedLogic")
    return BusinessKnowledgeModel(
        id=_id_of(element, source),
        name=element.get("name", ""),
        variable=source.variable_of(element),
        requirements=_read_requirements(element, source),
        function=None if logic is None else read_function(logic, source),
        place=source.place(element),
    )


def _read_service(element: etree._Element, source: Source) -> DecisionService:
    return DecisionService(
        id=_id_of(element, source),
        name=element.get("name", ""),
        variable=source.variable_of(element),
        output_decisions=_references(element, "outputDecision", "requiredDecision", source),
        encapsulated_decisions=_references(
            element, "encapsulatedDecision", "requiredDecision", source
        ),
        input_decisions=_references(element, "inputDecision", "requiredDecision", source),
        input_data=_references(element, "inputData", "requiredInput", source),
        place=source.place(element),
    )


_DRG_READERS: Final[dict[str, Callable[[etree._Element, Source], DrgElement]]] = {
    "inputData": _read_input_data,
    "decision": _read_decision,
    "businessKnowledgeModel": _read_knowledge,
    "decisionService": _read_service,
}


def _id_of(element: etree._Element, source: Source) -> str:
    """Return the id; an element without one goes by its name, as the schema allows."""
    own = element.get("id") or element.get("name")
    if own is None:
        source.fault("id-missing", f"<{source.local(element)}> needs an id.", element)
    return own or ""


def _version_tag(element: etree._Element, source: Source) -> str | None:
    for attribute in _VERSION_TAG:
        if tag := element.get(attribute):
            return tag
    extensions = source.child(element, "extensionElements")
    if extensions is None:
        return None
    for tag_element in extensions.iterchildren(*_VERSION_TAG):
        if value := tag_element.get("value") or (tag_element.text or "").strip():
            return value
    return None


def _read_requirements(element: etree._Element, source: Source) -> tuple[Requirement, ...]:
    required: list[Requirement] = []
    for arrow in source.children(element, "informationRequirement"):
        required += _references(arrow, "requiredInput", "requiredInput", source)
        required += _references(arrow, "requiredDecision", "requiredDecision", source)
    for arrow in source.children(element, "knowledgeRequirement"):
        required += _references(arrow, "requiredKnowledge", "requiredKnowledge", source)
    return tuple(required)


def _references(
    element: etree._Element, name: str, kind: RequirementKind, source: Source
) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(kind=kind, href=child.get("href", ""), place=source.place(child))
        for child in source.children(element, name)
    )
