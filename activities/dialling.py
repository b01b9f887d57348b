"""Which phone a customer is called back on: never one that was changed a short while ago."""

from datetime import datetime, timedelta

from activities.ports import Books
from workflows.domain.contact import FRESH_DAYS


async def number_before(party_id: str, arrived: datetime, books: Books) -> str | None:
    """Find the phone that was verified before any fresh change, masked; None: there is none."""
    before = arrived - timedelta(days=FRESH_DAYS)
    phone = await books.parties.verified_phone(party_id, before)
    return None if phone is None else f"{phone.value[:3]}****{phone.value[-4:]}"
