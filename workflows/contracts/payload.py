"""What exactly a request would change: the payload that duplicates and consents are told by."""

from collections.abc import Callable, Mapping

from workflows.contracts.verification import CustomerRequest
from workflows.domain.canonical import JsonObject, content_hash
from workflows.domain.designation import Designation


def _of_termination(asked: CustomerRequest) -> JsonObject:
    return {"newSumAssured": asked.new_sum_assured, "payeeAccountId": asked.payee_account_id}


def _of_ex_gratia(asked: CustomerRequest) -> JsonObject:
    demand = asked.ex_gratia
    if demand is None:
        return {"exGratia": None}
    return {
        "complaint": demand.complaint_id,
        "amount": format(demand.amount, ".2f"),
        "payeeAccountId": asked.payee_account_id,
    }


def _of_beneficiaries(asked: CustomerRequest) -> JsonObject:
    return {"beneficiaries": [each.model_dump() for each in asked.beneficiaries]}


def _of_holder(asked: CustomerRequest) -> JsonObject:
    return {
        "newHolder": asked.new_holder_party_id,
        "relation": asked.new_holder_relation,
        "debitAccount": asked.debit_account_id,
        "debtsAssumed": asked.debts_assumed,
    }


def _of_contact(asked: CustomerRequest) -> JsonObject:
    return {"contact": None if asked.contact is None else asked.contact.hash}


def _of_payment(asked: CustomerRequest) -> JsonObject:
    payment = asked.payment
    if payment is None:
        return {"payment": None}
    return {
        "account": payment.account_id,
        "holder": payment.holder_party_id,
        "frequency": payment.frequency,
        "limit": format(payment.amount_limit, ".2f"),
    }


def _of_loan(asked: CustomerRequest) -> JsonObject:
    amount = None if asked.loan is None else format(asked.loan.amount, ".2f")
    return {"loan": amount, "payee": asked.payee_account_id}


def _of_repayment(asked: CustomerRequest) -> JsonObject:
    repayment = asked.repayment
    if repayment is None:
        return {"repayment": None}
    return {
        "repayment": format(repayment.amount, ".2f"),
        "loan": repayment.loan_id,
        "account": repayment.account_id,
    }


def _of_renewal(asked: CustomerRequest) -> JsonObject:
    return {"dueOn": None if asked.renewal is None else asked.renewal.due_on}


def _of_reinstatement(asked: CustomerRequest) -> JsonObject:
    """A contract is reinstated or not; who pays and what is declared changes nothing in that."""
    return {"reinstated": asked.reinstatement is not None}


def _of_item(asked: CustomerRequest) -> JsonObject:
    change = asked.item_change
    if change is None:
        return {"change": None}
    told = change.model_dump(mode="json")
    for name in ("sum_assured", "cover_elsewhere"):
        amount = getattr(change, name)
        told.pop(name)
        if amount is not None:
            told[name] = format(amount, ".2f")
    return {"change": told}


def _of_benefit(asked: CustomerRequest) -> JsonObject:
    benefit = asked.benefit
    return {
        "benefit": None if benefit is None else benefit.model_dump(mode="json", exclude={"listed"}),
        "payee": asked.payee_account_id,
    }


def _of_claim(asked: CustomerRequest) -> JsonObject:
    claim = asked.claim
    if claim is None:
        return {"claim": None}
    return {"event": claim.event, "eventOn": claim.event_on}


_PAYLOADS: Mapping[str, Callable[[CustomerRequest], JsonObject]] = {
    "TERMINATE": _of_termination,
    "PARTIAL": _of_termination,
    "EX_GRATIA_SURRENDER": _of_ex_gratia,
    "BENEFICIARY_CHANGE": _of_beneficiaries,
    "POLICYHOLDER_CHANGE": _of_holder,
    "CONTACT": _of_contact,
    "PAYMENT_ACCOUNT_CHANGE": _of_payment,
    "POLICY_LOAN": _of_loan,
    "LOAN_REPAYMENT": _of_repayment,
    "RENEWAL_PREMIUM": _of_renewal,
    "REINSTATEMENT": _of_reinstatement,
    "BENEFIT_PAYMENT": _of_benefit,
    "CLAIM_HANDOFF": _of_claim,
}


def payload(item: str, asked: CustomerRequest) -> JsonObject:
    """Return what a request would change; papers, channel and identification are no part of it."""
    return _PAYLOADS.get(item, _of_item)(asked)


def payload_hash(policy_no: str, item: str, asked: CustomerRequest) -> str:
    """Return the hash that a consent to this very change is bound to."""
    return content_hash({"policyNo": policy_no, "item": item, "change": payload(item, asked)})


def designations(asked: CustomerRequest) -> tuple[Designation, ...]:
    """Return the beneficiaries asked for."""
    return tuple(Designation(**each.model_dump()) for each in asked.beneficiaries)
