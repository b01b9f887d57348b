"""Seeded bugs: each a known mistake, switched on in a process of the product by patching it.

``python -m tests.chaos.mutants NAME workers|api`` runs that process with the bug. Whenever the bug
strikes it leaves a mark in the data folder, so that a run can tell that it was active.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

Mark = Callable[[], None]
Process = Literal["workers", "api"]
CHANCE = random.Random()  # noqa: S311 - chance of a test, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mistake."""

    mistake: str
    process: Process
    commit: Callable[[Mark], None]
    """Brings the mistake about."""
    caught_by: frozenset[str]
    """Invariants of which at least one must be broken."""


def _patch(owner: object, name: str, made: object) -> None:
    setattr(owner, name, made)


def _idempotency_off(mark: Mark) -> None:
    from infra.db.effects import EffectTable

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
            known = await books.effects.find(call.effect_key)
        if known is not None:
            return _answer(known, messages)
        done: Any = None
        with contextlib.suppress(Undone):
            async with self.equipment.work() as books:
                done = await step.run(job, request, books)
                raise Undone
        async with self.equipment.work() as books:
            effect = await self._record(books, job, done)
        if call.type == "execution.commit":
            mark()
            if CHANCE.random() < 0.3:
                os.kill(os.getpid(), 9)
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
    from activities import once

    own = once.journaled

    async def later(books: Any, batch: Any) -> Any:
        if batch is not None and CHANCE.random() < 0.05:
            mark()
            return ()
        return await own(books, batch)

    _patch(once, "journaled", later)


def _forgotten_timer_cancel(mark: Mark) -> None:
    from workflows.host import record

    def forgotten(_case: Any, _command: Any) -> None:
        mark()

    _patch(record, "_COMMANDS", {**record._COMMANDS, "cancelTimer": forgotten})


def _audit_left_out(mark: Mark) -> None:
    from infra.db.audit import AuditTable

    append = AuditTable.append

    async def sometimes(table: AuditTable, change: Any) -> Any:
        if change.action == "effect" and CHANCE.random() < 0.05:
            mark()
            return None
        return await append(table, change)

    _patch(AuditTable, "append", sometimes)


def _early_acknowledgement(mark: Mark) -> None:
    """The answer goes out, the acceptance is never committed."""
    from infra.db.acceptance import AcceptanceTable

    accept = AcceptanceTable.accept

    async def lost(table: AcceptanceTable, *arguments: Any, **named: Any) -> None:
        if CHANCE.random() < 0.2:
            mark()
            return
        await accept(table, *arguments, **named)

    _patch(AcceptanceTable, "accept", lost)


def _lost_approval(mark: Mark) -> None:
    from api.case_client import CaseClient
    from workflows.contracts.human_task import TaskReceipt

    act_on_task = CaseClient.act_on_task

    async def unsent(client: CaseClient, instance_id: str, act: Any) -> TaskReceipt:
        if act.act == "complete" and CHANCE.random() < 0.2:
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
    from infra.db import ledger
    from infra.db.rows import to_row

    def wrong(noun: Any, **more: Any) -> dict[str, Any]:
        row = to_row(noun, **more)
        if row.get("side") == "CR" and CHANCE.random() < 0.1:
            mark()
            row["amount_minor"] += 1
        return row

    _patch(ledger, "to_row", wrong)


def _random_workflow_id(mark: Mark) -> None:
    from api.case_client import CaseClient

    start = CaseClient.start

    async def renamed(client: CaseClient, order: Any) -> bool:
        mark()
        case_id = f"{order.input.case_id}-{CHANCE.randrange(10**6)}"
        return await start(
            client, replace(order, input=order.input.model_copy(update={"case_id": case_id}))
        )

    _patch(CaseClient, "start", renamed)


MUTANTS: Mapping[str, Mutant] = {
    "idempotency-off": Mutant(
        mistake="an effect that is there already is done again",
        process="workers",
        commit=_idempotency_off,
        caught_by=frozenset(
            {"effects happen once", "cases end as planned", "every wait has a reason"}
        ),
    ),
    "effect-before-key": Mutant(
        mistake="the key is committed before its effect",
        process="workers",
        commit=_effect_before_key,
        caught_by=frozenset({"cases end as planned", "money is paid once"}),
    ),
    "new-payment-key": Mutant(
        mistake="every attempt to pay has a key of its own",
        process="workers",
        commit=_new_payment_key,
        caught_by=frozenset({"money is paid once"}),
    ),
    "journal-outside": Mutant(
        mistake="the journal does not commit with the effect it rode with",
        process="workers",
        commit=_journal_outside,
        caught_by=frozenset(
            {"cases end as planned", "audit chains are whole", "nothing is left open"}
        ),
    ),
    "forgotten-timer-cancel": Mutant(
        mistake="a timer that the model cancels stays behind",
        process="workers",
        commit=_forgotten_timer_cancel,
        caught_by=frozenset({"nothing is left open"}),
    ),
    "audit-left-out": Mutant(
        mistake="an effect commits without its audit record",
        process="workers",
        commit=_audit_left_out,
        caught_by=frozenset({"audit chains are whole"}),
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
    ),
    "unbalanced-posting": Mutant(
        mistake="a credit is a cent too high",
        process="workers",
        commit=_unbalanced_posting,
        caught_by=frozenset({"journals balance"}),
    ),
    "random-workflow-id": Mutant(
        mistake="the workflow's id is not the case's",
        process="api",
        commit=_random_workflow_id,
        caught_by=frozenset({"one workflow a case", "cases end as planned"}),
    ),
}


def main(name: str, process: str) -> None:
    """Run a process of the product, with the mistake where it belongs."""
    mutant = MUTANTS[name]
    if mutant.process == process:
        marks = Path(os.environ["BAOQUAN_DATA_FOLDER"]) / "mutant.marks"

        def mark() -> None:
            with marks.open("a") as file:
                file.write(f"{name}\n")

        mutant.commit(mark)
    if process == "api":
        from api.__main__ import main as serve
    else:
        from workers.__main__ import main as serve
    serve()


if __name__ == "__main__":
    asyncio.set_event_loop_policy(None)
    main(*sys.argv[1:])
