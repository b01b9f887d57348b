"""Generated policies: the same for the same seed, spread over states, loans and dividends."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from infra.db.sample_book.content import Content
from infra.db.sample_book.contracts import BOOK_DAY, Contract, lend, policy_of, put
from infra.db.sample_book.persons import enter, invent, open_account
from infra.db.sample_book.pledges import pledged
from infra.db.sample_book.products import CRITICAL_ILLNESS, ENDOWMENT, WHOLE_LIFE
from workflows.domain.interest import add_months
from workflows.domain.money import NOTHING, Money, money
from workflows.domain.policy import Loan, Policy, PolicyFlag

_PRODUCTS = (WHOLE_LIFE, ENDOWMENT, CRITICAL_ILLNESS)
_AGENTS = tuple(f"AG-{no:04d}" for no in range(2, 42))
_YEAR_SHARES = tuple(Decimal(share) for share in ("0.20", "0.40", "0.52", "0.62", "0.70", "0.76"))
_FULL_SHARE = Decimal("0.82")
"""Cash value as a share of premiums paid, by policy year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draw:
    """The chance of one policy, and its number."""

    chance: Random
    no: int

    def happens(self, percent: int) -> bool:
        """With this probability."""
        return self.chance.randrange(100) < percent


def generated(content: Content, seed: int, count: int, *, first: int = 1) -> None:
    """Put generated policies on the book; the first has a number."""
    for no in range(first, first + count):
        # One generator per policy: a longer book begins like a shorter one.
        draw = _Draw(chance=Random(f"{seed}/{no}"), no=no)  # noqa: S311 - not a secret
        policy, values = _policy(content, draw)
        put(content, _state(draw, policy, values[-1][1]), values)


def _policy(content: Content, draw: _Draw) -> tuple[Policy, tuple[tuple[date, Money], ...]]:
    chance = draw.chance
    holder = enter(content, invent(chance, draw.no * 2, f"PT-{draw.no:06d}-1", born=(1950, 2002)))
    open_account(content, holder, f"AC-{draw.no:06d}-1", draw.no)
    other = holder.id
    if draw.happens(35):
        spouse = invent(chance, draw.no * 2 + 1, f"PT-{draw.no:06d}-2", born=(1950, 2002))
        other = enter(content, spouse).id
    issued = BOOK_DAY - timedelta(days=chance.randint(40, 4_000))
    years = (BOOK_DAY - issued).days // 365 + 1
    premium = money(chance.randrange(20, 300) * 100)
    contract = Contract(
        policy_no=f"P{2_600_000 + draw.no}",
        product=chance.choice(_PRODUCTS),
        holder=holder.id,
        insured=other if draw.happens(50) else holder.id,
        beneficiary=other,
        issued_on=issued,
        receipt_signed_on=issued + timedelta(days=chance.randint(1, 9)),
        paid_to=add_months(issued, 12 * years),
        sum_assured=premium.times(Decimal(chance.randint(15, 40))),
        annual_premium=premium,
        premiums_paid=Money(premium.minor * years, premium.currency),
        dividends=money(Decimal(chance.randint(5_000, 400_000)) / 100)
        if draw.happens(60)
        else NOTHING,
        agent_id=chance.choice(_AGENTS) if draw.happens(70) else None,
    )
    return policy_of(contract), tuple(_cash_values(contract, years))


def _cash_values(contract: Contract, years: int) -> Iterator[tuple[date, Money]]:
    for year in range(1, years + 2):
        share = _YEAR_SHARES[year - 1] if year <= len(_YEAR_SHARES) else _FULL_SHARE
        paid = Money(contract.annual_premium.minor * year, contract.annual_premium.currency)
        yield add_months(contract.issued_on, 12 * (year - 1)), paid.times(share)


def _state(draw: _Draw, policy: Policy, cash_value: Money) -> Policy:
    """Most are in force; some carry loans or flags, some have lapsed or ended."""
    roll = draw.chance.randrange(100)
    if roll < 15 and policy.product_code != CRITICAL_ILLNESS.code:  # noqa: PLR2004 - percent
        return lend(policy, _loan(draw, policy, cash_value))
    change = _CHANGES.get(roll)
    return policy if change is None else change(policy)


def _flagged(flag: PolicyFlag) -> Callable[[Policy], Policy]:
    return lambda policy: replace(policy, flags=(flag,))


def _lapsed(policy: Policy) -> Policy:
    return replace(policy, state="LAPSED", lapsed_on=BOOK_DAY - timedelta(days=20))


def _loan(draw: _Draw, policy: Policy, cash_value: Money) -> Loan:
    started = max(policy.issued_on, BOOK_DAY - timedelta(days=draw.chance.randint(30, 700)))
    principal = cash_value.times(Decimal(draw.chance.randint(10, 60)) / 100)
    return Loan(
        id=f"LN-{draw.no:06d}",
        kind="LOAN",
        principal=principal,
        rate=Decimal(draw.chance.choice(("0.05", "0.055", "0.06"))),
        started_on=started,
        balance=principal,
        balance_since=started,
    )


def _surrendered(policy: Policy) -> Policy:
    return replace(
        policy,
        state="TERMINATED",
        termination_reason="SURRENDER",
        ended_on=BOOK_DAY - timedelta(days=400),
        accumulated_dividends=NOTHING,
        coverages=tuple(replace(cover, status="ENDED") for cover in policy.coverages),
    )


_CHANGES: Mapping[int, Callable[[Policy], Policy]] = {
    90: pledged,
    91: pledged,
    92: _flagged("FROZEN"),
    93: _flagged("LOST"),
    **dict.fromkeys(range(94, 98), _lapsed),
    98: _surrendered,
    99: _surrendered,
}
"""What happens to a policy, by the hundredth it falls into."""
