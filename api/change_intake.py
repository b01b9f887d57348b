"""A change of roles at the door: persons go to the policy book, the case learns their ids."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from api.payment_intake import account_of, payment_asked
from api.schemas.cases import CaseStart
from api.schemas.changes import BeneficiaryAsked, ConsentHeld, PersonNamed, PolicyholderChange
from api.schemas.ex_gratia import ExGratia
from api.schemas.items import BenefitPayment, ItemChange
from api.schemas.loans import PolicyLoan
from api.schemas.renewals import Reinstatement
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
    """Return what is asked where nobody and no account is new; None: it is something else."""
    for body, as_asked in _TOLD.items():
        asked = getattr(start, body)
        if asked is not None:
            return as_asked(asked)
    return None


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
            **dict.fromkeys(("beneficiary_change", "payment_change", *_TOLD)),
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


def _holder(change: PolicyholderChange) -> Json:
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


def _ex_gratia(demand: ExGratia) -> Json:
    return {
        "exGratia": {"complaintId": demand.complaint_id, "amount": str(demand.amount)},
        "payeeAccountId": demand.payee_account_id,
    }


def _beside_consents(name: str, asked: ItemChange | Reinstatement) -> Json:
    told = _plain(asked)
    told.pop("consents", None)
    return {name: told, "consents": list(_consents(asked.consents))}


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


_TOLD: Mapping[str, Callable[[Any], Json]] = MappingProxyType({
    "policyholder_change": _holder,
    "policy_loan": _loan,
    "loan_repayment": lambda asked: {"repayment": _plain(asked)},
    "renewal_premium": lambda asked: {"renewal": _plain(asked)},
    "reinstatement": partial(_beside_consents, "reinstatement"),
    "item_change": partial(_beside_consents, "itemChange"),
    "benefit_payment": _benefit,
    "claim": lambda asked: {"claim": _plain(asked)},
    "ex_gratia": _ex_gratia,
})  # fmt: skip
"""The bodies that name nobody and no account anew, and how a case carries each."""
