"""``python -m infra.local``: start everything on one machine and play a working day.

With ``--demo`` it runs on a fresh folder, stops by itself, and exits non-zero when an outcome, an
amount or a deadline is not the expected one; without, everything stays up until Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import signal
import tempfile
from pathlib import Path

from rich.console import Console

from infra.local.children import ChildFailed
from infra.local.day.caller import ApiCaller, Refusal
from infra.local.day.report import show
from infra.local.day.working_day import deploy_models, play_day, watch_groups
from infra.local.stack import AlreadyRunning, Stack, running_stack

WIDTH = 230
"""Where no terminal has a width of its own: every case on one line."""
console = Console()
if not console.is_terminal:
    console = Console(width=WIDTH)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(".data"), help="data folder")
    parser.add_argument("--demo", action="store_true", help="play the day, check it, and stop")
    parser.add_argument(
        "--core", action="store_true", help="keep policies in a simulated core system, too"
    )
    arguments = parser.parse_args()
    with contextlib.ExitStack() as exits:
        folder: Path = arguments.data
        if arguments.demo:
            folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="baoquan-")))
        try:
            code = asyncio.run(_run(folder, demo=arguments.demo, core=arguments.core))
        except (AlreadyRunning, ChildFailed, Refusal, OSError) as error:
            console.print(f"[red]{error}[/]")
            code = 1
    raise SystemExit(code)


async def _run(folder: Path, *, demo: bool, core: bool) -> int:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with running_stack(folder, _tell, with_core=core) as stack:
        day = asyncio.create_task(_day(stack))
        if not await _unless(stopped, day):
            return 130
        if demo:
            return 0 if day.result() else 1
        console.print("Everything stays up; Ctrl-C stops all of it.")
        end = asyncio.create_task(stack.children.first_to_end())
        if await _unless(stopped, end):
            console.print(f"[red]{end.result()}[/]")
            return 1
    return 0


async def _day(stack: Stack) -> bool:
    caller = ApiCaller(stack.addresses.url(stack.addresses.api))
    try:
        _tell("Deploying the built-in models")
        await deploy_models(caller)
        results = await play_day(stack, caller, _tell)
        _tell("Looking at what the cases show together")
        alerts = await watch_groups(caller)
    finally:
        await caller.close()
    return show(results, alerts, stack.links(), console)


async def _unless(stopped: asyncio.Event, work: "asyncio.Task[object]") -> bool:
    """Wait for the work or for the end, whichever is first; returns whether the work is done."""
    asked = asyncio.create_task(stopped.wait())
    await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if not work.done():
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        return False
    return True


def _tell(text: str) -> None:
    console.print(f"[dim]{text}[/]")


if __name__ == "__main__":
    main()
