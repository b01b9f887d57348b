"""The result of a scenario, in the words of play.md."""

import json

from tests.builders.process import a_process, message, multi_instance, timer
from tests.play.playground import ok, played
from workflows.play import write_result


def a_model():
    return (
        a_process("p").start().service("A", "check", headers={"h": "1"}, inputs={"y": "=x + 1"})
        .event_based("G").catch("M", message("m", "=x")).end("em")
        .at("G").catch("T", timer(duration="PT1H")).end("et")
    )  # fmt: skip


def test_the_trace_of_a_task():
    result = ok(played(a_model(), steps=[{"start": "p", "variables": {"x": 1}}]))

    lines = [line for line in result["trace"] if line["element"] == "A"]
    assert lines == [
        {"instance": 1, "element": "A", "type": "serviceTask", "event": "activating"},
        {"instance": 1, "element": "A", "type": "serviceTask", "event": "activated"},
        {
            "instance": 1,
            "element": "A",
            "event": "job",
            "job": "check",
            "headers": {"h": "1"},
            "variables": {"y": 2},
        },
    ]


def test_taken_names_the_sequence_flow():
    result = ok(played(a_model(), steps=[{"start": "p", "variables": {"x": 1}}]))

    taken = [line["element"] for line in result["trace"] if line["event"] == "taken"]
    assert taken == ["start_to_A"]


def test_what_waits():
    steps = [{"start": "p", "variables": {"x": 1}}, {"complete": "check"}]

    result = ok(played(a_model(), steps=steps))

    assert result["waiting"] == [
        {"instance": 1, "element": "M", "for": "message", "name": "m", "key": "1"},
        {
            "instance": 1,
            "element": "T",
            "for": "timer",
            "name": "PT1H",
            "due": "2026-01-01T01:00:00Z",
        },
    ]


def test_bodies_are_marked():
    model = a_process("p").start().service("A", loop=multi_instance("=[1]")).end()

    result = ok(played(model, steps=[{"start": "p"}]))

    lines = [
        line for line in result["trace"] if line["element"] == "A" and line["event"] == "activated"
    ]
    assert [line.get("body", False) for line in lines] == [True, False]


def test_numbers_are_written_exactly():
    model = a_process("p").start().end()
    number = 0.1

    result = ok(played(model, steps=[{"start": "p", "variables": {"x": number, "y": 10**20}}]))

    text = write_result(result)
    assert '"x": 0.1' in text
    assert '"y": 100000000000000000000' in text
    assert json.loads(text)["instances"][0]["variables"] == {"x": 0.1, "y": 10**20}


def test_temporal_values_are_written_as_texts():
    model = a_process("p").start().script("s", '=date("2026-01-02")', "d").end()

    result = ok(played(model, steps=[{"start": "p"}]))

    assert json.loads(write_result(result))["instances"][0]["variables"] == {"d": "2026-01-02"}
