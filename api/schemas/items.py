"""Items, benefits and claims as callers ask for them; the catalogue and the law as shown."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic import StringConstraints as Text

from api.schemas.changes import ConsentHeld
from api.schemas.payment_account import Yuan
from api.schemas.shapes import Day, Identifier, Seen, Sent
from workflows.domain.claims import ClaimEvent
from workflows.domain.policy import BenefitKind

Consents = Annotated[list[ConsentHeld], Field(max_length=10)]
Word = Annotated[str, Text(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,59}$")]

Declared = Annotated[str, Text(pattern=r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$")]
"""An amount in yuan as text; nothing is an amount, too."""


class ItemChange(Sent):
    """What an item without a flow of its own is asked for; its entry says which field it needs."""

    value: Word | None = None
    """The word that is chosen, the unit, or the id of the specimen."""
    account_id: Identifier | None = None
    """The applicant's own account."""
    party_id: Identifier | None = None
    """The lender."""
    sum_assured: Yuan | None = None
    """Of the main cover, from then on."""
    cover_elsewhere: Declared | None = None
    """What other insurers cover the insured's death for; has to be said of a minor, 0.00 too."""
    consents: Consents = Field(default_factory=list)


class BenefitPayment(Sent):
    """Which benefit shall be paid, and where to."""

    kind: BenefitKind
    payee_account_id: Identifier | None = None
    """Of who is entitled, or a minor's guardian; the one authorised before when absent."""


class Claim(Sent):
    """The insured event as it was reported: no diagnosis, no name."""

    event: ClaimEvent
    event_on: Day
    proofs: Annotated[list[Word], Field(max_length=20)] = Field(default_factory=list)
    """The kinds of proof that came with the report."""


class DocumentSeen(Seen):
    """A paper that an item asks for."""

    type: str
    channels: list[str]
    form: str


class ItemSeen(Seen):
    """An entry of the catalogue."""

    code: str
    name: str
    version: int | None
    startable: bool
    reason: str | None
    """Why it is refused, where it cannot be started."""
    process: str | None
    applicants: list[str]
    standing: str | None
    body: str | None
    clocks: list[str]
    basis: str | None
    needs: str | None
    values: list[str]
    documents: list[DocumentSeen]
    """Of items served as data; those of the others stand in the table ``dt_doc``."""
    consents: list[str]
    authority: str | None
    identity_level: int | None
    formula: str | None


class ItemList(Seen):
    """The catalogue: what can be started, then what cannot yet."""

    items: list[ItemSeen]


class RuleSeen(Seen):
    """A number of law."""

    id: str
    kind: Literal["limit", "figure"]
    value: str
    unit: str
    says: str
    basis: str
    evidence: str
    since: Day
    until: Day | None


class PackSeen(Seen):
    """A jurisdiction pack."""

    id: str
    family: str
    title: str
    calendar: str
    currency: str
    since: Day
    hash: str
    covered_until: Day | None
    """The last day that its calendar knows; limits beyond it are provisional."""
    rules: list[RuleSeen]


class PackList(Seen):
    """Every installed pack."""

    packs: list[PackSeen]
