"""What must hold when all is quiet: one function each, which tells every violation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping

from infra.db.journal.effects import ADOPTED
from tests.chaos.evidence import Evidence
from tests.chaos.plan import ENDS

Invariant = Callable[[Evidence], Iterator[str]]
PAID = "CLOSED"
LONGEST_HISTORY = 10_240


def accepted_cases_exist(found: Evidence) -> Iterator[str]:
    """A start that was answered with success exists, once."""
    known = {row["id"] for row in found.rows["cases"]}
    for note in found.notes:
        if note.what == "start" and note.status < 300 and note.content["caseId"] not in known:
            yield f"accepted case {note.content['caseId']} is not there"


def nobody_else_exists(found: Evidence) -> Iterator[str]:
    """Nothing exists that nobody asked for, and every policy was asked for once."""
    asked = {life.case_id for life in found.lives}
    for row in found.rows["cases"]:
        if row["id"] not in asked:
            yield f"nobody asked for {row['id']}"


def every_case_ends_as_planned(found: Evidence) -> Iterator[str]:
    """What people did decides how it ends."""
    for life in found.lives:
        status = life.page.get("status")
        if status != life.expected or life.page.get("finishedAt") is None:
            yield f"{life.case_id}: {status}, expected {life.expected}: {_standing(life.page)}"


def nothing_is_left_open(found: Evidence) -> Iterator[str]:
    """A finished case waits for nothing: no timer, message, task or incident stays behind."""
    finished = {row["id"] for row in found.rows["cases"] if row["finished_at"] is not None}
    for row in found.rows["waits"]:
        if row["case_id"] in finished:
            yield f"{row['case_id']} is finished and waits for a {row['kind']} at {row['element']}"
    for row in found.rows["tasks"]:
        if row["case_id"] in finished and row["closed_at"] is None:
            yield f"{row['case_id']} is finished and its task {row['element']} is open"
    for row in found.rows["incidents"]:
        if row["case_id"] in finished and row["closed_at"] is None:
            yield f"{row['case_id']} is finished and an incident is open at {row['element']}"
    for row in found.rows["subscriptions"]:
        if _case_of(row["instance_id"]) in finished:
            yield f"{row['instance_id']} is finished and listens for {row['message']}"


def waits_end_with_what_they_wait_for(found: Evidence) -> Iterator[str]:
    """An instance that has finished closed each of its waits itself, timers and all."""
    opened: dict[str, dict[object, str]] = defaultdict(dict)
    finished = set()
    for row in sorted(found.rows["told"], key=lambda row: row["seq"]):
        match row["kind"]:
            case "waitOpened":
                opened[row["instance_id"]][row["key"]] = f"{row['data']['for']} {row['element']}"
            case "waitClosed":
                opened[row["instance_id"]].pop(row["key"], None)
            case _:
                finished.add(row["instance_id"])
    for instance in finished:
        for what in opened[instance].values():
            yield f"{instance} finished without closing {what}"


def nobody_waits_without_a_reason(found: Evidence) -> Iterator[str]:
    """An open case has a wait, a task or an incident; nothing is left to relay."""
    for row in found.rows["relay"]:
        if row["kind"] != "message":  # of those the delivery tells
            yield f"{row['kind']} {row['id']} is not relayed after {row['attempts']} attempts"
    for row in found.rows["deliveries"]:
        if row["state"] == "PENDING":
            yield f"message {row['message_id']} has not reached {row['instance_id']}"
    reasons = Counter(row["case_id"] for row in found.rows["waits"])
    reasons.update(row["case_id"] for row in found.rows["tasks"] if row["closed_at"] is None)
    reasons.update(row["case_id"] for row in found.rows["incidents"] if row["closed_at"] is None)
    for row in found.rows["cases"]:
        if row["finished_at"] is None and not reasons[row["id"]]:
            yield f"{row['id']} waits without a reason"


def effects_happen_once(found: Evidence) -> Iterator[str]:
    """An element instance has one effect; what ends a contract happens once a case."""
    closed = _closed(found)
    for case, rows in found.of_case("effects").items():
        effects = [row for row in rows if ADOPTED not in row["detail"]]
        kinds = Counter(row["kind"] for row in effects)
        for kind in ("execution.commit", "feedback.survey", "follow_up.archive"):
            if kinds[kind] > 1:
                yield f"{case}: {kind} {kinds[kind]} times"
        if kinds["execution.commit"] != int(case in closed):
            yield f"{case}: execution.commit {kinds['execution.commit']} times"
        places = Counter((row["instance_id"], row["element"], row["kind"]) for row in effects)
        for (_, element, kind), count in places.items():
            if count > 1 and kind not in REPEATED:
                yield f"{case}: {kind} at {element} {count} times"


REPEATED = frozenset(
    ("verification.documents", "verification.identity", "verification.eligibility",
     "verification.conflicts", "execution.quote", "execution.authority", "execution.queryPayment",
     "verification.clocks", "verification.risk_facts", "anomaly.record", "anomaly.close",
     "feedback.call_back")
)  # fmt: skip
"""Kinds that a case may come by again at the same element."""


def policies_change_with_their_cases(found: Evidence) -> Iterator[str]:
    """A closed case changed its policy once, any other not at all."""
    closed = _closed(found)
    changed = Counter(row["policy_no"] for row in found.rows["endorsements"])
    for life in found.lives:
        expected = int(life.case_id in closed)
        if changed[life.plan.policy_no] != expected:
            yield f"{life.case_id}: {changed[life.plan.policy_no]} endorsements, not {expected}"


def journals_balance(found: Evidence) -> Iterator[str]:
    """Debits are credits, in every journal."""
    sums: dict[str, int] = defaultdict(int)
    for row in found.rows["entries"]:
        sums[row["journal_id"]] += row["amount_minor"] * (1 if row["side"] == "DR" else -1)
    for journal, balance in sums.items():
        if balance:
            yield f"journal {journal} is out of balance by {balance}"


def money_is_paid_once(found: Evidence) -> Iterator[str]:
    """The bank paid every closed case what it owed, once, and nobody else."""
    closed = _closed(found)
    owner = {row["id"]: row["case_id"] for row in found.rows["obligations"]}
    key = {row["idempotency_key"]: row["obligation_id"] for row in found.rows["attempts"]}
    owed = {row["case_id"]: row["amount_minor"] for row in found.rows["obligations"]}
    paid: dict[str, list[int]] = defaultdict(list)
    for payment in found.payments:
        if payment.state == "RETURNED":
            continue
        case = owner.get(key.get(payment.key, ""), "")
        if not case:
            yield f"the bank paid {payment.amount_minor} by a key that nobody knows"
        paid[case].append(payment.amount_minor)
    for case in closed | (set(paid) - {""}):
        expected = [owed[case]] if case in closed and case in owed else []
        if paid[case] != expected:
            yield f"{case}: the bank paid {paid[case]}, expected {expected}"


def decisions_are_kept(found: Evidence) -> Iterator[str]:
    """Every decision that was answered with success was made, and none was made besides."""
    told = Counter(
        note.case for note in found.notes if note.what.startswith("decision") and note.status < 300
    )
    made = Counter(row["case_id"] for row in found.rows["deeds"] if row["act"] == "complete")
    for case in told | made:
        if told[case] != made[case]:
            yield f"{case}: {told[case]} decisions were answered, {made[case]} are on record"


def nobody_checks_his_own_work(found: Evidence) -> Iterator[str]:
    """Maker and checkers are different people, unless the work was returned and made anew."""
    for case, deeds in found.of_case("deeds").items():
        done = [row for row in deeds if row["act"] == "complete"]
        makers = {row["actor"] for row in done if row["element"].endswith("make")}
        for row in done:
            if row["element"].rpartition("/")[2] in ("check", "approve") and row["actor"] in makers:
                yield f"{case}: {row['actor']} made it and decided at {row['element']}"


def messages_arrive_once(found: Evidence) -> Iterator[str]:
    """A message is consumed by a case once, however often it had to be offered."""
    consumed = [row for row in found.rows["deliveries"] if row["state"] == "CONSUMED"]
    counted = Counter((row["message_no"], row["instance_id"]) for row in consumed)
    for (message, instance), count in counted.items():
        if count > 1:
            yield f"message {message} was consumed by {instance} {count} times"


def letters_are_sent_once(found: Evidence) -> Iterator[str]:
    """A letter has one communication, which was sent."""
    counted = Counter(
        row["message_id"] for row in found.rows["communications"] if row["message_id"]
    )
    for message, count in counted.items():
        if count > 1:
            yield f"letter {message} was recorded {count} times"


def chains_are_whole(found: Evidence) -> Iterator[str]:
    """Every case's audit chain vouches for everything that is there, and the anchors for them."""
    for case, reason in found.broken_chains.items():
        yield f"{case}: {reason}"
    yield from found.anchors


def effects_are_audited(found: Evidence) -> Iterator[str]:
    """Every effect has one audit record of its own, and every such record its effect."""
    audited = Counter(row["object_id"] for row in found.rows["audit"] if row["action"] == "effect")
    done = {row["key"] for row in found.rows["effects"]}
    for key in done | audited.keys():
        if (key in done, audited[key]) != (True, 1):
            yield f"{key}: {audited[key]} audit records, {int(key in done)} effects"


def every_case_has_one_workflow(found: Evidence) -> Iterator[str]:
    """The workflow bears the case's id; it completed when the case did; there is no other."""
    status = {execution.id: execution.status for execution in found.workflows}
    known = {row["id"] for row in found.rows["cases"]}
    for row in found.rows["cases"]:
        if row["id"] not in status:
            yield f"{row['id']} has no workflow"
        elif row["finished_at"] is not None and status[row["id"]] != "COMPLETED":
            yield f"{row['id']} is finished, its workflow is {status[row['id']]}"
    for execution in found.workflows:
        if _case_of(execution.id) not in known:
            yield f"workflow {execution.id} has no case"


def histories_are_bounded(found: Evidence) -> Iterator[str]:
    """No history comes near the length at which Temporal ends a workflow."""
    for execution in found.workflows:
        if execution.events > LONGEST_HISTORY:
            yield f"{execution.id} has {execution.events} events"


def histories_replay(found: Evidence) -> Iterator[str]:
    """Histories made under faults replay with the code at hand."""
    for case, why in found.replays.items():
        yield f"{case}: {why}"


def all_works_afterwards(found: Evidence) -> Iterator[str]:
    """Once healed, nobody has to ask twice, every worker works, no session is left behind."""
    yield from found.repeated
    yield from found.idle
    yield from found.sessions


def no_answer_was_wrong(found: Evidence) -> Iterator[str]:
    """Nobody was told what must never be told."""
    for life in found.lives:
        for wrong in life.wrong:
            yield f"{life.case_id}: {wrong}"


INVARIANTS: Mapping[str, Invariant] = {
    "accepted cases exist": accepted_cases_exist,
    "nobody else exists": nobody_else_exists,
    "cases end as planned": every_case_ends_as_planned,
    "nothing is left open": nothing_is_left_open,
    "waits end": waits_end_with_what_they_wait_for,
    "every wait has a reason": nobody_waits_without_a_reason,
    "effects happen once": effects_happen_once,
    "policies change with their cases": policies_change_with_their_cases,
    "journals balance": journals_balance,
    "money is paid once": money_is_paid_once,
    "decisions are kept": decisions_are_kept,
    "four eyes": nobody_checks_his_own_work,
    "messages arrive once": messages_arrive_once,
    "letters are sent once": letters_are_sent_once,
    "audit chains are whole": chains_are_whole,
    "effects are audited": effects_are_audited,
    "one workflow a case": every_case_has_one_workflow,
    "histories are bounded": histories_are_bounded,
    "histories replay": histories_replay,
    "all works afterwards": all_works_afterwards,
    "no wrong answer": no_answer_was_wrong,
}


def violations(found: Evidence) -> dict[str, list[str]]:
    """Judge: every invariant that is broken, with what breaks it."""
    judged = {name: list(holds(found)) for name, holds in INVARIANTS.items()}
    return {name: broken for name, broken in judged.items() if broken}


def _case_of(instance_id: str) -> str:
    """The case that an instance belongs to: a called process is named after it."""
    return instance_id.partition("/")[0]


def _closed(found: Evidence) -> set[str]:
    return {row["id"] for row in found.rows["cases"] if row["status"] == PAID}


def _standing(page: Mapping[str, object]) -> str:
    told = {name: page.get(name) for name in ("waits", "tasks", "incidents")}
    parts = []
    for name, rows in told.items():
        if isinstance(rows, list):
            parts += [f"{name[:-1]} {row['element']}" for row in rows]
    return ", ".join(parts) or "nothing"


__all__ = ["ENDS", "INVARIANTS", "violations"]
