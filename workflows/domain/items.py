"""The catalogue of servicing items 保全项目: what each asks for, as versioned data.

A new item is a row here, a model in ``workflows/processes`` and, where it does what none did
before, an activity; one without a flow of its own is a row in ``generic_items``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from workflows.domain.generic_items import GENERIC_ITEMS, NOT_YET
from workflows.domain.policy import PolicyState
from workflows.domain.servicing_item import ITEMS, Item, ServicingItem

__all__ = ["CATALOGUE", "ITEMS", "NOT_YET", "Item", "ServicingItem", "ends_request"]
_ENDED: frozenset[PolicyState] = frozenset({"PENDING", "TERMINATED", "MATURED"})

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
            code="EX_GRATIA_SURRENDER", name="通融退保 Ex-gratia surrender",
            process="contract_termination", body="exGratia", law_clocks=("K-SUR",),
            told_at_the_door=True, basis="银行业保险业消费投诉处理管理办法; 保险法 art. 15, 47",
        ),
        ServicingItem(
            code="BENEFICIARY_CHANGE", name="受益人变更 Beneficiary change",
            process="beneficiary_change", applicants=("PH", "INSURED", "GUARDIAN"),
            standing="NOT_ENDED", body="beneficiaryChange", consented=True, moves_money=False,
            told_at_the_door=True, basis="保险法 art. 39-41",
        ),
        ServicingItem(
            code="POLICYHOLDER_CHANGE", name="投保人变更 Policyholder change",
            process="policyholder_change", body="policyholderChange", consented=True,
            moves_money=False, told_at_the_door=True, basis="民法典 art. 555; 保险法 art. 34",
        ),
        ServicingItem(
            code="CONTACT", name="客户资料变更 Contact data change", process="contact_change",
            applicants=("PH", "INSURED"), standing="ANY", body="contact",
            moves_money=False, basis="反洗钱法 art. 34",
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
        ServicingItem(
            code="BENEFIT_PAYMENT", name="生存类保险金给付 Benefit payment",
            process="benefit_payment",
            applicants=("PH", "INSURED", "GUARDIAN", "BENEF_SURVIVAL"),
            standing="NOT_ENDED", body="benefitPayment", told_at_the_door=True,
            basis="保险法 art. 23; 民法典 art. 35",
        ),
        ServicingItem(
            code="CLAIM_HANDOFF", name="理赔转办 Claim hand-off", process="claim_handoff",
            applicants=("PH", "INSURED", "GUARDIAN", "BENEF_DEATH"), standing="ANY",
            body="claim", basis="保险法 art. 21-26; 4号令 art. 22-23",
        ),
        *GENERIC_ITEMS,
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
