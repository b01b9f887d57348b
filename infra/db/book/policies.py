"""The policy book: images, versions with before and after, reservations, cash values."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, Table, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.connections.locking import hold, to_change
from infra.db.connections.rows import to_noun, to_row
from infra.db.tables import policies
from workflows.domain.money import Money
from workflows.domain.policy import (
    Benefit,
    Coverage,
    Loan,
    NotReversible,
    Policy,
    PolicyOption,
    PolicyVersion,
    Product,
    Reservation,
    Role,
    StaleVersion,
    image_hash,
)
from workflows.domain.premium import PaymentInstruction

_policies = policies.policies
_versions = policies.policy_versions
_reservations = policies.reservations
PARTS: tuple[tuple[str, Table, type], ...] = (
    ("coverages", policies.coverages, Coverage),
    ("roles", policies.policy_roles, Role),
    ("loans", policies.loans, Loan),
    ("instructions", policies.payment_instructions, PaymentInstruction),
    ("options", policies.policy_options, PolicyOption),
    ("benefits", policies.policy_benefits, Benefit),
)
_GET = select(_policies).where(_policies.c.policy_no == bindparam("wanted"))
_GETPARTS = {
    table.name: select(table)
    .where(table.c.policy_no == bindparam("wanted"))
    .order_by(table.c.place)
    for _, table, _ in PARTS
}
_IMAGE = TypeAdapter(Policy)
_PRODUCT = TypeAdapter(Product)


class PolicyTable:
    """The policy book."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, policy_no: str) -> Policy | None:
        """A policy as it stands."""
        query = to_change(self._connection, _GET)
        row = (await self._connection.execute(query, {"wanted": policy_no})).first()
        if row is None:
            return None
        parts = {name: await self._parts(policy_no, table, kind) for name, table, kind in PARTS}
        return to_noun(Policy, row, **parts)

    async def with_part(self, party_id: str, on: date) -> tuple[tuple[str, str], ...]:
        """Number and state of every policy that a party holds or is insured by, in order."""
        roles = policies.policy_roles
        query = (
            select(_policies.c.policy_no, _policies.c.state)
            .join(roles, roles.c.policy_no == _policies.c.policy_no)
            .where(
                roles.c.party_id == party_id,
                roles.c.kind.in_(("PH", "INSURED")),
                roles.c.since <= on,
                roles.c.until.is_(None) | (roles.c.until > on),
            )
            .distinct()
            .order_by(_policies.c.policy_no)
        )
        rows = await self._connection.execute(query)
        return tuple((row.policy_no, row.state) for row in rows)

    async def covered(self, insured: str, on: date, *, besides: str) -> dict[str, Money]:
        """What the covers of other policies on a life come to, by currency."""
        await hold(self._connection, ("insured", insured))
        roles, covers = policies.policy_roles, policies.coverages
        on_the_life = select(roles.c.policy_no).where(
            roles.c.party_id == insured,
            roles.c.kind == "INSURED",
            roles.c.since <= on,
            roles.c.until.is_(None) | (roles.c.until > on),
        )
        query = (
            select(covers.c.currency, func.sum(covers.c.sum_assured_minor))
            .join(_policies, _policies.c.policy_no == covers.c.policy_no)
            .where(
                covers.c.status == "ACTIVE",
                _policies.c.state.not_in(("TERMINATED", "MATURED")),
                _policies.c.policy_no != besides,
                _policies.c.policy_no.in_(on_the_life),
            )
            .group_by(covers.c.currency)
        )
        rows = await self._connection.execute(query)
        return {currency: Money(int(minor), currency) for currency, minor in rows}

    async def falling_due(
        self, since: date, until: date, *, after: str, limit: int
    ) -> tuple[tuple[str, date, str], ...]:
        """Number, due date and holder of policies in force whose next premium falls due."""
        roles = policies.policy_roles
        query = (
            select(_policies.c.policy_no, _policies.c.paid_to, roles.c.party_id)
            .join(roles, roles.c.policy_no == _policies.c.policy_no)
            .where(
                _policies.c.state == "IN_FORCE",
                _policies.c.annual_premium_minor > 0,
                _policies.c.paid_to.between(since, until),
                _policies.c.policy_no > after,
                roles.c.kind == "PH",
                roles.c.until.is_(None),
            )
            .order_by(_policies.c.policy_no)
            .limit(limit)
        )
        rows = await self._connection.execute(query)
        return tuple((row.policy_no, row.paid_to, row.party_id) for row in rows)

    async def undrawn(self, until: date, *, after: str, limit: int) -> tuple[str, ...]:
        """Numbers of policies with benefits that fell due by a day and nobody has drawn."""
        benefits = policies.policy_benefits
        query = (
            select(benefits.c.policy_no)
            .join(_policies, _policies.c.policy_no == benefits.c.policy_no)
            .where(
                benefits.c.paid_on.is_(None),
                benefits.c.due_on <= until,
                benefits.c.policy_no > after,
                _policies.c.state.not_in(("PENDING", "TERMINATED")),
            )
            .distinct()
            .order_by(benefits.c.policy_no)
            .limit(limit)
        )
        return tuple((await self._connection.execute(query)).scalars())

    async def product(self, code: str, version: int) -> Product:
        """A product version."""
        products, rules = policies.products, policies.product_rules
        head = await self._connection.execute(
            select(products).where(products.c.code == code, products.c.version == version)
        )
        row = head.mappings().one()
        values = await self._connection.execute(
            select(rules.c.rule, rules.c.value).where(
                rules.c.product_code == code, rules.c.product_version == version
            )
        )
        return _PRODUCT.validate_python({**row, **{r.rule: r.value for r in values}})

    async def cash_value(self, policy_no: str, on: date) -> Money | None:
        """The cash value on a day; None: the table has none for it."""
        table = policies.cash_values
        query = (
            select(table)
            .where(table.c.policy_no == policy_no, table.c.valid_from <= on)
            .order_by(table.c.valid_from.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else Money(row.amount_minor, row.currency)

    async def reserve(self, reservation: Reservation, *, at: datetime) -> None:
        """Hold the policy's version for a case; StaleVersion when it moved or is held.

        A reservation that expired by ``at`` holds nothing.
        """
        await self._expect_version(reservation.policy_no, reservation.policy_version)
        query = select(_reservations.c.case_id).where(
            _reservations.c.policy_no == reservation.policy_no,
            _reservations.c.state == "ACTIVE",
            _reservations.c.id != reservation.id,
            _reservations.c.expires_at > at,
        )
        for holder in (await self._connection.execute(query)).scalars().all():
            if holder != reservation.case_id:
                raise StaleVersion(f"{reservation.policy_no} is reserved for case {holder}")
        # A case holds one reservation: a new quote takes the place of the one before.
        await self._connection.execute(
            update(_reservations)
            .where(
                _reservations.c.case_id == reservation.case_id,
                _reservations.c.policy_no == reservation.policy_no,
                _reservations.c.state == "ACTIVE",
            )
            .values(state="CANCELLED")
        )
        await self._connection.execute(insert(_reservations), to_row(reservation))

    async def reservation(self, reservation_id: str) -> Reservation | None:
        """A reservation by id."""
        query = select(_reservations).where(_reservations.c.id == reservation_id)
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Reservation, row)

    async def active_reservation(self, case_id: str) -> Reservation | None:
        """The reservation a case holds."""
        query = select(_reservations).where(
            _reservations.c.case_id == case_id, _reservations.c.state == "ACTIVE"
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Reservation, row)

    async def cancel(self, reservation_id: str) -> None:
        """Let go of a reservation; cancelling twice is cancelling once."""
        await self._close_reservation(reservation_id, "CANCELLED")

    async def commit(
        self, after: Policy, *, cause: str, case_id: str, at: datetime, reservation_id: str | None
    ) -> PolicyVersion:
        """Write ``after`` as the next version, and keep the image before it."""
        before = await self._expect_version(after.policy_no, after.version)
        if reservation_id is not None:
            await self._consume(reservation_id, before, case_id, at)
        return await self._write(before, after, cause=cause, case_id=case_id, at=at)

    async def version(self, policy_no: str, no: int) -> PolicyVersion | None:
        """One change of a policy."""
        row = await self._version_row(policy_no, no)
        return None if row is None else to_noun(PolicyVersion, row)

    async def version_of_case(self, policy_no: str, case_id: str) -> PolicyVersion | None:
        """The latest unreversed change a case made to a policy."""
        query = (
            select(_versions)
            .where(
                _versions.c.policy_no == policy_no,
                _versions.c.case_id == case_id,
                _versions.c.reversed_by.is_(None),
                _versions.c.cause != "REVERSAL",
            )
            .order_by(_versions.c.no.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(PolicyVersion, row)

    async def reverse(
        self, policy_no: str, no: int, *, case_id: str, at: datetime
    ) -> PolicyVersion:
        """Restore the image before version ``no`` as a new version."""
        current, row = await self.get(policy_no), await self._version_row(policy_no, no)
        if current is None or row is None or row.before_image is None or row.reversed_by:
            raise NotReversible(f"Expected a change {no} of {policy_no} that still stands")
        if current.version != no:
            raise NotReversible(f"Version {current.version} of {policy_no} stands on {no}")
        before = _IMAGE.validate_python(row.before_image)
        restored = await self._write(
            current, replace(before, version=no), cause="REVERSAL", case_id=case_id, at=at
        )
        await self._connection.execute(
            update(_versions)
            .where(_versions.c.policy_no == policy_no, _versions.c.no == no)
            .values(reversed_by=restored.no)
        )
        return restored

    async def _parts(self, policy_no: str, table: Table, kind: type[Any]) -> tuple[Any, ...]:
        rows = await self._connection.execute(_GETPARTS[table.name], {"wanted": policy_no})
        return tuple(to_noun(kind, row) for row in rows)

    async def _expect_version(self, policy_no: str, version: int) -> Policy:
        policy = await self.get(policy_no)
        if policy is None or policy.version != version:
            held = "nothing" if policy is None else f"version {policy.version}"
            raise StaleVersion(f"Expected version {version} of {policy_no}, but found {held}")
        return policy

    async def _consume(
        self, reservation_id: str, policy: Policy, case_id: str, at: datetime
    ) -> None:
        held = await self.reservation(reservation_id)
        if held is None or held.state != "ACTIVE" or held.case_id != case_id:
            raise StaleVersion(f"Expected an active reservation {reservation_id} of {case_id}")
        if held.policy_version != policy.version or held.expires_at <= at:
            raise StaleVersion(f"Reservation {reservation_id} no longer holds")
        await self._close_reservation(reservation_id, "COMMITTED")

    async def _close_reservation(self, reservation_id: str, state: str) -> None:
        await self._connection.execute(
            update(_reservations)
            .where(_reservations.c.id == reservation_id, _reservations.c.state == "ACTIVE")
            .values(state=state)
        )

    async def _version_row(self, policy_no: str, no: int) -> Row[Any] | None:
        query = select(_versions).where(_versions.c.policy_no == policy_no, _versions.c.no == no)
        return (await self._connection.execute(query)).first()

    async def _write(
        self, before: Policy, after: Policy, *, cause: str, case_id: str, at: datetime
    ) -> PolicyVersion:
        written = replace(after, version=after.version + 1)
        names = [name for name, _, _ in PARTS]
        await self._connection.execute(
            update(_policies)
            .where(_policies.c.policy_no == after.policy_no)
            .values(to_row(written, leaving_out=names))
        )
        for name, table, _ in PARTS:
            if getattr(before, name) != getattr(after, name):
                await self._rewrite(after.policy_no, table, getattr(after, name))
        made = PolicyVersion(
            policy_no=after.policy_no,
            no=written.version,
            cause=cause,
            case_id=case_id,
            effective_at=at,
            before_hash=image_hash(before),
            after_hash=image_hash(written),
        )
        image = _IMAGE.dump_python(before, mode="json")
        await self._connection.execute(insert(_versions).values(**to_row(made), before_image=image))
        return made

    async def _rewrite(self, policy_no: str, table: Table, parts: tuple[object, ...]) -> None:
        await self._connection.execute(table.delete().where(table.c.policy_no == policy_no))
        if parts:
            await self._connection.execute(insert(table), part_rows(policy_no, parts))


def part_rows(policy_no: str, parts: tuple[object, ...]) -> list[dict[str, Any]]:
    """The rows of a policy's covers, roles, loans or payment instructions."""
    return [
        {**to_row(part), "policy_no": policy_no, "place": place}
        for place, part in enumerate(parts, start=1)
    ]


def policy_row(policy: Policy) -> dict[str, Any]:
    """The row of a policy itself."""
    return to_row(policy, leaving_out=[name for name, _, _ in PARTS])


def product_rows(product: Product) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The row of a product, and the rows of its rules."""
    values = _PRODUCT.dump_python(product, mode="json")
    head = {name: values.pop(name) for name in ("code", "version", "name", "currency")}
    rules = [
        {
            "product_code": product.code,
            "product_version": product.version,
            "rule": rule,
            "value": value,
        }
        for rule, value in values.items()
    ]
    return head, rules
