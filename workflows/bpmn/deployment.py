"""A bundle of drawings to programs: read, then compile."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from workflows.bpmn.compiler import (
    BUNDLE_CODES,
    CALL_CODES,
    DATA_CODES,
    FILE_RULES,
    LINK_CODES,
    RULES,
    compile_drawings,
)
from workflows.bpmn.compiler.linking import can_run
from workflows.bpmn.program import Program
from workflows.bpmn.reader import READER_CODES, Reading, read_definitions
from workflows.diagnostics import Diagnostic, is_deployable
from workflows.dmn import DecisionLibrary, compile_decisions
from workflows.dmn.check import check_decisions
from workflows.xml_source import XML_CODES

BPMN_ENDINGS = (".bpmn", ".bpmn20.xml")
DMN_ENDINGS = (".dmn", ".dmn11.xml")
MAX_MESSAGE = 500
"""Characters of a diagnostic's message, and of the id it names."""

RULE_TABLE: Mapping[str, str] = {
    "bundle-empty": "There is something to deploy.",
    "file-kind": "Only BPMN and DMN files are deployed.",
    **XML_CODES,
    **READER_CODES,
    **{rule.code: rule.summary for rule in (*FILE_RULES, *RULES)},
    **LINK_CODES,
    **DATA_CODES,
    **CALL_CODES,
    **BUNDLE_CODES,
}
"""Every rule a BPMN drawing must keep: the code of its diagnostics, and what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """What became of a bundle; where a diagnostic says it cannot run, there are no programs.

    What may not be deployed may still have programs: it may have been deployed before.
    """

    programs: Mapping[str, Program] = field(default_factory=dict)
    """By process id."""
    decisions: DecisionLibrary
    diagnostics: tuple[Diagnostic, ...] = ()
    hash: str

    @property
    def is_deployable(self) -> bool:
        """Tell whether the bundle may be deployed."""
        return is_deployable(self.diagnostics)


def compile_bundle(files: Mapping[str, bytes]) -> Compilation:
    """Read and compile the ``.bpmn`` and ``.dmn`` files that belong together, by name."""
    names = sorted(files)
    identity = hash_bundle(files)
    decisions = compile_decisions({name: files[name] for name in names if _is_dmn(name)})
    readings = [read_definitions(files[name], file=name) for name in names if _is_bpmn(name)]
    drawings = [reading.definitions for reading in readings if reading.definitions is not None]
    compiled = compile_drawings(drawings, decisions, identity)
    findings = (
        *_strangers(names),
        *_nothing(names),
        *_findings(readings),
        *decisions.diagnostics,
        *compiled.diagnostics,
    )
    runnable = can_run(findings)
    return Compilation(
        programs=compiled.programs if runnable else {},
        decisions=decisions,
        diagnostics=tuple(_bounded(finding) for finding in sorted(findings, key=_by_place)),
        hash=identity,
    )


def check_bundle(files: Mapping[str, bytes]) -> Compilation:
    """Compile what is to be deployed, and check it more closely than to run it.

    Refused is what decisions cannot mean. A bundle that is deployed already is only compiled:
    checks that grow stricter stop no case.
    """
    compilation = compile_bundle(files)
    found = (*compilation.diagnostics, *map(_bounded, check_decisions(compilation.decisions)))
    return replace(
        compilation,
        programs=compilation.programs if is_deployable(found) else {},
        diagnostics=tuple(sorted(found, key=_by_place)),
    )


def hash_bundle(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the sorted names and the hash of each file, lower-case hex."""
    digest = sha256()
    for name in sorted(files):
        digest.update(f"{sha256(files[name]).hexdigest()}  {name}\n".encode())
    return digest.hexdigest()


def _is_bpmn(name: str) -> bool:
    return name.casefold().endswith(BPMN_ENDINGS)


def _is_dmn(name: str) -> bool:
    return name.casefold().endswith(DMN_ENDINGS)


def _strangers(names: list[str]) -> Iterator[Diagnostic]:
    for name in names:
        if not (_is_bpmn(name) or _is_dmn(name)):
            message = "Only .bpmn and .dmn files are deployed."
            yield Diagnostic(code="file-kind", message=message, file=name)


def _nothing(names: list[str]) -> Iterator[Diagnostic]:
    if not names:
        yield Diagnostic(code="bundle-empty", message="There is no file to deploy.")


def _findings(readings: list[Reading]) -> Iterator[Diagnostic]:
    for reading in readings:
        yield from reading.diagnostics


def _bounded(finding: Diagnostic) -> Diagnostic:
    """Names in a drawing may be as long as the file; what is told of them may not."""
    element = finding.element
    if len(finding.message) <= MAX_MESSAGE and len(element or "") <= MAX_MESSAGE:
        return finding
    return replace(
        finding,
        message=_shortened(finding.message),
        element=None if element is None else _shortened(element),
    )


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]}…"


def _by_place(finding: Diagnostic) -> tuple[str, int, int]:
    return (finding.file or "", finding.line or 0, finding.column or 0)
