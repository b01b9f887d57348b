"""Secrets of an embedded deployment: made once, for the owner's eyes only."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor

from joserfc.jwk import ECKey

from infra.secrets import load_or_create


def test_secrets_are_made_at_first_use_for_the_owner_alone(tmp_path):
    old = os.umask(0)
    try:
        load_or_create(tmp_path / "data")
    finally:
        os.umask(old)

    mode = stat.S_IMODE((tmp_path / "data" / "secrets.json").stat().st_mode)
    assert mode == 0o600


def test_secrets_stay_what_they_are(tmp_path):
    assert load_or_create(tmp_path) == load_or_create(tmp_path)


def test_two_deployments_share_no_secret(tmp_path):
    one, two = load_or_create(tmp_path / "one"), load_or_create(tmp_path / "two")

    assert one.token_key["d"] != two.token_key["d"]
    assert one.cursor_key != two.cursor_key
    assert one.bank_token != two.bank_token


def test_processes_that_start_together_agree(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: load_or_create(tmp_path), range(16)))

    assert all(secrets == made[0] for secrets in made)
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_the_token_key_signs_with_es256(tmp_path):
    key = ECKey.import_key(load_or_create(tmp_path).token_key)

    assert key.is_private
    assert key.as_dict()["alg"] == "ES256"
    assert key.kid


def test_secrets_are_long(tmp_path):
    secrets = load_or_create(tmp_path)

    assert min(len(secrets.cursor_key), len(secrets.bank_token)) >= 43


def test_secrets_are_not_shown(tmp_path):
    secrets = load_or_create(tmp_path)

    shown = repr(secrets)
    assert secrets.cursor_key not in shown
    assert secrets.bank_token not in shown
    assert secrets.token_key["d"] not in shown


def test_a_file_that_others_may_read_is_closed_to_them(tmp_path):
    secrets = load_or_create(tmp_path)
    path = tmp_path / "secrets.json"
    path.chmod(0o644)

    assert load_or_create(tmp_path) == secrets
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_interrupted_leaves_no_half_file(tmp_path):
    load_or_create(tmp_path)

    assert json.loads((tmp_path / "secrets.json").read_text())
