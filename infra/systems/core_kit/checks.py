"""What the kit looks at: each check with what is expected, and how it is found out."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import httpx

from infra.systems.core_kit.desk import Answer, Broken, Case, Desk, amount, journal, reserve_body
from infra.systems.core_wire import Effect

_STALE, _REFUSED, _NOT_FOUND = 412, 422, 404
_AT_ONCE: Final = 8
_LOOKS: Final = 200
"""At the core system's clock, until a reservation is over."""
_TRAPS: Final = [1, 113, 1999, 2907, 5680145, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10]
"""Amounts that fractions of two get wrong: 1.13 × 100 is 112.99…, ten times 0.1 is not 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing the contract says."""

    id: str
    expected: str
    run: Callable[[Desk], Awaitable[None]]


def expect_done(told: Answer) -> Effect:
    """Expect an effect that stands."""
    if told.effect is None or told.effect.state != "DONE":
        raise Broken(f"expected it done, found {told.told}")
    return told.effect


def expect_refused(told: Answer, status: int, *codes: str) -> None:
    """Expect a refusal with one of these codes; none named: with any code."""
    if told.effect is not None or told.status != status or told.code is None:
        raise Broken(f"expected {status} {' or '.join(codes)}, found {told.told}")
    if codes and told.code not in codes:
        raise Broken(f"expected {status} {' or '.join(codes)}, found {told.told}")


def expect_same(what: str, found: object, wanted: object) -> None:
    """Expect two things to be equal."""
    if found != wanted:
        raise Broken(f"{what}: expected {wanted}, found {found}")


def expect_told(told: Answer, wanted: Effect) -> None:
    """Expect the very effect that was told before."""
    found = expect_done(told)
    differing = {
        name: getattr(found, name)
        for name in Effect.model_fields
        if getattr(found, name) != getattr(wanted, name)
    }
    expect_same("told otherwise the second time", differing, {})


async def _standing(desk: Desk) -> tuple[int, str]:
    seen = await desk.policy()
    return seen.policy_version, seen.state


async def _reserved(desk: Desk) -> Case:
    case = desk.case()
    expect_done(await desk.reserve(case))
    return case


async def _committed(desk: Desk) -> tuple[Case, str, Effect]:
    case, key = await _reserved(desk), desk.id("key")
    return case, key, expect_done(await desk.commit(case, key))


async def _unknown_policy(desk: Desk) -> None:
    answer = await desk.client.get(f"/policies/{desk.id('NONE')}")
    expect_same("status of an unknown policy", answer.status_code, _NOT_FOUND)
    case = desk.case()
    nobody = {**reserve_body(case, (await desk.policy()).at), "policyNo": desk.id("NONE")}
    expect_refused(await desk.send("reserve", nobody, desk.id("key")), _REFUSED, "UNKNOWN_POLICY")


async def _needs_token(desk: Desk) -> None:
    if "authorization" not in desk.client.headers:
        return
    answer = await desk.client.get(f"/policies/{desk.policy_no}", headers={"Authorization": ""})
    expect_same("status without a token", answer.status_code, 401)


async def _reserve_books_nothing(desk: Desk) -> None:
    before, case = await _standing(desk), desk.case()
    effect = expect_done(await desk.reserve(case))
    expect_same("journals of a reservation", effect.journals, ())
    expect_same("policy after a reservation", await _standing(desk), before)


async def _same_key_same_body(desk: Desk) -> None:
    case, key = desk.case(), desk.id("key")
    body = reserve_body(case, (await desk.policy()).at)
    first = expect_done(await desk.send("reserve", body, key))
    expect_told(await desk.send("reserve", body, key), first)


async def _same_key_other_body(desk: Desk) -> None:
    case, key = desk.case(), desk.id("key")
    at = (await desk.policy()).at
    first = expect_done(await desk.send("reserve", reserve_body(case, at), key))
    other = reserve_body(case, at, net=amount(101))
    expect_refused(await desk.send("reserve", other, key), _REFUSED, "KEY_REUSED")
    expect_told(await desk.query(key), first)


async def _unknown_key(desk: Desk) -> None:
    expect_refused(await desk.query(desk.id("key")), _NOT_FOUND, "UNKNOWN_KEY")


async def _commit_changes(desk: Desk) -> None:
    version, _ = await _standing(desk)
    _, key, effect = await _committed(desk)
    expect_same("version told", effect.policy_version, version + 1)
    expect_same("policy after a commit", await _standing(desk), (version + 1, "TERMINATED"))
    expect_told(await desk.query(key), effect)


async def _commit_twice(desk: Desk) -> None:
    version, _ = await _standing(desk)
    case, key = await _reserved(desk), desk.id("key")
    fixed = {"effectiveAt": (await desk.policy()).at.isoformat()}
    first = expect_done(await desk.commit(case, key, **fixed))
    expect_told(await desk.commit(case, key, **fixed), first)
    expect_same("version after two of them", (await _standing(desk))[0], version + 1)


async def _commit_under_another_key(desk: Desk) -> None:
    case, _, effect = await _committed(desk)
    expect_refused(await desk.commit(case), _REFUSED, "COMMITTED")
    expect_same("version", (await _standing(desk))[0], effect.policy_version)


async def _commit_without_reserve(desk: Desk) -> None:
    before = await _standing(desk)
    expect_refused(await desk.commit(desk.case()), _STALE, "UNKNOWN_RESERVATION")
    expect_same("policy", await _standing(desk), before)


async def _commit_of_another_case(desk: Desk) -> None:
    case = await _reserved(desk)
    thief = Case(id=desk.id("KIT"), reservation_id=case.reservation_id, policy_no=case.policy_no)
    expect_refused(await desk.commit(thief), _STALE, "UNKNOWN_RESERVATION")


async def _commit_expired(desk: Desk) -> None:
    case, at = desk.case(), (await desk.policy()).at
    soon = at + timedelta(seconds=1.5)
    expect_done(await desk.reserve(case, expiresAt=soon.isoformat()))
    for _ in range(_LOOKS):
        if (await desk.policy()).at > soon:
            break
        await asyncio.sleep(0.05)
    expect_refused(await desk.commit(case), _STALE, "EXPIRED")
    await _reserved(desk)


async def _commit_stale(desk: Desk) -> None:
    first, commit_key, _ = await _committed(desk)
    second = await _reserved(desk)
    turned = await desk.reverse(first, commit_key)
    if turned.code == "HELD":
        return  # a core that lets nobody change what is held needs no second look
    expect_done(turned)
    expect_refused(await desk.commit(second), _STALE, "STALE")


async def _cancel_frees(desk: Desk) -> None:
    case = await _reserved(desk)
    expect_done(await desk.cancel(case))
    await _reserved(desk)
    expect_refused(await desk.commit(case), _STALE, "CANCELLED")


async def _cancel_twice(desk: Desk) -> None:
    case = await _reserved(desk)
    expect_done(await desk.cancel(case))
    expect_done(await desk.cancel(case))


async def _cancel_comes_first(desk: Desk) -> None:
    case = desk.case()
    expect_done(await desk.cancel(case))
    expect_refused(await desk.reserve(case), _STALE, "CANCELLED")
    expect_refused(await desk.commit(case), _STALE, "CANCELLED", "UNKNOWN_RESERVATION")


async def _cancel_after_commit(desk: Desk) -> None:
    case, _, effect = await _committed(desk)
    expect_refused(await desk.cancel(case), _REFUSED, "COMMITTED")
    expect_same("version", (await _standing(desk))[0], effect.policy_version)


async def _reverse_restores(desk: Desk) -> None:
    version, state = await _standing(desk)
    case, key, _ = await _committed(desk)
    effect = expect_done(await desk.reverse(case, key))
    expect_same("policy after a reverse", await _standing(desk), (version + 2, state))
    expect_same("journals booked", len(effect.journals), 1)


async def _reverse_twice(desk: Desk) -> None:
    case, key, _ = await _committed(desk)
    expect_done(await desk.reverse(case, key))
    standing = await _standing(desk)
    expect_refused(await desk.reverse(case, key), _REFUSED, "NOT_REVERSIBLE")
    expect_same("policy", await _standing(desk), standing)


async def _reverse_under_a_later_change(desk: Desk) -> None:
    quiet: dict[str, Any] = {"changes": {"flags": ["LOST"]}}
    first, first_key = await _reserved(desk), desk.id("key")
    expect_done(await desk.commit(first, first_key, **quiet))
    second = await _reserved(desk)
    expect_done(await desk.commit(second, **quiet))
    expect_refused(await desk.reverse(first, first_key), _REFUSED, "NOT_REVERSIBLE")


async def _reverse_of_nothing(desk: Desk) -> None:
    told = await desk.reverse(desk.case(), desk.id("key"))
    expect_refused(told, _REFUSED, "UNKNOWN_COMMIT")


async def _one_holder(desk: Desk) -> None:
    cases = [desk.case() for _ in range(_AT_ONCE)]
    told = await asyncio.gather(*(desk.reserve(case) for case in cases))
    done = [each for each in told if each.effect is not None]
    expect_same(f"holders of {_AT_ONCE} at once", len(done), 1)
    for each in told:
        if each.effect is None:
            expect_refused(each, _STALE, "HELD")


async def _one_key_at_once(desk: Desk) -> None:
    (version, _), case, key = await _standing(desk), await _reserved(desk), desk.id("key")
    fixed = {"effectiveAt": (await desk.policy()).at.isoformat()}
    told = await asyncio.gather(*(desk.commit(case, key, **fixed) for _ in range(_AT_ONCE)))
    for each in told:
        if each.effect is None:
            expect_refused(each, 409, "IN_PROGRESS")
    refs = {each.effect.ref for each in told if each.effect is not None}
    expect_same("answers that differ", len(refs), 1)
    expect_same("version", (await _standing(desk))[0], version + 1)


async def _case_holds_one(desk: Desk) -> None:
    case = await _reserved(desk)
    later = desk.again(case)
    expect_done(await desk.reserve(later))
    expect_refused(await desk.commit(case), _STALE, "CANCELLED")
    expect_done(await desk.commit(later))


async def _exact_money(desk: Desk) -> None:
    case, key, at = await _reserved(desk), desk.id("key"), (await desk.policy()).at
    wanted = journal(desk.id("JN"), at, _TRAPS)
    effect = expect_done(await desk.commit(case, key, journals=[wanted]))
    for where in (effect, expect_done(await desk.query(key))):
        found = [entry.amount.amount_minor for booked in where.journals for entry in booked.entries]
        expect_same("amounts booked", found, [*_TRAPS, sum(_TRAPS)])


async def _unbalanced(desk: Desk) -> None:
    (version, _), case, key = await _standing(desk), await _reserved(desk), desk.id("key")
    at = (await desk.policy()).at
    wrong = journal(desk.id("JN"), at, [100])
    wrong["entries"][0]["amount"] = amount(101)
    told = await desk.commit(case, key, journals=[journal(desk.id("JN"), at, [100]), wrong])
    expect_refused(told, _REFUSED, "UNBALANCED")
    expect_refused(await desk.query(key), _NOT_FOUND, "UNKNOWN_KEY")
    expect_same("version", (await _standing(desk))[0], version)


async def _no_fractions(desk: Desk) -> None:
    net = {"amountMinor": 100.5, "currency": "CNY"}
    expect_refused(await desk.reserve(desk.case(), net=net), _REFUSED)


async def _one_currency(desk: Desk) -> None:
    case, at = await _reserved(desk), (await desk.policy()).at
    foreign = journal(desk.id("JN"), at, [100])
    for entry in foreign["entries"]:
        entry["amount"]["currency"] = "XTS"
    expect_refused(await desk.commit(case, journals=[foreign]), _REFUSED)


async def _zones(desk: Desk) -> None:
    case, key, now = await _reserved(desk), desk.id("key"), (await desk.policy()).at
    early = datetime.fromisoformat(f"{now.date().isoformat()}T00:30:00+08:00")
    booked = journal(desk.id("JN"), early, [100])
    fixed = {"effectiveAt": early.isoformat(), "journals": [booked]}
    effect = expect_done(await desk.commit(case, key, **fixed))
    for where in (effect, expect_done(await desk.query(key))):
        expect_same("instant of effect", where.effective_at, early)
        days = [each.value_date.isoformat() for each in where.journals]
        expect_same("value date", days, [booked["valueDate"]])


async def _no_naive_instants(desk: Desk) -> None:
    case, at = await _reserved(desk), (await desk.policy()).at
    naive = at.replace(tzinfo=None).isoformat()
    expect_refused(await desk.commit(case, effectiveAt=naive), _REFUSED)


async def _hung_up(desk: Desk) -> None:
    (version, _), case, key = await _standing(desk), await _reserved(desk), desk.id("key")
    fixed = {"effectiveAt": (await desk.policy()).at.isoformat()}
    hasty = Desk(client=desk.client, policy_no=desk.policy_no, run=desk.id("run"))
    await _impatiently(hasty, case, key, fixed)
    known = await desk.query(key)
    if known.effect is None:
        expect_refused(known, _NOT_FOUND, "UNKNOWN_KEY")
    first = expect_done(await desk.commit(case, key, **fixed))
    expect_told(await desk.query(key), first)
    expect_same("version", (await _standing(desk))[0], version + 1)


async def _impatiently(desk: Desk, case: Case, key: str, fixed: dict[str, Any]) -> None:
    sending = asyncio.create_task(desk.commit(case, key, **fixed))
    await asyncio.sleep(0.01)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


async def _refused_leaves_nothing(desk: Desk) -> None:
    case, key = desk.case(), desk.id("key")
    expect_refused(await desk.commit(case, key), _STALE, "UNKNOWN_RESERVATION")
    expect_refused(await desk.query(key), _NOT_FOUND, "UNKNOWN_KEY")
    expect_done(await desk.reserve(case))
    expect_done(await desk.commit(case, key))


async def _strict(desk: Desk) -> None:
    case, at = desk.case(), (await desk.policy()).at
    body = reserve_body(case, at)
    del body["net"]
    expect_refused(await desk.send("reserve", body, desk.id("key")), _REFUSED)
    bare = await desk.client.post("/reserve", json=reserve_body(case, at))
    if bare.status_code not in {httpx.codes.BAD_REQUEST, _REFUSED}:
        raise Broken(f"an order without a key: expected 400 or 422, found {bare.status_code}")


CHECKS: Final = tuple(
    Check(id=name, expected=expected, run=run)
    for name, expected, run in (
        ("policy.unknown", "an unknown policy is 404 to read, 422 to reserve", _unknown_policy),
        ("access.token", "without the token: 401", _needs_token),
        ("message.strict", "an incomplete order, or one without a key, is refused", _strict),
        ("key.same-body", "same key, same body: the same answer", _same_key_same_body),
        ("key.other-body", "same key, other body: 422 KEY_REUSED", _same_key_other_body),
        ("key.unknown", "an unknown key: 404 UNKNOWN_KEY", _unknown_key),
        ("key.refused", "a refused order leaves its key free", _refused_leaves_nothing),
        ("key.at-once", "one key eight times at once: done once", _one_key_at_once),
        ("key.hung-up", "the caller hangs up, asks, sends again: done once", _hung_up),
        ("reserve.books-nothing", "a reservation changes nothing", _reserve_books_nothing),
        ("reserve.one-holder", "eight cases at once: one holds, seven hear HELD", _one_holder),
        ("reserve.same-case", "a case's new reservation replaces its own", _case_holds_one),
        ("commit.changes", "version + 1, the change made, told by key", _commit_changes),
        ("commit.twice", "the same commit twice: once", _commit_twice),
        ("commit.other-key", "a committed reservation: 422 COMMITTED", _commit_under_another_key),
        ("commit.unreserved", "without a reservation: 412", _commit_without_reserve),
        ("commit.other-case", "on another case's reservation: 412", _commit_of_another_case),
        ("commit.expired", "on a reservation that is over: 412 EXPIRED", _commit_expired),
        ("commit.stale", "on a policy that changed since: 412 STALE", _commit_stale),
        ("cancel.frees", "cancelled: free for others, lost for itself", _cancel_frees),
        ("cancel.twice", "cancelling twice is cancelling once", _cancel_twice),
        (
            "cancel.first",
            "a cancel before its reserve: the reserve is refused",
            _cancel_comes_first,
        ),
        ("cancel.committed", "cancel after commit: 422 COMMITTED", _cancel_after_commit),
        ("reverse.restores", "the state before, as version + 1", _reverse_restores),
        ("reverse.twice", "a second reverse: 422 NOT_REVERSIBLE", _reverse_twice),
        ("reverse.later", "under a later change: NOT_REVERSIBLE", _reverse_under_a_later_change),
        ("reverse.unknown", "of no commit: 422 UNKNOWN_COMMIT", _reverse_of_nothing),
        ("money.exact", "every amount booked to the minor unit", _exact_money),
        ("money.balanced", "debits ≠ credits: 422 UNBALANCED, nothing stands", _unbalanced),
        ("money.whole", "a fraction of a minor unit is refused", _no_fractions),
        ("money.currency", "another currency than the policy's is refused", _one_currency),
        ("clock.zone", "the instant stays, the value date is moved by no zone", _zones),
        ("clock.offset", "an instant without offset is refused", _no_naive_instants),
    )
)
"""Everything an adapter has to pass."""
