"""Core systems that each break the contract in one way; the kit has to find every one out."""

import itertools
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC
from types import MappingProxyType
from typing import Any

from infra.systems.core_simulator.books import CoreBooks, Declined
from infra.systems.core_wire import CommitOrder, Effect, Order

# ruff: noqa: ARG002 - what a mutant does not look at is what it gets wrong


class ForgetsKeys(CoreBooks):
    """Does everything anew."""

    def take(self, key: str, order: Order) -> Effect:
        self._database.execute("DELETE FROM effect WHERE key = ?", (key,))
        self._database.execute("UPDATE reservation SET state = 'ACTIVE' WHERE state = 'COMMITTED'")
        return super().take(key, order)


class LooksAtKeysOnly(CoreBooks):
    """Answers a known key whatever comes under it."""

    def take(self, key: str, order: Order) -> Effect:
        return self.find(key) or super().take(key, order)


class CannotBeAsked(CoreBooks):
    """Never knows a key."""

    def find(self, key: str) -> Effect | None:
        return None


class ToldAnew(CoreBooks):
    """Gives another reference whenever it is asked."""

    told = itertools.count()

    def find(self, key: str) -> Effect | None:
        found = super().find(key)
        return found and found.model_copy(update={"ref": f"R{next(self.told)}"})


class BooksReservations(CoreBooks):
    """A reservation is a new version."""

    def _reserve(self, order: Any, policy: Any) -> None:
        super()._reserve(order, policy)
        self._change(order.reservation_id, policy, {}, policy["state"])


class HoldsNothing(CoreBooks):
    """Reserves for everybody."""

    def _free_for(self, order: Any) -> None:
        return


class CommitsWithoutLooking(CoreBooks):
    """Commits whatever the reservation."""

    def _check_reservation(self, order: Any, policy: Any) -> None:
        return


class NeverExpires(CoreBooks):
    """A reservation holds for ever."""

    def _is_over(self, held: Any) -> bool:
        return False


class ForgetsCancels(CoreBooks):
    """What it cancels before it came may come later."""

    def _cancel(self, order: Any, policy: Any) -> None:
        if self._row("SELECT * FROM reservation WHERE id = ?", order.reservation_id):
            super()._cancel(order, policy)


class CancelsCommits(CoreBooks):
    """Says yes to a cancel that comes too late."""

    def _cancel(self, order: Any, policy: Any) -> None:
        try:
            super()._cancel(order, policy)
        except Declined:
            return


class ReversesUnderLaterOnes(CoreBooks):
    """Restores an image on which others stand."""

    def _reverse(self, key: str, order: Any, policy: Any) -> None:
        self._database.execute(
            "UPDATE change SET version = ? WHERE key = ?", (policy["version"], order.commit_key)
        )
        super()._reverse(key, order, policy)


class ReversesTwice(CoreBooks):
    """Restores as often as it is told."""

    def _reverse(self, key: str, order: Any, policy: Any) -> None:
        self._database.execute(
            "UPDATE change SET version = ?, reversed = 0 WHERE key = ?",
            (policy["version"], order.commit_key),
        )
        super()._reverse(key, order, policy)


class RestoresNothing(CoreBooks):
    """Reverses the journals only."""

    def _change(self, key: str, policy: Any, image: object, state: str) -> None:
        turned = self._row("SELECT * FROM change WHERE reversed = 1 AND policy_no = ?", "P-1")
        super()._change(key, policy, image, policy["state"] if turned else state)


class FloatingMoney(CoreBooks):
    """Keeps amounts as fractions."""

    def take(self, key: str, order: Order) -> Effect:
        done = super().take(key, order)
        told = done.model_dump(mode="json", by_alias=True)
        for journal in told["journals"]:
            for entry in journal["entries"]:
                major = entry["amount"]["amountMinor"] / 100
                entry["amount"]["amountMinor"] = int(major * 100)
        return Effect.model_validate(told)


class BooksAnything(CoreBooks):
    """Posts what does not balance."""

    def _post(self, journals: Any, policy: Any) -> None:
        return


class HalfCommits(CoreBooks):
    """Counts the version up before it looks at the journals."""

    def take(self, key: str, order: Order) -> Effect:
        try:
            return super().take(key, order)
        except Declined as error:
            if error.code == "UNBALANCED":
                self._database.execute("UPDATE policy SET version = version + 1")
            raise


class DaysInUtc(CoreBooks):
    """Takes the value date from the instant in UTC."""

    def take(self, key: str, order: Order) -> Effect:
        done = super().take(key, order)
        at = done.effective_at
        if at is None:
            return done
        moved = tuple(
            each.model_copy(update={"value_date": at.astimezone(UTC).date()})
            for each in done.journals
        )
        return done.model_copy(update={"journals": moved})


class DropsOffsets(CoreBooks):
    """Takes the time of day for UTC."""

    def take(self, key: str, order: Order) -> Effect:
        done = super().take(key, order)
        at = done.effective_at
        return done.model_copy(update={"effective_at": at and at.replace(tzinfo=UTC)})


class RemembersRefusals(CoreBooks):
    """A key that was refused once is refused for ever."""

    def take(self, key: str, order: Order) -> Effect:
        refused = self.__dict__.setdefault("refused", {})
        if key in refused:
            raise refused[key]
        try:
            return super().take(key, order)
        except Declined as error:
            refused[key] = error
            raise


class Races(CoreBooks):
    """Looks whether a key is known, then does it: of two commits at once both have looked."""

    _met = threading.Barrier(2)
    _after = threading.Lock()
    """Then one after the other: side by side the second might find what the first did."""

    def take(self, key: str, order: Order) -> Effect:
        known = self.find(key)
        if isinstance(order, CommitOrder):
            with suppress(threading.BrokenBarrierError):
                self._met.wait(timeout=10)
        if known is not None:
            return known
        again = "UPDATE reservation SET state = 'ACTIVE' WHERE state = 'COMMITTED'"
        with self._after:
            self._database.execute("DELETE FROM effect WHERE key = ?", (key,))
            self._database.execute(again)
            return super().take(key, order)


MUTANTS: Mapping[type[CoreBooks], str] = MappingProxyType({
    ForgetsKeys: "commit.twice",
    LooksAtKeysOnly: "key.other-body",
    CannotBeAsked: "commit.changes",
    ToldAnew: "commit.changes",
    BooksReservations: "reserve.books-nothing",
    HoldsNothing: "reserve.one-holder",
    CommitsWithoutLooking: "commit.unreserved",
    NeverExpires: "commit.expired",
    ForgetsCancels: "cancel.first",
    CancelsCommits: "cancel.committed",
    ReversesUnderLaterOnes: "reverse.later",
    ReversesTwice: "reverse.twice",
    RestoresNothing: "reverse.restores",
    FloatingMoney: "money.exact",
    BooksAnything: "money.balanced",
    HalfCommits: "money.balanced",
    DaysInUtc: "clock.zone",
    DropsOffsets: "clock.zone",
    RemembersRefusals: "key.refused",
    Races: "key.at-once",
})  # fmt: skip
"""Each with a check that finds it out."""
