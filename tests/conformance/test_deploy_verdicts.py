"""The verdicts of a strict validator, and where ours differ: each by name, with its reason.

A verdict alone says little, because most of the models are broken in several ways. So each
complaint of the validator is compared as well: one of our findings must answer it.
"""

import json
import os
import re
from pathlib import Path

import pytest

from workflows.bpmn.deployment import RULE_TABLE, compile_bundle

_PROJECT = Path(__file__).resolve().parents[2]
_DATA = Path(os.environ.get("BAOQUAN_CONFORMANCE", _PROJECT.parent / "shared" / "conformance"))
_SUITE = _DATA / "deploy-verdicts"
_INDEX = _SUITE / "cases.json"
CASES = json.loads(_INDEX.read_text(encoding="utf-8"))["cases"] if _INDEX.exists() else []

pytestmark = pytest.mark.skipif(
    not CASES, reason="The verdicts are not here; set BAOQUAN_CONFORMANCE to the folder with them."
)

_COMPAT = "camunda-compat/test/camunda-cloud/integration"

OVERRULED = {
    f"{_COMPAT}/no-multiple-none-start-events-errors.bpmn": (
        "accept: BPMN allows several none start events, and they are executed"
    ),
    f"{_COMPAT}/io-mapping-errors.bpmn": (
        "reject: a mapping without a source; the suite ran without expression validators"
    ),
    "lib-bpmn-engine/test-cases/service-task-invalid-input.bpmn": (
        "reject: an input source is not FEEL; the suite ran without expression validators"
    ),
    "lib-bpmn-engine/test-cases/service-task-invalid-output.bpmn": (
        "reject: an output source is not FEEL; the suite ran without expression validators"
    ),
}
"""Our verdict where it differs, with the reason."""

ANSWERS = {
    r"process: Must have at least one start event": {"start-missing"},
    r"(subProcess|transaction): Must have exactly one start event": {
        "start-missing",
        "event-sub-process-start",
    },
    r"boundaryEvent: Must have at least one outgoing sequence flow": {"boundary-outgoing"},
    r"\w+: Must have exactly one 'zeebe:taskDefinition'": {"task-work-required"},
    r"(script|send|businessRule)Task: Must have either one": {"task-work-required"},
    r"(endEvent|intermediateThrowEvent): Must have either one": {"throw-work-required"},
    r"timerEventDefinition: Must be exactly one type of timer": {"timer-form"},
    r"intermediateCatchEvent: Intermediate timer catch event must": {
        "timer-position",
        "timer-form",
    },
    r"\w+: Interrupting timer event with time cycle": {"timer-position"},
    r"signalEventDefinition: Must": {"signal-ref-required"},
    r"escalationEventDefinition: Must": {"escalation-code-required"},
    r"receiveTask: Must reference a message": {"message-ref-required"},
    r"receiveTask: Cannot reference the same message": {"catch-doubled"},
    r"messageEventDefinition: Must reference a message": {
        "message-ref-required",
        "throw-work-required",
    },
    r"errorEventDefinition: ": {"error-code-required"},
    r"formDefinition: Exactly one": {"form-reference"},
    r"userTaskForm: ": {"form-body"},
    r"eventBasedGateway: Event-based gateway must have at least 2": {"event-gateway-count"},
    r"eventBasedGateway: Event-based gateway must not": {
        "event-gateway-target",
        "event-gateway-count",
    },
    r"sequenceFlow: Must have a condition": {"condition-missing"},
    r"call(edElement|Activity): ": {"called-element-required"},
    r"calledDecision: Attribute": {"extension-required"},
    r"taskDefinition: Attribute": {"extension-required"},
    r"linkEventDefinition: Link name": {"link-name-required"},
    r"process: .*link event": {"link-pair"},
    r"process: Multiple error catch events": {"catch-doubled"},
    r"definitions: Must contain at least one executable": {"nothing-executable"},
    r"multiInstanceLoopCharacteristics: ": {"loop-collection"},
    r"message: Must have exactly one zeebe:subscription": {"message-key-required"},
    r"intermediateCatchEvent: Event definition must be one of": {
        "event-position",
        "multiple-event",
    },
    r"boundaryEvent: (Must have exactly one event def|Boundary events must|Non-Interrupting)": {
        "event-position",
        "multiple-event",
    },
    r"subProcess: The same scope can not contain more than one escalation": {"catch-doubled"},
    r"Fatal Error: .* is not bound": {"xml-malformed"},
    r"Error: .*no ID/IDREF binding": {"flow-source-missing", "flow-target-missing"},
    r"Cannot invoke .*Message\.getName": {"message-ref-required"},
}
"""By complaint of the validator: the codes of ours that answer it."""

LIFTED = {
    r"process: Multiple none start events": "executed here",
    r"\w+: Elements of type": "executed here",
    r"\w+: Event definition of this type": "executed here",
    r"(start|boundary|intermediateCatch)Event: .*(signal|conditional)": "executed here",
    r"boundaryEvent: An escalation boundary": "an escalation is caught on any activity (S18)",
    r"sendTask: Conditional sequence flows are only supported": "executed here (S8)",
}
"""Complaints about what only that engine lacks."""


def _findings(case):
    path = _SUITE / "models" / case["file"]
    return compile_bundle({path.name: path.read_bytes()})


def _verdict(case):
    return "accept" if _findings(case).is_deployable else "reject"


def test_the_suite_is_whole():
    assert len(CASES) == 191


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_a_verdict_is_shared_or_overruled_by_name(case):
    theirs = "accept" if case["verdict"] == "accept" else "reject"
    expected = OVERRULED.get(case["file"], theirs).partition(":")[0]

    assert _verdict(case) == expected


def test_nothing_is_overruled_that_agrees():
    verdicts = {case["file"]: case["verdict"] for case in CASES}

    assert all(reason.split(":")[0] != verdicts[file] for file, reason in OVERRULED.items())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_each_complaint_of_the_validator_is_answered(case):
    codes = {one.code for one in _findings(case).diagnostics if one.severity == "error"}

    for complaint in case["messages"]:
        if not any(re.match(pattern, complaint) for pattern in LIFTED):
            assert _answers(complaint, last=complaint is case["messages"][-1]) & codes, complaint


def _answers(complaint, *, last):
    """The codes that answer; a report is cut at a thousand characters, so its last line may be
    the beginning of a complaint, which any finding answers."""
    for pattern, codes in ANSWERS.items():
        if re.match(pattern, complaint):
            return codes
    assert last, f"No rule is named that answers: {complaint}"
    return set(RULE_TABLE)
