"""Boxed expressions from XML to model: one reading function per element, one table."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree

from workflows.diagnostics import Diagnostic
from workflows.dmn.codes import finding
from workflows.dmn.model import (
    Binding,
    Boxed,
    Conditional,
    Context,
    ContextEntry,
    DecisionTable,
    FeelText,
    Filter,
    FunctionDefinition,
    InformationItem,
    InputClause,
    Invocation,
    Iteration,
    ListExpression,
    LiteralExpression,
    OutputClause,
    Place,
    Relation,
    Rule,
)

_FEEL: Final = re.compile(r"(?i)(.*/)?feel(/\d*)?/?")


@dataclass(slots=True, kw_only=True)
class Source:
    """One file being read: its namespace, and the faults found so far."""

    file: str
    namespace: str
    language: str | None = None
    """Of expressions that name none themselves."""
    faults: list[Diagnostic] = field(default_factory=list)

    def local(self, element: etree._Element) -> str:
        """Return the element's name without its namespace."""
        return str(etree.QName(element).localname)

    def children(self, element: etree._Element, name: str = "*") -> Iterator[etree._Element]:
        """Iterate over the DMN children of a name; foreign elements are not ours to read."""
        return element.iterchildren(f"{{{self.namespace}}}{name}")

    def child(self, element: etree._Element, name: str) -> etree._Element | None:
        """Return the first DMN child of a name."""
        return next(self.children(element, name), None)

    def text_of(self, element: etree._Element, name: str) -> str | None:
        """Return the trimmed text of a child."""
        child = self.child(element, name)
        return None if child is None else (child.text or "").strip() or None

    def place(self, element: etree._Element) -> Place:
        """Say where an element is; one without an id goes by the nearest around it."""
        around: etree._Element | None = element
        while around is not None and around.get("id") is None:
            around = around.getparent()
        name = None if around is None else around.get("id")
        return Place(file=self.file, element=name, line=line_of(element))

    def fault(self, code: str, message: str, element: etree._Element) -> None:
        """Note a fault at an element."""
        self.faults.append(finding(code, message, self.place(element)))

    def distinct(self, names: Iterable[str], what: str, element: etree._Element) -> None:
        """Note names that are borne twice in one scope."""
        for name, count in Counter(filter(None, names)).items():
            if count > 1:
                self.fault("name-duplicate", f'Two {what} are named "{name}".', element)

    def feel(self, element: etree._Element) -> FeelText:
        """Read the ``<text>`` of a literal expression, unary tests, or a table cell."""
        holder = self.child(element, "text")
        text = "" if holder is None else holder.text or ""
        place = self.place(element)
        if holder is not None:
            place = Place(file=self.file, element=place.element, line=line_of(holder))
        language = element.get("expressionLanguage") or self.language
        foreign = language is not None and not is_feel(language)
        return FeelText(text=text, place=place, language=language if foreign else None)

    def information(self, element: etree._Element) -> InformationItem:
        """Read a variable, parameter or column."""
        return InformationItem(
            name=element.get("name", ""),
            type_ref=element.get("typeRef") or self.text_of(element, "typeRef"),
            place=self.place(element),
        )

    def variable_of(self, element: etree._Element) -> InformationItem:
        """Read an element's variable; one not drawn bears the element's name."""
        variable = self.child(element, "variable")
        name = element.get("name", "")
        if variable is None:
            return InformationItem(name=name, type_ref=None, place=self.place(element))
        read = self.information(variable)
        return (
            read
            if read.name
            else InformationItem(name=name, type_ref=read.type_ref, place=read.place)
        )


def is_feel(language: str) -> bool:
    """Tell whether a language is FEEL, however its version is written."""
    return _FEEL.fullmatch(language) is not None


def line_of(element: etree._Element) -> int | None:
    """Return the line of an element's start tag."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def read_boxed(parent: etree._Element, source: Source) -> Boxed | None:
    """Read the one boxed expression among an element's children."""
    found = [child for child in source.children(parent) if source.local(child) in _READERS]
    if len(found) > 1:
        source.fault("logic-several", "Only one expression may stand here.", found[1])
    return _read(found[0], source) if found else None


def _read(element: etree._Element, source: Source) -> Boxed:
    return _READERS[source.local(element)](element, source)


def _within(element: etree._Element, name: str, source: Source) -> Boxed | None:
    """Read the expression inside a named child, such as ``<if>``."""
    child = source.child(element, name)
    return None if child is None else read_boxed(child, source)


def _read_literal(element: etree._Element, source: Source) -> Boxed:
    if source.child(element, "importedValues") is not None:
        source.fault("dmn-imported-values", "Imported values are not executed.", element)
    return LiteralExpression(
        text=source.feel(element), type_ref=_type_ref(element), place=source.place(element)
    )


def _read_table(element: etree._Element, source: Source) -> Boxed:
    outputs = tuple(_read_output(child, source) for child in source.children(element, "output"))
    source.distinct((one.name or "" for one in outputs), "outputs", element)
    return DecisionTable(
        hit_policy=element.get("hitPolicy", "UNIQUE"),
        aggregation=element.get("aggregation"),
        inputs=tuple(_read_input(child, source) for child in source.children(element, "input")),
        outputs=outputs,
        rules=tuple(_read_rule(child, source) for child in source.children(element, "rule")),
        output_label=element.get("outputLabel"),
        type_ref=_type_ref(element),
        place=source.place(element),
    )


def _read_input(element: etree._Element, source: Source) -> InputClause:
    expression = source.child(element, "inputExpression")
    holder = element if expression is None else expression
    return InputClause(
        label=element.get("label"),
        expression=source.feel(holder),
        type_ref=None if expression is None else _type_ref(expression),
        values=_optional(element, "inputValues", source),
        place=source.place(element),
    )


def _read_output(element: etree._Element, source: Source) -> OutputClause:
    return OutputClause(
        name=element.get("name") or None,
        label=element.get("label"),
        type_ref=_type_ref(element),
        values=_optional(element, "outputValues", source),
        default=_optional(element, "defaultOutputEntry", source),
        place=source.place(element),
    )


def _read_rule(element: etree._Element, source: Source) -> Rule:
    notes = (source.text_of(note, "text") for note in source.children(element, "annotationEntry"))
    return Rule(
        inputs=tuple(source.feel(entry) for entry in source.children(element, "inputEntry")),
        outputs=tuple(source.feel(entry) for entry in source.children(element, "outputEntry")),
        annotations=tuple(note or "" for note in notes),
        place=source.place(element),
    )


def _read_context(element: etree._Element, source: Source) -> Boxed:
    children = tuple(source.children(element, "contextEntry"))
    entries = tuple(_read_entry(child, source) for child in children)
    names = [one.variable.name if one.variable else None for one in entries]
    source.distinct((name or "" for name in names), "entries", element)
    if None in names[:-1]:
        message = "The entry without a variable is the result; those after it would go unheard."
        source.fault("context-result-last", message, children[names.index(None)])
    return Context(
        entries=entries,
        type_ref=_type_ref(element),
        place=source.place(element),
    )


def _read_entry(element: etree._Element, source: Source) -> ContextEntry:
    variable = source.child(element, "variable")
    return ContextEntry(
        variable=None if variable is None else source.information(variable),
        value=read_boxed(element, source),
        place=source.place(element),
    )


def _read_invocation(element: etree._Element, source: Source) -> Boxed:
    bindings = []
    for binding in source.children(element, "binding"):
        parameter = source.child(binding, "parameter")
        if parameter is None:
            source.fault("binding-parameter-missing", "A binding needs a parameter.", binding)
            continue
        bindings.append(
            Binding(parameter=source.information(parameter), value=read_boxed(binding, source))
        )
    return Invocation(
        called=read_boxed(element, source),
        bindings=tuple(bindings),
        type_ref=_type_ref(element),
        place=source.place(element),
    )


def read_function(element: etree._Element, source: Source) -> FunctionDefinition:
    """Read a function definition, boxed or encapsulated in a business knowledge model."""
    children = source.children(element, "formalParameter")
    parameters = tuple(source.information(child) for child in children)
    source.distinct((one.name for one in parameters), "parameters", element)
    return FunctionDefinition(
        language=element.get("kind", "FEEL"),
        parameters=parameters,
        body=read_boxed(element, source),
        type_ref=_type_ref(element),
        place=source.place(element),
    )


def _read_list(element: etree._Element, source: Source) -> Boxed:
    return ListExpression(
        items=_read_all(element, source), type_ref=_type_ref(element), place=source.place(element)
    )


def _read_relation(element: etree._Element, source: Source) -> Boxed:
    columns = tuple(source.information(column) for column in source.children(element, "column"))
    source.distinct((one.name for one in columns), "columns", element)
    return Relation(
        columns=columns,
        rows=tuple(_read_all(row, source) for row in source.children(element, "row")),
        type_ref=_type_ref(element),
        place=source.place(element),
    )


def _read_all(element: etree._Element, source: Source) -> tuple[Boxed, ...]:
    children = source.children(element)
    return tuple(_read(child, source) for child in children if source.local(child) in _READERS)


def _read_conditional(element: etree._Element, source: Source) -> Boxed:
    return Conditional(
        condition=_within(element, "if", source),
        then=_within(element, "then", source),
        otherwise=_within(element, "else", source),
        type_ref=_type_ref(element),
        place=source.place(element),
    )


def _read_filter(element: etree._Element, source: Source) -> Boxed:
    return Filter(
        collection=_within(element, "in", source),
        match=_within(element, "match", source),
        type_ref=_type_ref(element),
        place=source.place(element),
    )


def _iteration(
    form: Literal["for", "some", "every"], body: str
) -> Callable[[etree._Element, Source], Boxed]:
    def read(element: etree._Element, source: Source) -> Boxed:
        variable = element.get("iteratorVariable", "")
        if not variable:
            message = f"<{form}> needs an iterator variable."
            source.fault("iterator-variable-missing", message, element)
        return Iteration(
            form=form,
            variable=variable,
            collection=_within(element, "in", source),
            body=_within(element, body, source),
            type_ref=_type_ref(element),
            place=source.place(element),
        )

    return read


_READERS: Final[dict[str, Callable[[etree._Element, Source], Boxed]]] = {
    "literalExpression": _read_literal,
    "decisionTable": _read_table,
    "context": _read_context,
    "invocation": _read_invocation,
    "functionDefinition": read_function,
    "list": _read_list,
    "relation": _read_relation,
    "conditional": _read_conditional,
    "filter": _read_filter,
    "for": _iteration("for", "return"),
    "some": _iteration("some", "satisfies"),
    "every": _iteration("every", "satisfies"),
}


def _optional(element: etree._Element, name: str, source: Source) -> FeelText | None:
    child = source.child(element, name)
    return None if child is None else source.feel(child)


def _type_ref(element: etree._Element) -> str | None:
    return element.get("typeRef")
