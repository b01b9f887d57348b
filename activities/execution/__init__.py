"""Execution 操作: the policy book and the ledger changed, money paid, each exactly once."""

from activities.execution.benefit_list import BENEFIT_LIST
from activities.execution.changing import (
    CHANGE_BENEFICIARIES,
    CHANGE_POLICYHOLDER,
    REVERSE_CHANGE,
)
from activities.execution.claim_handover import REGISTER_CLAIM
from activities.execution.claims import OPEN_CLAIM, SETTLE_CLAIM
from activities.execution.committing import COMMIT, RELEASE, RESERVE
from activities.execution.contact import CHANGE_CONTACT, ENDORSE_CONTACT
from activities.execution.contact_reversing import REVERSE_CONTACT
from activities.execution.debit import RECORD_DEBIT
from activities.execution.due_list import DUE_LIST
from activities.execution.item_change import CHANGE_ITEM
from activities.execution.lateness import COMPENSATE
from activities.execution.lending import CAPITALISE, EXHAUST, REPAY
from activities.execution.orphans import ASSIGN_AGENT, MARK_ORPHAN
from activities.execution.paying import COLLECT, PAY, QUERY_PAYMENT
from activities.execution.payment_change import CHANGE_PAYMENT
from activities.execution.quoting import QUOTE
from activities.execution.reinstating import REINSTATE
from activities.execution.renewal import (
    APPLY_PREMIUM,
    FALL_DUE,
    LAPSE,
    LEND_PREMIUM,
    MAKE_PAID_UP,
    RECEIVE_PREMIUM,
)
from activities.execution.reversing import REVERSE
from activities.execution.settling import RETURNED, SETTLE
from activities.execution.through_core import THROUGH_CORE
from activities.step import Steps

__all__ = ["STEPS", "THROUGH_CORE"]

STEPS: Steps = {
    "execution.open_claim": OPEN_CLAIM,
    "execution.settle_claim": SETTLE_CLAIM,
    "execution.register_claim": REGISTER_CLAIM,
    "execution.change_item": CHANGE_ITEM,
    "execution.quote": QUOTE,
    "execution.reserve": RESERVE,
    "execution.commit": COMMIT,
    "execution.pay": PAY,
    "execution.query_payment": QUERY_PAYMENT,
    "execution.collect": COLLECT,
    "execution.debit_returned": RECORD_DEBIT,
    "execution.repay": REPAY,
    "execution.capitalise": CAPITALISE,
    "execution.exhaust": EXHAUST,
    "execution.fall_due": FALL_DUE,
    "execution.receive_premium": RECEIVE_PREMIUM,
    "execution.apply_premium": APPLY_PREMIUM,
    "execution.lend_premium": LEND_PREMIUM,
    "execution.make_paid_up": MAKE_PAID_UP,
    "execution.lapse": LAPSE,
    "execution.due_list": DUE_LIST,
    "execution.benefit_list": BENEFIT_LIST,
    "execution.reinstate": REINSTATE,
    "execution.returned": RETURNED,
    "execution.settle": SETTLE,
    "execution.compensate": COMPENSATE,
    "execution.release": RELEASE,
    "execution.reverse": REVERSE,
    "execution.change_beneficiaries": CHANGE_BENEFICIARIES,
    "execution.change_policyholder": CHANGE_POLICYHOLDER,
    "execution.change_payment": CHANGE_PAYMENT,
    "execution.reverse_change": REVERSE_CHANGE,
    "execution.change_contact": CHANGE_CONTACT,
    "execution.endorse_contact": ENDORSE_CONTACT,
    "execution.reverse_contact": REVERSE_CONTACT,
    "execution.mark_orphan": MARK_ORPHAN,
    "execution.assign_agent": ASSIGN_AGENT,
}
