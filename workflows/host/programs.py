"""Programs by hash, cached in the worker process; history holds the hash alone.

A hash names unchanging bytes, so a replay that compiles them again gets the same program. A miss
is loaded through what the worker installed at its start; a store that is down fails the workflow
task, which Temporal tries again.

Loading and compiling go on in a thread of their own when the task that asked gives up: on a
machine that is short of CPU they may take longer than a task may, and must not begin anew each
time.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfPatience
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

PATIENCE: Final = 1.5
"""Seconds a workflow task waits for a program; after two it is taken for stuck."""


class ProgramUnavailable(Exception):
    """The definition store has no usable bundle of this hash (yet)."""


class Programs:
    """A cache of compiled bundles over one loader."""

    def __init__(self) -> None:
        self._loader: Loader | None = None
        self._bundles: OrderedDict[str, Mapping[str, Program]] = OrderedDict()
        self._loading: dict[str, Future[Mapping[str, Program]]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="programs")
        self._lock = Lock()

    def install(self, loader: Loader) -> None:
        """Say where bundles come from, forgetting those of another store."""
        with self._lock:
            self._loader = loader
            self._bundles.clear()
            self._loading.clear()

    def bundle(self, program_hash: str, patience: float | None = None) -> Mapping[str, Program]:
        """Return a bundle's programs by process id; without patience given, however long it takes.

        Who runs out of patience finds them later: they are got ready meanwhile.
        """
        with self._lock:
            programs = self._bundles.get(program_hash)
            if programs is not None:
                self._bundles.move_to_end(program_hash)
                return programs
            loading = self._loading.get(program_hash)
            if loading is None:
                loading = self._thread.submit(self._load, program_hash, self._loader)
                self._loading[program_hash] = loading
        try:
            programs = loading.result(patience)
        except OutOfPatience:
            if not loading.done():
                raise ProgramUnavailable(f"Bundle {program_hash} is being got ready") from None
            raise
        finally:
            self._settle(program_hash, loading)
        return programs

    def _settle(self, program_hash: str, loading: Future[Mapping[str, Program]]) -> None:
        """Keep what was loaded; what failed is tried again by whoever asks next."""
        with self._lock:
            if not loading.done() or self._loading.get(program_hash) is not loading:
                return
            del self._loading[program_hash]
            if loading.exception() is None:
                self._bundles[program_hash] = loading.result()
            while len(self._bundles) > KEPT:
                self._bundles.popitem(last=False)

    def get(self, program_hash: str, process_id: str) -> Program:
        """Return a program, within the time that a workflow task has."""
        try:
            return self.bundle(program_hash, PATIENCE)[process_id]
        except KeyError:
            raise ProgramUnavailable(
                f"Expected process {process_id} in bundle {program_hash}, but it is not there"
            ) from None

    @staticmethod
    def _load(program_hash: str, loader: Loader | None) -> Mapping[str, Program]:
        if loader is None:
            raise ProgramUnavailable("Expected a loader of programs, but none is installed")
        files = loader(program_hash)
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
        return process_id in PROGRAMS.bundle(program_hash, PATIENCE)
