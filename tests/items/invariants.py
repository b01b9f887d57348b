"""What must hold after every step of every sequence, judged from the rows alone.

Each invariant yields what breaks it. The rules are stated here once more, from the domain
reference and not from the product's own code, so that both would have to be wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.items.evidence import Evidence, Row

Invariant = Callable[[Evidence], Iterator[str]]
DONE = frozenset(
    ("CLOSED", "WITHDRAWN", "REJECTED", "EXPIRED", "CANCELLED", "REVERSED", "SUPERSEDED")
)
CHECKING = 2
SHANGHAI = timedelta(hours=8)


def moment(text: str) -> datetime:
    """A moment as the database keeps it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def plain(value: Any) -> Any:
    """A variable as it was before it was encoded."""
    if isinstance(value, dict) and value.keys() <= {"t", "v"}:
        return plain(value.get("v"))
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


# --- money ------------------------------------------------------------------------------------


def journals_balance(found: Evidence) -> Iterator[str]:
    """Debits are credits in every journal."""
    sums: dict[str, int] = defaultdict(int)
    for row in found.rows["ledger_entries"]:
        sums[row["journal_id"]] += _signed(row)
    for journal, balance in sums.items():
        if balance:
            yield f"journal {journal} is out of balance by {balance}"


def _signed(entry: Row) -> int:
    amount: int = entry["amount_minor"]
    return amount if entry["side"] == "DR" else -amount


LOANS = {"LOAN": "1221", "APL": "1222"}


def loans_are_on_the_ledger(found: Evidence) -> Iterator[str]:
    """What policies owe by their loans is what the ledger says."""
    book: dict[tuple[str, str], int] = defaultdict(int)
    for loan in found.rows["loans"]:
        if loan["settled_on"] is None:
            book[loan["policy_no"], LOANS[loan["kind"]]] += loan["balance_minor"]
    posted = _by_policy(found, set(LOANS.values()))
    for place in book.keys() | posted.keys():
        if book[place] != posted[place]:
            yield f"{place[0]}: loans of {book[place]}, account {place[1]} says {posted[place]}"


def _by_policy(found: Evidence, accounts: set[str]) -> dict[tuple[str, str], int]:
    policy = {row["id"]: row["policy_no"] for row in found.rows["ledger_journals"]}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in found.rows["ledger_entries"]:
        if row["account"] in accounts:
            sums[policy[row["journal_id"]], row["account"]] += _signed(row)
    return sums


def dividends_and_suspense_are_on_the_ledger(found: Evidence) -> Iterator[str]:
    """What is kept for a policyholder is what the ledger says, to the cent."""
    posted = _by_policy(found, {"2203", "2211"})
    unpaid: dict[str, int] = defaultdict(int)
    for row in found.rows["policy_benefits"]:
        if row["kind"] == "DIVIDEND" and row["paid_on"] is None:
            unpaid[row["policy_no"]] += row["amount_minor"]
    for row in found.rows["policies"]:
        number = row["policy_no"]
        kept = row["accumulated_dividends_minor"] + unpaid[number]
        if -posted[number, "2211"] != kept:
            yield f"{number}: dividends of {kept}, the ledger says {-posted[number, '2211']}"
        if -posted[number, "2203"] != row["suspense_premium_minor"]:
            held = row["suspense_premium_minor"]
            yield f"{number}: suspense of {held}, the ledger says {-posted[number, '2203']}"


def what_is_owed_is_on_the_ledger(found: Evidence) -> Iterator[str]:
    """Of every case, what it owes by its obligations is what the ledger says."""
    case = {row["id"]: row["case_id"] for row in found.rows["ledger_journals"]}
    items = {row["id"]: row["item"] for row in found.rows["cases"]}
    posted: dict[tuple[str, str], int] = defaultdict(int)
    for row in found.rows["ledger_entries"]:
        if row["account"] in {"2202", "2221", "2241"} and case[row["journal_id"]]:
            posted[case[row["journal_id"]], row["account"]] -= _signed(row)
    owed: dict[tuple[str, str], int] = defaultdict(int)
    for row in found.all("obligations", direction="OUT"):
        if row["state"] in {"DUE", "RETURNED"}:
            owed[row["case_id"], row["ledger_account"]] += row["amount_minor"]
    for place in owed.keys() | posted.keys():
        if items.get(place[0]) == "CLAIM_HANDOFF":
            continue  # claims are owed by the claims department; it says when they are paid
        if owed[place] != posted[place]:
            yield f"{place[0]} owes {owed[place]}, account {place[1]} says {posted[place]}"


_SURVIVORS = ("BENEF_SURVIVAL", "INSURED")


def money_goes_to_the_entitled(found: Evidence) -> Iterator[str]:
    """Only to an account in the name of who is entitled by contract, or of a minor's guardian."""
    accounts = {row["id"]: row for row in found.rows["bank_accounts"]}
    parties = {row["id"]: row for row in found.rows["parties"]}
    cases = {row["id"]: row for row in found.rows["cases"]}
    attempts = found.by("payment_attempts", "obligation_id")
    roles = found.by("policy_roles", "policy_no")
    for owed in found.all("obligations", direction="OUT"):
        held = _held(roles[owed["policy_no"]], owed["opened_at"][:10])
        entitled = _entitled(found, cases[owed["case_id"]], owed, held)
        for attempt in attempts[owed["id"]]:
            if attempt["state"] in {"INTENT", "REFUSED"}:
                continue
            account = accounts[attempt["account_id"]]
            whose = parties[account["party_id"]]
            if account["holder_name"] != whose["name"]:
                yield f"{attempt['reference']} went to an account in another's name"
            if whose["id"] not in _receiving(entitled, held, parties, found.at):
                yield f"{attempt['reference']} went to {whose['id']}, entitled: {entitled}"


def _held(roles: list[Row], day: str) -> dict[str, list[str]]:
    held: dict[str, list[str]] = defaultdict(list)
    for role in roles:
        if role["since"] <= day and (role["until"] is None or role["until"] >= day):
            held[role["kind"]].append(role["party_id"])
    return held


def _entitled(
    found: Evidence, case: Row, owed: Row, held: Mapping[str, list[str]]
) -> list[str]:
    if case["item"] != "BENEFIT_PAYMENT":
        return held.get("PH", [])
    kind = plain(case["variables"])["request"]["benefit"]["kind"]
    if kind == "DIVIDEND":
        return held.get("PH", [])
    del found, owed
    return next((held[role] for role in _SURVIVORS if held.get(role)), [])


def _receiving(
    entitled: list[str], held: Mapping[str, list[str]], parties: Mapping[str, Row], at: datetime
) -> set[str]:
    receiving = set(entitled)
    for party in entitled:
        born = parties[party]["born_on"]
        if born is not None and int(born[:4]) + 18 > at.year - 1:  # perhaps a minor
            receiving |= set(held.get("GUARDIAN", []))
    return receiving


def the_bank_pays_once(found: Evidence) -> Iterator[str]:
    """Nothing but what was owed, to the account it was ordered to, and never twice."""
    attempts = {row["idempotency_key"]: row for row in found.rows["payment_attempts"]}
    accounts = {row["id"]: row["account_no"] for row in found.rows["bank_accounts"]}
    owed = {row["id"]: row for row in found.rows["obligations"]}
    moved: dict[str, int] = defaultdict(int)
    for payment in found.payments:
        attempt = attempts.get(payment.key)
        if attempt is None:
            yield f"the bank moved {payment.amount_minor} by a key that nobody knows"
            continue
        if payment.account != accounts[attempt["account_id"]]:
            yield f"{payment.key} went to another account than it was ordered to"
        if payment.state == "SETTLED":
            moved[attempt["obligation_id"]] += payment.amount_minor
    for obligation, amount in moved.items():
        if amount > owed[obligation]["amount_minor"]:
            yield f"{obligation}: {amount} moved, {owed[obligation]['amount_minor']} owed"
    for obligation in found.rows["obligations"]:
        amount = moved[obligation["id"]]
        if obligation["state"] == "SETTLED" and amount != obligation["amount_minor"]:
            yield f"{obligation['id']} is settled, {amount} of it moved"


# --- contracts --------------------------------------------------------------------------------


def shares_are_whole(found: Evidence) -> Iterator[str]:
    """The beneficiaries of each order share exactly 100.00 %."""
    sums: dict[tuple[str, str, int], int] = defaultdict(int)
    for row in found.rows["policy_roles"]:
        if row["kind"].startswith("BENEF_") and row["until"] is None:
            sums[row["policy_no"], row["kind"], row["order"]] += row["share_bp"]
    for (policy, kind, order), share in sums.items():
        if share != 10_000:
            yield f"{policy}: {kind} of order {order} share {share} of 10000"


def every_contract_has_its_parties(found: Evidence) -> Iterator[str]:
    """One policyholder and one insured, whoever came and went."""
    roles = found.by("policy_roles", "policy_no")
    for policy in found.rows["policies"]:
        held = [row["kind"] for row in roles[policy["policy_no"]] if row["until"] is None]
        for kind in ("PH", "INSURED"):
            if held.count(kind) != 1:
                yield f"{policy['policy_no']} has {held.count(kind)} {kind}"


_LIVES = frozenset({
    ("IN_FORCE", "LAPSED"), ("IN_FORCE", "REDUCED_PAID_UP"), ("IN_FORCE", "MATURED"),
    ("IN_FORCE", "TERMINATED"), ("LAPSED", "IN_FORCE"), ("LAPSED", "TERMINATED"),
    ("REDUCED_PAID_UP", "TERMINATED"), ("REDUCED_PAID_UP", "MATURED"),
})  # fmt: skip
"""Which state of a contract may follow which; a reversal goes back."""


def contracts_live_lawfully(found: Evidence) -> Iterator[str]:
    """Versions follow each other without a gap, each from the image that the last one left."""
    versions = found.by("policy_versions", "policy_no")
    for policy in found.rows["policies"]:
        number = policy["policy_no"]
        chain = sorted(versions[number], key=lambda row: row["no"])
        if [row["no"] for row in chain] != list(range(1, policy["version"] + 1)):
            yield f"{number} is at version {policy['version']} of {[row['no'] for row in chain]}"
        for last, row in pairwise(chain):
            if row["before_hash"] != last["after_hash"]:
                yield f"{number}: version {row['no']} does not follow version {last['no']}"
        images = [row["before_image"]["state"] for row in chain[1:]]
        for (state, following), row in zip(
            pairwise([*images, policy["state"]]), chain[1:], strict=True
        ):
            is_back = row["cause"] == "REVERSAL"
            if state != following and not is_back and (state, following) not in _LIVES:
                yield f"{number}: {following} after {state}"


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
        if way and way[-1] != case["status"]:
            yield f"{case['id']} is {case['status']}, its journal says {way[-1]}"
        if (case["status"] in DONE) != (case["finished_at"] is not None):
            yield f"{case['id']} is {case['status']}, finished at {case['finished_at']}"
        for status, following in pairwise(way):
            if status in DONE:
                yield f"{case['id']}: {following} after {status}"
            elif status in _MAIN[_NO_WAY_BACK:] and not _goes_on(status, following):
                yield f"{case['id']}: {following} after {status}"
            elif status == "COMPENSATING" and following not in _UNDONE:
                yield f"{case['id']}: {following} after {status}"


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
                if owed["direction"] == "OUT" and owed["state"] not in {"CANCELLED"}:
                    yield f"{name} is {status}, it owes {owed['amount_minor']}"
        if status == "CLOSED":
            for owed in obligations[name]:
                if owed["state"] not in {"SETTLED", "CANCELLED"}:
                    yield f"{name} is CLOSED, {owed['amount_minor']} is {owed['state']}"


_NO_CHANGE = frozenset(("REVERSAL",))


def _is_watch(case: Row) -> bool:
    """Claims note the claim on the policy whatever becomes of it."""
    return case["item"] == "CLAIM_HANDOFF"


# --- people -----------------------------------------------------------------------------------


def nobody_decides_on_his_own(found: Evidence) -> Iterator[str]:
    """Maker, checker, approver and releaser are different people, each entitled when it counts."""
    tasks = {(row["instance_id"], row["key"]): row for row in found.rows["human_tasks"]}
    operators = {row["id"]: row for row in found.rows["operators"]}
    started = {row["id"]: row["started_by"] for row in found.rows["cases"]}
    certificates = {row["id"]: row for row in found.rows["qualifications"]}
    for case, deeds in found.by("human_task_deeds", "case_id").items():
        makers: set[str] = set()
        approvals: dict[str, set[str]] = defaultdict(set)
        done = [row for row in deeds if row["act"] == "complete"]
        for deed in sorted(done, key=lambda row: row["no"]):
            task = tasks[deed["instance_id"], deed["key"]]
            level = _level(task)
            certificate = certificates.get(deed["certificate_id"])
            if certificate is None or not _is_valid(certificate, deed["at"]):
                yield f"{case}: {deed['actor']} had no certificate at {deed['element']}"
            if operators[deed["actor"]]["level"] < level:
                yield f"{case}: {deed['actor']} decided at L{level}"
            if deed["outcome"] != "approve":
                continue
            if level >= CHECKING and deed["actor"] in {started[case], *makers}:
                yield f"{case}: {deed['actor']} approved what is his own at {deed['element']}"
            if level >= CHECKING and deed["actor"] in approvals[deed["instance_id"]]:
                yield f"{case}: {deed['actor']} approved twice at {deed['element']}"
            if 0 < level < CHECKING:
                makers.add(deed["actor"])
            elif level:
                approvals[deed["instance_id"]].add(deed["actor"])
            yield from _beyond(found, case, task, deed)


def _level(task: Row) -> int:
    said = plain(task["variables"]).get("requiredLevel")
    if isinstance(said, str) and said.startswith("L"):
        return int(said[1:])
    return 0 if said is None else int(float(said))


def _is_valid(certificate: Row, at: str) -> bool:
    revoked = certificate["revoked_at"]
    is_in_time = certificate["valid_from"] <= at < certificate["valid_to"]
    return is_in_time and (revoked is None or at < revoked)


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

_LAW = {"TERMINATE": "K-SUR", "PARTIAL": "K-SUR", "REINSTATEMENT": "K-REI"}
_LEFT = frozenset(("SUBMITTED",))


def clocks_are_there(found: Evidence) -> Iterator[str]:
    """Who was taken in has the clocks of acceptance and notice, and those of law on the item."""
    clocks = found.by("clocks", "case_id")
    for case in found.rows["cases"]:
        known = {row["rule_id"]: row for row in clocks[case["id"]]}
        is_asked = case["process_id"] not in {
            "renewal_premium", "renewal_due_list", "orphan_policy", "servicing_loan_term",
        }  # fmt: skip
        is_taken_in = len(found.statuses.get(case["id"], [])) > 1
        if not is_asked or not is_taken_in or case["duplicate_of"]:
            continue
        wanted = {"K-ACC", "K-ONE", *filter(None, [_LAW.get(case["item"])])}
        if missing := wanted - known.keys():
            yield f"{case['id']} has no clock {sorted(missing)}"
        law = known.get("K-SUR")
        if law is not None and law["started_at"] != case["notice_arrived_at"]:
            yield f"{case['id']}: K-SUR does not start when the notice arrived"
        if law is not None and not _is_days(law, 30):
            yield f"{case['id']}: K-SUR does not end after 30 days: {law['due_strict']}"


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
    breached = {(row["case_id"], row["reason"]) for row in found.all("anomalies", **{"class": "SLA"})}
    for row in found.rows["clocks"]:
        if row["state"] == "BREACHED" and not {
            (row["case_id"], f"{row['rule_id']}_BREACH")
        } & breached:
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


def nobody_is_stuck(found: Evidence) -> Iterator[str]:
    """What people do never stops a case: every refusal is drawn."""
    for row in found.rows["incidents"]:
        if row["source"] == "case":
            yield f"{row['case_id']}: {row['code']} at {row['element']}: {row['message']}"


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
