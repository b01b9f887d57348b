"""The policy book: images go in and come out whole; versions move one at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from infra.db.sample_book.scenarios import S3, S10
from infra.db.unit_of_work import Database, UnitOfWork
from workflows.domain.policy import (
    NotReversible,
    Policy,
    PolicyLock,
    Reservation,
    StaleVersion,
    image_hash,
)

NOW = datetime(2026, 10, 13, 2, tzinfo=UTC)


async def s3(books: UnitOfWork) -> Policy:
    policy = await books.policies.get(S3)
    assert policy is not None
    return policy


def a_reservation(**changes: object) -> Reservation:
    reservation = Reservation(
        id="RS-1",
        policy_no=S3,
        policy_version=1,
        case_id="BQ-1",
        quote_hash="q" * 64,
        expires_at=NOW + timedelta(hours=24),
    )
    return replace(reservation, **changes)  # type: ignore[arg-type] # by name


def ended(policy: Policy) -> Policy:
    return replace(policy, state="TERMINATED", termination_reason="SURRENDER", loans=())


async def test_an_unknown_policy_is_not_there(insurer: Database) -> None:
    async with insurer.work() as books:
        assert await books.policies.get("P-NOBODY") is None


async def test_a_commit_makes_the_next_version(insurer: Database) -> None:
    async with insurer.work() as books:
        before = await s3(books)
        made = await books.policies.commit(
            ended(before), cause="SURRENDER", case_id="BQ-1", at=NOW, reservation_id=None
        )
        after = await s3(books)

    assert (made.no, after.version, after.state) == (2, 2, "TERMINATED")
    assert (made.before_hash, made.after_hash) == (image_hash(before), image_hash(after))


async def test_a_commit_on_another_version_is_stale(insurer: Database) -> None:
    async with insurer.work() as books:
        policy = await s3(books)

        with pytest.raises(StaleVersion):
            await books.policies.commit(
                replace(policy, version=9),
                cause="SURRENDER",
                case_id="BQ-1",
                at=NOW,
                reservation_id=None,
            )


async def test_a_commit_uses_its_reservation_up(insurer: Database) -> None:
    async with insurer.work() as books:
        await books.policies.reserve(a_reservation(), at=NOW)
        await books.policies.commit(
            ended(await s3(books)), cause="SURRENDER", case_id="BQ-1", at=NOW, reservation_id="RS-1"
        )
        used = await books.policies.reservation("RS-1")

    assert used is not None
    assert used.state == "COMMITTED"


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": NOW},
        {"case_id": "BQ-2"},
        {"state": "CANCELLED"},
    ],
)
async def test_a_reservation_that_does_not_hold_is_stale(
    insurer: Database, changes: dict[str, object]
) -> None:
    async with insurer.work() as books:
        await books.policies.reserve(a_reservation(**changes), at=NOW)
        policy = await s3(books)

        with pytest.raises(StaleVersion):
            await books.policies.commit(
                policy, cause="SURRENDER", case_id="BQ-1", at=NOW, reservation_id="RS-1"
            )


async def test_a_policy_is_reserved_for_one_case(insurer: Database) -> None:
    async with insurer.work() as books:
        await books.policies.reserve(a_reservation(), at=NOW)

        with pytest.raises(StaleVersion, match="BQ-1"):
            await books.policies.reserve(a_reservation(id="RS-2", case_id="BQ-2"), at=NOW)


async def test_a_new_reservation_of_a_case_takes_the_place_of_the_old(insurer: Database) -> None:
    async with insurer.work() as books:
        await books.policies.reserve(a_reservation(), at=NOW)
        await books.policies.reserve(a_reservation(id="RS-2"), at=NOW)
        held = await books.policies.active_reservation("BQ-1")

    assert held is not None
    assert held.id == "RS-2"


async def test_a_reservation_of_another_version_is_stale(insurer: Database) -> None:
    async with insurer.work() as books:
        with pytest.raises(StaleVersion):
            await books.policies.reserve(a_reservation(policy_version=2), at=NOW)


async def test_a_cancelled_reservation_stays_cancelled(insurer: Database) -> None:
    async with insurer.work() as books:
        await books.policies.reserve(a_reservation(), at=NOW)
        await books.policies.cancel("RS-1")
        await books.policies.cancel("RS-1")

        assert await books.policies.active_reservation("BQ-1") is None


async def test_a_reversal_restores_the_image_before(insurer: Database) -> None:
    async with insurer.work() as books:
        before = await s3(books)
        made = await books.policies.commit(
            ended(before), cause="SURRENDER", case_id="BQ-1", at=NOW, reservation_id=None
        )
        restored = await books.policies.reverse(S3, made.no, case_id="BQ-1", at=NOW)
        after = await s3(books)
        undone = await books.policies.version(S3, made.no)

    assert replace(after, version=1) == before
    assert (after.version, restored.cause) == (3, "REVERSAL")
    assert undone is not None
    assert undone.reversed_by == 3


async def test_a_change_under_a_later_one_is_not_reversible(insurer: Database) -> None:
    async with insurer.work() as books:
        first = await books.policies.commit(
            await s3(books), cause="PARTIAL", case_id="BQ-1", at=NOW, reservation_id=None
        )
        await books.policies.commit(
            await s3(books), cause="PARTIAL", case_id="BQ-2", at=NOW, reservation_id=None
        )

        with pytest.raises(NotReversible):
            await books.policies.reverse(S3, first.no, case_id="BQ-1", at=NOW)


async def test_a_change_is_reversed_once(insurer: Database) -> None:
    async with insurer.work() as books:
        made = await books.policies.commit(
            ended(await s3(books)), cause="SURRENDER", case_id="BQ-1", at=NOW, reservation_id=None
        )
        await books.policies.reverse(S3, made.no, case_id="BQ-1", at=NOW)

        with pytest.raises(NotReversible):
            await books.policies.reverse(S3, made.no, case_id="BQ-1", at=NOW)


async def test_the_issue_of_a_policy_is_not_reversible(insurer: Database) -> None:
    async with insurer.work() as books:
        with pytest.raises(NotReversible):
            await books.policies.reverse(S3, 1, case_id="BQ-1", at=NOW)


async def test_the_change_of_a_case_is_found(insurer: Database) -> None:
    async with insurer.work() as books:
        made = await books.policies.commit(
            ended(await s3(books)), cause="SURRENDER", case_id="BQ-1", at=NOW, reservation_id=None
        )

        assert await books.policies.version_of_case(S3, "BQ-1") == made
        assert await books.policies.version_of_case(S3, "BQ-2") is None


@pytest.mark.parametrize(
    ("on", "value"),
    [("2016-05-19", "None"), ("2016-05-20", "0.00"), ("2026-06-15", "128000.00")],
)
async def test_the_cash_value_is_that_of_the_day(insurer: Database, on: str, value: str) -> None:
    async with insurer.work() as books:
        assert str(await books.policies.cash_value(S10, date.fromisoformat(on))) == value


async def test_cases_in_flight_stand_in_the_order_of_their_notices(insurer: Database) -> None:
    async with insurer.work() as books:
        for case_id, at in (("BQ-2", NOW), ("BQ-1", NOW - timedelta(hours=1)), ("BQ-2", NOW)):
            await books.locks.acquire(
                PolicyLock(policy_no=S3, case_id=case_id, item="TERMINATE", notice_arrived_at=at)
            )
        standing = [lock.case_id for lock in await books.locks.holders(S3)]
        await books.locks.release(S3, "BQ-1", NOW)
        left = [lock.case_id for lock in await books.locks.holders(S3)]

    assert (standing, left) == (["BQ-1", "BQ-2"], ["BQ-2"])


async def test_images_and_versions_hold_nothing_personal(insurer: Database) -> None:
    async with insurer.work() as books:
        holder = await books.parties.get("PT-S3")
        await books.policies.commit(
            ended(await s3(books)), cause="SURRENDER", case_id="BQ-1", at=NOW, reservation_id=None
        )
    async with insurer.engine.connect() as connection:
        images = (
            await connection.execute(text("SELECT before_image FROM policy_versions"))
        ).scalars()
        kept = " ".join(str(image) for image in images)

    assert holder is not None
    assert holder.name not in kept
    assert holder.id_no not in kept
