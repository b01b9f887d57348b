"""A change of roles at the door: persons go to the policy book, the case learns their ids."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.payment_intake import account_of, payment_asked
from api.schemas.cases import CaseStart
from api.schemas.changes import BeneficiaryAsked, ConsentHeld, PersonNamed
from api.schemas.items import BenefitPayment, ItemChange
from api.schemas.loans import PolicyLoan
from api.schemas.shapes import Sent
from infra.db.unit_of_work import ReadingRoom, UnitOfWork
from workflows.domain.ids import derive
from workflows.domain.party import BankAccount, Party

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a case is to carry of a change, and who is entered into the book with it."""

    asked: Json
    persons: tuple[Party, ...] = ()
    account: BankAccount | None = None


async def change_of(room: ReadingRoom, start: CaseStart, case_id: str, at: datetime) -> Change:
    """Return what is asked to be changed, by ids; nothing for items that change nothing here."""
    told = _told(start)
    if told is not None:
        return Change(asked=told)
    if start.payment_change is not None:
        payment = start.payment_change
        account = await account_of(room, payment, case_id=case_id, at=at)
        consents = list(_consents(payment.consents))
        asked: Json = {"payment": payment_asked(payment, account), "consents": consents}
        return Change(asked=asked, account=account)
    if start.beneficiary_change is None:
        return Change(asked={})
    entered: list[Party] = []
    named = [
        await _beneficiary(room, each, derive("PT", case_id, place), entered)
        for place, each in enumerate(start.beneficiary_change.beneficiaries)
    ]
    asked = {
        "beneficiaries": named,
        "consents": list(_consents(start.beneficiary_change.consents)),
    }
    if start.beneficiary_change.intent_on is not None:
        asked["intentOn"] = start.beneficiary_change.intent_on
    return Change(asked=asked, persons=tuple(entered))


def _told(start: CaseStart) -> Json | None:
    """Return what names nobody and nothing that the book does not know; None for the others."""
    if start.policyholder_change is not None:
        return _holder(start)
    if start.policy_loan is not None:
        return _loan(start.policy_loan)
    if start.loan_repayment is not None:
        return {"repayment": _plain(start.loan_repayment)}
    if start.item_change is not None:
        return _item(start.item_change)
    if start.benefit_payment is not None:
        return _benefit(start.benefit_payment)
    return None if start.claim is None else {"claim": _plain(start.claim)}


async def enter(books: UnitOfWork, change: Change) -> None:
    """Put on the books whom and what a change names for the first time."""
    for person in change.persons:
        await books.parties.enter(person)
    if change.account is not None:
        await books.parties.open_account(change.account)


def with_change(start: CaseStart, change: Change) -> CaseStart:
    """Return the request as a case may carry it: ids, not a word of the persons."""
    if not change.asked:
        return start
    return start.model_copy(
        update={
            "beneficiary_change": None,
            "policyholder_change": None,
            "payment_change": None,
            "policy_loan": None,
            "loan_repayment": None,
            "item_change": None,
            "benefit_payment": None,
            "claim": None,
            "request": {**start.request, **change.asked},
        }
    )


async def _beneficiary(
    room: ReadingRoom, each: BeneficiaryAsked, new_id: str, entered: list[Party]
) -> Json:
    party_id = each.party_id
    if each.person is not None:
        known = await room.parties.named(each.person.id_type, each.person.id_no)
        party = known or _party(each.person, new_id)
        if known is None:
            entered.append(party)
        party_id = party.id
    share = {} if each.share is None else {"share": format(each.share.normalize(), "f")}
    return {"partyId": party_id, "relation": each.relation, "order": each.order, **share}


def _party(person: PersonNamed, party_id: str) -> Party:
    return Party(
        id=party_id,
        kind="PERSON",
        name=person.name,
        id_type=person.id_type,
        id_no=person.id_no,
        id_valid_to=None,
        born_on=None if person.born_on is None else date.fromisoformat(person.born_on),
        sex=None,
    )


def _holder(start: CaseStart) -> Json:
    change = start.policyholder_change
    assert change is not None  # noqa: S101 - the caller has looked
    asked: Json = {
        "newHolderPartyId": change.new_holder_party_id,
        "newHolderRelation": change.relation,
        "debtsAssumed": change.debts_assumed,
        "consents": list(_consents(change.consents)),
    }
    if change.debit_account_id is not None:
        asked["debitAccountId"] = change.debit_account_id
    return asked


def _loan(loan: PolicyLoan) -> Json:
    return {
        "loan": {"amount": str(loan.amount), "agreementSigned": loan.agreement_signed},
        "payeeAccountId": loan.payee_account_id,
        "consents": list(_consents(loan.consents)),
    }


def _item(change: ItemChange) -> Json:
    asked = _plain(change)
    return {"consents": list(_consents(change.consents)), "itemChange": _without(asked)}


def _without(asked: Json) -> Json:
    return {name: value for name, value in asked.items() if name != "consents"}


def _benefit(benefit: BenefitPayment) -> Json:
    account = benefit.payee_account_id
    payee = {} if account is None else {"payeeAccountId": account}
    return {"benefit": {"kind": benefit.kind}, **payee}


def _plain(asked: Sent) -> Json:
    """What is asked, as a case carries it: amounts as text, nothing that was not said."""
    return asked.model_dump(mode="json", by_alias=True, exclude_none=True)


def _consents(held: list[ConsentHeld]) -> Iterator[Json]:
    for each in held:
        at = {} if each.obtained_at is None else {"obtainedAt": each.obtained_at.isoformat()}
        yield {
            "partyId": each.party_id, "evidenceId": each.evidence_id, "form": each.form, **at,
        }  # fmt: skip
