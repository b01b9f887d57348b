"""Plays contract termination in memory, with a scripted answer for every activity."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from workflows.bpmn.deployment import Compilation, compile_bundle
from workflows.domain.case import CaseStatus, may_follow
from workflows.play import World, told
from workflows.play.running import settle
from workflows.play.scenario import read_scenario
from workflows.play.steps import take

PROCESSES = Path(__file__).parents[2] / "workflows" / "processes"

Json = Mapping[str, Any]
Step = Mapping[str, Any]

CLOCK = "2026-10-12T09:00:00+08:00"

CLOCKS: Json = {
    "acceptDue": "2026-10-14T23:59:59+08:00",
    "acceptWarn": "2026-10-13T23:59:59+08:00",
    "oneNoticeDue": "2026-10-19T23:59:59+08:00",
    "lawDue": "2026-11-11T23:59:59+08:00",
    "lawDueOn": "2026-11-11",
    "lawWarn": "2026-11-05T23:59:59+08:00",
}
AGREED: Json = {
    **CLOCKS,
    "completeDue": "2026-10-20T23:59:59+08:00",
    "completeDueOn": "2026-10-20",
    "completeWarn": "2026-10-19T23:59:59+08:00",
}
POLICY: Json = {
    "policyNo": "P-1",
    "state": "IN_FORCE",
    "flags": ["LOAN", "CASE_OPEN"],
    "product": "WL-2020",
    "coolingOffEndsAt": "2020-05-20T23:59:59+08:00",
    "claimEventOn": None,
    "claimMade": False,
    "endsOnClaim": True,
    "sumAssured": 500000,
    "minSumAssured": 100000,
    "annualPremium": 12000,
    "debts": 30848.85,
    "lenderConsent": False,
    "lapsedWithin2Years": True,
    "agentId": "agent-7",
    "version": 4,
}
FACTS: Json = {
    "item": "TERMINATE",
    "moneyOut": True,
    "applicantEntitled": True,
    "isProxy": False,
    "proxyIsAgent": False,
    "faceScore": 0.97,
    "livenessOk": True,
    "netPayout": 56801.45,
    "policyAgeDays": 2200,
    "policyFlags": ["LOAN"],
    "lossRatio": 0.1,
    "payeeNameMatch": "EXACT",
    "payeeIsEntitled": True,
    "hour": 9,
    "applicantAge": 45,
    "screeningHit": False,
    "legalHold": False,
    "callBackOn": "139****0008",
}
REQUEST: Json = {
    "payeeAccountId": "acc-1",
    "documentIds": ["doc-1"],
    "identity": {"ial": 3, "faceScore": 0.97, "livenessOk": True, "isProxy": False},
    "lossAcknowledged": True,
}


def quote(net: float = 56801.45, basis: str = "SURRENDER") -> Json:
    """A quote as execution.quote answers it."""
    return {"basis": basis, "net": net, "lines": [], "policyVersion": 4, "hash": "q"}


def payment(state: str, attempt: int = 1, code: str | None = None) -> Json:
    """A payment attempt as execution.pay answers it."""
    reference = f"PAY-{attempt}"
    return {
        "attempt": attempt,
        "reference": reference,
        "state": state,
        "returnCode": code,
        "bankRef": None,
    }


ANSWERS: Json = {
    "verification.intake": {"duplicateOf": None, "fingerprint": "f", "clocks": CLOCKS},
    "verification.policy": {"policy": POLICY},
    "execution.quote": {"quote": quote()},
    "verification.bureau": {"bureau": {"answer": "MATCH"}},
    "verification.identity": {"identity": {"ial": 3, "requiredIal": 3, "passed": True}},
    "verification.documents": {"documents": {"complete": True, "missing": [], "held": []}},
    "verification.eligibility": {"eligibility": {"eligible": True, "reasons": []}},
    "verification.conflicts": {"conflict": {"found": False, "caseId": None, "rule": None}},
    "verification.risk_facts": {"riskFacts": FACTS},
    "verification.pause_clock": {
        "acceptDue": CLOCKS["acceptDue"],
        "acceptDueOn": "2026-10-14",
    },
    "verification.resume_clock": {
        "acceptDue": "2026-10-28T23:59:59+08:00",
        "acceptDueOn": "2026-10-28",
    },
    "verification.agree": {"agreedAt": "2026-10-13T10:00:00+08:00", "clocks": AGREED},
    "verification.payee": {
        "payee": {"accountId": "acc-1", "holderMatch": "EXACT", "entitled": True, "bank": "ICBC"}
    },
    "execution.reserve": {"reservation": {"id": "R-1", "policyVersion": 4}},
    "execution.commit": {
        "obligation": {"id": "O-1", "amount": 56801.45, "state": "DUE"},
        "endorsement": {"no": "E-1"},
        "journalId": "J-1",
    },
    "execution.pay": {"payment": payment("SETTLED")},
    "execution.query_payment": {"payment": payment("SETTLED")},
    "execution.returned": {"obligation": {"id": "O-1", "amount": 56801.45, "state": "DUE"}},
    "execution.settle": {
        "obligation": {"id": "O-1", "amount": 56801.45, "state": "SETTLED"},
        "late": None,
    },
    "execution.release": {},
    "execution.reverse": {"reversal": {"journalId": "J-2", "policyVersion": 6}},
    "follow_up.letter": {"letter": {"communicationId": "L-1", "sha256": "abc"}},
    "follow_up.archive": {"archive": {"documents": 3, "sha256": "def"}},
    "anomaly.record": {"anomaly": {"id": "A-1"}},
    "anomaly.close": {},
    "feedback.survey": {"survey": {"id": "S-1"}},
    "feedback.record": {"recoveryNeeded": False},
    "feedback.recovery": {"recovery": {"id": "REC-1"}},
    "feedback.call_back": {"complaintId": None},
}


@cache
def files() -> Mapping[str, bytes]:
    """Every drawing and table of the shipped processes, by path."""
    found = sorted([*PROCESSES.glob("*/*.bpmn"), *PROCESSES.glob("*/*.dmn")])
    return {str(path.relative_to(PROCESSES)): path.read_bytes() for path in found}


@cache
def compilation() -> Compilation:
    """The bundle, compiled."""
    return compile_bundle(files())


AT_ANY_TIME = frozenset({
    "claim_reported",
    "intervention_notified",
    "withdrawn_establish",
    "withdrawn_prepare",
    "withdrawn_decide",
    "consent_revoked",
    "amended_establish",
    "amended_prepare",
    "asked_establish",
    "asked_prepare",
})  # fmt: skip
"""Messages that are listened for beside what the case waits for."""


class Story:
    """What a play told."""

    def __init__(self, world: World, result: Json, process: str = "contract_termination") -> None:
        self.process = process
        self.incidents: Sequence[Json] = result["incidents"]
        self.waiting: Sequence[Json] = result["waiting"]
        self.trace: Sequence[Json] = result["trace"]
        self.state: str = result["instances"][0]["state"]
        self.variables: Json = result["instances"][0]["variables"]
        self.shown: Mapping[str, Json] = {
            trace.element: cast("Json", (trace.detail or {})["variables"])
            for _, _, trace in world.trail
            if trace.event == "userTask"
        }
        """What people were shown, by user task; the last time it was offered."""

    def entered(self, element: str) -> int:
        """How often an element was entered."""
        return sum(
            line["element"] == element and line["event"] == "activated" and not line.get("body")
            for line in self.trace
        )

    def jobs(self, kind: str) -> list[Json]:
        """The inputs of every job of a type, in order."""
        return [line["variables"] for line in self.trace if line.get("job") == kind]

    def letters(self) -> list[str]:
        """The templates of the letters sent, in order."""
        return [str(job["template"]) for job in self.jobs("follow_up.letter")]

    def anomalies(self) -> list[tuple[str, str]]:
        """Class and reason of the anomalies recorded, in order."""
        return [(str(job["class"]), str(job["reason"])) for job in self.jobs("anomaly.record")]

    def people(self) -> list[str]:
        """The user tasks offered, in order."""
        return [
            str(line["element"])
            for line in self.trace
            if line.get("type") == "userTask" and line["event"] == "activated"
            and not line.get("body")
        ]  # fmt: skip

    def statuses(self) -> list[CaseStatus]:
        """The case's statuses, in order, as the journal would set them."""
        program = compilation().programs[self.process]
        found: list[CaseStatus] = []
        for line in self.trace:
            if line["event"] != "activated":
                continue
            node = program.nodes[program.ids[str(line["element"])]]
            status = node.properties.get("caseStatus")
            if status is not None and found[-1:] != [status]:
                found.append(cast("CaseStatus", status))
        return found

    def waits(self) -> set[str]:
        """What has to come before the case goes on; what may come at any time is left out."""
        return {
            str(one["element"])
            for one in self.waiting
            if one["for"] != "timer" and one["element"] not in AT_ANY_TIME
        }


def tell(
    *steps: Step,
    answers: Json | None = None,
    silent: Sequence[str] = (),
    clock: str = CLOCK,
    start: Json | None = None,
    process: str = "contract_termination",
) -> Story:
    """Play a case: ``answers`` replace those of activities, ``silent`` ones wait for a step."""
    given = {**ANSWERS, **(answers or {})}
    variables = {
        "caseId": "BQ-1",
        "policyNo": "P-1",
        "item": "TERMINATE",
        "channel": "COUNTER",
        "noticeArrivedAt": "2026-10-12T09:00:00+08:00",
        "startedBy": "clerk-0",
        "applicantPartyId": "party-1",
        "applicantRole": "PH",
        "request": REQUEST,
        **(start or {}),
    }
    scenario = read_scenario({
        "models": list(files()),
        "clock": clock,
        "workers": {
            name: answer if "throwError" in answer else {"complete": answer}
            for name, answer in given.items()
            if name not in silent
        },
        "steps": [{"start": process, "variables": variables}, *steps],
    })  # fmt: skip
    world = World(compilation().programs, scenario.clock, scenario.workers, scenario.limit)
    settle(world)
    for step in scenario.steps:
        take(world, step)
    return Story(world, told(world, None), process)


def decides(element: str, by: str, outcome: str = "approve") -> Step:
    """A person decides on a user task."""
    decision = {"outcome": outcome, "comment": "", "by": by, "at": CLOCK}
    return {"complete": element, "element": element, "variables": {"decision": decision}}


def says(message: str, key: str = "BQ-1", **variables: object) -> Step:
    """A message arrives."""
    return {"publish": message, "key": key, "variables": variables}


def advance(duration: str) -> Step:
    """Time passes."""
    return {"advance": duration}


CALL = "approval/customer_call/call_back"
CALLED = decides(CALL, "caller-2")
MADE: tuple[Step, ...] = (decides("make", "maker-1"), CALLED)
CHECKED: tuple[Step, ...] = (*MADE, decides("approval/check", "checker-2"))
APPROVED: tuple[Step, ...] = (*CHECKED, decides("approval/approve", "lead-3"))
"""The three people of scenario S3, and who called the customer: CNY 50,000 or more."""

ANSWERED = says("survey.answered", "S-1", csat=5, comment="好")

COOLING_OFF: Json = {
    "verification.policy": {
        "policy": {**POLICY, "flags": [], "coolingOffEndsAt": "2026-10-12T23:59:59+08:00"}
    },
    "execution.quote": {"quote": quote(11990, "COOLING_OFF")},
    "verification.risk_facts": {"riskFacts": {**FACTS, "netPayout": 11990, "policyAgeDays": 20}},
}


def at_rest(story: Story) -> bool:
    statuses = story.statuses()
    assert all(may_follow(one, other) for one, other in pairwise(statuses)), statuses
    return story.state == "completed" and not story.incidents and not story.waiting
