"""Conditions that begin cases: tested over what a caller tells."""

from collections.abc import Iterable

from fastapi import APIRouter

from api.answers import Asked
from api.conditions import Tested, tested
from api.dependencies import Composed
from api.intake import wire
from api.schemas.conditions import ConditionFailed, ConditionsReceipt, ConditionsTold
from infra.db.unit_of_work import UnitOfWork
from workflows.domain.audit import Change
from workflows.domain.start import Trigger
from workflows.feel.plain import from_plain

router = APIRouter(prefix="/v1/conditions", tags=["conditions"])


@router.post("", status_code=202)
async def tell_conditions(
    body: ConditionsTold, composed: Composed, asked: Asked
) -> ConditionsReceipt:
    """Test the conditions that begin cases: one case of each process of which one is true."""
    trigger = Trigger(
        kind="condition",
        source=asked.request_id,
        at=composed.now(),
        by=asked.caller.subject,
        variables=wire(body.variables),
        clock_offset=composed.clock_offset,
    )
    values = {name: from_plain(value) for name, value in body.variables.items()}

    async def act(books: UnitOfWork) -> ConditionsReceipt:
        found = tested(await books.starts.conditions(body.process_id), values, trigger.at)
        true = [(one.process_id, one.start) for one in found if not one.fault]
        begun = await books.starts.begin_by_condition(trigger, true)
        receipt = ConditionsReceipt(
            begun=list(begun.cases),
            kept=list(begun.kept),
            failed=list(_failed(found)),
        )
        await books.audit.append(_change(trigger, receipt))
        return receipt

    return await asked.write(ConditionsReceipt, act, 202)


def _failed(found: Iterable[Tested]) -> Iterable[ConditionFailed]:
    for one in found:
        if one.fault:
            yield ConditionFailed(
                process_id=one.process_id, element=one.start.element, message=one.fault
            )


def _change(trigger: Trigger, receipt: ConditionsReceipt) -> Change:
    return Change(
        stream="conditions",
        action="condition.tell",
        actor=trigger.by,
        at=trigger.at,
        object_type="condition",
        object_id=trigger.source,
        detail={
            "begun": receipt.begun,
            "kept": receipt.kept,
            "failed": [f"{one.process_id}/{one.element}" for one in receipt.failed],
        },
    )
