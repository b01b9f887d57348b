"""create_app(): the HTTP composition root."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute
from temporalio.client import Client

from api.admission import Gatekeeper, Lanes, Limits
from api.attendance import PollerWatch
from api.auth import DevelopmentIssuer, TokenVerifier, key_digest, read_key_set
from api.case_client import CaseClient
from api.codec_door import CodecDoor
from api.cursors import Cursors
from api.dependencies import Deployment, permitted
from api.drawings import DrawingRoom
from api.headers import SecurityHeaders
from api.json_gate import JsonGate
from api.negotiation import acceptable
from api.openapi import DescribedApp
from api.permissions import DEVELOPMENT, PERMISSIONS, PUBLIC
from api.problems import PROBLEMS
from api.routers import (
    agents,
    alerts,
    anomalies,
    asking,
    audit,
    backtests,
    batches,
    breaches,
    calendars,
    cases,
    codec,
    complaint_steps,
    complaints,
    conditions,
    data_stores,
    definitions,
    development,
    diagrams,
    documents,
    emergency,
    exports,
    health,
    improvements,
    incidents,
    insight,
    items,
    kpis,
    legal_holds,
    messages,
    migrations,
    modifications,
    notices,
    offers,
    operators,
    packs,
    persons,
    prospects,
    reconciliations,
    registry,
    releases,
    replays,
    risk_alerts,
    signals,
    standstills,
    subjects,
    survey_choices,
    suspensions,
    tasks,
    traces,
)
from api.turns import Turns
from infra.anchoring.place import anchor_folder
from infra.auditing.anchor_reader import AnchorReader
from infra.db.unit_of_work import Database
from infra.mining.events import Pseudonyms
from infra.packs import installed
from infra.payload_codec import deployment_codec, key_path
from infra.secrets import load_or_create
from infra.settings import Settings
from infra.standing import StandingNow
from infra.systems.file_store import FileStore
from infra.telemetry.http import SeenRequests
from infra.telemetry.ports import sdk_runtime
from infra.telemetry.telemetry import Telemetry
from infra.temporal import connect

BANK_ACCOUNT = "bank"
"""The account that the bank reports payment results under, with its API key."""


def _database(settings: Settings) -> Database:
    patience, packs = settings.database_patience, installed(settings.packs)
    return Database.at(
        settings.database_url, patience=patience, packs=packs, keys=key_path(settings)
    )


def create_app(
    settings: Settings,
    *,
    client: Client | None = None,
    now: Callable[[], datetime] | None = None,
) -> FastAPI:
    """Compose the API from settings; a test may bring its Temporal client and its clock."""
    telemetry = Telemetry(settings, "api")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = _database(settings)
        telemetry.watch(database)
        await database.sound()
        composed = await _running(settings, database, client, (now, telemetry))
        app.state.deployment = composed
        try:
            async with telemetry.counting(database, composed.now, settings.metrics_port):
                yield
        finally:
            await database.close()

    development_only = settings.profile != "production"
    app = DescribedApp(
        title="Baoquan 保全",
        description="Policy servicing cases on Temporal. Errors are RFC 9457 problem documents.",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        openapi_url="/openapi.json" if development_only else None,
    )
    _mount(app, with_issuer=development_only)
    app.add_middleware(Lanes, capacity=settings.api_concurrency)
    app.add_middleware(JsonGate, binary_paths=frozenset(("/v1/documents",)))
    app.add_middleware(CodecDoor, origin=settings.temporal_ui_origin, with_cookie=development_only)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(SeenRequests, recorder=telemetry.recorder, served=telemetry.metrics.served)
    for kind, handler in PROBLEMS.items():
        app.add_exception_handler(kind, handler)
    return app


_GUARDED: tuple[APIRouter, ...] = tuple(
    module.router
    for module in (
        asking,
        cases,
        diagrams,
        traces,
        tasks,
        notices,
        risk_alerts,
        alerts,
        anomalies,
        messages,
        signals,
        persons,
        subjects,
        survey_choices,
        legal_holds,
        conditions,
        data_stores,
        documents,
        definitions,
        agents,
        operators,
        registry,
        emergency,
        items,
        prospects,
        packs,
        calendars,
        incidents,
        audit,
        codec,
        replays,
        suspensions,
        standstills,
        modifications,
        reconciliations,
        offers,
        releases,
        migrations,
        backtests,
        batches,
        breaches,
        insight,
        kpis,
        complaints,
        complaint_steps,
        improvements,
        exports,
    )
)


def _mount(app: FastAPI, *, with_issuer: bool) -> None:
    """Mount every router; whatever is not public asks the permission table first."""
    for router in _GUARDED:
        app.include_router(router, dependencies=[Depends(permitted), Depends(acceptable)])
    _expect(routes_of(*_GUARDED), set(PERMISSIONS))
    app.include_router(health.router)
    _expect(routes_of(health.router), set(PUBLIC))
    if with_issuer:
        app.include_router(development.router)
        _expect(routes_of(development.router), set(DEVELOPMENT))


def routes_of(*routers: APIRouter) -> set[tuple[str, str]]:
    """Return method and path template of every route."""
    return {
        (method, route.path)
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }


def _expect(mounted: set[tuple[str, str]], listed: set[tuple[str, str]]) -> None:
    if mounted != listed:
        raise RuntimeError(
            f"Expected the routes of the permission table, but {sorted(mounted - listed)} are not "
            f"listed and {sorted(listed - mounted)} are not there."
        )


async def _running(
    settings: Settings,
    database: Database,
    client: Client | None,
    given: tuple[Callable[[], datetime] | None, Telemetry],
) -> Deployment:
    now, telemetry = given
    codec = deployment_codec(settings)
    connected = client or await connect(
        settings.temporal_address,
        codec=codec,
        namespace=settings.temporal_namespace,
        lazy=True,
        runtime=sdk_runtime(settings, with_metrics=False),
    )
    composed = _compose(settings, database, telemetry.seen(connected), now, telemetry)
    return replace(composed, codec=codec)


def _compose(
    settings: Settings,
    database: Database,
    client: Client,
    now: Callable[[], datetime] | None,
    telemetry: Telemetry,
) -> Deployment:
    def business_now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=settings.clock_offset)

    secrets = load_or_create(settings.data_folder)
    issuer, verifier = _identity(settings, secrets.token_key, secrets.bank_token)
    return Deployment(
        database=database,
        cases=CaseClient(client, task_queue=settings.task_queue),
        documents=FileStore(settings.data_folder / "documents"),
        verifier=verifier,
        cursors=Cursors(secrets.cursor_key),
        drawings=DrawingRoom(),
        turns=Turns(),
        standing=StandingNow(database),
        pseudonyms=Pseudonyms(key=secrets.pseudonym_key),
        anchors=AnchorReader(anchor_folder(settings)),
        gatekeeper=Gatekeeper(_limits(settings)),
        pollers=PollerWatch(),
        now=now or business_now,
        keep_years=settings.keep_personal_years,
        clock_offset=settings.clock_offset,
        deploys_by_two=settings.deploys_by_two,
        zone=ZoneInfo(settings.zone),
        issuer=issuer,
        telemetry=telemetry,
    )


def _limits(settings: Settings) -> Limits:
    """Return the limits of a setting, or those of the profile."""
    strict = settings.profile == "production"
    return Limits(
        requests=settings.requests_per_minute or (1_200 if strict else 120_000),
        costly=settings.costly_per_minute or (60 if strict else 6_000),
        misses=settings.misses_per_minute or (30 if strict else 3_000),
        strangers=settings.strangers_per_minute or (60 if strict else 6_000),
    )


def _identity(
    settings: Settings, token_key: dict[str, object], bank_token: str
) -> tuple[DevelopmentIssuer | None, TokenVerifier]:
    def real_now() -> datetime:
        return datetime.now(UTC)

    issuer = None
    if settings.token_keys is None:
        issuer = DevelopmentIssuer(
            token_key, issuer=settings.issuer, audience=settings.audience, now=real_now
        )
        keys = issuer.key_set()
    else:
        keys = read_key_set(settings.token_keys)
    bank_token = settings.bank_token.get_secret_value() or bank_token
    verifier = TokenVerifier(
        keys,
        issuer=settings.issuer,
        audience=settings.audience,
        now=real_now,
        system_keys={key_digest(bank_token): BANK_ACCOUNT},
    )
    return issuer, verifier
