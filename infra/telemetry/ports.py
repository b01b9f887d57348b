"""Ports of their own for figures, and Temporal's native runtime with its figures and its log."""

import logging
import threading
from functools import cache
from typing import Final
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from infra.settings import Settings

logger = logging.getLogger(__name__)
CORE_LOGGER: Final = "temporalio.core"


class MetricsPort:
    """Figures on a port of their own: for the management network, never for callers."""

    def __init__(self, registry: CollectorRegistry, host: str, port: int) -> None:
        self._serving: tuple[WSGIServer, threading.Thread] | None = None
        if not port:
            return
        try:
            self._serving = start_http_server(port, host, registry)
        except OSError as error:  # a second process of the same settings works all the same
            logger.warning("no figures on port %d: %s", port, error.strerror)

    def close(self) -> None:
        """Stop listening."""
        if self._serving is not None:
            server, thread = self._serving
            server.shutdown()
            server.server_close()
            thread.join(2)
            self._serving = None


def sdk_runtime(settings: Settings, *, with_metrics: bool) -> Runtime:
    """Return the SDK's runtime: its log in ours, its figures on a port where one is set."""
    port = settings.sdk_metrics_port if with_metrics else 0
    return _runtime(f"{settings.metrics_host}:{port}" if port else None)


@cache
def _runtime(address: str | None) -> Runtime:
    """Return the one runtime of a process: each has threads of its own, for good."""
    logged = LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(logger=logging.getLogger(CORE_LOGGER)),
    )
    if address:
        metrics = PrometheusConfig(bind_address=address)
        try:
            return Runtime(telemetry=TelemetryConfig(logging=logged, metrics=metrics))
        except ValueError as error:
            logger.warning("no figures of the SDK at %s: %s", address, error)
    return Runtime(telemetry=TelemetryConfig(logging=logged))
