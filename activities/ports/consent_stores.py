"""What people agreed to: consents, and authority to collect premiums."""

from datetime import date, datetime
from typing import Protocol

from workflows.domain.consent import Consent, DebitAuthority


class Consents(Protocol):
    """Who consented to what."""

    async def record(self, consent: Consent) -> None:
        """Write down an answer; the same id again writes nothing."""
        ...

    async def of_case(self, case_id: str) -> tuple[Consent, ...]:
        """The answers given in a case, in order."""
        ...

    async def revoke(self, case_id: str, party_id: str, at: datetime) -> int:
        """End every consent a person gave in a case; answers how many."""
        ...


class DebitAuthorities(Protocol):
    """From which accounts premiums may be collected."""

    async def grant(self, authority: DebitAuthority) -> None:
        """Write down an authority."""
        ...

    async def of_policy(self, policy_no: str) -> tuple[DebitAuthority, ...]:
        """Every authority ever given for a policy, in order."""
        ...

    async def revoke(self, policy_no: str, *, on: date, by: str) -> tuple[str, ...]:
        """End every authority for a policy that still stands; answers their ids."""
        ...

    async def restore(self, policy_no: str, *, by: str) -> None:
        """The case's change was reversed: what it ended stands, what it brought is gone."""
        ...
