"""Programs by hash, cached in the worker process; history holds the hash alone.

A hash names unchanging bytes, so a replay that compiles them again gets the same program. A miss
is loaded synchronously through what the worker installed at its start; a store that is down fails
the workflow task, which Temporal tries again.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final

from temporalio import workflow

from workflows.bpmn.deployment import compile_bundle
from workflows.bpmn.program import Program

Files = Mapping[str, bytes]
Loader = Callable[[str], Files | None]
"""Finds the files of a bundle by its hash; None: there is no such bundle."""

KEPT: Final = 256
"""Bundles kept compiled; the longest unused goes first."""


class ProgramUnavailable(Exception):
    """The definition store has no usable bundle of this hash (yet)."""


class Programs:
    """A cache of compiled bundles over one loader."""

    def __init__(self) -> None:
        self._loader: Loader | None = None
        self._bundles: OrderedDict[str, Mapping[str, Program]] = OrderedDict()
        self._lock = Lock()

    def install(self, loader: Loader) -> None:
        """Say where bundles come from, forgetting those of another store."""
        with self._lock:
            self._loader = loader
            self._bundles.clear()

    def bundle(self, program_hash: str) -> Mapping[str, Program]:
        """Return a bundle's programs by process id."""
        with self._lock:
            programs = self._bundles.get(program_hash)
            if programs is None:
                programs = self._load(program_hash)
                self._bundles[program_hash] = programs
                while len(self._bundles) > KEPT:
                    self._bundles.popitem(last=False)
            self._bundles.move_to_end(program_hash)
            return programs

    def get(self, program_hash: str, process_id: str) -> Program:
        """Return a program."""
        try:
            return self.bundle(program_hash)[process_id]
        except KeyError:
            raise ProgramUnavailable(
                f"Expected process {process_id} in bundle {program_hash}, but it is not there"
            ) from None

    def _load(self, program_hash: str) -> Mapping[str, Program]:
        if self._loader is None:
            raise ProgramUnavailable("Expected a loader of programs, but none is installed")
        files = self._loader(program_hash)
        if files is None:
            raise ProgramUnavailable(f"Expected bundle {program_hash} in the store, but found none")
        compilation = compile_bundle(files)
        if compilation.hash != program_hash:
            raise ProgramUnavailable(
                f"Expected bundle {program_hash}, but its files have the hash {compilation.hash}"
            )
        return compilation.programs


PROGRAMS: Final = Programs()
"""The one cache of this process: the workflow sandbox passes this module through."""


def program(program_hash: str, process_id: str) -> Program:
    """Return a program from inside a workflow; the store is read outside the sandbox's rules."""
    with workflow.unsafe.sandbox_unrestricted(), workflow.unsafe.imports_passed_through():
        return PROGRAMS.get(program_hash, process_id)


def is_in_bundle(program_hash: str, process_id: str) -> bool:
    """Tell whether a bundle holds a process."""
    with workflow.unsafe.sandbox_unrestricted(), workflow.unsafe.imports_passed_through():
        return process_id in PROGRAMS.bundle(program_hash)
