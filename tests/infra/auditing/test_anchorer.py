"""Anchors: what is written, in which order, by whom, and what a crash leaves."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from infra.anchoring.anchorer import Anchorer
from infra.anchoring.folder import AnchorFolder, AnchorsDisturbed
from infra.anchoring.keys import SigningKey, load_or_create_key, read_public_keys
from infra.auditing.anchor_log import AnchorLog, read_log
from infra.db.unit_of_work import Database
from tests.infra.auditing.test_tampering import CONSISTENT, forged
from tests.infra.db.cases_at_hand import a_case, accepted
from tests.shelf import Hand


class Died(BaseException):
    """The process is gone."""


@pytest.fixture
def folder(tmp_path: Path) -> AnchorFolder:
    return AnchorFolder(tmp_path / "anchors")


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return load_or_create_key(tmp_path / "key.pem")


def the_log(folder: AnchorFolder, *keys: SigningKey) -> AnchorLog:
    return read_log(folder.lines(), read_public_keys([key.public_pem() for key in keys]))


def dying_at(instant: str) -> object:
    def at(name: str) -> None:
        if name == instant:
            raise Died

    return at


async def test_an_anchor_speaks_of_every_chain_that_moved(
    database: Database, folder: AnchorFolder, key: SigningKey
) -> None:
    anchorer = Anchorer(database, folder, key)
    await accepted(database, a_case("BQ-1"))
    await accepted(database, a_case("BQ-2"))

    first = await anchorer.round()
    await accepted(database, a_case("BQ-3"))
    second = await anchorer.round()

    assert first is not None
    assert second is not None
    assert [head.stream for head in first.heads] == ["BQ-1", "BQ-2"]
    assert [head.stream for head in second.heads] == ["BQ-3"]
    assert (second.no, second.size) == (2, 3)
    assert not the_log(folder, key).findings


async def test_nothing_new_is_no_anchor(
    database: Database, folder: AnchorFolder, key: SigningKey
) -> None:
    anchorer = Anchorer(database, folder, key)
    await accepted(database)
    await anchorer.round()

    assert await anchorer.round() is None
    assert len(list(folder.lines())) == 1


async def test_several_writers_make_one_log_without_gaps(
    database: Database, folder: AnchorFolder, key: SigningKey
) -> None:
    writers = [Anchorer(database, folder, key) for _ in range(3)]

    for no in range(1, 10):
        await accepted(database, a_case(f"BQ-{no}"))
        await asyncio.gather(*(writer.round() for writer in writers))

    log = the_log(folder, key)
    assert not log.findings
    assert (log.heads.no, len(log.points)) == (9, 9)


async def test_while_another_writes_nothing_is_written(
    database: Database, folder: AnchorFolder, key: SigningKey
) -> None:
    await accepted(database)
    other = AnchorFolder(folder.path)

    with other.locked() as is_held:
        assert is_held
        assert await Anchorer(database, folder, key).round() is None

    assert await Anchorer(database, folder, key).round() is not None


@pytest.mark.parametrize(("instant", "written"), [("anchor.built", 0), ("anchor.written", 1)])
async def test_a_crash_around_the_writing_loses_and_repeats_nothing(
    database: Database, folder: AnchorFolder, key: SigningKey, instant: str, written: int
) -> None:
    await accepted(database)
    dying = Anchorer(database, folder, key, failpoint=dying_at(instant))  # type: ignore[arg-type]

    with pytest.raises(Died):
        await dying.round()
    assert len(list(folder.lines())) == written
    await accepted(database, a_case("BQ-2"))
    await Anchorer(database, folder, key).round()

    log = the_log(folder, key)
    assert not log.findings
    assert sorted(log.points) == ["BQ-1", "BQ-2"]
    assert log.heads.no == written + 1


async def test_a_torn_line_is_no_anchor_and_makes_room(
    database: Database, folder: AnchorFolder, key: SigningKey
) -> None:
    await accepted(database)
    await Anchorer(database, folder, key).round()
    with folder.log.open("ab") as file:
        file.write(b'{"no":2,"at":"2026-')
    await accepted(database, a_case("BQ-2"))

    assert the_log(folder, key).heads.no == 1
    await Anchorer(database, folder, key).round()

    log = the_log(folder, key)
    assert not log.findings
    assert log.heads.no == 2


async def test_a_write_that_fails_is_repeated_as_the_same_anchor(
    database: Database, folder: AnchorFolder, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchorer = Anchorer(database, folder, key)
    await accepted(database)
    with monkeypatch.context() as full:
        full.setattr(folder, "append", lambda _: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            await anchorer.round()

    made = await anchorer.round()

    assert made is not None
    assert (made.no, the_log(folder, key).findings) == (1, [])


async def test_a_log_that_became_shorter_is_not_continued(
    database: Database, folder: AnchorFolder, key: SigningKey
) -> None:
    anchorer = Anchorer(database, folder, key)
    await accepted(database)
    await anchorer.round()
    folder.log.write_bytes(b"")
    await accepted(database, a_case("BQ-2"))

    with pytest.raises(AnchorsDisturbed, match="shorter"):
        await anchorer.round()


async def test_a_chain_that_goes_backwards_is_told_and_never_anchored(
    database: Database,
    hand: Hand,
    folder: AnchorFolder,
    key: SigningKey,
    caplog: pytest.LogCaptureFixture,
) -> None:
    anchorer = Anchorer(database, folder, key)
    await accepted(database)
    await anchorer.round()
    await forged(database, hand, CONSISTENT["everything is emptied, with what was done"][0])

    anchor = await anchorer.round()

    assert anchor is not None
    assert [(each.stream, each.kind) for each in anchor.conflicts] == [("BQ-1", "gone")]
    assert "BQ-1 is gone" in caplog.text
    assert await anchorer.round() is None  # told once
    assert the_log(folder, key).points["BQ-1"][-1].seq == 1


async def test_a_new_key_goes_on_where_the_old_one_ended(
    database: Database, folder: AnchorFolder, key: SigningKey, tmp_path: Path
) -> None:
    newer = load_or_create_key(tmp_path / "newer.pem")
    await accepted(database)
    await Anchorer(database, folder, key).round()
    await accepted(database, a_case("BQ-2"))

    await Anchorer(database, folder, newer).round()

    assert not the_log(folder, key, newer).findings
    assert [finding.kind for finding in the_log(folder, newer).findings] == ["anchor-key"]


def changed(change: str) -> object:
    def forge(lines: list[bytes]) -> list[bytes]:
        body = json.loads(lines[1])
        match change:
            case "head":
                body["heads"][0][2] = "f" * 64
            case "root":
                body["root"] = "f" * 64
            case "at":
                body["at"] = "2020-01-01T00:00:00+00:00"
        return [lines[0], json.dumps(body).encode(), *lines[2:]]

    return forge


FORGED_LOGS = {
    "a head is changed": (changed("head"), "anchor-signature", 2),
    "a root is changed": (changed("root"), "anchor-signature", 2),
    "a time is changed": (changed("at"), "anchor-signature", 2),
    "an anchor is taken out": (lambda lines: [lines[0], lines[2]], "anchor-missing", 2),
    "the first is taken out": (lambda lines: lines[1:], "anchor-missing", 1),
    "two change places": (lambda lines: [lines[0], lines[2], lines[1]], "anchor-missing", 2),
    "one is nonsense": (lambda lines: [lines[0], b"nonsense", lines[2]], "anchor-unreadable", 2),
    "one is no anchor": (lambda lines: [lines[0], b"[]", lines[2]], "anchor-unreadable", 2),
}


@pytest.mark.parametrize("way", FORGED_LOGS)
async def test_a_forged_log_is_found(
    database: Database, folder: AnchorFolder, key: SigningKey, way: str
) -> None:
    forge, kind, seq = FORGED_LOGS[way]
    anchorer = Anchorer(database, folder, key)
    for no in (1, 2, 3):
        await accepted(database, a_case(f"BQ-{no}"))
        await anchorer.round()
    lines = forge(list(folder.lines()))  # type: ignore[operator]
    folder.log.write_bytes(b"".join(line + b"\n" for line in lines))

    (finding,) = the_log(folder, key).findings

    assert (finding.kind, finding.seq) == (kind, seq)


async def test_anchors_of_another_key_are_found(
    database: Database, folder: AnchorFolder, key: SigningKey, tmp_path: Path
) -> None:
    await accepted(database)
    await Anchorer(database, folder, key).round()
    forger = load_or_create_key(tmp_path / "forger.pem")
    shutil.rmtree(folder.path)
    await Anchorer(database, folder, forger).round()

    (finding,) = the_log(folder, key).findings

    assert finding.kind == "anchor-key"


async def test_the_public_key_lies_beside_the_log_and_the_private_is_for_its_owner(
    database: Database, folder: AnchorFolder, key: SigningKey, tmp_path: Path
) -> None:
    await accepted(database)
    await Anchorer(database, folder, key).round()

    assert key.id in read_public_keys([(folder.path / "anchors.pub.pem").read_text()])
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert load_or_create_key(tmp_path / "key.pem").id == key.id
