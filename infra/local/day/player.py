"""Plays one case through the API: asks, decides as people do, answers what the case waits for."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infra.local.day.caller import ApiCaller, Json, Refusal
from infra.local.day.scenarios import IDENTITY, SUBJECTS, Scenario

FINAL = frozenset(
    ("CLOSED", "WITHDRAWN", "REJECTED", "EXPIRED", "CANCELLED", "REVERSED", "SUPERSEDED")
)
PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.15

STAFF: Mapping[str, tuple[str, ...]] = {
    "L1": ("clerk-1", "clerk-2"),
    "L2": ("checker-1", "checker-2"),
    "L3": ("lead-1", "lead-2"),
    "L4": ("branch-1", "branch-2"),
    "L5": ("hq-1", "hq-2"),
    "L6": ("executive-1",),
    "risk-desk": ("risk-1", "risk-2"),
    "legal": ("legal-1",),
    "finance": ("finance-1",),
}
"""Who works on the tasks of which group, in order of preference."""


@dataclass(slots=True)
class Played:
    """What became of a scenario."""

    scenario: Scenario
    case_id: str = ""
    seconds: float = 0.0
    detail: Json = field(default_factory=dict)
    ledger: Json = field(default_factory=dict)
    deciders: list[str] = field(default_factory=list)
    trouble: str = ""
    is_recalled: bool = False
    """Played on an earlier day of the same data."""


class Player:
    """Plays scenarios on a running deployment."""

    def __init__(self, caller: ApiCaller, tell: Callable[[str], None]) -> None:
        self.caller = caller
        self.tell = tell

    async def play(self, scenario: Scenario) -> Played:
        """Play one case to its end; trouble is told in the result, never raised."""
        played = Played(scenario=scenario)
        begin = time.monotonic()
        try:
            played.case_id = await self._start(scenario)
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._attend(played)
            played.ledger = await self.caller.get("auditor-1", f"/v1/cases/{played.case_id}/ledger")
        except Refusal as refusal:
            played.trouble = str(refusal)
        except TimeoutError:
            played.trouble = f"Not finished after {PATIENCE_SECONDS:.0f} s: {_standing(played)}"
        played.seconds = time.monotonic() - begin
        return played

    async def _start(self, scenario: Scenario) -> str:
        documents = [await self._upload(scenario, kind) for kind in scenario.documents]
        body: Json = {
            "policyNo": scenario.policy_no,
            "item": scenario.item,
            "channel": scenario.channel,
            "applicant": {"partyId": f"PT-{scenario.subject}", "role": scenario.role},
            "request": {
                **_usual(scenario),
                "documentIds": documents,
                "identity": IDENTITY,
                **scenario.request,
            },
            **scenario.change,
        }
        if scenario.contact is not None:
            body["contact"] = dict(scenario.contact)
        if scenario.notice is not None:
            body["noticeArrivedAt"] = scenario.notice
        accepted = await self.caller.post("back-office", "/v1/cases", body)
        return str(accepted["caseId"])

    async def _upload(self, scenario: Scenario, kind: str) -> str:
        label = {
            "type": kind,
            "partyId": f"PT-{scenario.subject}",
            "policyNo": scenario.policy_no,
        }
        content = f"%PDF-1.4 {kind} {scenario.name}".encode()
        return await self.caller.upload("back-office", label, content)

    async def recall(self, scenario: Scenario, case_id: str) -> Played:
        """Look at a case that an earlier day played; who decided is not asked again."""
        detail = await self.caller.get("auditor-1", f"/v1/cases/{case_id}")
        ledger = await self.caller.get("auditor-1", f"/v1/cases/{case_id}/ledger")
        return Played(
            scenario=scenario,
            case_id=case_id,
            seconds=_lived(detail),
            detail=detail,
            ledger=ledger,
            is_recalled=True,
        )

    async def _attend(self, played: Played) -> None:
        """Look at the case again and again, and do what it waits for."""
        done: set[tuple[str, str]] = set()
        decided: Counter[str] = Counter()
        while True:
            detail = await self.caller.get("auditor-1", f"/v1/cases/{played.case_id}")
            if detail["status"] != played.detail.get("status"):
                self.tell(f"{played.scenario.name}: {detail['status']}")
            played.detail = detail
            if detail["finishedAt"] is not None or _is_left(played.scenario, detail):
                return
            for wait in detail["waits"]:
                await self._answer(played, wait, done)
            for task in detail["tasks"]:
                await self._decide(played, task, decided)
            await asyncio.sleep(POLL_SECONDS)

    async def _decide(self, played: Played, task: Json, decided: Counter[str]) -> None:
        element = str(task["element"]).rpartition("/")[2]
        outcomes = played.scenario.decisions.get(element, ())
        given = outcomes[decided[element]] if decided[element] < len(outcomes) else "approve"
        operator = _worker(task)
        body = {
            "outcome": given if task["act"] == "decision" else "done",
            "contentHash": task["contentHash"],
            "comment": f"{given}: {played.scenario.story}",
        }
        path = f"/v1/tasks/{task['taskId']}/complete"
        await self.caller.post(operator, path, body)
        decided[element] += 1
        played.deciders.append(operator)

    async def _answer(self, played: Played, wait: Json, done: set[tuple[str, str]]) -> None:
        element = str(wait["element"] or "").rpartition("/")[2]
        place = (element, str(wait["since"]))
        if wait["waitsFor"] != "message" or place in done:
            return
        named = await self._message(played, element)
        if named is None:
            return
        name, variables = named
        done.add(place)
        body = {"name": name, "key": wait["key"], "variables": variables}
        await self.caller.post("back-office", "/v1/messages", body)

    async def _message(self, played: Played, element: str) -> tuple[str, Mapping[str, Any]] | None:
        scenario = played.scenario
        if element in scenario.messages:
            return scenario.messages[element]
        if element == "documents_supplemented":
            supplied = [await self._upload(scenario, kind) for kind in scenario.supplement]
            return "documents.supplemented", {"documentIds": supplied}
        if element == "survey_answered":
            return "survey.answered", {"csat": 5, "comment": "Quick and clear."}
        if element == "loss_acknowledged":
            return "loss-statement.acknowledged", {}
        return None


def _lived(detail: Json) -> float:
    """Return how long a finished case took, in business time."""
    if detail["finishedAt"] is None:
        return 0.0
    begun, ended = (datetime.fromisoformat(detail[at]) for at in ("acceptedAt", "finishedAt"))
    return (ended - begun).total_seconds()


def _is_left(scenario: Scenario, detail: Json) -> bool:
    """Tell whether the case stands where it is left: at a task for somebody else, or waiting."""
    at = (*detail["tasks"], *detail["waits"])
    open_ = {str(one["element"] or "").rpartition("/")[2] for one in at}
    return scenario.left_at is not None and scenario.left_at in open_


def _usual(scenario: Scenario) -> Json:
    """Return what a request of the item usually says."""
    if scenario.change or scenario.item == "CONTACT":
        return {}
    return {"payeeAccountId": _account(scenario), "lossAcknowledged": False}


def _account(scenario: Scenario) -> str:
    """Return the account to pay to: the holder's first of the sample book."""
    subject = scenario.subject
    return f"AC-{subject}" if scenario.policy_no in SUBJECTS else f"AC-{subject}-1"


def _worker(task: Json) -> str:
    excluded = set(task["shown"].get("excluded") or ())
    for group in task["candidateGroups"]:
        for operator in STAFF.get(group, ()):
            if operator not in excluded:
                return operator
    raise Refusal(f"Nobody may work on {task['name']} of {task['candidateGroups']}.")


def _standing(played: Played) -> str:
    detail = played.detail
    waits = [f"{wait['waitsFor']} at {wait['element']}" for wait in detail.get("waits", ())]
    stuck = [f"{found['element']}: {found['message']}" for found in detail.get("incidents", ())]
    return f"{detail.get('status')}; waits {waits}; incidents {stuck}"
