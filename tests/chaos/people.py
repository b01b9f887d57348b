"""Those who use the system meanwhile: patient, forgetful of answers, never of their keys."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from infra.local.day.player import FINAL, HEARD, STAFF
from infra.local.day.scenario import IDENTITY
from tests.chaos.plan import ENDS, CasePlan
from workflows.domain.call_back import ASKS

Json = dict[str, Any]
OPERATORS = frozenset(itertools.chain.from_iterable(STAFF.values()))
EAGER_MAKER = "lead-1"
"""Makes what he may check by his level, and tries to."""
AGAIN = frozenset((429, 500, 502, 503, 504))
"""No definite answer: ask again by the same key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing somebody asked for, and what was answered."""

    what: str
    case: str
    status: int
    """0: never answered."""
    content: Json


@dataclass(kw_only=True)
class Office:
    """Everybody's way to the API, and the notes of what was answered."""

    http: httpx.AsyncClient
    until: float
    """When (monotonic) everybody gives up."""
    pause: float = 0.4
    """Seconds between two looks at a case."""
    notes: list[Told] = field(default_factory=list)
    server_errors: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    """What had to be asked again, and why."""
    _tokens: dict[str, str] = field(default_factory=dict)

    async def get(self, operator: str, path: str, **parameters: Any) -> Json:
        """Read, as long as it takes."""
        answer = await self.ask(operator, "GET", path, params=parameters)
        answer.raise_for_status()
        content: Json = answer.json()
        return content

    async def post(self, operator: str, path: str, key: str, **options: Any) -> httpx.Response:
        """Do something, asking again by its key until there is a definite answer."""
        headers = {"Idempotency-Key": key, **options.pop("headers", {})}
        return await self.ask(operator, "POST", path, headers=headers, **options)

    async def ask(self, operator: str, method: str, path: str, **options: Any) -> httpx.Response:
        """Send until there is a definite answer."""
        headers = options.pop("headers", {})
        while True:
            try:
                bearer = {"Authorization": f"Bearer {await self._token(operator)}"}
                answer = await self.http.request(
                    method, path, headers={**headers, **bearer}, **options
                )
            except httpx.TransportError as error:
                why = type(error).__name__
            else:
                if answer.status_code not in AGAIN and answer.status_code != 401:
                    return answer
                why = str(answer.status_code)
                if answer.status_code == 401:
                    self._tokens.pop(operator, None)
                elif answer.status_code == 500:
                    self.server_errors.append(f"{method} {path}")
            self.repeated.append(f"{why} {method} {path}")
            if time.monotonic() > self.until:
                raise TimeoutError(f"{method} {path}")
            await asyncio.sleep(self.pause)

    async def _token(self, operator: str) -> str:
        if operator not in self._tokens:
            answer = await self.http.post("/dev/token", json={"operator": operator})
            if not answer.is_success:
                raise httpx.ReadError(f"{answer.status_code}")  # no token now: ask again
            self._tokens[operator] = answer.json()["token"]
        return self._tokens[operator]


@dataclass(kw_only=True)
class Life:
    """One case as people live it."""

    plan: CasePlan
    office: Office
    case_id: str = ""
    page: Json = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    """Answers that must never be given."""
    incidents: list[str] = field(default_factory=list)
    """What was stuck and had to be tried again."""
    _tries: itertools.count[int] = field(default_factory=itertools.count)
    _said: set[tuple[str, str]] = field(default_factory=set)
    _decided: Counter[str] = field(default_factory=Counter)

    async def lived(self) -> None:
        """Live it to its end, or until everybody gives up; the invariants say what stands where."""
        try:
            await self.live()
        except TimeoutError:
            return
        except httpx.HTTPStatusError as error:
            self.wrong.append(f"{error.response.status_code} {error.response.text[:200]}")

    async def live(self) -> None:
        """Ask, then do what the case waits for until it has ended."""
        await self._begin()
        while True:
            self.page = await self.office.get("auditor-1", f"/v1/cases/{self.case_id}")
            if self.page["finishedAt"] is not None or self.page["status"] in FINAL:
                return
            for wait in self.page["waits"]:
                await self._answer(wait)
            for incident in self.page["incidents"]:
                await self._mend(incident)
            if self.plan.fate != "withdraw":
                for task in self.page["tasks"]:
                    await self._decide(task)
            if time.monotonic() > self.office.until:
                return
            await asyncio.sleep(self.office.pause)

    # asking

    async def _begin(self) -> None:
        plan = self.plan
        documents = [await self._upload(kind) for kind in ("APPLICATION_FORM", "APPLICANT_ID")]
        body: Json = {
            "policyNo": plan.policy_no,
            "item": "TERMINATE",
            "channel": "COUNTER",
            "applicant": {"partyId": f"PT-{plan.subject}", "role": "PH"},
            "request": {
                "payeeAccountId": f"AC-{plan.subject}",
                "documentIds": documents,
                "identity": IDENTITY,
                "lossAcknowledged": True,
            },
        }
        answer = await self._start(body)
        self.case_id = answer["caseId"]
        if plan.asked_twice and (await self._start(body))["caseId"] != self.case_id:
            self.wrong.append("the same request under the same key led to another case")
        if plan.asked_otherwise:
            other = {**body, "channel": "APP"}
            asked = await self.office.post("back-office", "/v1/cases", plan.key, json=other)
            if asked.status_code != 422:
                self.wrong.append(f"another request under the key got {asked.status_code}")

    async def _start(self, body: Json) -> Json:
        answer = await self.office.post("back-office", "/v1/cases", self.plan.key, json=body)
        self._note("start", answer)
        answer.raise_for_status()
        content: Json = answer.json()
        return content

    async def _upload(self, kind: str) -> str:
        plan = self.plan
        answer = await self.office.post(
            "back-office",
            "/v1/documents",
            f"{plan.key}-{kind}",
            params={"type": kind, "partyId": f"PT-{plan.subject}", "policyNo": plan.policy_no},
            content=f"%PDF-1.4 {kind} {plan.number}".encode(),
            headers={"Content-Type": "application/pdf"},
        )
        answer.raise_for_status()
        return str(answer.json()["documentId"])

    # answering

    async def _answer(self, wait: Json) -> None:
        element = str(wait["element"] or "").rpartition("/")[2]
        said = (element, str(wait["key"]))
        if wait["waitsFor"] != "message" or said in self._said:
            return
        named = self._message(element)
        if named is None:
            return
        name, variables = named
        body = {"name": name, "key": wait["key"], "id": f"{self.plan.key}-{element}"}
        answer = await self.office.post(
            "back-office",
            "/v1/messages",
            f"{self.plan.key}-message-{element}",
            json={**body, "variables": variables, "ttl": "PT1H"},
        )
        self._note(f"message {name}", answer)
        self._said.add(said)

    def _message(self, element: str) -> tuple[str, Mapping[str, Any]] | None:
        if element.startswith("withdrawn") and self.plan.fate == "withdraw":
            return "customer.withdrawn", {}
        if element == "survey_answered":
            return "survey.answered", {"csat": 5}
        if element == "loss_acknowledged":
            return "loss-statement.acknowledged", {}
        return None

    # mending

    async def _mend(self, incident: Json) -> None:
        """Have it tried again, as people on call do when the machine is back."""
        self.incidents.append(f"{incident['element']}: {incident['code']} {incident['message']}")
        await asyncio.sleep(3)
        key = f"{self.plan.key}-incident-{next(self._tries)}"
        path = f"/v1/incidents/{incident['incidentId']}/resolve"
        body = {"reason": "the machine is back"}
        self._note("incident", await self.office.post("ops-1", path, key, json=body))

    # deciding

    async def _decide(self, task: Json) -> None:
        element = str(task["element"]).rpartition("/")[2]
        makers = task["shown"].get("excluded") or ()
        own = [maker for maker in makers if maker in OPERATORS]
        if self.plan.maker_checks and own:
            await self._overstep(task, own[0])
        outcome = self._outcome(task, element)
        eager = self.plan.maker_checks and element == "make"
        worker = EAGER_MAKER if eager else self._worker(task, makers)
        answer = await self._complete(worker, task, outcome)
        self._note(f"decision {element}", answer)
        if answer.is_success:
            self._decided[element] += 1

    async def _overstep(self, task: Json, maker: str) -> None:
        answer = await self._complete(maker, task, "approve")
        if answer.is_success:
            self.wrong.append(f"{maker} approved what {maker} had made")

    async def _complete(self, operator: str, task: Json, outcome: str) -> httpx.Response:
        body: Json = {"outcome": outcome, "contentHash": task["contentHash"], "comment": outcome}
        if task["asks"] == ASKS:
            body["variables"] = {"answers": HEARD}
        key = f"{self.plan.key}-decision-{next(self._tries)}"
        path = f"/v1/tasks/{task['taskId']}/complete"
        return await self.office.post(operator, path, key, json=body)

    def _outcome(self, task: Json, element: str) -> str:
        if task["act"] != "decision":
            return "done"
        if self.plan.fate == "reject" and element in ("check", "approve"):
            return "reject"
        if self.plan.fate == "return" and element == "check" and not self._decided[element]:
            return "return"
        return "approve"

    def _worker(self, task: Json, makers: Any) -> str:
        for group in task["candidateGroups"]:
            for operator in STAFF.get(group, ()):
                if operator not in makers:
                    return operator
        raise AssertionError(f"nobody may work on {task['name']} of {task['candidateGroups']}")

    def _note(self, what: str, answer: httpx.Response) -> None:
        case, status = self.case_id, answer.status_code
        content = answer.json() if answer.content else {}
        self.office.notes.append(Told(what=what, case=case, status=status, content=content))

    @property
    def expected(self) -> str:
        """How the case must end."""
        return ENDS[self.plan.fate]
