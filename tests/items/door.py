"""The door to the engine: a client's own interceptor, which answers in the place of a server."""

from __future__ import annotations

from typing import Any

from temporalio import client
from temporalio.exceptions import WorkflowAlreadyStartedError

from tests.items.engine import Engine


class Answering(client.Interceptor):
    """Lets an engine answer what a client asks."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:
        """Answer in the place of a server."""
        return Door(next, self.engine)


class Door(client.OutboundInterceptor):
    """What a client asks, the engine answers."""

    def __init__(self, next: client.OutboundInterceptor, engine: Engine) -> None:
        super().__init__(next)
        self._engine = engine

    async def start_workflow(
        self,
        input: client.StartWorkflowInput,
    ) -> client.WorkflowHandle[Any, Any]:
        try:
            await self._engine.start(input.id, input.args)
        except WorkflowAlreadyStartedError:
            if not input.id_conflict_policy or self._engine.runs[input.id].is_over:
                raise
        return client.WorkflowHandle(_client(self), input.id)

    async def start_workflow_update(
        self,
        input: client.StartWorkflowUpdateInput,
    ) -> client.WorkflowUpdateHandle[Any]:
        outcome = await self._engine.update(input.id, input.update, input.args)
        return client.WorkflowUpdateHandle(
            _client(self),
            input.update_id or "",
            input.id,
            result_type=input.ret_type,
            known_outcome=outcome,
        )

    async def signal_workflow(self, input: client.SignalWorkflowInput) -> None:
        await self._engine.signal(input.id, input.signal, input.args)

    async def query_workflow(self, input: client.QueryWorkflowInput) -> Any:
        payload = await self._engine.query(input.id, input.query, input.args)
        hints = [input.ret_type] if input.ret_type else None
        return self._engine.converter.payload_converter.from_payloads([payload], hints)[0]


def _client(door: Door) -> client.Client:
    root: Any = door
    while not hasattr(root, "_client"):
        root = root.next
    found: client.Client = root._client
    return found
