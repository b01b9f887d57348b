"""Every invariant can be broken: evidence of one thing gone wrong is called by its name."""

from __future__ import annotations

from typing import Any

import pytest

from infra.systems.bank_wire import PaymentReport
from tests.chaos.evidence import TABLES, TOLD, Evidence, Execution
from tests.chaos.invariants import INVARIANTS, violations
from tests.chaos.people import Life, Office, Told
from tests.chaos.plan import CasePlan

CASE = "BQ-1"


def a_life(**page):
    plan = CasePlan(
        number=0,
        policy_no="P2600001",
        subject="000001-1",
        fate="approve",
        bank={},
        asked_twice=False,
        asked_otherwise=False,
        maker_checks=False,
    )
    office = Office(http=None, until=0.0)  # type: ignore[arg-type]
    told = {"status": "CLOSED", "finishedAt": "2026-10-12", "waits": [], **page}
    return Life(plan=plan, office=office, case_id=CASE, page=told)


def all_is_well(**changes):
    """One closed case: asked for, made, checked, paid, told."""
    rows: dict[str, Any] = {name: [] for name in (*TABLES, *TOLD)}
    rows |= {
        "cases": [{"id": CASE, "status": "CLOSED", "finished_at": 1, "policy_no": "P2600001"}],
        "endorsements": [{"policy_no": "P2600001"}],
        "effects": [an_effect("execution.commit", "commit")],
        "audit": [a_record()],
        "told": [an_entry_of("waitOpened", 1), an_entry_of("waitClosed", 2), FINISHED],
        "deeds": [a_deed("make", "clerk-1"), a_deed("approval/check", "checker-1")],
        "journals": [{"id": "J"}],
        "entries": [an_entry("DR", 5), an_entry("CR", 5)],
        "obligations": [{"id": "O", "case_id": CASE, "amount_minor": 5}],
        "attempts": [{"idempotency_key": "K", "obligation_id": "O"}],
        "deliveries": [{"message_no": 1, "instance_id": CASE, "state": "CONSUMED"}],
        "communications": [{"message_id": "<1>"}],
        **changes.pop("rows", {}),
    }
    given = {
        "lives": [a_life()],
        "notes": [
            Told(what="start", case=CASE, status=201, content={"caseId": CASE}),
            *[Told(what="decision x", case=CASE, status=200, content={})] * 2,
        ],
        "payments": [a_payment("K")],
        "workflows": [a_workflow()],
        **changes,
    }
    return Evidence(rows=rows, **given)


def an_effect(kind, element):
    key = f"{CASE}/{element}/1"
    place = {"case_id": CASE, "element": element, "instance_id": CASE}
    return {**place, "kind": kind, "key": key, "detail": {}}


def an_entry_of(kind, seq):
    told = {"kind": kind, "seq": seq, "key": 7, "element": "late", "data": {"for": "timer"}}
    return {"instance_id": CASE, **told}


FINISHED = {"instance_id": CASE, "kind": "caseFinished", "seq": 3}


def a_record():
    return {"action": "effect", "object_id": f"{CASE}/commit/1"}


def a_workflow(**changes):
    return Execution(**{"id": CASE, "status": "COMPLETED", "events": 80, **changes})


def a_deed(element, actor):
    return {"case_id": CASE, "element": element, "actor": actor, "act": "complete"}


def an_entry(side, amount):
    return {"journal_id": "J", "side": side, "amount_minor": amount}


def a_payment(key):
    return PaymentReport(key=key, bank_ref="B", state="SETTLED", amount_minor=5, account="1")


def an_open(**more):
    return {"case_id": CASE, "element": "e", "kind": "timer", "closed_at": None, **more}


BROKEN: dict[str, dict[str, Any]] = {
    "accepted cases exist": {
        "notes": [Told(what="start", case="", status=201, content={"caseId": "BQ-2"})],
    },
    "nobody else exists": {"lives": []},
    "cases end as planned": {"lives": [a_life(status="REJECTED")]},
    "nothing is left open": {"rows": {"waits": [an_open()]}},
    "waits end": {"rows": {"told": [an_entry_of("waitOpened", 1), FINISHED]}},
    "every wait has a reason": {
        "rows": {
            "cases": [{"id": CASE, "status": "X", "finished_at": None, "policy_no": "P2600001"}]
        }
    },
    "effects happen once": {"rows": {"effects": [an_effect("execution.commit", "c")] * 2}},
    "policies change with their cases": {"rows": {"endorsements": []}},
    "journals balance": {"rows": {"entries": [an_entry("DR", 5), an_entry("CR", 6)]}},
    "money is paid once": {"payments": [a_payment("K"), a_payment("K")]},
    "decisions are kept": {"rows": {"deeds": [a_deed("make", "clerk-1")]}},
    "four eyes": {"rows": {"deeds": [a_deed("make", "a"), a_deed("approval/check", "a")]}},
    "messages arrive once": {
        "rows": {
            "deliveries": [{"message_no": 1, "instance_id": CASE, "state": "CONSUMED"}] * 2,
        }
    },
    "letters are sent once": {"rows": {"communications": [{"message_id": "<1>"}] * 2}},
    "audit chains are whole": {"broken_chains": {CASE: "cut"}},
    "effects are audited": {"rows": {"audit": []}},
    "one workflow a case": {"workflows": []},
    "histories are bounded": {"workflows": [a_workflow(events=20_000)]},
    "histories replay": {"replays": {CASE: "diverged"}},
    "all works afterwards": {"repeated": ["503 GET /v1/cases"]},
    "no wrong answer": {"lives": [a_life()]},
}


def test_nothing_is_said_of_a_run_in_which_all_is_well():
    assert violations(all_is_well()) == {}


def test_an_effect_that_a_case_told_anew_takes_as_its_own_is_no_second_one():
    adopted = {**an_effect("execution.settle", "settle"), "key": "2", "detail": {"adopted": "1"}}
    effects = [an_effect("execution.commit", "commit"), an_effect("execution.settle", "settle")]
    records = [{"action": "effect", "object_id": row["key"]} for row in (*effects, adopted)]

    assert violations(all_is_well(rows={"effects": [*effects, adopted], "audit": records})) == {}


def test_a_workflow_under_another_id_than_its_case_is_told():
    evidence = all_is_well(workflows=[a_workflow(), a_workflow(id=f"{CASE}-7")])

    assert "one workflow a case" in violations(evidence)


def test_a_called_process_is_named_after_its_case():
    evidence = all_is_well(workflows=[a_workflow(), a_workflow(id=f"{CASE}/approval/3")])

    assert violations(evidence) == {}


@pytest.mark.parametrize("name", INVARIANTS)
def test_an_invariant_that_is_broken_is_named(name):
    evidence = all_is_well(**BROKEN[name])
    if name == "no wrong answer":
        evidence.lives[0].wrong.append("told a lie")

    assert name in violations(evidence)
