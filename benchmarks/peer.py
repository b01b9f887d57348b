"""feelin, the FEEL of npm: the same expressions over the same inputs, in a process of Node's.

It is no dependency: where Node or the package is absent, the report says how to get them.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "feelin"
TIMEOUT: Final = 300
HOW: Final = (
    "peer not available: with Node 20 or newer on the path, run"
    " `npm ci --prefix benchmarks/feelin` (versions and hashes stand in its lock)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """What feelin did: how often a second, and what it answered."""

    rates: Mapping[str, float]
    values: Mapping[str, str]
    notes: tuple[str, ...]


ABSENT: Final = Peer(rates={}, values={}, notes=(HOW,))


def ask_feelin(
    texts: tuple[str, ...],
    context: Mapping[str, Any],
    computed: Mapping[str, str],
    seconds: float,
) -> Peer:
    """Let feelin evaluate each text for so long; ``computed`` are variables told in FEEL."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules" / "feelin").is_dir():
        return ABSENT
    job = {"expressions": texts, "context": context, "computed": computed, "seconds": seconds}
    done = subprocess.run(
        [node, "run.mjs"],
        cwd=FOLDER,
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode:
        return Peer(rates={}, values={}, notes=(f"peer failed: {done.stderr.strip()[-200:]}",))
    return _read(json.loads(done.stdout))


def _read(told: Mapping[str, Any]) -> Peer:
    answers: Mapping[str, Any] = told["answers"]
    failed = [text for text, answer in answers.items() if "error" in answer]
    return Peer(
        rates={text: answer["rate"] for text, answer in answers.items() if "rate" in answer},
        values={text: answer["value"] for text, answer in answers.items() if "value" in answer},
        notes=(
            f"against: feelin {_version()} on Node {told['node']}, CPU time on both sides",
            *(f"feelin refused {text}: {answers[text]['error']}" for text in failed),
        ),
    )


def _version() -> str:
    found = json.loads((FOLDER / "node_modules" / "feelin" / "package.json").read_text())
    return str(found["version"])
