"""The book that a sequence plays on: the scenarios' policies and some of a seed of its own."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from infra.db.connections.engine import create_engine
from infra.db.sample_book.content import Content
from infra.db.sample_book.generated import generated
from infra.db.sample_book.pledges import pledged
from infra.db.sample_book.writing import write_content
from tests.items.inside import Inside
from workflows.domain.policy import Policy, PolicyFlag, PolicyState

SCENARIOS = (
    "P-S3", "P-S4", "P-S4-N", "P-S5", "P-S5-L", "P-S6-L", "P-S7", "P-S7-O", "P-S8", "P-S10",
    "P-S13", "P-S14", "P-S15", "P-S17", "P-D1", "P-G1", "P-M1", "P-S2-1", "P-PARTIAL", "P-S6",
    "P-S12", "P-W18", "P-W22", "P-S17-T", "P-S5-U", "P-HK1",
)  # fmt: skip
"""Of the sample book: loans, benefits, minors, consents of others, lapses, a name on the list of
AML Law art. 40, a policy under the law of Hong Kong."""

HELD: tuple[PolicyFlag, ...] = ("FROZEN", "LOST", "PLEDGED")
"""What three policies of every seed are."""

FIRST = 5_001
"""The number of the first policy of a seed: far from those that the house is furnished with."""


async def enlarge(url: str, seed: int, policies: int) -> None:
    """Put policies of a seed on the book."""
    content = Content()
    generated(content, seed, policies, first=FIRST)
    # Those who serve them may be on the book already; here nobody leaves.
    content.policies = [replace(one, agent_id=None) for one in content.policies]
    held = zip(content.policies[1:4], HELD, strict=False)
    content.policies[1:4] = [_held(one, flag) for one, flag in held]
    engine = create_engine(url)
    try:
        async with engine.begin() as connection:
            await write_content(connection, content)
    finally:
        await engine.dispose()


def _held(policy: Policy, flag: PolicyFlag) -> Policy:
    return pledged(policy) if flag == "PLEDGED" else replace(policy, flags=(*policy.flags, flag))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A policy as those see it who ask for something."""

    policy_no: str
    state: PolicyState
    paid_to: str
    sum_assured: int
    """In yuan."""
    roles: dict[str, list[str]]
    """Parties by what they are to it now."""
    benefits: list[str]
    loans: list[str]

    def party(self, kind: str) -> str:
        """Somebody in a role, the holder when there is nobody."""
        return next(iter(self.roles.get(kind) or self.roles["PH"]))


def contracts(house: Inside) -> list[Contract]:
    """Every policy that may be played on, as it stands."""
    rows = house.rows("SELECT policy_no, state, paid_to FROM policies ORDER BY policy_no")
    roles: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    query = "SELECT policy_no, kind, party_id FROM policy_roles WHERE until IS NULL ORDER BY place"
    for policy_no, kind, party in house.rows(query):
        roles[policy_no][kind].append(party)
    query = "SELECT policy_no, sum_assured_minor / 100 FROM coverages WHERE kind = 'MAIN'"
    assured = dict(house.rows(query))
    benefits, loans = defaultdict(list), defaultdict(list)
    for policy_no, kind in house.rows("SELECT policy_no, kind FROM policy_benefits ORDER BY id"):
        benefits[policy_no].append(kind)
    for policy_no, loan in house.rows("SELECT policy_no, id FROM loans ORDER BY id"):
        loans[policy_no].append(loan)
    return [
        Contract(
            policy_no=policy_no,
            state=state,
            paid_to=str(paid_to or "2026-11-30"),
            sum_assured=assured.get(policy_no, 100_000),
            roles=roles[policy_no],
            benefits=benefits[policy_no],
            loans=loans[policy_no],
        )
        for policy_no, state, paid_to in rows
        if roles[policy_no]["PH"] and (policy_no in SCENARIOS or not policy_no.startswith("P-"))
    ]


def accounts(house: Inside, party: str) -> list[str]:
    """The accounts of a party."""
    query = "SELECT id FROM bank_accounts WHERE party_id = ? ORDER BY id"
    return [row[0] for row in house.rows(query, party)]


def account_of(house: Inside, chance: Random, party: str) -> str:
    """Mostly an account of a party, now and then somebody else's."""
    own = accounts(house, party)
    if own and chance.randrange(10) < 8:
        return chance.choice(own)
    others = house.rows("SELECT id FROM bank_accounts ORDER BY id")
    return str(chance.choice(others)[0])


def told(house: Inside, case: str, name: str) -> Any:
    """What the newest effect of a case said under a name, wherever it stands in its answer."""
    query = "SELECT result FROM effects WHERE case_id = ? ORDER BY at DESC, key DESC"
    for (result,) in house.rows(query, case):
        if f'"{name}"' in str(result) and (found := _find(json.loads(result), name)) is not None:
            return found
    return None


def _find(value: Any, name: str) -> Any:
    match value:
        case {"t": _, "v": inner}:
            return _find(inner, name)
        case dict():
            if name in value:
                return _plain(value[name])
            return next(
                (f for each in value.values() if (f := _find(each, name)) is not None), None
            )
        case list():
            return next((f for each in value if (f := _find(each, name)) is not None), None)
    return None


def _plain(value: Any) -> Any:
    match value:
        case {"t": _, "v": inner}:
            return _plain(inner)
        case list():
            return [_plain(each) for each in value]
    return value
