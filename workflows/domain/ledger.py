"""Double entry: a journal balances in its currency or cannot be made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from workflows.domain.money import Money, total

ACCOUNTS: Mapping[str, str] = MappingProxyType({
    "1001": "bank 银行存款",
    "1122": "other receivables from policyholders 应收投保人款",
    "1221": "policy loans 保户质押贷款",
    "1222": "automatic premium loans 垫交保费",
    "2202": "payables, surrender 应付退保金",
    "2203": "premium suspense 暂收保费",
    "2211": "dividends payable 应付保单红利",
    "2221": "claims payable 应付赔付款",
    "2241": "loans to be disbursed 待付保单贷款",
    "2245": "payables, interest for delay 应付逾期补偿",
    "4101": "opening balances of the book 期初余额",
    "6001": "premium income 保费收入",
    "6011": "interest income 利息收入",
    "6051": "fee income 手续费收入",
    "6401": "surrender expense 退保金",
    "6402": "claims expense 赔付支出",
    "6521": "policy dividend expense 保单红利支出",
    "6701": "write-offs of policy debts 坏账核销",
    "6711": "ex-gratia payments 通融给付支出",
    "6712": "interest paid for delay 逾期补偿支出",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line 分录 of a journal."""

    account: str
    side: Literal["DR", "CR"]
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """A posting: entries of one currency whose debits equal their credits."""

    id: str
    value_date: date
    text: str
    policy_no: str
    case_id: str | None
    entries: tuple[Entry, ...]
    reversal_of: str | None = None

    def __post_init__(self) -> None:
        """Refuse what does not balance, unknown accounts, and amounts that are not positive."""
        for entry in self.entries:
            if entry.account not in ACCOUNTS:
                raise ValueError(f"Expected an account of the ledger, but got {entry.account}")
            if not entry.amount.is_positive:
                raise ValueError(f"Expected a positive amount, but got {entry.amount}")
        if not self.entries or _sum(self.entries, "DR") != _sum(self.entries, "CR"):
            raise ValueError(f"Expected debits to equal credits, but journal {self.id} differs")


def debit(account: str, amount: Money) -> Entry:
    """Dr ``account``."""
    return Entry(account=account, side="DR", amount=amount)


def credit(account: str, amount: Money) -> Entry:
    """Cr ``account``."""
    return Entry(account=account, side="CR", amount=amount)


def reversal_of(journal: Journal, *, id: str, value_date: date, case_id: str | None) -> Journal:
    """The journal that undoes ``journal``: the same lines with sides exchanged."""
    return Journal(
        id=id,
        value_date=value_date,
        text=f"Reversal of {journal.id}",
        policy_no=journal.policy_no,
        case_id=case_id,
        entries=tuple(
            Entry(
                account=entry.account,
                side="CR" if entry.side == "DR" else "DR",
                amount=entry.amount,
            )
            for entry in journal.entries
        ),
        reversal_of=journal.id,
    )


def _sum(entries: tuple[Entry, ...], side: str) -> Money:
    amounts = [entry.amount for entry in entries if entry.side == side]
    return total(amounts, entries[0].amount.currency)
