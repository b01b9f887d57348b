"""What must hold after every step of every sequence, judged from the rows alone.

Each invariant yields what breaks it. The rules are stated here once more, from the domain
reference and not from the product's own code, so that both would have to be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from tests.items.books import (
    contracts_live_lawfully,
    dividends_and_suspense_are_on_the_ledger,
    every_contract_has_its_parties,
    journals_balance,
    loans_are_on_the_ledger,
    money_goes_to_the_entitled,
    shares_are_whole,
    the_bank_pays_once,
    what_is_owed_is_on_the_ledger,
)
from tests.items.evidence import Evidence, Row, plain
from workflows.domain.items import CATALOGUE

Invariant = Callable[[Evidence], Iterator[str]]
DONE = frozenset(
    ("CLOSED", "WITHDRAWN", "REJECTED", "EXPIRED", "CANCELLED", "REVERSED", "SUPERSEDED")
)
CHECKING = 2
SHANGHAI = timedelta(hours=8)


def moment(text: str) -> datetime:
    """A moment as the database keeps it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- cases ------------------------------------------------------------------------------------

_MAIN = (
    "SUBMITTED", "AWAITING_SUPPLEMENT", "ACCEPTED", "VERIFYING", "RISK_HOLD", "UNDERWRITING",
    "APPROVAL", "AWAITING_PREMIUM", "RESERVED", "EXECUTING", "PAYOUT_PENDING", "COMPLETED",
    "FOLLOW_UP", "CLOSED",
)  # fmt: skip
_NO_WAY_BACK = _MAIN.index("PAYOUT_PENDING")
_UNDONE = frozenset(("COMPENSATING", "CANCELLED", "REVERSED", "SUPERSEDED"))


def cases_go_their_way(found: Evidence) -> Iterator[str]:
    """Nothing comes after the end; what is carried out is not verified or decided any more."""
    for case in found.rows["cases"]:
        way = found.statuses.get(case["id"], [])
        if way and _ended_from_outside(case, way[-1]) != case["status"]:
            yield f"{case['id']} is {case['status']}, its journal says {way[-1]}"
        if (case["status"] in DONE) != (case["finished_at"] is not None):
            yield f"{case['id']} is {case['status']}, finished at {case['finished_at']}"
        for status, following in pairwise(way):
            if not _may_follow(status, following):
                yield f"{case['id']}: {following} after {status}"


def _ended_from_outside(case: Row, told: str) -> str:
    """Where its model left a case, or where operations did."""
    if case["outcome"] != "terminated" or told in DONE:
        return told
    return "CLOSED" if told in {"COMPLETED", "FOLLOW_UP"} else "CANCELLED"


def _may_follow(status: str, following: str) -> bool:
    if status in DONE:
        return False
    if status == "COMPENSATING":
        return following in _UNDONE
    return status not in _MAIN[_NO_WAY_BACK:] or _goes_on(status, following)


def _goes_on(status: str, following: str) -> bool:
    if following in _UNDONE:
        return True
    return following in _MAIN and _MAIN.index(following) > _MAIN.index(status)


def money_moves_for_those_who_are_done(found: Evidence) -> Iterator[str]:
    """A case that was refused or withdrawn paid nothing and changed nothing."""
    versions = found.by("policy_versions", "case_id")
    obligations = found.by("obligations", "case_id")
    for case in found.rows["cases"]:
        name, status = case["id"], case["status"]
        if status in {"WITHDRAWN", "REJECTED", "EXPIRED"} and not _is_watch(case):
            kept = [row for row in versions[name] if row["reversed_by"] is None]
            kept = [row for row in kept if row["cause"] not in _NO_CHANGE]
            if kept:
                yield f"{name} is {status}, it made {[row['cause'] for row in kept]}"
            for owed in obligations[name]:
                if owed["direction"] == "OUT" and owed["state"] != "CANCELLED":
                    yield f"{name} is {status}, it owes {owed['amount_minor']}"
        if status == "CLOSED":
            for owed in obligations[name]:
                if owed["state"] not in {"SETTLED", "CANCELLED"}:
                    yield f"{name} is CLOSED, {owed['amount_minor']} is {owed['state']}"


_NO_CHANGE = frozenset(("REVERSAL",))


def _is_watch(case: Row) -> bool:
    """Claims note the claim on the policy whatever becomes of it."""
    return str(case["item"]) == "CLAIM_HANDOFF"


_WITHOUT_MONEY = frozenset((
    "BENEFICIARY_CHANGE", "POLICYHOLDER_CHANGE", "CONTACT", "SIGNATURE_CHANGE", "APL_OPTION",
    "DIVIDEND_OPTION", "ANNUITY_OPTION", "PLEDGE", "PLEDGE_RELEASE", "POLICY_REISSUE",
    "LOSS_REPORT", "LOSS_RELEASE", "POLICY_TRANSFER_BRANCH",
))  # fmt: skip


# --- people -----------------------------------------------------------------------------------


def nobody_decides_on_his_own(found: Evidence) -> Iterator[str]:
    """Maker, checker, approver and releaser are different people, each entitled when it counts."""
    tasks = {(row["instance_id"], row["key"]): row for row in found.rows["human_tasks"]}
    operators = {row["id"]: row for row in found.rows["operators"]}
    cases = {row["id"]: row for row in found.rows["cases"]}
    certificates = {row["id"]: row for row in found.rows["qualifications"]}
    for case, deeds in found.by("human_task_deeds", "case_id").items():
        done = [row for row in deeds if row["act"] == "complete"]
        told = [(deed, tasks[deed["instance_id"], deed["key"]]) for deed in done]
        told.sort(key=lambda one: one[0]["no"])
        for deed, task in told:
            certificate = certificates.get(deed["certificate_id"])
            if certificate is None or not _counts(certificate, deed, cases[case]["item"]):
                yield f"{case}: {deed['actor']} had no certificate at {deed['element']}"
            if operators[deed["actor"]]["level"] < _level(task):
                yield f"{case}: {deed['actor']} decided at L{_level(task)}"
            if deed["outcome"] == "approve":
                yield from _beyond(found, case, task, deed)
        approved = [(deed, _level(task)) for deed, task in told if deed["outcome"] == "approve"]
        yield from (f"{case}: {fault}" for fault in _his_own(cases[case]["started_by"], approved))


def _his_own(starter: str, approved: list[tuple[Row, int]]) -> Iterator[str]:
    """Who approved what he had asked for, made, or approved; a new check begins anew."""
    makers: set[str] = {starter}
    before: set[str] = set()
    for deed, level in approved:
        if level < CHECKING:
            if level:
                makers.add(deed["actor"])
            continue
        if deed["element"].endswith("/check"):
            before.clear()
        if deed["actor"] in makers:
            yield f"{deed['actor']} approved what is his own at {deed['element']}"
        if deed["actor"] in before:
            yield f"{deed['actor']} approved twice at {deed['element']}"
        before.add(deed["actor"])


def _level(task: Row) -> int:
    said = plain(task["variables"]).get("requiredLevel")
    if isinstance(said, str) and said.startswith("L"):
        return int(said[1:])
    return 0 if said is None else int(float(said))


def _counts(certificate: Row, deed: Row, item: str) -> bool:
    """Valid; or ended lately, where no money moves, which the deed then says."""
    at, grace, revoked = deed["at"], deed["in_grace_until"], certificate["revoked_at"]
    if not certificate["valid_from"] <= at or (revoked is not None and revoked <= at):
        return False
    if grace is None:
        return bool(at < certificate["valid_to"])
    return certificate["valid_to"] <= at < grace and item in _WITHOUT_MONEY


def _beyond(found: Evidence, case: str, task: Row, deed: Row) -> Iterator[str]:
    """Above the limit of the level at which it was approved."""
    amount = plain(task["variables"]).get("amount")
    if amount is None or task["headers"].get("act") != "decision":
        return
    item = next(row["item"] for row in found.rows["cases"] if row["id"] == case)
    limits = [
        row for row in found.all("authority_limits", item=item) if row["level"] <= deed["level"]
    ]
    limit = max(limits, key=lambda row: row["level"], default=None)
    if limit is None:
        yield f"{case}: {deed['actor']} approved {amount} without a limit"
    elif limit["maximum_minor"] is not None and float(amount) * 100 > limit["maximum_minor"]:
        yield f"{case}: {deed['actor']} approved {amount} at L{limit['level']}"


# --- clocks -----------------------------------------------------------------------------------

_LAW = {
    **dict.fromkeys(("TERMINATE", "PARTIAL", "EX_GRATIA_SURRENDER"), "K-SUR"),
    "REINSTATEMENT": "K-REI",
}
_DAYS = {"CN": 30, "HK": 60}
"""In which a surrender is paid: 保险法 art. 47; a pledge of service."""
_ASKED_FOR = frozenset(item.process for item in CATALOGUE.values()) - {"renewal_premium"}
"""What somebody asks for; premiums, lists and watches begin by the calendar."""


def clocks_are_there(found: Evidence) -> Iterator[str]:
    """Who was taken in has the clocks of acceptance and notice, and those of law on the item."""
    clocks = found.by("clocks", "case_id")
    for case in found.rows["cases"]:
        known = {row["rule_id"]: row for row in clocks[case["id"]]}
        is_taken_in = len(found.statuses.get(case["id"], [])) > 1
        if case["process_id"] not in _ASKED_FOR or not is_taken_in or case["duplicate_of"]:
            continue
        wanted = {"K-ACC", "K-ONE", *filter(None, [_LAW.get(case["item"])])}
        if missing := wanted - known.keys():
            yield f"{case['id']} has no clock {sorted(missing)}"
        law = known.get("K-SUR")
        if law is not None and law["started_at"] != case["notice_arrived_at"]:
            yield f"{case['id']}: K-SUR does not start when the notice arrived"
        days = _DAYS["HK" if str(case["pack"]).startswith("hk-") else "CN"]
        if law is not None and not _is_days(law, days):
            yield f"{case['id']}: K-SUR does not end after {days} days: {law['due_strict']}"


def _is_days(clock: Row, days: int) -> bool:
    began = (moment(clock["started_at"]) + SHANGHAI).date()
    return (moment(clock["due_strict"]) + SHANGHAI).date() == began + timedelta(days=days)


def clocks_are_never_lost(found: Evidence) -> Iterator[str]:
    """A clock stays; a state once reached is never left; its end moves by a pause alone."""
    if found.before is None:
        return
    now = {(row["case_id"], row["rule_id"]): row for row in found.rows["clocks"]}
    pauses = len(found.rows["clock_pauses"]), len(found.before.rows["clock_pauses"])
    for row in found.before.rows["clocks"]:
        name = f"{row['rule_id']} of {row['case_id']}"
        is_ = now.get((row["case_id"], row["rule_id"]))
        if is_ is None:
            yield f"{name} is gone"
            continue
        if row["state"] != "RUNNING" and is_["state"] != row["state"]:
            yield f"{name} was {row['state']} and is {is_['state']}"
        if is_["started_at"] != row["started_at"]:
            yield f"{name} starts at another time"
        if is_["due_strict"] != row["due_strict"] and pauses[0] == pauses[1]:
            yield f"{name} ends at another time without a pause"


def clocks_end_with_their_cases(found: Evidence) -> Iterator[str]:
    """None runs for a case that has ended."""
    ended = {row["id"] for row in found.rows["cases"] if row["finished_at"] is not None}
    for row in found.all("clocks", state="RUNNING"):
        name = f"{row['rule_id']} of {row['case_id']}"
        if row["case_id"] in ended:
            yield f"{name} runs, the case has ended"


GRACE = timedelta(minutes=2)


def clocks_are_met_in_time(found: Evidence) -> Iterator[str]:
    """What is MET was closed by its end; what is BREACHED was not."""
    breached = {
        (row["case_id"], row["reason"]) for row in found.all("anomalies", **{"class": "SLA"})
    }
    for row in found.rows["clocks"]:
        if (
            row["state"] == "BREACHED"
            and not {(row["case_id"], f"{row['rule_id']}_BREACH")} & breached
        ):
            yield f"{row['rule_id']} of {row['case_id']} is BREACHED, no record says so"
        if row["closed_at"] is None:
            continue
        is_late = moment(row["closed_at"]) > moment(row["due_strict"]) + GRACE
        if row["state"] != "BREACHED" and is_late and row["paused_at"] is None:
            yield f"{row['rule_id']} of {row['case_id']} is {row['state']} at {row['closed_at']}"
        if row["state"] == "BREACHED" and moment(row["closed_at"]) < moment(row["due_strict"]):
            yield f"{row['rule_id']} of {row['case_id']} is BREACHED at {row['closed_at']}"


# --- order ------------------------------------------------------------------------------------


def nothing_is_left_behind(found: Evidence) -> Iterator[str]:
    """Who has ended holds nothing up: no lock, no reservation, no task, no wait."""
    ended = {row["id"] for row in found.rows["cases"] if row["finished_at"] is not None}
    for row in found.rows["policy_locks"]:
        if row["case_id"] in ended:
            yield f"{row['case_id']} has ended and holds {row['policy_no']}"
    for row in found.rows["reservations"]:
        if row["case_id"] in ended and row["state"] == "ACTIVE":
            yield f"{row['case_id']} has ended and reserves {row['policy_no']}"
    for row in found.rows["human_tasks"]:
        if row["case_id"] in ended and row["closed_at"] is None:
            yield f"{row['case_id']} has ended, {row['element']} is open"
    for row in found.rows["waits"]:
        if row["case_id"] in ended:
            yield f"{row['case_id']} has ended and waits at {row['element']}"


def everybody_waits_for_something(found: Evidence) -> Iterator[str]:
    """A case that has not ended has a task, a wait or an incident."""
    reasons = {row["case_id"] for row in found.rows["waits"]}
    reasons |= {row["case_id"] for row in found.rows["human_tasks"] if row["closed_at"] is None}
    reasons |= {row["case_id"] for row in found.all("incidents", closed_at=None)}
    for case in found.rows["cases"]:
        if case["finished_at"] is None and case["id"] not in reasons:
            yield f"{case['id']} is {case['status']} and waits for nothing"


_TOO_LATE = ("POLICY_REPORTED_LOST", "UNKNOWN_PARTY: Somebody who is named was erased")
"""After everything was decided: a person looks before anything is carried out."""


def nobody_is_stuck(found: Evidence) -> Iterator[str]:
    """What people do never stops a case: every refusal is drawn, but for what came too late."""
    for row in found.rows["incidents"]:
        if row["source"] == "case" and not row["message"].startswith(_TOO_LATE):
            yield f"{row['case_id']}: {row['code']} at {row['element']}: {row['message']}"


def every_step_is_known(found: Evidence) -> Iterator[str]:
    """Models tell statuses that may follow each other; lists and watches tell none of a request."""
    for row in found.rows["anomalies"]:
        if row["reason"].startswith("CASE_STATUS"):
            yield f"{row['case_id']}: {row['reason']} {row['detail']} at {row['element']}"


INVARIANTS: Mapping[str, Invariant] = {
    "journals balance": journals_balance,
    "loans are on the ledger": loans_are_on_the_ledger,
    "what is kept is on the ledger": dividends_and_suspense_are_on_the_ledger,
    "what is owed is on the ledger": what_is_owed_is_on_the_ledger,
    "money goes to the entitled": money_goes_to_the_entitled,
    "the bank pays once": the_bank_pays_once,
    "shares are whole": shares_are_whole,
    "every contract has its parties": every_contract_has_its_parties,
    "contracts live lawfully": contracts_live_lawfully,
    "cases go their way": cases_go_their_way,
    "every step is known": every_step_is_known,
    "who is refused moves nothing": money_moves_for_those_who_are_done,
    "nobody decides on his own": nobody_decides_on_his_own,
    "clocks are there": clocks_are_there,
    "clocks are never lost": clocks_are_never_lost,
    "clocks end with their cases": clocks_end_with_their_cases,
    "clocks are met in time": clocks_are_met_in_time,
    "nothing is left behind": nothing_is_left_behind,
    "everybody waits for something": everybody_waits_for_something,
    "nobody is stuck": nobody_is_stuck,
}


def violations(found: Evidence) -> dict[str, list[str]]:
    """Judge: every invariant that is broken, with what breaks it."""
    judged = {name: list(holds(found)) for name, holds in INVARIANTS.items()}
    return {name: broken for name, broken in judged.items() if broken}
