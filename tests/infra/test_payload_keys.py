"""Payload keys: made once, rotated without losing any, heard of by running processes."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra import payload_keys
from infra.payload_keys import FILE_NAME, KeyFile, PayloadKeyError


def opened(folder: Path) -> KeyFile:
    return KeyFile.opened(folder / FILE_NAME)


def test_a_first_key_is_made_for_the_owner_alone(tmp_path):
    keys = opened(tmp_path)

    assert list(keys.ring.keys) == [keys.ring.active.id]
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600


def test_processes_that_start_together_agree(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: opened(tmp_path).ring, range(16)))

    assert len({ring.active.id for ring in rings}) == 1
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_a_rotation_keeps_the_older_keys(tmp_path):
    keys = opened(tmp_path)
    first = keys.ring.active

    second, third = keys.rotate(), keys.rotate()

    assert list(keys.ring.keys) == [first.id, second.id, third.id]
    assert keys.ring.active == third
    superseded = [key.superseded_at is not None for key in keys.ring.keys.values()]
    assert superseded == [True, True, False]
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600


def test_rotations_at_the_same_time_lose_no_key(tmp_path):
    files = [opened(tmp_path) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        made = {key.id for key in pool.map(lambda keys: keys.rotate(), files)}

    assert len(opened(tmp_path).ring.keys) == 9
    assert made <= set(opened(tmp_path).ring.keys)


def test_another_process_finds_a_key_made_a_moment_ago(tmp_path):
    here, there = opened(tmp_path), opened(tmp_path)

    made = there.rotate()

    assert here.find(made.id) == made
    assert here.find("unknown") is None


def test_another_process_encrypts_with_the_new_key_after_a_while(tmp_path, monkeypatch):
    here, there = opened(tmp_path), opened(tmp_path)
    made = there.rotate()
    before = here.ring.active

    monkeypatch.setattr(payload_keys, "LOOK_SECONDS", 0.0)

    assert before != made
    assert here.ring.active == made


def test_the_active_key_is_not_retired(tmp_path):
    keys = opened(tmp_path)

    with pytest.raises(PayloadKeyError, match="active"):
        keys.retire(keys.ring.active.id)


def test_a_retired_key_is_gone(tmp_path):
    keys = opened(tmp_path)
    first = keys.ring.active.id
    keys.rotate()

    keys.retire(first)

    assert first not in keys.path.read_text()
    assert opened(tmp_path).find(first) is None


def test_secrets_are_not_shown(tmp_path):
    keys = opened(tmp_path)

    assert keys.ring.active.secret not in repr(keys.ring)


TOO_SHORT = {"id": "a", "made_at": "2026-10-12T00:00:00+00:00", "secret": "YQ=="}


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"keys": []}', '{"keys": [{"id": "a"}]}', json.dumps({"keys": [TOO_SHORT]})],
)
def test_a_file_that_holds_something_else_is_named(tmp_path, content):
    path = tmp_path / FILE_NAME
    path.write_text(content)
    path.chmod(0o600)

    with pytest.raises(PayloadKeyError, match=FILE_NAME) as caught:
        KeyFile(path)

    assert "YQ==" not in str(caught.value)


def test_a_missing_file_is_named_and_not_made(tmp_path):
    with pytest.raises(PayloadKeyError, match="No such file"):
        KeyFile(tmp_path / FILE_NAME)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_others_may_read_is_refused(tmp_path):
    keys = opened(tmp_path)
    keys.path.chmod(0o644)

    with pytest.raises(PayloadKeyError, match="mode 0600"):
        opened(tmp_path)
