"""Which law a case goes by: bound when it was accepted, by the product of its policy."""

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import cases, policies
from infra.packs import Packs
from workflows.domain.jurisdiction import JurisdictionPack, Law

FIRST: Final = "cn-life-2026.1"
"""What cases go by that were accepted before packs were bound."""
_FAMILY: Final = "cn-life"
_RULE: Final = "jurisdiction"


class PackChanged(Exception):
    """The installed pack is not what the case was bound to: what a version says never changes."""


class PackTable:
    """The law of cases and of policies."""

    def __init__(self, connection: AsyncConnection, packs: Packs) -> None:
        self._connection = connection
        self._packs = packs

    async def of_case(self, case_id: str) -> Law:
        """What a case goes by."""
        table = cases.cases
        query = select(table.c.pack, table.c.pack_hash, table.c.accepted_at, table.c.policy_no)
        row = (await self._connection.execute(query.where(table.c.id == case_id))).first()
        if row is None:
            raise LookupError(f"Expected the case {case_id}, but there is none")
        pack = self._packs.get(row.pack or FIRST)
        if row.pack_hash not in (None, pack.hash):
            raise PackChanged(f"{pack.id} is not what case {case_id} was bound to")
        return Law(pack=pack, on=row.accepted_at.date())

    async def of_deployment(self, on: date) -> Law:
        """What holds where no case and no policy is meant."""
        return Law(pack=self._packs.in_force(_FAMILY, on), on=on)

    async def for_policy(self, policy_no: str, on: date) -> JurisdictionPack:
        """The pack that a case accepted on a day is bound to."""
        rules, held = policies.product_rules, policies.policies
        query = (
            select(rules.c.value)
            .join(
                held,
                (held.c.product_code == rules.c.product_code)
                & (held.c.product_version == rules.c.product_version),
            )
            .where(held.c.policy_no == policy_no, rules.c.rule == _RULE)
        )
        family = (await self._connection.execute(query)).scalar()
        return self._packs.in_force(str(family or _FAMILY), on)
