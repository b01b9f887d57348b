"""The requirements diagram: references resolved, circles found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflows.dmn.model import (
    Decision,
    DecisionService,
    Definitions,
    DrgElement,
    Requirement,
)
from workflows.dmn.sight import Findings

_WANTED = {
    "requiredInput": ("inputData",),
    "requiredDecision": ("decision",),
    "requiredKnowledge": ("businessKnowledgeModel", "decisionService"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """An element of some file, under a key that is unique over all files."""

    key: str
    file: Definitions
    element: DrgElement


@dataclass(frozen=True, slots=True, kw_only=True)
class Required:
    """A required element, and the import through which it is seen."""

    target: Located
    model: str | None


class Elements:
    """Every element of every file, found by reference."""

    def __init__(self, files: tuple[Definitions, ...], findings: Findings) -> None:
        self._findings = findings
        self._by_key: dict[str, Located] = {}
        self._files = files
        for file in files:
            for element in file.elements:
                key = f"{file.file}#{element.id}"
                self._by_key.setdefault(key, Located(key=key, file=file, element=element))
        self._check_imports()

    def __iter__(self) -> Iterator[Located]:
        """Iterate over the elements in the order of files and drawing."""
        return iter(self._by_key.values())

    def required(self, file: Definitions, requirements: tuple[Requirement, ...]) -> list[Required]:
        """Resolve references; those that lead nowhere are faults."""
        found = (self._resolve(file, requirement) for requirement in requirements)
        return [required for required in found if required is not None]

    def _check_imports(self) -> None:
        """Report imports of models that are not here."""
        here = {file.namespace for file in self._files}
        for file in self._files:
            for drawn in file.imports:
                if drawn.namespace not in here:
                    message = (
                        f'The model "{drawn.namespace}" is imported, but it is in no file; give its'
                        " file along."
                    )
                    self._findings.add("import-unknown", message, drawn.place)

    def _resolve(self, file: Definitions, requirement: Requirement) -> Required | None:
        namespace, _, name = requirement.href.rpartition("#")
        candidates: tuple[Definitions, ...] = (file,)
        model: str | None = None
        if namespace not in ("", file.namespace):
            imported = [one for one in file.imports if one.namespace == namespace]
            if not imported:
                message = f'"{requirement.href}" belongs to a model that is not imported.'
                self._findings.add("import-missing", message, requirement.place)
                return None
            candidates = tuple(one for one in self._files if one.namespace == namespace)
            model = imported[0].name or None
        for candidate in candidates:
            target = self._by_key.get(f"{candidate.file}#{name}")
            if target is not None:
                return self._checked(Required(target=target, model=model), requirement)
        message = f'The requirement refers to "{requirement.href}", which no file has.'
        self._findings.add("requirement-unknown", message, requirement.place)
        return None

    def _checked(self, required: Required, requirement: Requirement) -> Required | None:
        wanted = _WANTED[requirement.kind]
        kind = required.target.element.kind
        if kind in wanted:
            return required
        message = f'"{requirement.href}" is a {kind}, but {" or ".join(wanted)} is required here.'
        self._findings.add("requirement-kind", message, requirement.place)
        return None


def circular(requires: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Find the elements whose requirement closes a circle."""
    closing: set[str] = set()
    done: set[str] = set()
    for start in requires:
        if start in done:
            continue
        path = [(start, iter(requires[start]))]
        on_path = {start}
        while path:
            key, rest = path[-1]
            following = next((one for one in rest if one not in done), None)
            if following is None:
                path.pop()
                on_path.discard(key)
                done.add(key)
            elif following in on_path:
                closing.add(key)
            else:
                on_path.add(following)
                path.append((following, iter(requires.get(following, ()))))
    return closing


def requirements_of(element: DrgElement) -> tuple[Requirement, ...]:
    """List what an element requires, a service's decisions included."""
    if isinstance(element, Decision):
        return element.requirements
    if isinstance(element, DecisionService):
        return element.output_decisions
    return () if element.kind == "inputData" else element.requirements
