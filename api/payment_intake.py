"""A change of payments at the door: the account goes to the policy book, the case learns its id."""

from datetime import UTC, datetime
from typing import Any

from api.problems import Problem
from api.schemas.payment_account import NewAccount, PaymentChange
from infra.db.unit_of_work import ReadingRoom
from workflows.domain.ids import derive
from workflows.domain.party import BankAccount

Json = dict[str, Any]


async def account_of(
    room: ReadingRoom, change: PaymentChange, *, case_id: str, at: datetime
) -> BankAccount:
    """Return the account that premiums shall come from; a new one is not entered yet."""
    if change.new_account is not None:
        return await _new(room, change.new_account, derive("AC", case_id), at)
    account = await room.parties.account(str(change.debit_account_id))
    if account is None:
        raise Problem(422, "request", "paymentChange.debitAccountId: no such account.")
    return account


async def _new(room: ReadingRoom, asked: NewAccount, new_id: str, at: datetime) -> BankAccount:
    holder = await room.parties.get(asked.holder_party_id)
    if holder is None:
        raise Problem(422, "request", "paymentChange.newAccount.holderPartyId: no such party.")
    for known in await room.parties.accounts(holder.id):
        if known.account_no == asked.account_no:
            return known
    return BankAccount(
        id=new_id,
        party_id=holder.id,
        bank=asked.bank,
        account_no=asked.account_no,
        holder_name=holder.name,
        added_at=at.astimezone(UTC),
    )


def payment_asked(change: PaymentChange, account: BankAccount) -> Json:
    """Return what the case carries: ids and amounts, not a word of the account."""
    signed = change.authorisation.signed_on
    return {
        "accountId": account.id,
        "holderPartyId": account.party_id,
        "frequency": change.frequency,
        "amountLimit": format(change.authorisation.amount_limit, ".2f"),
        **({} if signed is None else {"authorisedOn": signed}),
    }
