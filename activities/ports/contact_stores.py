"""What the insurer keeps of changes to a person's data, and of alerts in a person's name."""

from datetime import datetime
from typing import Protocol

from workflows.domain.contact import ContactProposal, PartyImage, PartyVersion, RiskAlert


class ContactChanges(Protocol):
    """Versions of persons."""

    async def proposal(self, case_id: str) -> ContactProposal | None:
        """What a case asks for."""
        ...

    async def image(self, party_id: str) -> PartyImage | None:
        """A person as the book has it."""
        ...

    async def change(
        self, after: PartyImage, *, before_hash: str, case_id: str, at: datetime
    ) -> PartyVersion:
        """Write an image as the next version; StaleVersion unless the book holds the one before."""
        ...

    async def of_case(self, party_id: str, case_id: str) -> PartyVersion | None:
        """The change a case made."""
        ...

    async def standing(self, party_id: str, since: datetime) -> tuple[PartyVersion, ...]:
        """The changes since an instant that nobody took back, the latest first."""
        ...

    async def take_back(self, made: PartyVersion, *, case_id: str, at: datetime) -> PartyVersion:
        """Restore the image before a change; NotReversible when a later change stands on it."""
        ...


class RiskAlerts(Protocol):
    """Alerts by person."""

    async def raise_alert(self, alert: RiskAlert) -> None:
        """Write down an alert."""
        ...

    async def open_for(self, party_id: str) -> tuple[RiskAlert, ...]:
        """The alerts about a person that nobody lifted, the oldest first."""
        ...
