"""What must hold of money and contracts, judged from the rows alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from tests.items.evidence import Evidence, Row, plain

# --- money ------------------------------------------------------------------------------------


def journals_balance(found: Evidence) -> Iterator[str]:
    """Debits are credits in every journal."""
    sums: dict[str, int] = defaultdict(int)
    for row in found.rows["ledger_entries"]:
        sums[row["journal_id"]] += _signed(row)
    for journal, balance in sums.items():
        if balance:
            yield f"journal {journal} is out of balance by {balance}"


def _signed(entry: Row) -> int:
    amount: int = entry["amount_minor"]
    return amount if entry["side"] == "DR" else -amount


LOANS = {"LOAN": "1221", "APL": "1222"}


def loans_are_on_the_ledger(found: Evidence) -> Iterator[str]:
    """What policies owe by their loans is what the ledger says."""
    book: dict[tuple[str, str], int] = defaultdict(int)
    for loan in found.rows["loans"]:
        if loan["settled_on"] is None:
            book[loan["policy_no"], LOANS[loan["kind"]]] += loan["balance_minor"]
    posted = _by_policy(found, set(LOANS.values()))
    for place in book.keys() | posted.keys():
        if book[place] != posted[place]:
            yield f"{place[0]}: loans of {book[place]}, account {place[1]} says {posted[place]}"


def _by_policy(found: Evidence, accounts: set[str]) -> dict[tuple[str, str], int]:
    policy = {row["id"]: row["policy_no"] for row in found.rows["ledger_journals"]}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in found.rows["ledger_entries"]:
        if row["account"] in accounts:
            sums[policy[row["journal_id"]], row["account"]] += _signed(row)
    return sums


def dividends_and_suspense_are_on_the_ledger(found: Evidence) -> Iterator[str]:
    """What is kept for a policyholder is what the ledger says, to the cent."""
    posted = _by_policy(found, {"2203", "2211"})
    unpaid: dict[str, int] = defaultdict(int)
    for row in found.rows["policy_benefits"]:
        if row["kind"] == "DIVIDEND" and row["paid_on"] is None:
            unpaid[row["policy_no"]] += row["amount_minor"]
    for row in found.rows["policies"]:
        number = row["policy_no"]
        kept = row["accumulated_dividends_minor"] + unpaid[number]
        if -posted[number, "2211"] != kept:
            yield f"{number}: dividends of {kept}, the ledger says {-posted[number, '2211']}"
        if -posted[number, "2203"] != row["suspense_premium_minor"]:
            held = row["suspense_premium_minor"]
            yield f"{number}: suspense of {held}, the ledger says {-posted[number, '2203']}"


def what_is_owed_is_on_the_ledger(found: Evidence) -> Iterator[str]:
    """Of every case, what it owes by its obligations is what the ledger says."""
    case = {row["id"]: row["case_id"] for row in found.rows["ledger_journals"]}
    items = {row["id"]: row["item"] for row in found.rows["cases"]}
    posted: dict[tuple[str, str], int] = defaultdict(int)
    for row in found.rows["ledger_entries"]:
        if row["account"] in {"2202", "2221", "2241"} and case[row["journal_id"]]:
            posted[case[row["journal_id"]], row["account"]] -= _signed(row)
    owed: dict[tuple[str, str], int] = defaultdict(int)
    for row in found.all("obligations", direction="OUT"):
        if row["state"] in {"DUE", "RETURNED"}:
            owed[row["case_id"], row["ledger_account"]] += row["amount_minor"]
    for place in owed.keys() | posted.keys():
        if items.get(place[0]) == "CLAIM_HANDOFF":
            continue  # claims are owed by the claims department; it says when they are paid
        if owed[place] != posted[place]:
            yield f"{place[0]} owes {owed[place]}, account {place[1]} says {posted[place]}"


_SURVIVORS = ("BENEF_SURVIVAL", "INSURED")


def money_goes_to_the_entitled(found: Evidence) -> Iterator[str]:
    """Only to an account in the name of who is entitled by contract, or of a minor's guardian."""
    accounts = {row["id"]: row for row in found.rows["bank_accounts"]}
    parties = {row["id"]: row for row in found.rows["parties"]}
    cases = {row["id"]: row for row in found.rows["cases"]}
    attempts = found.by("payment_attempts", "obligation_id")
    roles = found.by("policy_roles", "policy_no")
    for owed in found.all("obligations", direction="OUT"):
        held = _held(roles[owed["policy_no"]], owed["opened_at"][:10])
        entitled = _entitled(found, cases[owed["case_id"]], owed, held)
        for attempt in attempts[owed["id"]]:
            if attempt["state"] in {"INTENT", "REFUSED"}:
                continue
            account = accounts[attempt["account_id"]]
            whose = parties[account["party_id"]]
            if account["holder_name"] != whose["name"]:
                yield f"{attempt['reference']} went to an account in another's name"
            if whose["id"] not in _receiving(entitled, held, parties, found.at):
                yield f"{attempt['reference']} went to {whose['id']}, entitled: {entitled}"


def _held(roles: list[Row], day: str) -> dict[str, list[str]]:
    held: dict[str, list[str]] = defaultdict(list)
    for role in roles:
        if role["since"] <= day and (role["until"] is None or role["until"] >= day):
            held[role["kind"]].append(role["party_id"])
    return held


def _entitled(found: Evidence, case: Row, owed: Row, held: Mapping[str, list[str]]) -> list[str]:
    if case["item"] != "BENEFIT_PAYMENT":
        return held.get("PH", [])
    kind = plain(case["variables"])["request"]["benefit"]["kind"]
    if kind == "DIVIDEND":
        return held.get("PH", [])
    del found, owed
    return next((held[role] for role in _SURVIVORS if held.get(role)), [])


def _receiving(
    entitled: list[str], held: Mapping[str, list[str]], parties: Mapping[str, Row], at: datetime
) -> set[str]:
    receiving = set(entitled)
    for party in entitled:
        born = parties[party]["born_on"]
        if born is not None and born.year + 18 > at.year - 1:  # perhaps a minor
            receiving |= set(held.get("GUARDIAN", []))
    return receiving


def the_bank_pays_once(found: Evidence) -> Iterator[str]:
    """Nothing but what was owed, to the account it was ordered to, and never twice."""
    attempts = {row["idempotency_key"]: row for row in found.rows["payment_attempts"]}
    accounts = {row["id"]: row["account_no"] for row in found.rows["bank_accounts"]}
    owed = {row["id"]: row for row in found.rows["obligations"]}
    moved: dict[str, int] = defaultdict(int)
    for payment in found.payments:
        attempt = attempts.get(payment.key)
        if attempt is None:
            yield f"the bank moved {payment.amount_minor} by a key that nobody knows"
            continue
        if payment.account != accounts[attempt["account_id"]]:
            yield f"{payment.key} went to another account than it was ordered to"
        if payment.state == "SETTLED":
            moved[attempt["obligation_id"]] += payment.amount_minor
    for name, amount in moved.items():
        if amount > owed[name]["amount_minor"]:
            yield f"{name}: {amount} moved, {owed[name]['amount_minor']} owed"
    for obligation in found.rows["obligations"]:
        amount = moved[obligation["id"]]
        if obligation["state"] == "SETTLED" and amount != obligation["amount_minor"]:
            yield f"{obligation['id']} is settled, {amount} of it moved"


# --- contracts --------------------------------------------------------------------------------


def shares_are_whole(found: Evidence) -> Iterator[str]:
    """The beneficiaries of each order share exactly 100.00 %."""
    sums: dict[tuple[str, str, int], int] = defaultdict(int)
    for row in found.rows["policy_roles"]:
        if row["kind"].startswith("BENEF_") and row["until"] is None:
            sums[row["policy_no"], row["kind"], row["order"]] += row["share_bp"]
    for (policy, kind, order), share in sums.items():
        if share != 10_000:
            yield f"{policy}: {kind} of order {order} share {share} of 10000"


def every_contract_has_its_parties(found: Evidence) -> Iterator[str]:
    """One policyholder and one insured, whoever came and went."""
    roles = found.by("policy_roles", "policy_no")
    for policy in found.rows["policies"]:
        held = [row["kind"] for row in roles[policy["policy_no"]] if row["until"] is None]
        for kind in ("PH", "INSURED"):
            if held.count(kind) != 1:
                yield f"{policy['policy_no']} has {held.count(kind)} {kind}"


_LIVES = frozenset({
    ("IN_FORCE", "LAPSED"), ("IN_FORCE", "REDUCED_PAID_UP"), ("IN_FORCE", "MATURED"),
    ("IN_FORCE", "TERMINATED"), ("LAPSED", "IN_FORCE"), ("LAPSED", "TERMINATED"),
    ("REDUCED_PAID_UP", "TERMINATED"), ("REDUCED_PAID_UP", "MATURED"),
})  # fmt: skip
"""Which state of a contract may follow which; a reversal goes back."""


def contracts_live_lawfully(found: Evidence) -> Iterator[str]:
    """Versions follow each other without a gap, each from the image that the last one left."""
    versions = found.by("policy_versions", "policy_no")
    for policy in found.rows["policies"]:
        number = policy["policy_no"]
        chain = sorted(versions[number], key=lambda row: row["no"])
        if [row["no"] for row in chain] != list(range(1, policy["version"] + 1)):
            yield f"{number} is at version {policy['version']} of {[row['no'] for row in chain]}"
        for last, row in pairwise(chain):
            if row["before_hash"] != last["after_hash"]:
                yield f"{number}: version {row['no']} does not follow version {last['no']}"
        images = [row["before_image"]["state"] for row in chain[1:]]
        for (state, following), row in zip(
            pairwise([*images, policy["state"]]), chain[1:], strict=True
        ):
            is_back = row["cause"] == "REVERSAL"
            if state != following and not is_back and (state, following) not in _LIVES:
                yield f"{number}: {following} after {state}"
