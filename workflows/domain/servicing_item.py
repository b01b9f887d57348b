"""What a servicing item 保全项目 says of itself: who may ask, on what papers, who consents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from workflows.domain.consent import ConsentRole
from workflows.domain.policy import RoleKind

GenericItem = Literal[
    "SIGNATURE_CHANGE", "APL_OPTION", "DIVIDEND_OPTION", "ANNUITY_OPTION", "PAYOUT_AUTHORISATION",
    "PLEDGE", "PLEDGE_RELEASE", "POLICY_REISSUE", "LOSS_REPORT", "LOSS_RELEASE",
    "POLICY_TRANSFER_BRANCH", "REDUCED_PAID_UP", "SA_INCREASE",
]  # fmt: skip
Item = Literal[
    "TERMINATE", "PARTIAL", "EX_GRATIA_SURRENDER", "BENEFICIARY_CHANGE", "POLICYHOLDER_CHANGE",
    "CONTACT",
    "PAYMENT_ACCOUNT_CHANGE", "POLICY_LOAN", "LOAN_REPAYMENT", "RENEWAL_PREMIUM", "REINSTATEMENT",
    "BENEFIT_PAYMENT", "CLAIM_HANDOFF", GenericItem,
]  # fmt: skip
ITEMS: tuple[Item, ...] = get_args(Item)
Standing = Literal["NOT_ENDED", "IN_FORCE", "LAPSED", "ANY"]
Channel = Literal["COUNTER", "APP", "AGENT", "MAIL"]
Authority = Literal["STP", "CHECKER", "L3"]
When = Literal["ALWAYS", "DEATH_COVER"]
Need = Literal["NOTHING", "VALUE", "ACCOUNT", "PARTY", "SUM"]
Effect = Literal[
    "OPTION", "FLAG", "UNFLAG", "PLEDGE", "RELEASE", "REISSUE", "UNIT", "PAID_UP", "INCREASE"
]
ONE_BODY = "itemChange"
"""The field of a request that names what is wanted of an item without a flow of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWanted:
    """A paper that an item asks for, on the channels where it does."""

    type: str
    channels: tuple[Channel, ...] = get_args(Channel)
    form: Literal["DATA", "COPY", "ORIGINAL"] = "COPY"
    validity_days: int | None = None
    reuse_if_held: bool = False

    @property
    def as_required(self) -> Mapping[str, object]:
        """The document as the table of documents would ask for it."""
        return {
            "type": self.type,
            "mandatory": True,
            "form": self.form,
            "validityDays": self.validity_days,
            "reuseIfHeld": self.reuse_if_held,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWanted:
    """Whose consent beside the applicant's, and when."""

    role: ConsentRole
    when: When = "ALWAYS"


D0 = (
    DocumentWanted(type="APPLICATION_FORM", form="DATA", validity_days=30, reuse_if_held=True),
    DocumentWanted(type="APPLICANT_ID", validity_days=365, reuse_if_held=True),
)
"""The signed application, and the applicant's identity document; not again when it is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generic:
    """What the generic model needs to serve an item as data."""

    effect: Effect
    subject: str = ""
    """The option that is chosen, or the flag that is set."""
    needs: Need = "NOTHING"
    values: tuple[str, ...] = ()
    """The words that may be chosen; none: any."""
    documents: tuple[DocumentWanted, ...] = D0
    consents: tuple[ConsentWanted, ...] = ()
    authority: Authority = "CHECKER"
    """STP: by the system at low risk. CHECKER: a maker and a checker. L3: and a lead."""
    ial: int = 2
    """The identity assurance level asked for."""
    formula: str = ""
    """How its amounts are worked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicingItem:
    """One entry of the catalogue."""

    code: Item
    version: int = 1
    name: str
    process: str
    """The model that serves it when a caller names none."""
    applicants: tuple[RoleKind, ...] = ("PH",)
    standing: Standing = "IN_FORCE"
    """In which states of the contract it may be asked; ANY: it is about the person."""
    body: str = ""
    """The field of a request, and of no other item's, that names what is wanted."""
    law_clocks: tuple[str, ...] = ()
    """Limits of law that start with the notice, beside K-ACC and K-ONE."""
    consented: bool = False
    """Whether others may have to consent: the one notice may have to name their consents."""
    told_at_the_door: bool = False
    """Whether a repetition, or a case that excludes it, is told at the door. A notice that ends a
    contract takes effect on arrival: it is received, whatever else runs."""
    moves_money: bool = True
    """Whether it may pay, collect or book an amount, or says from or to which account. Where it
    does not, people may work some days more on a certificate that has ended."""
    basis: str
    generic: Generic | None = None
    """Set: it is served as data by the generic model."""
