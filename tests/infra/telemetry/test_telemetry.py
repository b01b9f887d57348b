"""One telemetry for a process: composed from settings, in nobody's way."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from infra.settings import Settings
from infra.telemetry import words
from infra.telemetry.telemetry import Telemetry


@contextlib.contextmanager
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A collector that keeps what it is sent."""
    heard: list[tuple[str, bytes]] = []

    class Collecting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Collecting)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", heard
    finally:
        server.shutdown()
        server.server_close()


def settings(tmp_path, **given) -> Settings:
    return Settings(profile="test", data_folder=tmp_path, _env_file=None, **given)


async def test_spans_reach_a_collector_with_nothing_beyond_the_allow_list(tmp_path):
    with collector() as (url, heard):
        telemetry = Telemetry(settings(tmp_path, otlp_endpoint=url), "api")
        assert telemetry.recorder is not None
        span = telemetry.recorder.begin("POST /v1/cases")
        span.attributes.update({words.STATUS: 201, "applicant": "张三"})
        telemetry.recorder.end(span)
        await telemetry.close()

    (path, body), *_ = heard
    sent = ExportTraceServiceRequest.FromString(body)
    (resource,) = sent.resource_spans
    (told,) = resource.scope_spans[0].spans
    assert path == "/v1/traces"
    assert {one.key: one.value.string_value for one in resource.resource.attributes}[
        "service.name"
    ] == "baoquan-api"
    assert (told.name, told.span_id.hex()) == ("POST /v1/cases", f"{span.context.span_id:016x}")
    assert [one.key for one in told.attributes] == [words.STATUS]
    assert not (tmp_path / "traces.db").exists()


async def test_a_collector_that_hangs_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("infra.telemetry.telemetry.CLOSING_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        telemetry = Telemetry(settings(tmp_path, otlp_endpoint=url), "api")
        assert telemetry.recorder is not None
        begun = time.monotonic()
        for _ in range(20_000):
            telemetry.recorder.end(telemetry.recorder.begin("one"))
        await telemetry.close()
        closed_after = time.monotonic() - begun

    assert closed_after < 5
    for thread in threading.enumerate():
        if thread.name.startswith("Otel"):
            thread.join(20)
            assert not thread.is_alive(), "nothing goes on trying"


async def test_spans_are_kept_in_the_data_folder_in_development(tmp_path):
    kept = Settings(profile="dev", data_folder=tmp_path, _env_file=None)
    telemetry = Telemetry(kept, "api")
    assert telemetry.recorder is not None
    assert telemetry.traces is not None
    telemetry.recorder.end(telemetry.recorder.begin("one"))
    await telemetry.close()

    assert [trace.name for trace in telemetry.traces.recent()] == ["one"]


@pytest.mark.parametrize("profile", ["test", "production"])
async def test_elsewhere_nothing_is_kept_unless_it_is_asked_for(tmp_path, profile):
    given = {
        "database_url": "postgresql+asyncpg://db/baoquan?ssl=verify-full",
        "token_keys": tmp_path / "keys.json",
        "payload_keys": tmp_path / "payload-keys.json",
        "bank_token": "a-secret",
        "identity_token": "another",
        "claims_token": "a-third",
        "anchor_folder": tmp_path / "anchors",
    }
    telemetry = Telemetry(
        Settings(profile=profile, data_folder=tmp_path, _env_file=None, **given), "api"
    )

    assert (telemetry.recorder, telemetry.traces) == (None, None)
    assert telemetry.shows_metrics == (profile == "test")
    await telemetry.close()


async def test_figures_have_a_port_of_their_own_where_one_is_set(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    telemetry = Telemetry(settings(tmp_path), "workers")
    telemetry.metrics.accepted("termination")
    telemetry.listen(port)

    async with httpx.AsyncClient() as client:
        text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    await telemetry.close()

    assert 'baoquan_cases_accepted_total{process="termination"} 1.0' in text
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


async def test_a_taken_port_costs_the_figures_not_the_process(tmp_path, caplog):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        telemetry = Telemetry(settings(tmp_path), "workers")

        telemetry.listen(taken.getsockname()[1])

    assert "no figures on port" in caplog.text
    await telemetry.close()
