"""The catalogue of servicing items 保全项目: what each asks for, as versioned data.

A new item is a row here, a model in ``workflows/processes`` and, where it does what none did
before, an activity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from workflows.domain.policy import PolicyState, RoleKind

Item = Literal[
    "TERMINATE", "PARTIAL", "BENEFICIARY_CHANGE", "POLICYHOLDER_CHANGE", "CONTACT",
    "PAYMENT_ACCOUNT_CHANGE", "POLICY_LOAN", "LOAN_REPAYMENT", "RENEWAL_PREMIUM", "REINSTATEMENT",
]  # fmt: skip
ITEMS: tuple[Item, ...] = get_args(Item)
Standing = Literal["NOT_ENDED", "IN_FORCE", "LAPSED", "ANY"]
_ENDED: frozenset[PolicyState] = frozenset({"PENDING", "TERMINATED", "MATURED"})


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
    basis: str


CATALOGUE: Mapping[str, ServicingItem] = MappingProxyType({
    item.code: item
    for item in (
        ServicingItem(
            code="TERMINATE", name="解除合同 Termination", process="contract_termination",
            standing="NOT_ENDED", law_clocks=("K-SUR",), basis="保险法 art. 15, 47",
        ),
        ServicingItem(
            code="PARTIAL", name="减保 Partial surrender", process="contract_termination",
            law_clocks=("K-SUR",), basis="保险法 art. 20, 47",
        ),
        ServicingItem(
            code="BENEFICIARY_CHANGE", name="受益人变更 Beneficiary change",
            process="beneficiary_change", applicants=("PH", "INSURED", "GUARDIAN"),
            standing="NOT_ENDED", body="beneficiaryChange", consented=True,
            told_at_the_door=True, basis="保险法 art. 39-41",
        ),
        ServicingItem(
            code="POLICYHOLDER_CHANGE", name="投保人变更 Policyholder change",
            process="policyholder_change", body="policyholderChange", consented=True,
            told_at_the_door=True, basis="民法典 art. 555; 保险法 art. 34",
        ),
        ServicingItem(
            code="CONTACT", name="客户资料变更 Contact data change", process="contact_change",
            applicants=("PH", "INSURED"), standing="ANY", body="contact",
            basis="反洗钱法 art. 34",
        ),
        ServicingItem(
            code="PAYMENT_ACCOUNT_CHANGE", name="交费方式变更 Payment change",
            process="payment_account_change", body="paymentChange", consented=True,
            told_at_the_door=True, basis="4号令 art. 13",
        ),
        ServicingItem(
            code="POLICY_LOAN", name="保单贷款 Policy loan", process="policy_loan",
            body="policyLoan", consented=True, told_at_the_door=True,
            basis="保监发〔2016〕76号 item 4; 保险法 art. 34",
        ),
        ServicingItem(
            code="LOAN_REPAYMENT", name="还款 Loan repayment", process="loan_repayment",
            standing="NOT_ENDED", body="loanRepayment", told_at_the_door=True,
            basis="保监发〔2016〕76号 item 4",
        ),
        ServicingItem(
            code="RENEWAL_PREMIUM", name="续期交费 Renewal premium", process="renewal_premium",
            body="renewalPremium", told_at_the_door=True, basis="保险法 art. 35-36; 4号令 art. 21",
        ),
        ServicingItem(
            code="REINSTATEMENT", name="复效 Reinstatement", process="reinstatement",
            standing="LAPSED", body="reinstatement", law_clocks=("K-REI",), consented=True,
            told_at_the_door=True, basis="保险法 art. 37; 解释三 art. 8",
        ),
    )
})  # fmt: skip


def ends_request(item: str, state: PolicyState) -> str | None:
    """Why the state of a contract does not allow an item; None: it does."""
    standing = CATALOGUE[item].standing
    if standing == "ANY":
        return None
    if state in _ENDED:
        return "CONTRACT_ENDED"
    if standing == "LAPSED":
        return None if state == "LAPSED" else "NOT_LAPSED"
    return "NOT_IN_FORCE" if standing == "IN_FORCE" and state != "IN_FORCE" else None
