"""The bank's own messages over HTTP: pay, ask, check an account, report a result."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

BankState = Literal["ACCEPTED", "SETTLED", "RETURNED", "REJECTED"]
"""ACCEPTED: the bank has it. REJECTED: it never will."""
Element = Literal["NAME", "ID", "PHONE"]
Movement = Literal["PAY", "RETURN", "COLLECT"]
HolderMatch = Literal["EXACT", "NONE", "MANUAL"]


class _Wire(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class PaymentOrder(_Wire):
    """Pay this amount to this account; the key travels in the ``Idempotency-Key`` header."""

    account: str = Field(min_length=1, max_length=40)
    holder: str = Field(min_length=1, max_length=100)
    amount_minor: int = Field(gt=0)
    currency: Literal["CNY"] = "CNY"
    purpose: str = Field(default="", max_length=140)
    direction: Literal["OUT", "IN"] = "OUT"
    """IN: collect it from the account, under the holder's authority."""


class PaymentReport(_Wire):
    """How a payment stands."""

    key: str
    bank_ref: str
    state: BankState
    return_code: str | None = None
    amount_minor: int
    account: str


class StatementLine(_Wire):
    """Money that moved: once as it was ordered, and once more when it came back."""

    no: int
    key: str
    kind: Movement
    amount_minor: int
    currency: Literal["CNY"] = "CNY"
    booked_at: AwareDatetime


class Statement(_Wire):
    """A page of lines in the order they were booked."""

    lines: tuple[StatementLine, ...]
    is_last: bool


class AccountQuestion(_Wire):
    """Ask whether this account is open, and in this name."""

    account: str = Field(min_length=1, max_length=40)
    holder: str = Field(min_length=1, max_length=100)


class AccountReport(_Wire):
    """What the bank says of the account."""

    match: HolderMatch
    status: Literal["OPEN", "CLOSED", "UNKNOWN"]
    bank: str


class ElementsQuestion(AccountQuestion):
    """Ask whether four elements belong together: account, name, document number, phone."""

    id_no: str = Field(min_length=1, max_length=60)
    phone: str = Field(min_length=1, max_length=40)


class ElementsReport(_Wire):
    """Which elements differ; none of them: they belong together."""

    differing: tuple[Element, ...]
    status: Literal["OPEN", "CLOSED", "UNKNOWN"]
    bank: str


class Refusal(_Wire):
    """Why the bank refused a message."""

    code: str
    message: str
