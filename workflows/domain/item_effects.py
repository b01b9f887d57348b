"""What items without a flow of their own do to a policy: each effect one function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import cast

from workflows.domain import increase, renewal
from workflows.domain.increase import Increase
from workflows.domain.ledger import Entry
from workflows.domain.money import Money, zero
from workflows.domain.policy import Policy, PolicyFlag, PolicyOption, Product, Role
from workflows.domain.quote import debts_on
from workflows.domain.servicing_item import Effect, Generic

_BLOCKED = frozenset({"PLEDGED", "LOST", "FROZEN", "CLAIM_OPEN"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of a policy, and what it is worth on the day."""

    generic: Generic
    value: str
    """The word, account or unit that is chosen."""
    party_id: str
    on: date
    product: Product
    cash_value: Money
    insured_age: int
    increase: Increase | None = None
    """What a higher sum assured costs, where one is asked for."""


def chosen(policy: Policy, wanted: Wanted) -> Policy:
    """The option stands from the day on, in place of the one before."""
    name = wanted.generic.subject
    kept = tuple(each for each in policy.options if each.name != name)
    made = PolicyOption(name=name, value=wanted.value, since=wanted.on)
    return replace(policy, options=(*kept, made))


def flagged(policy: Policy, wanted: Wanted) -> Policy:
    """The flag is up."""
    flag = cast(PolicyFlag, wanted.generic.subject)
    return replace(policy, flags=(*policy.flags, flag))


def unflagged(policy: Policy, wanted: Wanted) -> Policy:
    """The flag is down."""
    flags = tuple(each for each in policy.flags if each != wanted.generic.subject)
    return replace(policy, flags=flags)


def pledged(policy: Policy, wanted: Wanted) -> Policy:
    """The lender has a say from the day on."""
    lender = Role(party_id=wanted.party_id, kind="PLEDGEE", since=wanted.on, relation="LENDER")
    return replace(flagged(policy, wanted), roles=(*policy.roles, lender))


def released(policy: Policy, wanted: Wanted) -> Policy:
    """The lender has no say any more."""
    roles = tuple(
        replace(role, until=wanted.on) if role.kind == "PLEDGEE" and role.until is None else role
        for role in policy.roles
    )
    return replace(unflagged(policy, wanted), roles=roles, lender_consent_until=None)


def reissued(policy: Policy, wanted: Wanted) -> Policy:
    """One copy more; the one before is void."""
    count = int(policy.option(wanted.generic.subject) or 0) + 1
    return replace(chosen(policy, replace(wanted, value=str(count))), reissued_on=wanted.on)


def moved(policy: Policy, wanted: Wanted) -> Policy:
    """Another unit serves it."""
    return replace(policy, servicing_unit=wanted.value)


def paid_up_sum(policy: Policy, wanted: Wanted) -> Money:
    """The cover that the value buys at once, less debts: 减额交清."""
    net = max(wanted.cash_value - debts_on(policy, wanted.on), zero(policy.currency))
    rate = wanted.product.renewal.paid_up_rate(wanted.insured_age)
    return renewal.paid_up_sum(net, rate)


def paid_up(policy: Policy, wanted: Wanted) -> Policy:
    """No premium any more: less cover, riders over, debts set off."""
    return renewal.paid_up(policy, paid_up_sum(policy, wanted), wanted.on)


def raised(policy: Policy, wanted: Wanted) -> Policy:
    """More cover, and more premium."""
    return increase.increased(policy, _increase(wanted))


def _increase(wanted: Wanted) -> Increase:
    if wanted.increase is None:
        raise ValueError("Expected a sum assured to increase to, but got none")
    return wanted.increase


EFFECTS: Mapping[Effect, Callable[[Policy, Wanted], Policy]] = MappingProxyType(
    {
        "OPTION": chosen,
        "FLAG": flagged,
        "UNFLAG": unflagged,
        "PLEDGE": pledged,
        "RELEASE": released,
        "REISSUE": reissued,
        "UNIT": moved,
        "PAID_UP": paid_up,
        "INCREASE": raised,
    }
)


def entries(policy: Policy, wanted: Wanted) -> tuple[Entry, ...]:
    """What is posted: the value settles debts when a policy is paid up, suspense pays for cover."""
    match wanted.generic.effect:
        case "PAID_UP":
            return tuple(renewal.set_off(policy, wanted.on))
        case "INCREASE":
            return increase.entries(_increase(wanted))
        case _:
            return ()


def problem(policy: Policy, wanted: Wanted) -> str:
    """Why the policy does not let it be done; empty: it does."""
    flag, generic = wanted.generic.subject, wanted.generic
    if generic.effect == "INCREASE":
        return increase.problem(policy, _increase(wanted), wanted.on)
    reasons: Mapping[str, bool] = {
        "UNKNOWN_VALUE": bool(generic.values) and wanted.value not in generic.values,
        "NOTHING_CHANGES": _changes_nothing(policy, wanted),
        "ANNUITY_BEGUN": flag == "ANNUITY"
        and any(each.kind == "ANNUITY" and each.paid_on for each in policy.benefits),
        "POLICY_BLOCKED": generic.effect == "PLEDGE" and bool(_BLOCKED & set(policy.flags)),
        "PLEDGED_TO_HOLDER": generic.effect == "PLEDGE" and _is_holder(policy, wanted),
        "NO_VALUE_LEFT": generic.effect == "PAID_UP"
        and paid_up_sum(policy, wanted) < wanted.product.renewal.min_paid_up,
    }
    return next((reason for reason, found in reasons.items() if found), "")


def _is_holder(policy: Policy, wanted: Wanted) -> bool:
    """Nobody is the lender of the own claim: a pledge secures what is owed to another."""
    return any(role.party_id == wanted.party_id for role in policy.holders("PH", wanted.on))


def _changes_nothing(policy: Policy, wanted: Wanted) -> bool:
    flag = wanted.generic.subject
    match wanted.generic.effect:
        case "OPTION":
            return policy.option(flag) == wanted.value
        case "FLAG" | "PLEDGE":
            return flag in policy.flags
        case "UNFLAG" | "RELEASE":
            return flag not in policy.flags
        case "UNIT":
            return policy.servicing_unit == wanted.value
        case "REISSUE" | "PAID_UP" | "INCREASE":
            return False
