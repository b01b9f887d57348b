"""Scenarios told from the text of the rules, played through ``baoquan play --batch`` alone.

Each file of ``scenarios`` holds those of one subject. A drawing is a list of calls of the builder
(``["service", "A", {"retries": "=n"}]``); what begins with ``@`` is an event definition or a loop;
a list of calls is the inside of a sub-process. Every scenario is played twice, the second time
with a snapshot behind every step, and must tell the same.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from api.cli.play import play_command
from tests.builders.process import (
    a_flow,
    a_process,
    error,
    link,
    message,
    multi_instance,
    terminate,
    timer,
)

FOLDER = Path(__file__).parent / "scenarios"
SIGNS: Mapping[str, Callable[..., object]] = {
    "@message": message,
    "@timer": timer,
    "@error": error,
    "@link": link,
    "@terminate": terminate,
    "@loop": multi_instance,
}
PLAYED = ("workers", "clock", "limit")


def read(path):
    return {f"{path.stem}: {one['name']}": one for one in json.loads(path.read_text("utf-8"))}


SCENARIOS = {
    name: one for path in sorted(FOLDER.glob("*.json")) for name, one in read(path).items()
}

# --- drawing ----------------------------------------------------------------------------------


def draw(builder, calls):
    for method, *given in calls:
        arguments, named = _split(given)
        builder = getattr(builder, method)(*arguments, **named)
    return builder


def _split(given):
    named = given[-1] if given and isinstance(given[-1], dict) else {}
    arguments = given[:-1] if named else given
    return [_drawn(one) for one in arguments], {key: _drawn(one) for key, one in named.items()}


def _drawn(given: object) -> object:
    if not isinstance(given, list):
        return given
    if given and isinstance(given[0], list):
        return draw(a_flow(), given)
    arguments, named = _split(given[1:])
    return SIGNS[given[0]](*arguments, **named)


# --- playing ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Play all scenarios in one batch, each as it stands and once more with snapshots."""
    folder = tmp_path_factory.mktemp("scenarios")
    lines = []
    for number, scenario in enumerate(SCENARIOS.values()):
        models = [_write(folder, number, *drawn) for drawn in scenario["models"].items()]
        models += [str(FOLDER / name) for name in scenario.get("files", ())]
        given = {key: scenario[key] for key in PLAYED if key in scenario}
        steps = scenario.get("steps", [{"start": "p"}])
        lines.append({"models": models, "steps": steps, **given})
        between = [part for step in steps for part in (step, {"snapshot": True})]
        lines.append({"models": models, "steps": between, **given})
    batch = folder / "batch.jsonl"
    batch.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    app = typer.Typer()
    app.command()(play_command)
    answer = CliRunner().invoke(app, ["--batch", str(batch)])
    assert answer.exit_code == 0, answer.output
    told = [json.loads(line) for line in answer.stdout.splitlines()]
    return dict(zip(SCENARIOS, zip(told[::2], told[1::2], strict=True), strict=True))


def _write(folder, number, process, calls):
    path = folder / f"{number}-{process}.bpmn"
    path.write_bytes(draw(a_process(process), calls).xml())
    return str(path)


# --- comparing --------------------------------------------------------------------------------


def seen(result):
    """What happened, as ``element event``; bodies of loops as ``element body event``."""
    return [
        f"{line['element']}{' body' if line.get('body') else ''} {line['event']}"
        for line in result["trace"]
    ]


def completed(result):
    return [
        line["element"]
        for line in result["trace"]
        if line["event"] == "completed" and line["type"] != "process" and not line.get("body")
    ]


def subsequence(wanted, events):
    rest = iter(events)
    return [one for one in wanted if one not in rest]


def pairs(lines, name):
    return [f"{line['element']} {line[name]}" for line in lines]


def jobs(result):
    return [line for line in result["trace"] if line["event"] == "job"]


def told(result, wanted):
    """The parts of a result that an expectation speaks of, in its words."""
    events = seen(result)
    answers = {
        "state": lambda: [one["state"] for one in result["instances"]],
        "vars": lambda: result["instances"][0]["variables"],
        "all vars": lambda: [one["variables"] for one in result["instances"]],
        "done": lambda: completed(result),
        "missing from order": lambda: subsequence(wanted.get("order", []), events),
        "count": lambda: {one: Counter(events)[one] for one in wanted["count"]},
        "never": lambda: [one for one in wanted["never"] if f"{one} activating" not in events],
        "waiting": lambda: pairs(result["waiting"], "for"),
        "due": lambda: [one.get("due") for one in result["waiting"]],
        "incidents": lambda: pairs(result["incidents"], "kind"),
        "jobs": lambda: [
            {key: line[key] for key in given}
            for line, given in zip(jobs(result), wanted["jobs"], strict=False)
        ],
        "error": lambda: None if result["error"] is None else result["error"]["step"],
        "rejected": lambda: [
            one["code"] for one in result["rejected"] or () if one["severity"] == "error"
        ],
    }
    return {name: answers[name]() for name in wanted if name in answers}


def expectation(scenario):
    given = dict(scenario["expect"])
    if given.pop("order", None) is not None:
        given["missing from order"] = []
    ended: dict[str, object] = {"waiting": [], "incidents": [], "error": None, "rejected": []}
    return {**ended, **given}


@pytest.mark.parametrize("name", SCENARIOS, ids=list(SCENARIOS))
def test_rule(results, name):
    scenario, (result, between) = SCENARIOS[name], results[name]
    wanted = expectation(scenario)

    assert told(result, {**scenario["expect"], **wanted}) == wanted
    assert {**between, "error": None} == {**result, "error": None}
