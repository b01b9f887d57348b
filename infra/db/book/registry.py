"""The registry of those who work here, as it is kept: entries, certificates, limits; audited."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.book.registry_acts import STREAM, registry_act
from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import hold, to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import people
from infra.db.tables.registry import operator_acts
from workflows.domain.authority import AuthorityLimit, Certificate, Operator, RegistryAct

_certificates, _limits = people.qualifications, people.authority_limits
_operators = people.operators
_SHOWN = ("unit", "level", "roles", "groups", "status", "conflicts", "agent_id")
"""What the chain tells of an entry: ids and codes, never an address."""


class RegistryTable:
    """What may change who may do what; two persons have agreed when it is called."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

    async def hold(self) -> None:
        """Be the only one who changes entries until the transaction ends."""
        await hold(self._connection, ("registry", STREAM))

    async def enter(self, wanted: Operator, act: RegistryAct) -> None:
        """Enter somebody whom two persons have agreed on."""
        await self._connection.execute(insert(_operators), _entry(wanted))
        await self._tell(act, {name: getattr(wanted, name) for name in _SHOWN})

    async def change(self, before: Operator, wanted: Operator, act: RegistryAct) -> None:
        """Write an entry anew; the chain tells what is other than before."""
        await self._connection.execute(
            update(_operators).where(_operators.c.id == wanted.id).values(_entry(wanted))
        )
        changed = [each for each in _SHOWN if getattr(before, each) != getattr(wanted, each)]
        shown = {
            "before": {each: getattr(before, each) for each in changed},
            "after": {each: getattr(wanted, each) for each in changed},
        }
        await self._tell(act, shown)

    async def _tell(self, act: RegistryAct, shown: Mapping[str, object]) -> None:
        """Write an act down: its reason may name people, and is never in the chain."""
        await self._connection.execute(insert(operator_acts), to_row(act))
        detail = dict(shown) | ({"proposedBy": act.proposed_by} if act.proposed_by else {})
        await self._audit.append(
            registry_act(f"operator.{act.act}", act.by, act.at, act.operator_id, detail)
        )

    async def certify(
        self, operator_id: str, certificate: Certificate, by: tuple[str, str], at: datetime
    ) -> None:
        """Enter a certificate; ``by`` are who proposed it and who agreed."""
        row = to_row(certificate) | {"operator_id": operator_id}
        await self._connection.execute(insert(_certificates), row)
        detail = {
            "operator": operator_id,
            "type": certificate.type,
            "validFrom": certificate.valid_from,
            "validTo": certificate.valid_to,
            "proposedBy": by[0],
        }
        await self._audit.append(
            registry_act("operator.certify", by[1], at, certificate.id, detail)
        )

    async def certificate(self, certificate_id: str) -> tuple[str, Certificate] | None:
        """Whose certificate it is, and the certificate; nobody else ends it meanwhile."""
        query = select(_certificates).where(_certificates.c.id == certificate_id)
        row = (await self._connection.execute(to_change(self._connection, query))).first()
        return None if row is None else (row.operator_id, to_noun(Certificate, row))

    async def revoke(
        self, certificate: Certificate, by: str, at: datetime, reason: str
    ) -> Certificate:
        """A certificate counts no more, from now on."""
        await self._connection.execute(
            update(_certificates)
            .where(_certificates.c.id == certificate.id)
            .values(revoked_at=at, revoked_reason=reason)
        )
        await self._audit.append(
            registry_act("operator.decertify", by, at, certificate.id, {"type": certificate.type})
        )
        return replace(certificate, revoked_at=at, revoked_reason=reason)

    async def set_limit(
        self, wanted: AuthorityLimit, by: tuple[str, str], at: datetime
    ) -> AuthorityLimit:
        """Write the next version of a level's limit for an item; decisions name the version."""
        newest = select(func.max(_limits.c.version)).where(
            _limits.c.item == wanted.item, _limits.c.level == wanted.level
        )
        version = ((await self._connection.execute(newest)).scalar() or 0) + 1
        limit, maximum = replace(wanted, version=version), wanted.maximum
        await self._connection.execute(
            insert(_limits),
            {
                "item": limit.item,
                "level": limit.level,
                "version": version,
                "maximum_minor": None if maximum is None else maximum.minor,
                "currency": "CNY" if maximum is None else maximum.currency,
                "effective_from": limit.effective_from,
            },
        )
        detail = {
            "maximum": None if maximum is None else str(maximum),
            "effectiveFrom": limit.effective_from,
            "version": version,
            "proposedBy": by[0],
        }
        await self._audit.append(
            registry_act("operator.limit", by[1], at, f"{limit.item}/L{limit.level}", detail)
        )
        return limit


def _entry(wanted: Operator) -> Mapping[str, object]:
    return {name: value for name, value in to_row(wanted).items() if name in _operators.columns}
