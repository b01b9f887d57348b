"""Seeded bugs: each a known mistake, made in a process of the product by patching it.

Whenever the bug strikes it leaves a mark in the data folder, so that a run can tell that it was
active. Each comes with what its run needs for the mistake to matter, and with the invariants that
must call it by its name.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from tests.chaos.chance import CHANCE

Mark = Callable[[], None]
Process = Literal["workers", "api"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mistake."""

    mistake: str
    process: Process
    commit: Callable[[Mark], None]
    """Brings the mistake about."""
    caught_by: frozenset[str]
    """Invariants of which at least one must be broken."""
    needs: Mapping[str, Any] = field(default_factory=dict)
    """What its run has besides: armed failpoints, and what is special of its cases."""


def _patch(owner: object, name: str, made: object) -> None:
    setattr(owner, name, made)


def _idempotency_off(mark: Mark) -> None:
    from infra.db.journal.effects import EffectTable

    find, record = EffectTable.find, EffectTable.record

    async def forgetful(table: EffectTable, key: str) -> None:
        if await find(table, key) is not None:
            mark()

    async def doubled(table: EffectTable, effect: Any) -> None:
        known = await find(table, effect.key)
        fresh = replace(effect, key=f"{effect.key}#{CHANCE.random()}") if known else effect
        await record(table, fresh)

    _patch(EffectTable, "find", forgetful)
    _patch(EffectTable, "record", doubled)


def _effect_before_key(mark: Mark) -> None:
    """The key is committed first, the effect in a transaction of its own after it."""
    from activities.once import Once, _answer, journaled

    class Undone(Exception):
        pass

    async def local(self: Once, step: Any, call: Any, request: Any) -> Any:
        job = self._job(call)
        async with self.equipment.work() as books:
            messages = await journaled(books, call.journal)
            _, known = await books.effects.standing(call.effect_key)
        if known is not None:
            return _answer(known, messages)
        done: Any = None
        with contextlib.suppress(Undone):
            async with self.equipment.work() as books:
                done = await step.run(job, request, books)
                raise Undone
        async with self.equipment.work() as books:
            effect = await self._record(books, job, call, done)
        if call.type == "execution.commit":
            mark()
            if CHANCE.random() < 0.4:
                os.kill(os.getpid(), signal.SIGKILL)
        async with self.equipment.work() as books:
            await step.run(job, request, books)
        return _answer(effect, messages)

    _patch(Once, "_local", local)


def _new_payment_key(mark: Mark) -> None:
    from infra.systems.bank import HttpBank

    disburse = HttpBank.disburse

    async def renamed(bank: HttpBank, order: Any) -> Any:
        mark()
        fresh = replace(order, idempotency_key=f"{order.idempotency_key}#{CHANCE.random()}")
        return await disburse(bank, fresh)

    _patch(HttpBank, "disburse", renamed)


def _journal_outside(mark: Mark) -> None:
    """The journal is written after the effect, in a transaction of its own that may never come."""
    from activities.once import Once

    local = Once._local

    async def apart(self: Once, step: Any, call: Any, request: Any) -> Any:
        answer = await local(self, step, call.model_copy(update={"journal": None}), request)
        if call.journal is None:
            return answer
        if CHANCE.random() < 0.15:
            mark()
            return answer  # it was done before, says the effect; nobody asks for the journal
        async with self.equipment.work() as books:
            messages = await books.journal.append(call.journal)
        return answer.model_copy(update={"messages": messages})

    _patch(Once, "_local", apart)


def _forgotten_timer_cancel(mark: Mark) -> None:
    from workflows.host import record

    def forgotten(_case: Any, _command: Any) -> None:
        mark()

    _patch(record, "_COMMANDS", {**record._COMMANDS, "cancelTimer": forgotten})


def _audit_left_out(mark: Mark) -> None:
    """The effect commits; its record, with what it vouches for, was to follow and never does."""
    from infra.db.chain.audit import AuditTable

    append = AuditTable.append

    async def sometimes(table: AuditTable, change: Any) -> Any:
        if change.action == "effect" and CHANCE.random() < 0.1:
            mark()
            table._bindings.take(change.stream)
            return None
        return await append(table, change)

    _patch(AuditTable, "append", sometimes)


def _early_acknowledgement(mark: Mark) -> None:
    """The answer goes out, the acceptance is never committed."""
    from infra.db.events.acceptance import AcceptanceTable

    accept = AcceptanceTable.accept

    async def lost(table: AcceptanceTable, *arguments: Any, **named: Any) -> None:
        if CHANCE.random() < 0.4:
            mark()
            return
        await accept(table, *arguments, **named)

    _patch(AcceptanceTable, "accept", lost)


def _lost_approval(mark: Mark) -> None:
    from api.case_client import CaseClient
    from workflows.contracts.human_task import TaskReceipt

    act_on_task = CaseClient.act_on_task

    async def unsent(client: CaseClient, instance_id: str, act: Any) -> TaskReceipt:
        if act.act == "complete" and CHANCE.random() < 0.3:
            mark()
            return TaskReceipt(
                instance_id=instance_id,
                task_key=act.task_key,
                request_id=act.request_id,
                act=act.act,
                outcome=act.outcome,
                at=datetime.now(UTC),
            )
        return await act_on_task(client, instance_id, act)

    _patch(CaseClient, "act_on_task", unsent)


def _four_eyes_off(mark: Mark) -> None:
    from activities import entitlement

    own = entitlement._four_eyes

    def blind(situation: Any) -> None:
        if own(situation) is not None:
            mark()

    blinded = {
        act: tuple(blind if rule is own else rule for rule in rules)
        for act, rules in entitlement._RULES.items()
    }
    _patch(entitlement, "_RULES", blinded)


def _unbalanced_posting(mark: Mark) -> None:
    from infra.db.book import ledger
    from infra.db.connections.rows import to_row

    def wrong(noun: Any, **more: Any) -> dict[str, Any]:
        row = to_row(noun, **more)
        if row.get("side") == "CR" and CHANCE.random() < 0.2:
            mark()
            row["amount_minor"] += 1
        return row

    _patch(ledger, "to_row", wrong)


def _random_workflow_id(mark: Mark) -> None:
    from temporalio.client import Client

    start_workflow = Client.start_workflow

    async def renamed(client: Client, *arguments: Any, **named: Any) -> Any:
        mark()
        named["id"] = f"{named['id']}-{CHANCE.randrange(10**6)}"
        return await start_workflow(client, *arguments, **named)

    _patch(Client, "start_workflow", renamed)


def _no_incident(mark: Mark) -> None:
    """Something refuses once; what fails is parked, and nobody is told."""
    from temporalio.exceptions import ApplicationError

    from activities.once import Once
    from workflows.host import record

    run, refused = Once.run, set[str]()

    async def refusing(self: Once, call: Any) -> Any:
        if call.type == "execution.quote" and call.case_id not in refused:
            refused.add(call.case_id)
            raise ApplicationError("once", type="refused:ONCE", non_retryable=True)
        return await run(self, call)

    def parked(_case: Any, _command: Any) -> None:
        mark()

    _patch(Once, "run", refusing)
    _patch(record, "_COMMANDS", {**record._COMMANDS, "openIncident": parked})


def _relay_off(mark: Mark) -> None:
    from workers.relay import Relay

    async def idle(_relay: Relay, _kind: str, _row_id: str, _act: Any) -> None:
        mark()

    _patch(Relay, "_try", idle)


_APPROVED: Mapping[str, Any] = {"fate": "approve"}

MUTANTS: Mapping[str, Mutant] = {
    "idempotency-off": Mutant(
        mistake="an effect that is there already is done again",
        process="workers",
        commit=_idempotency_off,
        caught_by=frozenset({"effects happen once"}),
        needs={"failpoints": {"effect.after_commit": 0.1}},
    ),
    "effect-before-key": Mutant(
        mistake="the key is committed before its effect",
        process="workers",
        commit=_effect_before_key,
        caught_by=frozenset({"policies change with their cases", "cases end as planned"}),
        needs={"special": _APPROVED},
    ),
    "new-payment-key": Mutant(
        mistake="every attempt to pay has a key of its own",
        process="workers",
        commit=_new_payment_key,
        caught_by=frozenset({"money is paid once"}),
        needs={"special": {**_APPROVED, "bank": {"lostAnswer": True, "times": 1}}},
    ),
    "journal-outside": Mutant(
        mistake="the journal does not commit with the effect it rode with",
        process="workers",
        commit=_journal_outside,
        caught_by=frozenset({"cases end as planned"}),
    ),
    "forgotten-timer-cancel": Mutant(
        mistake="a timer that the model cancels stays behind",
        process="workers",
        commit=_forgotten_timer_cancel,
        caught_by=frozenset({"waits end"}),
    ),
    "audit-left-out": Mutant(
        mistake="an effect commits without its audit record",
        process="workers",
        commit=_audit_left_out,
        caught_by=frozenset({"effects are audited", "audit chains are whole"}),
    ),
    "early-acknowledgement": Mutant(
        mistake="a case is acknowledged that was never written down",
        process="api",
        commit=_early_acknowledgement,
        caught_by=frozenset({"accepted cases exist"}),
    ),
    "lost-approval": Mutant(
        mistake="a decision is answered and never sent to the case",
        process="api",
        commit=_lost_approval,
        caught_by=frozenset({"decisions are kept"}),
    ),
    "four-eyes-off": Mutant(
        mistake="makers may check what they made",
        process="workers",
        commit=_four_eyes_off,
        caught_by=frozenset({"four eyes", "no wrong answer"}),
        needs={"special": {**_APPROVED, "maker_checks": True}},
    ),
    "unbalanced-posting": Mutant(
        mistake="a credit is a cent too high",
        process="workers",
        commit=_unbalanced_posting,
        caught_by=frozenset({"journals balance"}),
        needs={"special": _APPROVED},
    ),
    "random-workflow-id": Mutant(
        mistake="the workflow's id is not the case's",
        process="api",
        commit=_random_workflow_id,
        caught_by=frozenset({"one workflow a case"}),
    ),
    "no-incident": Mutant(
        mistake="what fails is parked, and no incident tells of it",
        process="workers",
        commit=_no_incident,
        caught_by=frozenset({"every wait has a reason", "cases end as planned"}),
        needs={"special": _APPROVED},
    ),
    "relay-off": Mutant(
        mistake="nobody starts what a crash left accepted and unstarted",
        process="workers",
        commit=_relay_off,
        caught_by=frozenset({"every wait has a reason", "one workflow a case"}),
        needs={"failpoints": {"start.accepted": 0.3}},
    ),
}


def commit(name: str, process: str) -> None:
    """Make the mistake, if it belongs into this process."""
    mutant = MUTANTS[name]
    if mutant.process != process:
        return
    marks = Path(os.environ["BAOQUAN_DATA_FOLDER"]) / "mutant.marks"

    def mark() -> None:
        with marks.open("a") as file:
            file.write(f"{name}\n")

    mutant.commit(mark)
