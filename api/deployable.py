"""What a deployment checks of a model besides BPMN itself: the business words it sets."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from workflows.bpmn.deployment import Compilation, compile_bundle
from workflows.bpmn.program import Program
from workflows.diagnostics import Diagnostic
from workflows.domain.case import CASE_STATUSES, unknown_statuses

_KNOWN = ", ".join(CASE_STATUSES)
STATUS = "caseStatus"
"""The element property that sets the status of the case."""


def compile_models(files: Mapping[str, bytes]) -> Compilation:
    """Compile a bundle; a case status nobody knows makes it undeployable, like any other error."""
    compilation = compile_bundle(files, hosted=True)
    found = tuple(_unknown(compilation.programs.values()))
    if not found:
        return compilation
    return replace(compilation, programs={}, diagnostics=(*compilation.diagnostics, *found))


def _unknown(programs: Iterable[Program]) -> Iterable[Diagnostic]:
    for program in programs:
        for node in program.nodes:
            word = node.properties.get(STATUS)
            if word is not None and unknown_statuses([word]) and "/" not in node.id:
                yield Diagnostic(
                    code="case-status-unknown",
                    element=node.id,
                    message=f"{word!r} is no status of a case; use one of {_KNOWN}.",
                )
