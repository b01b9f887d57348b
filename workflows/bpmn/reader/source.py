"""One file being read: positions, attributes, children, and the findings so far."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from workflows.bpmn.model import EventDefinition, Formal, Place
from workflows.diagnostics import Diagnostic

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
MODELER = "http://camunda.org/schema/modeler/1.0"

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

READER_CODES: Mapping[str, str] = {
    "element-unknown": "An element BPMN does not have, or not at this place.",
    "id-missing": "A flow node, sequence flow or process without an id.",
    "attribute-invalid": "An attribute whose value is not of its type.",
    "attribute-unknown": "An attribute that BPMN does not have.",
    "not-bpmn": "The file's root is not a BPMN definitions element.",
    "too-many-elements": "A file with more elements than one model may have.",
}
"""Every rule the reader itself applies; the compiler's stand in its own table."""


@dataclass(slots=True)
class Source:
    """The reader's one mutable thing; it never leaves the reader."""

    file: str | None
    places: Mapping[etree._Element, tuple[int, int]]
    findings: list[Diagnostic] = field(default_factory=list)
    shared: dict[str, EventDefinition] = field(default_factory=dict)
    """The event definitions that stand at the root, by id."""

    def place(self, element: etree._Element) -> Place:
        """Where the element begins."""
        line, column = self.places[element]
        return Place(file=self.file, line=line, column=column)

    def flag(
        self, code: str, message: str, element: etree._Element, *, clause: str | None = None
    ) -> None:
        """Add an error about an element."""
        line, column = self.places[element]
        self.findings.append(
            Diagnostic(
                code=code,
                message=message,
                element=element.get("id"),
                clause=clause,
                file=self.file,
                line=line,
                column=column,
            )
        )

    def boolean(self, element: etree._Element, name: str, *, default: bool) -> bool:
        """An ``xsd:boolean`` attribute."""
        text = element.get(name)
        if text is None:
            return default
        value = _BOOLEANS.get(text.strip())
        if value is None:
            self.flag("attribute-invalid", f"{name} must be true or false, not {text!r}.", element)
            return default
        return value

    def integer(self, element: etree._Element, name: str, *, default: int) -> int:
        """An ``xsd:integer`` attribute."""
        text = element.get(name)
        if text is None:
            return default
        try:
            return int(text)
        except ValueError:
            message = f"{name} must be a whole number, not {text[:40]!r}."
            self.flag("attribute-invalid", message, element)
            return default

    def formal(
        self, parent: etree._Element, name: str, language: str = "language"
    ) -> Formal | None:
        """The expression in the child element of that name."""
        element = next(bpmn_children(parent, name), None)
        if element is None:
            return None
        return Formal(
            text=text_of(element), language=element.get(language), place=self.place(element)
        )


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace(element: etree._Element) -> str | None:
    """The element's namespace."""
    return element.tag.rpartition("}")[0][1:] or None


def bpmn_children(element: etree._Element, name: str | None = None) -> Iterator[etree._Element]:
    """The children of the BPMN namespace, all or those of one name."""
    return element.iterchildren(f"{{{BPMN}}}{name or '*'}")


def text_of(element: etree._Element) -> str:
    """The element's own text, trimmed."""
    return "".join(str(part) for part in element.itertext()).strip()


def qualified(text: str | None) -> str | None:
    """The local part of a QName reference; tools write ``tns:id`` or ``id`` for the same thing."""
    if text is None or not text.strip():
        return None
    return text.strip().rpartition(":")[2]
