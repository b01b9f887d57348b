"""Ports of their own for figures: for the management network, never for callers."""

from prometheus_client import CollectorRegistry, start_http_server
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from infra.settings import Settings


def serve_metrics(registry: CollectorRegistry, host: str, port: int) -> None:
    """Serve figures from a thread for as long as the process lives; 0: not at all."""
    if port:
        start_http_server(port, host, registry)


def sdk_metrics(settings: Settings) -> Runtime | None:
    """Return a runtime whose figures Temporal's SDK serves itself; None: the default one."""
    if not settings.sdk_metrics_port:
        return None
    address = f"{settings.metrics_host}:{settings.sdk_metrics_port}"
    return Runtime(telemetry=TelemetryConfig(metrics=PrometheusConfig(bind_address=address)))
