"""Plays one case through the API: asks, decides as people do, answers what the case waits for."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infra.local.day.caller import ApiCaller, Json, Refusal
from infra.local.day.scenario import IDENTITY, Place, Scenario
from workflows.domain.call_back import ASKS

FINAL = frozenset(
    ("CLOSED", "WITHDRAWN", "REJECTED", "EXPIRED", "CANCELLED", "REVERSED", "SUPERSEDED")
)
PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.25
HEARD: Json = {
    "identityVerified": True, "askedFor": True, "knowsTerms": True,
    "wasPromised": False, "handedOver": False,
}  # fmt: skip
"""What a customer answers who is called back, and to whom nothing happened."""
_LEFT = "left"
"""Where a case is that nobody looks at any more."""

STAFF: Mapping[str, tuple[str, ...]] = {
    "L1": ("clerk-1", "clerk-2"),
    "L2": ("checker-1", "checker-2"),
    "L3": ("lead-1", "lead-2"),
    "L4": ("branch-1", "branch-2"),
    "L5": ("hq-1", "hq-2"),
    "L6": ("executive-1",),
    "risk-desk": ("risk-1", "risk-2"),
    "aml-desk": ("aml-1",),
    "legal": ("legal-1",),
    "underwriting": ("underwriter-1",),
    "claims": ("claims-1",),
    "finance": ("finance-1", "finance-2"),
    "privacy": ("privacy-1",),
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
    refused: list[str] = field(default_factory=list)
    """The problems that met those who tried what they may not do."""
    trouble: str = ""
    is_recalled: bool = False
    """Played on an earlier day of the same data."""


class Player:
    """Plays scenarios on a running deployment."""

    def __init__(self, caller: ApiCaller, tell: Callable[[str], None]) -> None:
        self.caller = caller
        self.tell = tell
        self._reached: set[Place] = set()
        """Where each case of the day has been: another may wait for that."""
        self._moved = asyncio.Condition()

    async def until(self, place: Place) -> None:
        """Wait until another case of the day has come so far, or has been left."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._is_past(place))

    def _is_past(self, place: Place) -> bool:
        return bool({place, (place[0], _LEFT)} & self._reached)

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
        await self._note(scenario.name, _LEFT)
        return played

    async def _start(self, scenario: Scenario) -> str:
        documents = [await self._upload(scenario, kind) for kind in scenario.documents]
        body: Json = {
            "policyNo": scenario.policy_no,
            "item": scenario.item,
            "channel": scenario.channel,
            "applicant": {"partyId": scenario.party_id, "role": scenario.role},
            "request": {
                **scenario.usual,
                "documentIds": documents,
                "identity": IDENTITY,
                **scenario.request,
            },
            **scenario.change,
        }
        if scenario.notice is not None:
            body["noticeArrivedAt"] = scenario.notice
        accepted = await self.caller.post("back-office", "/v1/cases", body)
        return str(accepted["caseId"])

    async def _upload(self, scenario: Scenario, kind: str) -> str:
        label = {"type": kind, "partyId": scenario.party_id, "policyNo": scenario.policy_no}
        content = f"%PDF-1.4 {kind} {scenario.name}".encode()
        return await self.caller.upload("back-office", label, content)

    async def recall(self, scenario: Scenario, case_id: str) -> Played:
        """Look at a case that an earlier day played; who decided is not asked again."""
        detail = await self.caller.get("auditor-1", f"/v1/cases/{case_id}")
        ledger = await self.caller.get("auditor-1", f"/v1/cases/{case_id}/ledger")
        await self._note(scenario.name, _LEFT)
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
            await self._note(played.scenario.name, str(detail["status"]), *_open(detail))
            if detail["finishedAt"] is not None or _is_left(played.scenario, detail):
                return
            for wait in detail["waits"]:
                await self._answer(played, wait, done)
            for task in detail["tasks"]:
                await self._decide(played, task, decided)
            await asyncio.sleep(POLL_SECONDS)

    async def _note(self, name: str, *places: str) -> None:
        async with self._moved:
            self._reached |= {(name, place) for place in places}
            self._moved.notify_all()

    def _is_held(self, scenario: Scenario, element: str) -> bool:
        """Tell whether something must not be touched yet, or ever."""
        if element not in scenario.holds:
            return False
        place = scenario.holds[element]
        return place is None or not self._is_past(place)

    async def _decide(self, played: Played, task: Json, decided: Counter[str]) -> None:
        scenario, element = played.scenario, _last(task)
        if self._is_held(scenario, element):
            return
        outcomes = scenario.decisions.get(element, ())
        given = outcomes[decided[element]] if decided[element] < len(outcomes) else "approve"
        if element in scenario.tries and not decided[element]:
            await self._tries(played, task, given)
        operator = scenario.desk.get(element) or _worker(task)
        if element in scenario.hands_over and not decided[element]:
            await self._hand_over(task, scenario.hands_over[element], operator)
        await self._complete(operator, task, given, scenario.story)
        decided[element] += 1
        played.deciders.append(operator)

    async def _tries(self, played: Played, task: Json, given: str) -> None:
        """Let somebody try who may not, and note what was in the way."""
        somebody = played.scenario.tries[_last(task)]
        try:
            await self._complete(somebody, task, given, "tries")
        except Refusal as refusal:
            played.refused.append(refusal.problem)

    async def _hand_over(self, task: Json, absent: str, colleague: str) -> None:
        path = f"/v1/tasks/{task['taskId']}"
        await self.caller.post(absent, f"{path}/claim", {})
        order = {"to": colleague, "comment": "called away"}
        await self.caller.post(absent, f"{path}/delegate", order)

    async def _complete(self, operator: str, task: Json, given: str, why: str) -> None:
        body = {
            "outcome": given if task["act"] == "decision" else "done",
            "contentHash": task["contentHash"],
            "comment": f"{given}: {why}",
            "variables": {"answers": HEARD} if task["asks"] == ASKS else {},
        }
        await self.caller.post(operator, f"/v1/tasks/{task['taskId']}/complete", body)

    async def _answer(self, played: Played, wait: Json, done: set[tuple[str, str]]) -> None:
        element = _last(wait)
        place = (element, str(wait["since"]))
        if wait["waitsFor"] != "message" or place in done:
            return
        if self._is_held(played.scenario, element):
            return
        if element == played.scenario.dies_at:
            done.add(place)
            await self.caller.post(
                "back-office", f"/v1/cases/{played.case_id}/applicant-death", _DEATH
            )
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
        return _ANSWERS.get(element)


_DEATH: Json = {"diedOn": "2026-10-11", "reason": "The family called."}
_ANSWERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "survey_answered": (
        "survey.answered",
        {"csat": 5, "effort": 6, "nps": 9, "comment": "Quick and clear."},
    ),
    "loss_acknowledged": ("loss-statement.acknowledged", {}),
}
"""What customers answer unless a case says otherwise."""


def _lived(detail: Json) -> float:
    """Return how long a finished case took, in business time."""
    if detail["finishedAt"] is None:
        return 0.0
    begun, ended = (datetime.fromisoformat(detail[at]) for at in ("acceptedAt", "finishedAt"))
    return (ended - begun).total_seconds()


def _last(one: Json) -> str:
    """Return the last part of the element at which something is open."""
    return str(one["element"] or "").rpartition("/")[2]


def _open(detail: Json) -> set[str]:
    return {_last(one) for one in (*detail["tasks"], *detail["waits"])}


def _is_left(scenario: Scenario, detail: Json) -> bool:
    """Tell whether the case stands where it is left: at a task for somebody else, or waiting."""
    return scenario.left_at is not None and scenario.left_at in _open(detail)


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
    tasks = [f"{task['element']} for {task['candidateGroups']}" for task in detail.get("tasks", ())]
    stuck = [f"{found['element']}: {found['message']}" for found in detail.get("incidents", ())]
    return f"{detail.get('status')}; waits {waits}; tasks {tasks}; incidents {stuck}"
