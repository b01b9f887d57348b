"""Deployed drawings, read once per bundle: where each process is drawn, what is inlined where."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from workflows.bpmn.deployment import compile_bundle
from workflows.bpmn.program import Call, Program
from workflows.diagnostics import ModelError
from workflows.xml_source import parse_xml

KEPT = 32
_PROCESS = "{http://www.omg.org/spec/BPMN/20100524/MODEL}process"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawings:
    """The drawings of one bundle."""

    sources: Mapping[str, str]
    """BPMN XML by the id of the process drawn in it."""
    programs: Mapping[str, Program]

    def place(self, process_id: str, element: str) -> tuple[str, str]:
        """Return the process an element of a program is drawn in, and its id in that drawing."""
        prefix, _, drawn = element.rpartition("/")
        if not prefix:
            return process_id, drawn
        program = self.programs.get(process_id)
        index = program.ids.get(prefix) if program else None
        if program is None or index is None:
            return process_id, element
        work = program.nodes[index].work
        called = work.process_id if isinstance(work, Call) else None
        return (called, drawn) if isinstance(called, str) else (process_id, element)


class DrawingRoom:
    """The drawings read lately; a bundle never changes, so what was read stays true."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Drawings] = OrderedDict()

    def recall(self, bundle_hash: str) -> Drawings | None:
        """Return what was read before."""
        return self._kept.get(bundle_hash)

    def read(self, bundle_hash: str, files: Mapping[str, bytes]) -> Drawings:
        """Read a bundle, and keep it."""
        sources = {
            process_id: content.decode("utf-8", "replace")
            for content in files.values()
            for process_id in _processes(content)
        }
        drawings = Drawings(sources=sources, programs=compile_bundle(files).programs)
        self._kept[bundle_hash] = drawings
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return drawings


def _processes(content: bytes) -> list[str]:
    try:
        return [str(process.get("id")) for process in parse_xml(content).iter(_PROCESS)]
    except ModelError:
        return []
