"""A case of the day as a row of data: what is asked, how people behave, what must come out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

MODELS: Final[Mapping[str, str]] = {
    "P1": "Contact data 联系方式",
    "P2": "Payment account 交费账户",
    "P3": "Policyholder 投保人",
    "P4": "Beneficiaries 受益人",
    "P5": "Renewal premium 续期交费",
    "P6": "Reinstatement 复效",
    "P7": "Termination 解除合同",
    "P8": "Loan and repayment 保单贷款",
    "P9": "Benefit payment 生存给付",
    "P10": "Claim hand-off 理赔转办",
    "Items": "Items served as data 其他项目",
}
"""The ten models and what the generic one serves, in the order of the table."""
IDENTITY: Final[Mapping[str, Any]] = {"ial": "IAL3", "faceScore": 0.97, "livenessOk": True}
"""How who asks is identified, unless the case says otherwise."""
_ITEMS: Final[Mapping[str, str]] = {
    "CONTACT": "P1",
    "PAYMENT_ACCOUNT_CHANGE": "P2",
    "POLICYHOLDER_CHANGE": "P3",
    "BENEFICIARY_CHANGE": "P4",
    "RENEWAL_PREMIUM": "P5",
    "REINSTATEMENT": "P6",
    "TERMINATE": "P7",
    "PARTIAL": "P7",
    "POLICY_LOAN": "P8",
    "LOAN_REPAYMENT": "P8",
    "BENEFIT_PAYMENT": "P9",
    "CLAIM_HANDOFF": "P10",
}
_PAID_OUT: Final = frozenset({"TERMINATE", "PARTIAL"})
"""Items whose request names the account by itself, not in a body of the item."""
Place = tuple[str, str]
"""Another case of the day by its name, and a status or an element that it has come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must come out, exactly."""

    status: str
    basis: str | None = None
    net: str | None = None
    """Quoted net in yuan."""
    paid: str | None = None
    """Settled to customers in yuan; None: nothing may be paid."""
    collected: str | None = None
    """Settled from customers in yuan; None: nothing may be collected."""
    deciders: tuple[str, ...] = ()
    """Who decided, in order."""
    refused: tuple[str, ...] = ()
    """The problems that met those who tried first, in order."""
    anomalies: tuple[str, ...] = ()
    """Class and reason of every anomaly on record: ``DOC DOCUMENTS_MISSING``."""
    clocks: Mapping[str, str] = field(default_factory=dict)
    """Rule to its strict last day."""
    attempts: tuple[str, ...] = ()
    """States of the payment attempts, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One case of the day."""

    name: str
    story: str
    """What happens, in one line: what the table says of it."""
    policy_no: str
    expected: Expected
    item: str = "TERMINATE"
    channel: str = "COUNTER"
    subject: str = ""
    """What the book calls holder and accounts by, where that is not as the policy."""
    role: str = "PH"
    """In which role the policy's subject asks."""
    notice: str | None = None
    """When the notice arrived; None: now."""
    request: Mapping[str, Any] = field(default_factory=dict)
    change: Mapping[str, Any] = field(default_factory=dict)
    """The item's own body beside the request."""
    documents: tuple[str, ...] = ("APPLICATION_FORM", "APPLICANT_ID")
    supplement: tuple[str, ...] = ()
    """Documents handed in when they are asked for."""
    decisions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """User task (last part of its id) to the outcomes given, in turn; ``approve`` otherwise."""
    desk: Mapping[str, str] = field(default_factory=dict)
    """User task to who works on it, where that is not who comes first."""
    tries: Mapping[str, str] = field(default_factory=dict)
    """User task to who tries it first, and is refused."""
    hands_over: Mapping[str, str] = field(default_factory=dict)
    """User task to who claims it and passes it on to whoever works on it."""
    messages: Mapping[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    """Element waited at to the message published then, and its variables."""
    bank: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Account id to the bank's behaviour towards it."""
    bureau: str | None = None
    """What the identity bureau answers about who asks; None: what the papers prove."""
    after: Place | None = None
    """Asked only when another case has come so far."""
    holds: Mapping[str, Place | None] = field(default_factory=dict)
    """Element not touched before another case has come so far; None: never."""
    dies_at: str = ""
    """Element waited at when the applicant's death is told."""
    left_at: str | None = None
    """The task that is left for somebody to try, or the wait that the day does not sit out."""

    @property
    def model(self) -> str:
        """Which of the ten models plays it."""
        return _ITEMS.get(self.item, "Items")

    @property
    def party_id(self) -> str:
        """Who asks."""
        return f"PT-{self._subject}"

    @property
    def account_id(self) -> str:
        """Where money goes unless the request says otherwise."""
        return f"AC-{self._subject}-1"

    @property
    def usual(self) -> Mapping[str, Any]:
        """What a request of the item says anyhow."""
        if self.item not in _PAID_OUT:
            return {}
        return {"payeeAccountId": self.account_id, "lossAcknowledged": False}

    @property
    def _subject(self) -> str:
        return self.subject or self.policy_no[2:]
