"""All the drawings of a bundle to programs: check, link, then resolve."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflows.bpmn.compiler.calls import check_calls
from workflows.bpmn.compiler.drawing import Drawing, draw
from workflows.bpmn.compiler.global_tasks import with_global_tasks
from workflows.bpmn.compiler.link import Linked, link
from workflows.bpmn.compiler.linking import can_run
from workflows.bpmn.compiler.resolve import assemble
from workflows.bpmn.compiler.rules import FILE_RULES, RULES, apply_rules
from workflows.bpmn.model import Definitions, GlobalTask
from workflows.bpmn.program import Program
from workflows.diagnostics import Diagnostic
from workflows.dmn import DecisionLibrary

BUNDLE_CODES = {
    "nothing-executable": "A file has an executable process.",
    "process-duplicate": "A process id stands once in a bundle.",
}
"""Codes of findings about the processes of a bundle together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The programs of a bundle, or none when a finding keeps them from being made."""

    programs: Mapping[str, Program]
    diagnostics: tuple[Diagnostic, ...]


def compile_drawings(
    drawings: Sequence[Definitions], decisions: DecisionLibrary, bundle_hash: str
) -> Compiled:
    """Check and link every executable process; all findings come at once."""
    findings = [found for definitions in drawings for found in _file_findings(definitions)]
    linked: dict[str, Linked] = {}
    for drawing in _executable(drawings):
        one, linking = link(drawing, decisions)
        findings += [*apply_rules(RULES, drawing), *linking.findings]
        findings += _taken(drawing, linked)
        linked.setdefault(drawing.process.id, one)
    findings += check_calls(linked)
    programs = (
        {name: assemble(one, linked, bundle_hash) for name, one in linked.items()}
        if can_run(findings)
        else {}
    )
    return Compiled(programs=programs, diagnostics=tuple(dict.fromkeys(findings)))


def _executable(drawings: Iterable[Definitions]) -> Iterator[Drawing]:
    drawings = [*drawings]
    known = {name: task for one in reversed(drawings) for name, task in _global_tasks(one)}
    for definitions in drawings:
        nearest = {**known, **dict(_global_tasks(definitions))}
        for process in definitions.processes:
            if process.executable:
                yield draw(definitions, with_global_tasks(process, nearest))


def _global_tasks(definitions: Definitions) -> Iterator[tuple[str, GlobalTask]]:
    for name, root in definitions.roots.items():
        if isinstance(root, GlobalTask):
            yield name, root


def _file_findings(definitions: Definitions) -> Iterator[Diagnostic]:
    if definitions.processes:
        yield from apply_rules(FILE_RULES, draw(definitions, definitions.processes[0]))
    if not any(process.executable for process in definitions.processes):
        yield Diagnostic(
            code="nothing-executable",
            message="No process of this file is executable; set isExecutable on one.",
            clause="BPMN 2.0.2 §10.2.1",
            file=definitions.file,
            line=definitions.place.line,
            column=definitions.place.column,
        )


def _taken(drawing: Drawing, linked: Mapping[str, Linked]) -> Iterator[Diagnostic]:
    process = drawing.process
    first = linked.get(process.id)
    if first is not None:
        other = first.drawing.process.place
        yield Diagnostic(
            code="process-duplicate",
            message=f"The process {process.id!r} also stands in {other.file}, line {other.line}.",
            element=process.id,
            clause="BPMN 2.0.2 §8.3.1",
            file=process.place.file,
            line=process.place.line,
            column=process.place.column,
        )
