"""Settings: read once, and production refuses what only development may have."""

import os
import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from infra.settings import Settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable and no ``.env`` file of this machine."""
    for name in list(os.environ):
        if name.startswith("BAOQUAN_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def production(**changes) -> Settings:
    given = {
        "profile": "production",
        "database_url": "postgresql+asyncpg://db/baoquan?ssl=verify-full",
        "token_keys": Path("keys.json"),
        "bank_token": "a-secret",
        "payload_keys": Path("payload-keys.json"),
        "identity_token": "another-secret",
        "claims_token": "a-third-secret",
        "anchor_folder": Path("/mnt/worm/anchors"),
        **changes,
    }
    return Settings(**given)


def test_the_defaults_are_a_deployment_on_this_machine_alone():
    settings = Settings()

    assert settings.profile == "dev"
    assert settings.api_host == "127.0.0.1"
    assert settings.clock_offset == 0
    assert settings.failpoints == ""


def test_what_is_new_is_deployed_by_two_in_production_and_wherever_it_is_said_so():
    assert production().deploys_by_two
    assert not Settings().deploys_by_two
    assert Settings(deployed_by="two").deploys_by_two


def test_an_empty_database_url_is_sqlite_in_the_data_folder(tmp_path):
    settings = Settings(data_folder=tmp_path)

    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/baoquan.db"


def test_the_environment_is_read(monkeypatch):
    monkeypatch.setenv("BAOQUAN_API_PORT", "9123")
    monkeypatch.setenv("BAOQUAN_PROFILE", "test")

    assert (Settings().api_port, Settings().profile) == (9123, "test")


def test_a_file_of_variables_is_read(tmp_path):
    (tmp_path / ".env").write_text("BAOQUAN_TASK_QUEUE=other\nUNRELATED=1\n")

    assert Settings().task_queue == "other"


def test_an_unknown_profile_is_refused(monkeypatch):
    monkeypatch.setenv("BAOQUAN_PROFILE", "prod")

    with pytest.raises(ValidationError):
        Settings()


def test_a_sound_production_is_accepted():
    assert production().profile == "production"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"clock_offset": 60.0}, "clock_offset must be 0"),
        ({"clock_offset": -1.0}, "clock_offset must be 0"),
        ({"failpoints": "commit=0.5"}, "failpoints must be empty"),
        ({"deployed_by": "one"}, "deployed_by must not be one"),
        ({"token_keys": None}, "token_keys must name"),
        ({"database_url": ""}, "database_url must not be SQLite"),
        ({"database_url": "sqlite+aiosqlite:///x.db"}, "database_url must not be SQLite"),
        ({"database_url": "sqlite://"}, "database_url must not be SQLite"),
        ({"database_url": "postgresql+asyncpg://db/baoquan"}, "?ssl=verify-full"),
        ({"database_url": "postgresql+asyncpg://db/baoquan?ssl=require"}, "?ssl=verify-full"),
        ({"database_url": "postgresql+asyncpg:///baoquan?host=db"}, "?ssl=verify-full"),
        ({"bank_token": ""}, "bank_token must be set"),
        ({"payload_encryption": "off"}, "payload_encryption must be required"),
        ({"payload_keys": None}, "payload_keys must name"),
        ({"anchor_folder": None}, "anchor_folder must name"),
    ],
)
def test_production_refuses(changes, rule):
    with pytest.raises(ValidationError, match=re.escape(rule)):
        production(**changes)


@pytest.mark.parametrize(
    "place", ["localhost/baoquan", "127.0.0.1/baoquan", "[::1]/baoquan", "/baoquan?host=/run/pg"]
)
def test_production_on_one_machine_needs_no_tls(place):
    assert production(database_url=f"postgresql+asyncpg://app@{place}")


def test_production_names_everything_that_is_wrong_at_once():
    with pytest.raises(ValidationError) as caught:
        Settings(profile="production", failpoints="x=1", clock_offset=1)

    for word in ("clock_offset", "failpoints", "token_keys", "database_url", "bank_token"):
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "origin", ["", "http://127.0.0.1:8233", "https://temporal.insurer.example", "http://[::1]:8233"]
)
def test_the_page_that_may_decrypt_is_one_origin(origin):
    assert Settings(temporal_ui_origin=origin).temporal_ui_origin == origin


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "https://*.insurer.example", "https://a.example/ui", "a.example", "ftp://a"],
)
def test_a_pattern_is_no_origin(origin):
    with pytest.raises(ValidationError):
        Settings(temporal_ui_origin=origin)


@pytest.mark.parametrize(
    "site",
    [
        "",
        "https://service.insurer.example/cases/{case}",
        "https://insurer.example:8443/my?lang=zh&case={case}",
    ],
)
def test_the_page_of_customers_names_the_case(site):
    assert Settings(customer_site=site).customer_site == site


@pytest.mark.parametrize(
    "site",
    [
        "http://service.insurer.example/cases/{case}",
        "https://service.insurer.example/cases",
        "https://service.insurer.example/{case}/{case}",
        "https://service.insurer.example/{party}/{case}",
        "https://clerk:secret@service.insurer.example/{case}",
        "https://{case}.insurer.example/",
        "https://service.insurer.example/my cases/{case}",
        "https://service.insurer.example/#{case}",
    ],
)
def test_a_page_of_customers_that_names_no_case_or_somebody_is_refused(site):
    with pytest.raises(ValidationError, match="in it once, where the number of the case belongs"):
        Settings(customer_site=site)


def test_a_secret_is_not_shown():
    settings = Settings(bank_token=SecretStr("a-secret"))

    assert "a-secret" not in repr(settings)
    assert "a-secret" not in str(settings.model_dump())
