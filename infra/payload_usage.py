"""Whether a payload key is still needed: every history that Temporal has is looked through."""

from collections.abc import Callable
from typing import Final

from temporalio.client import Client

from infra.payload_codec import KEY_ID

TOLD_EVERY: Final = 1_000


async def first_use(client: Client, key_id: str, tell: Callable[[int], None]) -> str:
    """Return an execution, open or closed and still kept, that needs the key; empty: none does.

    Events are searched as they lie there, so that no kind of event and no field can be forgotten.
    """
    wanted = key_id.encode()
    seen = 0
    async for execution in client.list_workflows():
        handle = client.get_workflow_handle(execution.id, run_id=execution.run_id)
        async for event in handle.fetch_history_events():
            content = event.SerializeToString()
            if wanted in content and KEY_ID.encode() in content:
                return execution.id
        seen += 1
        if seen % TOLD_EVERY == 0:
            tell(seen)
    return ""
