"""Dashboards and alert rules speak of figures that are there, with labels that they have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from api.cli.__main__ import COMMANDS
from infra.telemetry.metrics import BY_NAME, FIGURES, Figure, Metrics
from workflows.domain.stuck import KINDS

DEPLOY = Path(__file__).parents[3] / "infra" / "deploy"
DASHBOARDS = sorted((DEPLOY / "grafana").glob("*.json"))
RULES = DEPLOY / "prometheus" / "baoquan.rules.yml"
_FIGURE = re.compile(r"(baoquan_\w+)(?:\{([^}]*)\})?")
_BY = re.compile(r"(?:by|on) \(([^)]*)\)")
_SUFFIXES = ("_bucket", "_count", "_sum")
COMMAND = re.compile(r"baoquan ([a-z]+)")


def panels() -> Iterator[tuple[str, str]]:
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                yield f"{path.stem}: {panel['title']}", target["expr"]


def rules() -> list[dict[str, Any]]:
    groups = import_module("yaml").safe_load(RULES.read_text())["groups"]  # it bears no types
    return [rule for group in groups for rule in group["rules"]]


EXPRESSIONS = [*panels(), *((str(rule["alert"]), str(rule["expr"])) for rule in rules())]


def figure_of(name: str) -> Figure | None:
    for suffix in _SUFFIXES:
        base = BY_NAME.get(name.removesuffix(suffix))
        if name.endswith(suffix) and base is not None and base.kind == "histogram":
            return base
    found = BY_NAME.get(name)
    return None if found is None or found.kind == "histogram" else found


def faults(expression: str) -> list[str]:
    found, labels = [], {"le"}
    for name, matchers in _FIGURE.findall(expression):
        figure = figure_of(name)
        if figure is None:
            found.append(f"no figure {name}")
            continue
        labels |= set(figure.labels)
        asked = re.findall(r'(\w+)\s*(?:=~|!~|!=|=)\s*"', matchers)
        found += [f"{name} has no label {label}" for label in asked if label not in figure.labels]
        if figure.kind != "gauge" and "rate(" not in expression:
            found.append(f"{name} only counts up: ask for its rate")
    for grouped in _BY.findall(expression):
        wanted = [label.strip() for label in grouped.split(",") if label.strip()]
        found += [f"nothing has the label {label}" for label in wanted if label not in labels]
    if "_over_time(" in expression:
        found.append("a gauge is told only while it is so: let the alarm wait with ``for``")
    if expression.count("(") != expression.count(")"):
        found.append("parentheses")
    return found


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS, ids=[one for one, _ in EXPRESSIONS])
def test_an_expression_speaks_of_figures_that_are_there(where: str, expression: str) -> None:
    assert "baoquan_" in expression, where
    assert faults(expression) == []


def test_what_is_not_there_is_found() -> None:
    assert faults("sum(baoquan_cases_total)") == ["no figure baoquan_cases_total"]
    assert faults('max(baoquan_cases{state="x"})') == ["baoquan_cases has no label state"]
    assert faults("sum by (who) (baoquan_cases)") == ["nothing has the label who"]
    assert faults("baoquan_activity_seconds") == ["no figure baoquan_activity_seconds"]
    assert len(faults("min_over_time(baoquan_standstills[1d]) > 0")) == 1


def test_every_figure_is_on_a_dashboard() -> None:
    shown = {name for _, one in panels() for name, _ in _FIGURE.findall(one)}

    missing = [
        figure.name
        for figure in FIGURES
        if not shown & {figure.name, *(f"{figure.name}{suffix}" for suffix in _SUFFIXES)}
    ]

    assert missing == []


def test_dashboards_choose_their_source_and_number_their_panels() -> None:
    for path in DASHBOARDS:
        told = json.loads(path.read_text())
        ids = [panel["id"] for panel in told["panels"]]
        assert len(ids) == len(set(ids))
        assert {panel["datasource"]["uid"] for panel in told["panels"]} == {"${source}"}
        assert [one["name"] for one in told["templating"]["list"]] == ["source"]


def test_counters_that_alarms_look_at_are_there_before_anything_is_counted() -> None:
    """The rate of a series that begins with its first event is nothing."""
    told = Metrics().text().decode()
    names = {name for rule in rules() for name, _ in _FIGURE.findall(str(rule["expr"]))}
    counters = {name for name in names if (one := figure_of(name)) and one.kind == "counter"}

    assert counters
    assert [name for name in counters if f"\n{name}{{" not in told] == []


def test_every_alarm_says_how_bad_it_is_and_what_to_do() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert set(rule["annotations"]) == {"summary", "action"}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alarm_tells_only_labels_that_it_has(rule: dict[str, Any]) -> None:
    told = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
    expression = str(rule["expr"])
    grouped = [one.split(",") for one in re.findall(r"by \(([^)]*)\)", expression)]
    kept = {label.strip() for labels in grouped for label in labels}

    assert told <= kept, "an aggregation drops every label that it does not name"


def test_alarms_name_codes_and_commands_that_are_there() -> None:

    text = RULES.read_text()
    codes = {
        code
        for told in re.findall(r'code=~?"([^"]+)"', text) + re.findall(r"--code ([a-z-]+)", text)
        for code in told.split("|")
    }

    assert codes <= KINDS.keys()
    assert set(COMMAND.findall(text)) <= COMMANDS.keys()
