"""A person as those see who work on a case: masked by role and purpose."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import Composed, Known
from api.disclosing import Disclosed, check_case, disclosed_to, record
from api.problems import Problem, refusals
from api.schemas.disclosures import AccountSeen, ContactSeen, DisclosureQuery, PersonSeen
from api.schemas.shapes import Identifier
from workflows.domain.party import BankAccount, ContactPoint, Party

STREAM = "subjects"
"""The chain of who read what of whom."""
router = APIRouter(prefix="/v1/subjects", tags=["subjects"])


@router.get("/{party_id}", responses=refusals(404))
async def read_subject(
    party_id: Identifier,
    composed: Composed,
    caller: Known,
    query: Annotated[DisclosureQuery, Query()],
) -> PersonSeen:
    """Read a person: masked, or in clear as far as the purpose goes, which is on record then."""
    shown = disclosed_to(caller, query.purpose)
    async with composed.database.work() as books:
        party = await books.parties.get(party_id)
        if party is None:
            raise Problem(404, "unknown-subject", "There is no such person on the books.")
        await check_case(books, query.case_id, party_id, query.purpose)
        contacts = await books.parties.contacts(party_id, former=True)
        accounts = await books.parties.accounts(party_id)
        held = await books.risk_alerts.open_for(party_id)
        asked = await books.surveys.wanted_by(party_id)
    await record(
        composed, caller, shown, of=("subject", party_id), stream=STREAM, case_id=query.case_id
    )
    since = max((alert.raised_at for alert in held), default=None)
    more = {"counter_only_since": since, "surveys_wanted": asked}
    return _seen(party, contacts, accounts, shown).model_copy(update=more)


def _seen(
    party: Party,
    contacts: Sequence[ContactPoint],
    accounts: Sequence[BankAccount],
    shown: Disclosed,
) -> PersonSeen:
    return PersonSeen(
        subject_id=party.id,
        purpose=shown.purpose,
        disclosed=sorted(shown.fields - {"TASK"}),
        name=shown("NAME", party.name),
        id_type=party.id_type,
        id_no=shown("ID_NO", party.id_no),
        id_valid_to=party.id_valid_to,
        born_on=None if party.born_on is None else shown("BORN_ON", party.born_on.isoformat()),
        needs_accessible_channel=party.vulnerable,
        surveys_wanted=True,
        counter_only_since=None,
        contacts=[_contact(contact, shown) for contact in contacts],
        accounts=[
            AccountSeen(
                account_id=account.id,
                bank=account.bank,
                account_no=shown("ACCOUNT", account.account_no),
                match=account.match,
            )
            for account in accounts
        ],
    )


def _contact(contact: ContactPoint, shown: Disclosed) -> ContactSeen:
    return ContactSeen(
        kind=contact.kind,
        value=shown(contact.kind, contact.value),
        since=contact.since,
        until=contact.until,
        verified_at=contact.verified_at,
        taken_back=contact.voided_at is not None,
    )
