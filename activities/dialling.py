"""Whom a call-back goes to, and on which phone: never one that was changed a short while ago."""

from datetime import date, datetime, timedelta

from activities.ports import Books
from workflows.domain.call_back import asks_insured
from workflows.domain.contact import FRESH_DAYS
from workflows.domain.party import capacity_on
from workflows.domain.policy import Policy


async def to_call(item: str, applicant: str, policy: Policy, on: date, books: Books) -> str:
    """Find whom to call: the insured whose beneficiaries change and who can speak, or who asked."""
    held = policy.holders("INSURED", on) if asks_insured(item) else ()
    insured = await books.parties.get(held[0].party_id) if held else None
    if insured is None or insured.deceased_on is not None or capacity_on(insured, on) != "FULL":
        return applicant
    return insured.id


async def number_before(party_id: str, arrived: datetime, books: Books) -> str | None:
    """Find the phone that was verified before any fresh change, masked; None: there is none."""
    before = arrived - timedelta(days=FRESH_DAYS)
    phone = await books.parties.verified_phone(party_id, before)
    return None if phone is None else f"{phone.value[:3]}****{phone.value[-4:]}"
