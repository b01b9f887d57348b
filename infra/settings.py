"""Every setting, read once: from the environment (``BAOQUAN_*``) or an ``.env`` file.

Only the composition roots read it (``api.app``, ``api.cli``, ``workers``, ``infra.local``).
"""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url

Profile = Literal["dev", "test", "production"]


_ORIGIN = r"^(https?://[A-Za-z0-9.\-]+(:\d{1,5})?|https?://\[[0-9A-Fa-f:]+\](:\d{1,5})?)?$"
_SITE = re.compile(
    r"https://[A-Za-z0-9.\-]+(:\d{1,5})?/([A-Za-z0-9\-._~!$&'()*+,;=:@/?%]|\{case\})*"
)
_HERE = frozenset({"", "localhost", "127.0.0.1", "::1"})


class Settings(BaseSettings):
    """Where the machines are, and which profile runs."""

    model_config = SettingsConfigDict(env_prefix="BAOQUAN_", env_file=".env", extra="ignore")

    profile: Profile = "dev"
    """dev and test allow the development token issuer, a shifted clock and failpoints."""
    data_folder: Path = Path(".data")
    """Databases, documents, letters, logs and generated secrets of an embedded deployment."""
    database_url: str = ""
    """SQLAlchemy URL; empty: SQLite in the data folder."""
    database_patience: float = 1.5
    """Seconds a request waits for a connection to PostgreSQL before it is told to come again."""
    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    temporal_ui_origin: str = Field(default="", pattern=_ORIGIN)
    """``scheme://host:port`` of Temporal's UI, whose pages may have payloads decrypted: one origin,
    never a pattern."""
    payload_encryption: Literal["required", "off"] = "required"
    """Whether payloads and failures in Temporal are encrypted; off in dev and test only."""
    payload_keys: Path | None = None
    """File of the payload keys; empty: one made at set-up in the data folder (dev and test)."""
    keep_personal_years: int = Field(default=10, ge=0, le=100)
    """Years that a person's data is kept once policies and cases ended: Insurance Law art. 87."""
    task_queue: str = "baoquan-cases"
    circuit_failures: int = Field(default=20, ge=0)
    """Calls of a system that fail within the window before it stands still by itself, as one worker
    process sees it; 0: never."""
    circuit_share: float = Field(default=0.5, gt=0, le=1)
    """Of the calls in the window, so many have to fail."""
    circuit_window_seconds: int = Field(default=60, ge=1, le=3600)
    circuit_pause_seconds: int = Field(default=15, ge=1, le=3600)
    """Until one call is let through; twice as long after each that fails."""
    api_host: str = "127.0.0.1"
    api_port: int = 8080
    api_concurrency: int = Field(default=512, ge=5)
    """Requests served at once; beyond it 503, new work first."""
    requests_per_minute: int | None = Field(default=None, ge=1)
    """Of one caller; None: 1,200 in production, 120,000 elsewhere. Counted per API process."""
    costly_per_minute: int | None = Field(default=None, ge=1)
    """Of one caller, to what compiles, draws, decrypts or verifies; None: 60 in production, else
    6,000."""
    misses_per_minute: int | None = Field(default=None, ge=1)
    """Unknown ids that one caller may name; None: 30 in production, else 3,000."""
    strangers_per_minute: int | None = Field(default=None, ge=1)
    """Unknown tokens from one address; None: 60 in production, else 6,000."""
    public_url: str = "http://127.0.0.1:8080"
    """Where other systems reach the API (the bank's results, links in letters)."""
    bank_url: str = "http://127.0.0.1:8090"
    bank_token: SecretStr = SecretStr("")
    identity_url: str = "http://127.0.0.1:8091"
    identity_token: SecretStr = SecretStr("")
    claims_url: str = "http://127.0.0.1:8092"
    """The claims system: ``POST /notifications`` under ``Idempotency-Key``."""
    claims_token: SecretStr = SecretStr("")
    core_url: str = ""
    """The insurer's core policy system, which reserves, commits, cancels and reverses by the
    published contract; empty: policies and ledger are kept in our own books."""
    core_token: SecretStr = SecretStr("")
    text_domain: str = "sms.example"
    """Domain of the mail-to-text gateway: short messages go to NUMBER@DOMAIN by SMTP."""
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 1025
    mail_from: str = "service@insurer.example"
    customer_site: str = ""
    """Page where customers go on with a case, ``{case}`` for its number
    (``https://service.insurer.example/cases/{case}``); empty: letters say in words where to go."""
    issuer: str = "baoquan-dev"
    audience: str = "baoquan"
    token_keys: Path | None = None
    """JWKS file of the identity provider; empty: the key generated at set-up (dev and test)."""
    anchor_folder: Path | None = None
    """Where anchors of the audit trail are kept: a medium that who may write the database may not
    write. Empty: in the data folder (dev and test)."""
    anchor_key: Path | None = None
    """PEM file of the Ed25519 key that signs anchors; empty: generated in the data folder."""
    anchor_seconds: float = Field(default=60.0, gt=0)
    """Anchor at least this often, if anything was recorded."""
    anchor_rows: int = Field(default=1_000, ge=1)
    """Anchor sooner when this many records came."""
    keep_answers_days: int = Field(default=30, ge=1)
    """How long an Idempotency-Key and a message id are known; a repetition later is a new one."""
    golden_histories: Path | None = None
    """Folder of recorded histories that a new build of the workers has to replay before it serves;
    empty: none but those of open cases."""
    release_sample: int = Field(default=20, ge=0)
    """Open cases whose histories a new build replays before it serves; 0: none."""
    promotion: Literal["auto", "manual"] = "auto"
    """Whether a new build of the workers becomes the current one by itself, or is ramped up by
    ``baoquan release ramp``."""
    deployed_by: Literal["one", "two"] | None = None
    """How many people it takes to deploy what is new: models, and tables with their thresholds;
    None: two in production, one elsewhere."""
    packs: Path | None = None
    """Folder of jurisdiction packs beside those that come with Baoquan."""
    zone: str = "Asia/Shanghai"
    clock_offset: float = 0.0
    """Seconds that business time is ahead of the machine's (dev and test only)."""
    failpoints: str = ""
    """``name=probability,…``: named crash windows (dev and test only)."""

    traces: Literal["auto", "local", "off"] = "auto"
    """Keep traces in the data folder, to be looked at on this machine; auto: in dev only."""
    traces_days: int = Field(default=7, ge=1, le=365)
    """How long traces are kept in the data folder."""
    traces_megabytes: int = Field(default=256, ge=1)
    """How large their file may grow; the oldest go first."""
    trace_ratio: float = Field(default=1.0, ge=0, le=1)
    """Share of traces that are written down at all."""
    otlp_endpoint: str = ""
    """OTLP collector over HTTP (``http://collector:4318``); empty: traces are sent nowhere."""
    metrics_host: str = "127.0.0.1"
    """Where the ports of the figures listen: loopback, or the management network."""
    metrics_port: int = 0
    """The API's figures on a port of their own; 0: at /metrics, and in production nowhere."""
    worker_metrics_port: int = 0
    """The workers' figures; 0: none."""
    sdk_metrics_port: int = 0
    """The figures of Temporal's SDK in the workers; 0: none."""
    log_format: Literal["auto", "json", "console"] = "auto"
    """auto: JSON lines in production, readable ones elsewhere."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def golden_folders(self) -> tuple[Path, ...]:
        """Where golden histories lie."""
        return () if self.golden_histories is None else (self.golden_histories,)

    @property
    def deploys_by_two(self) -> bool:
        """Whether what is new is deployed by two people."""
        return self.deployed_by == "two" or (
            self.deployed_by is None and self.profile == "production"
        )

    @property
    def keeps_traces(self) -> bool:
        """Whether traces are kept in the data folder."""
        return self.traces == "local" or (self.traces == "auto" and self.profile == "dev")

    @field_validator("customer_site")
    @classmethod
    def _names_the_case_and_nobody(cls, site: str) -> str:
        if site and not (_SITE.fullmatch(site) and site.count("{case}") == 1):
            raise ValueError(
                "customer_site must be an https address with {case} in it once, where the number of"
                " the case belongs, and no user, fragment or other braces, for example"
                " https://service.insurer.example/cases/{case}"
            )
        return site

    @model_validator(mode="after")
    def _production_refuses_development(self) -> "Settings":
        if not self.database_url:
            self.database_url = f"sqlite+aiosqlite:///{self.data_folder.resolve()}/baoquan.db"
        if self.profile != "production":
            return self
        wrong = {
            "clock_offset must be 0": self.clock_offset != 0,
            "failpoints must be empty": bool(self.failpoints),
            "deployed_by must not be one": self.deployed_by == "one",
            "token_keys must name the identity provider's JWKS file": self.token_keys is None,
            "database_url must not be SQLite": self.database_url.startswith("sqlite"),
            "payload_encryption must be required": self.payload_encryption != "required",
            "payload_keys must name the file of the payload keys": self.payload_keys is None,
            "database_url must end in ?ssl=verify-full for a server elsewhere": not _is_private(
                self.database_url
            ),
            "anchor_folder must name where the anchors of the audit trail are kept, outside the "
            "reach of who may write the database": self.anchor_folder is None,
            "bank_token must be set": not self.bank_token.get_secret_value(),
            "identity_token must be set": not self.identity_token.get_secret_value(),
            "claims_token must be set": not self.claims_token.get_secret_value(),
            "core_token must be set where core_url is": bool(self.core_url)
            and not self.core_token.get_secret_value(),
        }
        found = [rule for rule, broken in wrong.items() if broken]
        if found:
            raise ValueError("In the production profile: " + "; ".join(found) + ".")
        return self


def _is_private(database_url: str) -> bool:
    """Whether nobody on the way reads what goes to the database: a socket, this machine, or TLS."""
    url = make_url(database_url)
    given = url.query.get("host", ())
    hosts = [url.host or "", *((given,) if isinstance(given, str) else given)]
    is_near = all(host in _HERE or host.startswith("/") for host in hosts)
    return is_near or url.query.get("ssl") == "verify-full"
