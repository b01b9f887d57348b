"""A newer anchor extends an older one, or it is found: with two anchors and the key alone."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.anchoring.folder import LOG, AnchorFolder
from infra.anchoring.keys import SigningKey, VerifyingKeys, load_or_create_key, read_public_keys
from infra.anchoring.wire import read_line, signed_line
from infra.auditing.anchor_log import read_log
from infra.auditing.consistency import consistency_line, verify_consistency
from infra.auditing.report import Report
from infra.db.unit_of_work import Database
from tests.infra.auditing.test_tampering import (
    CASE,
    CONSISTENT,
    a_lived_case,
    an_effect,
    anchored,
    forged,
    log_of,
    report_of,
)
from tests.shelf import Hand
from workflows.domain.anchors import Anchor, AnchoredHeads, Comparison, Head, line_hash

NOON = datetime(2026, 10, 12, 4, tzinfo=UTC)


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return load_or_create_key(tmp_path / "key.pem")


@pytest.fixture
def keys(key: SigningKey) -> VerifyingKeys:
    return read_public_keys([key.public_pem()])


def a_log(key: SigningKey, count: int, *, first: str = "a") -> list[bytes]:
    """Anchors of one chain that moves on each time; the first record is as given."""
    heads, lines = AnchoredHeads(), []
    for no in range(1, count + 1):
        moved = Head(stream=CASE, seq=no, hash=first * 64 if no == 1 else f"{no:064}")
        found = Comparison(moved=(moved,), conflicts=())
        anchor = heads.next(found, at=NOON, key_id=key.id)
        lines.append(signed_line(anchor, key))
        heads.written(anchor, lines[-1])
    return lines


def as_told_before(lines: Iterable[bytes], key: SigningKey) -> list[bytes]:
    """The same anchors as a release wrote them that named no others."""
    told: list[bytes] = []
    for line in lines:
        anchor, _ = read_line(line)
        previous = line_hash(told[-1]) if told else anchor.previous
        told.append(signed_line(replace(anchor, log="", previous=previous), key))
    return told


def kinds(report: Report) -> set[str]:
    return {finding.kind for finding in report.findings}


@pytest.mark.parametrize("since", range(1, 14))
def test_an_anchor_extends_every_one_before_it(
    key: SigningKey, keys: VerifyingKeys, since: int
) -> None:
    lines = a_log(key, 13)
    expected = (since, line_hash(lines[since - 1]))

    report = verify_consistency(consistency_line(lines, since), keys, expected)

    assert report.intact, report.findings
    assert report.last_anchor is not None
    assert (report.last_anchor.no, report.last_anchor.hash) == (13, line_hash(lines[-1]))


@pytest.mark.parametrize("since", range(1, 13))
def test_a_past_written_anew_extends_no_anchor_that_somebody_kept(
    key: SigningKey, keys: VerifyingKeys, since: int
) -> None:
    """By somebody with database, log and key: all of the new log is good in itself."""
    kept, anew = a_log(key, since)[-1], a_log(key, 13, first="b")
    assert not read_log(anew, keys).findings

    proof = json.loads(consistency_line(anew, since))
    with_his = verify_consistency(json.dumps(proof), keys, (since, line_hash(kept)))
    with_mine = verify_consistency(json.dumps({**proof, "old": kept.decode()}), keys)

    assert kinds(with_his) == {"anchor-other"}
    assert kinds(with_mine) == {"anchor-inconsistent"}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"path": []}, "anchor-inconsistent"),
        ({"path": ["00" * 32] * 5}, "anchor-inconsistent"),
        ({"path": ["no"]}, "anchor-unreadable"),
        ({"path": 3}, "anchor-unreadable"),
        ({"new": "{}"}, "anchor-unreadable"),
    ],
)
def test_what_proves_nothing_is_found(
    key: SigningKey, keys: VerifyingKeys, change: dict[str, Any], kind: str
) -> None:
    proof = json.loads(consistency_line(a_log(key, 7), 3))

    assert kinds(verify_consistency(json.dumps({**proof, **change}), keys)) == {kind}


def test_an_anchor_that_the_key_did_not_sign_proves_nothing(
    key: SigningKey, keys: VerifyingKeys, tmp_path: Path
) -> None:
    other = load_or_create_key(tmp_path / "other.pem")
    assert other.id != key.id

    report = verify_consistency(consistency_line(a_log(other, 7), 3), keys)

    assert kinds(report) == {"anchor-signature"}


def test_a_log_whose_anchors_forget_others_is_found(key: SigningKey, keys: VerifyingKeys) -> None:
    lines = a_log(key, 4)
    last, _ = read_line(lines[-1])

    def told(anchor: Anchor) -> set[str]:
        log = read_log([*lines[:-1], signed_line(anchor, key)], keys)
        return {one.kind for one in log.findings}

    assert told(last) == set()
    assert told(replace(last, log="00" * 32)) == told(replace(last, log="")) == {"anchor-log"}


def test_anchors_of_the_first_releases_are_good_and_prove_nothing(
    key: SigningKey, keys: VerifyingKeys
) -> None:
    old = as_told_before(a_log(key, 3), key)

    assert not read_log(old, keys).findings
    with pytest.raises(ValueError, match="anchor 2 to name"):
        consistency_line(old, 2)


async def test_rewritten_history_that_is_anchored_anew_is_found_by_one_kept_anchor(
    database: Database, hand: Hand, keys: VerifyingKeys, tmp_path: Path
) -> None:
    await a_lived_case(database)
    await anchored(database, tmp_path)
    (kept,) = AnchorFolder(tmp_path).lines()
    await forged(database, hand, CONSISTENT["the whole chain is written anew, with its head"][0])
    (tmp_path / LOG).unlink()
    await anchored(database, tmp_path)
    async with database.work() as books:
        await books.effects.record(an_effect(CASE, 4))
    await anchored(database, tmp_path)

    nothing_seen = await report_of(database, log_of(tmp_path))
    proof = json.loads(consistency_line(AnchorFolder(tmp_path).lines(), 1))
    report = verify_consistency(json.dumps({**proof, "old": kept.decode()}), keys)

    assert nothing_seen.intact, nothing_seen.findings
    assert kinds(report) == {"anchor-inconsistent"}
