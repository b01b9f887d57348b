"""The registry of those who work here, as it is kept: certificates and limits, all audited."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.book.standing_in import registry_act
from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import people
from workflows.domain.authority import AuthorityLimit, Certificate

_certificates, _limits = people.qualifications, people.authority_limits


class RegistryTable:
    """What may change who may do what; two persons have agreed when it is called."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable) -> None:
        self._connection = connection
        self._audit = audit

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
        await self._audit.append(registry_act("certify", by[1], at, certificate.id, detail))

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
            registry_act("decertify", by, at, certificate.id, {"type": certificate.type})
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
            registry_act("limit", by[1], at, f"{limit.item}/L{limit.level}", detail)
        )
        return limit
