"""Items 保全项目 without a flow of their own: rows, served by one generic model."""

from typing import Any, Literal, get_args

from workflows.domain.policy import NONFORFEITURE, Nonforfeiture, RoleKind
from workflows.domain.servicing_item import (
    D0,
    ONE_BODY,
    Channel,
    ConsentWanted,
    DocumentWanted,
    Generic,
    GenericItem,
    ServicingItem,
    Standing,
)

PROCESS = "policy_item"
_PAPER: tuple[Channel, ...] = ("COUNTER", "AGENT", "MAIL")
_CONTRACT = "合同条款 contract"


def _item(code: GenericItem, name: str, generic: Generic, **more: Any) -> ServicingItem:  # noqa: ANN401 - fields of the row
    """One row; who may ask is the policyholder unless told otherwise."""
    return ServicingItem(
        code=code, name=name, process=PROCESS, body=ONE_BODY, told_at_the_door=True,
        consented=bool(generic.consents), generic=generic,
        moves_money=generic.effect in {"PAID_UP", "INCREASE"} or generic.needs == "ACCOUNT", **more,
    )  # fmt: skip


def _paper(type_: str, form: Literal["DATA", "COPY", "ORIGINAL"] = "COPY") -> DocumentWanted:
    return DocumentWanted(type=type_, form=form)


_INSURED = (ConsentWanted(role="INSURED", when="DEATH_COVER"),)
_BOTH: tuple[RoleKind, ...] = ("PH", "INSURED")
_ANY: Standing = "NOT_ENDED"

GENERIC_ITEMS: tuple[ServicingItem, ...] = (
    _item(
        "SIGNATURE_CHANGE", "签名变更 Change of signature",
        Generic(
            effect="OPTION", subject="SIGNATURE_SPECIMEN", needs="VALUE", ial=3,
            documents=(*D0, DocumentWanted(type="SIGNATURE_SPECIMEN", channels=_PAPER)),
        ),
        applicants=_BOTH, standing=_ANY, basis="电子签名法 art. 13-14; 4号令 art. 19",
    ),
    _item(
        "APL_OPTION", "保费逾期未付选择权 Non-forfeiture option",
        Generic(
            effect="OPTION", subject=NONFORFEITURE, needs="VALUE",
            values=get_args(Nonforfeiture), authority="STP",
        ),
        basis="保险法 art. 36; 合同条款 contract",
    ),
    _item(
        "DIVIDEND_OPTION", "红利领取方式变更 Dividend option",
        Generic(
            effect="OPTION", subject="DIVIDENDS", needs="VALUE", authority="STP",
            values=("CASH", "ACCUMULATE", "REDUCE_PREMIUM", "PAID_UP_ADDITIONS"),
        ),
        basis=_CONTRACT,
    ),
    _item(
        "ANNUITY_OPTION", "年金领取方式变更 Annuity option",
        Generic(
            effect="OPTION", subject="ANNUITY", needs="VALUE",
            values=("YEARLY", "MONTHLY", "LUMP_SUM"),
        ),
        applicants=_BOTH, basis=_CONTRACT,
    ),
    _item(
        "PAYOUT_AUTHORISATION", "给付转账授权 Payout authorisation",
        Generic(effect="OPTION", subject="PAYOUT_ACCOUNT", needs="ACCOUNT"),
        applicants=_BOTH, standing=_ANY,
        basis="保险销售行为管理办法 art. 32; 互联网保险业务监管办法 art. 40",
    ),
    _item(
        "PLEDGE", "保单质押止付 Pledge",
        Generic(
            effect="PLEDGE", subject="PLEDGED", needs="PARTY", ial=3, authority="L3",
            documents=(*D0, _paper("PLEDGE_CONTRACT"), _paper("LENDER_NOTICE", "ORIGINAL")),
            consents=_INSURED,
        ),
        basis="保险法 art. 34; 民法典 art. 440",
    ),
    _item(
        "PLEDGE_RELEASE", "质押解付 Release of a pledge",
        Generic(
            effect="RELEASE", subject="PLEDGED", ial=3, authority="L3",
            documents=(*D0, _paper("RELEASE_NOTICE", "ORIGINAL")),
            consents=(ConsentWanted(role="PLEDGEE"),),
        ),
        standing=_ANY, basis="民法典 art. 393",
    ),
    _item(
        "POLICY_REISSUE", "保单补发 Reissue of the policy",
        Generic(
            effect="REISSUE", subject="REISSUES", authority="STP",
            documents=(*D0, _paper("LOSS_STATEMENT", "DATA")),
            formula="count + 1; the earlier copy is void",
        ),
        standing=_ANY, basis=_CONTRACT,
    ),
    _item(
        "LOSS_REPORT", "保单挂失 Loss report",
        Generic(effect="FLAG", subject="LOST", documents=D0[:1], authority="STP", ial=1),
        standing=_ANY, basis=_CONTRACT,
    ),
    _item(
        "LOSS_RELEASE", "解除挂失 Release of a loss report",
        Generic(effect="UNFLAG", subject="LOST"),
        standing=_ANY, basis=_CONTRACT,
    ),
    _item(
        "POLICY_TRANSFER_BRANCH", "保单迁移 Transfer to another branch",
        Generic(effect="UNIT", needs="VALUE", authority="STP"),
        standing=_ANY, basis=_CONTRACT,
    ),
    _item(
        "REDUCED_PAID_UP", "减额交清 Reduced paid-up",
        Generic(
            effect="PAID_UP", consents=_INSURED,
            documents=(*D0, _paper("IRREVERSIBLE_ACKNOWLEDGED", "DATA")),
            formula="SA' = floor((cash value - debts) / single premium rate at the insured's age)",
        ),
        basis="保险法 art. 20; 合同条款 contract",
    ),
    _item(
        "SA_INCREASE", "加保 Increase of the sum assured",
        Generic(
            effect="INCREASE", needs="SUM", consents=_INSURED, ial=3,
            documents=(*D0, _paper("HEALTH_DECLARATION", "DATA")),
            formula="premium' = premium + (SA' - SA) x rate at the insured's age; now, out of"
            " suspense: the added premium x days to the next due date / 365",
        ),
        basis="保险法 art. 20, 33-34; 解释三 art. 6; 合同条款 contract",
    ),
)  # fmt: skip

NOT_YET: dict[str, tuple[str, str]] = {
    "AGE_SEX_CORRECTION": (
        "年龄性别更正",
        "needs underwriting, and every premium paid anew",
    ),
    "OCCUPATION_CHANGE": ("职业变更", "needs underwriting: the rate class changes pro rata"),
    "DISCLOSURE_SUPPLEMENT": ("补充告知", "needs underwriting and the clock of 保险法 art. 16"),
    "PAYMENT_TERM_CHANGE": ("交费期间变更", "needs an actuarial quote"),
    "PREMIUM_TOPUP": ("追加保费", "needs account values, which are not on the book"),
    "PREMIUM_REFUND": ("退还保费", "needs the origin of every premium, to pay it back there"),
    "RIDER_ADD": ("新增附加险", "needs underwriting"),
    "RIDER_CANCEL": ("附加险退保", "its refund is not on a basis of the ledger yet"),
    "PARTIAL_WITHDRAWAL": (
        "账户部分领取",
        "needs account values, which are not on the book",
    ),
    "FUND_SWITCH": ("账户转换", "needs account values and forward prices"),
    "PLEDGE_ENFORCE": ("行使质权", "needs the lender as applicant and a payout to the lender"),
    "FREEZE": ("冻结", "ordered by a court or an authority, who is no party of the policy"),
    "UNFREEZE": ("解冻", "ordered by a court or an authority, who is no party of the policy"),
    "INSURED_CONSENT_REVOCATION": (
        "被保险人撤销同意",
        "ends the contract; its payout is not drawn",
    ),
    "NEGOTIATED_SURRENDER": ("协议退保", "needs an agreement that both sides have signed"),
    "SERVICING_REVERSAL": ("保全回退", "needs the replay of later changes out of sequence"),
    "ORPHAN_ASSIGN": (
        "孤儿单",
        "begun by the departure of an agent: POST /v1/agents/{id}/departure",
    ),
    "ID_EXPIRY_UPDATE": ("证件有效期", "needs the identity register; CONTACT changes what it can"),
    "PERSONAL_INFO_REQUEST": ("个人信息权利请求", "needs the privacy officer's desk"),
}
"""What is refused by name, and why."""
