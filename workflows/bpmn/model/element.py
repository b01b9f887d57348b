"""What every drawn element has: an id, a name, a place in its file, and its extensions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in its file; line and column count from 1."""

    file: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Formal:
    """An expression or script as drawn, not yet parsed."""

    text: str
    language: str | None = None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One ``zeebe:`` extension element, kept whole: nothing of it is lost."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple["Extension", ...] = ()
    text: str = ""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """An attribute or extension element by which another vendor's engine is told what to do."""

    vendor: Literal["camunda", "flowable", "activiti"]
    name: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexecuted:
    """Something BPMN lets an element bear that is not executed, such as its performers."""

    tag: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What all elements of a drawing share."""

    id: str
    name: str = ""
    place: Place
    extensions: tuple[Extension, ...] = ()
    extension_attributes: Mapping[str, str] = field(default_factory=dict)
    """``zeebe:`` attributes of the element itself, such as modelerTemplate."""
    foreign: tuple[Foreign, ...] = ()
    unexecuted: tuple[Unexecuted, ...] = ()


def extension_of(element: Element, name: str) -> Extension | None:
    """The element's first extension element of that name."""
    return next((extension for extension in element.extensions if extension.name == name), None)


def children_of(element: Element, name: str, child: str) -> tuple[Extension, ...]:
    """All ``child`` elements inside the element's extension elements of that name."""
    return tuple(
        inner
        for extension in element.extensions
        if extension.name == name
        for inner in extension.children
        if inner.name == child
    )
