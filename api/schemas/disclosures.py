"""A person as those see who work in the house: masked, or as far as their purpose goes."""

from datetime import date

from api.schemas.shapes import Asking, Identifier, Moment, Seen
from workflows.domain.disclosure import Purpose


class DisclosureQuery(Asking):
    """What it is for; without a purpose everything personal is masked."""

    purpose: Purpose | None = None
    case_id: Identifier | None = None
    """The running case of that person, for CALL_BACK and SERVICING; or that calls them back."""


class ContactSeen(Seen):
    """One way to reach the person; former ones, too: a call back goes to one verified before."""

    kind: str
    value: str
    since: Moment
    until: Moment | None
    verified_at: Moment | None
    taken_back: bool


class AccountSeen(Seen):
    """An account on our books."""

    account_id: str
    bank: str
    account_no: str
    match: str


class PersonSeen(Seen):
    """A person; what is masked is named by nothing in ``disclosed``."""

    subject_id: str
    purpose: Purpose | None
    disclosed: list[str]
    """Which fields are in clear."""
    name: str
    id_type: str
    id_no: str
    id_valid_to: date | None
    born_on: str | None
    needs_accessible_channel: bool
    surveys_wanted: bool
    """Whether the person may be asked how it went."""
    counter_only_since: Moment | None
    """Since when only the counter serves the person: any session begun elsewhere is to be ended."""
    contacts: list[ContactSeen]
    accounts: list[AccountSeen]
