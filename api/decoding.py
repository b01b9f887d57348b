"""Who had payloads decrypted: recorded in the audit chain of the case, before anything is shown."""

from collections.abc import Mapping
from typing import Final

from api.auth import Caller
from api.dependencies import Deployment
from api.permissions import acting_as
from workflows.domain.audit import Change

CODEC_STREAM: Final = "codec"
"""The chain of what belongs to no case: other workflows, payloads that could not be read."""
UNREADABLE: Final = "unreadable"


async def record_reading(
    composed: Deployment, caller: Caller, read: Mapping[str, int], unreadable: int
) -> None:
    """Record how many payloads of which workflow somebody read, one record for each workflow."""
    found = await _streams(composed, read)
    if unreadable:
        found.append((CODEC_STREAM, UNREADABLE, unreadable))
    if not found:
        return
    role = acting_as(caller.roles, "POST", "/codec/decode")
    async with composed.database.work() as books:
        for stream, instance_id, count in sorted(found):
            await books.audit.append(
                Change(
                    stream=stream,
                    action="codec.decode",
                    actor=caller.subject,
                    at=composed.now(),
                    object_type="payloads",
                    object_id=instance_id,
                    detail={"role": role, "payloads": count},
                )
            )


async def _streams(composed: Deployment, read: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Chain, workflow and count of everything that was read."""
    async with composed.database.reading() as room:
        return [
            (await room.watch.case_of(instance_id) or CODEC_STREAM, instance_id, count)
            for instance_id, count in read.items()
        ]
