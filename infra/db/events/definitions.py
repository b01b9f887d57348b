"""Deployed process models: bundles of files by hash, versions by process id."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.chain.audit import AuditTable
from infra.db.connections.locking import hold
from infra.db.connections.rows import to_noun, to_row
from infra.db.events.starts import StartTable
from infra.db.tables import definitions as tables
from workflows.domain.audit import Change
from workflows.domain.start import StartEvent

STREAM: Final = "definitions"
"""The chain of what was deployed."""
_bundles = tables.bundles
_files = tables.bundle_files
_definitions = tables.definitions


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One version of a process."""

    process_id: str
    version: int
    bundle_hash: str
    version_tag: str | None
    deployed_at: datetime
    deployed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A bundle to deploy: its files, and the processes it holds with their version tags."""

    bundle_hash: str
    files: Mapping[str, bytes]
    processes: Mapping[str, str | None]
    at: datetime
    by: str
    proposed_by: str | None = None
    """The first of two, where it takes two."""
    starts: Mapping[str, Sequence[StartEvent]] = field(default_factory=dict)
    """By process id: what begins its cases."""


class DefinitionTable:
    """The definition store."""

    def __init__(self, connection: AsyncConnection, audit: AuditTable, starts: StartTable) -> None:
        self._connection = connection
        self._audit = audit
        self._starts = starts

    async def deploy(self, deployment: Deployment) -> tuple[Definition, ...]:
        """A new version of each process; the same bundle again is the version it already has."""
        await hold(self._connection, ("definitions",))
        if await self.files(deployment.bundle_hash) is None:
            await self._store(deployment)
        return tuple(
            [
                await self._version(deployment, process_id, tag)
                for process_id, tag in sorted(deployment.processes.items())
            ]
        )

    async def files(self, bundle_hash: str) -> Mapping[str, bytes] | None:
        """The files of a bundle."""
        query = select(_files.c.name, _files.c.content).where(_files.c.bundle_hash == bundle_hash)
        files = {row.name: row.content for row in await self._connection.execute(query)}
        return files or None

    async def latest(self, process_id: str) -> Definition | None:
        """The newest version of a process."""
        query = (
            select(_definitions)
            .where(_definitions.c.process_id == process_id)
            .order_by(_definitions.c.version.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Definition, row)

    async def get(self, process_id: str, version: int) -> Definition | None:
        """One version of a process."""
        query = select(_definitions).where(
            _definitions.c.process_id == process_id, _definitions.c.version == version
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Definition, row)

    async def by_bundle(self, process_id: str, bundle_hash: str) -> Definition | None:
        """The version of a process that a bundle holds."""
        query = select(_definitions).where(
            _definitions.c.process_id == process_id, _definitions.c.bundle_hash == bundle_hash
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Definition, row)

    async def tagged(self, process_id: str, version_tag: str) -> Definition | None:
        """The newest version of a process with a version tag."""
        query = (
            select(_definitions)
            .where(
                _definitions.c.process_id == process_id,
                _definitions.c.version_tag == version_tag,
            )
            .order_by(_definitions.c.version.desc())
            .limit(1)
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else to_noun(Definition, row)

    async def versions(self, process_id: str | None = None) -> tuple[Definition, ...]:
        """Every version, newest first; of one process, or of all."""
        query = select(_definitions).order_by(
            _definitions.c.process_id, _definitions.c.version.desc()
        )
        if process_id is not None:
            query = query.where(_definitions.c.process_id == process_id)
        return tuple(to_noun(Definition, row) for row in await self._connection.execute(query))

    async def bundle_hashes(self) -> tuple[str, ...]:
        """Every bundle ever deployed, oldest first: what a worker preloads."""
        query = select(_bundles.c.hash).order_by(_bundles.c.deployed_at, _bundles.c.hash)
        return tuple((await self._connection.execute(query)).scalars().all())

    async def _store(self, deployment: Deployment) -> None:
        await self._connection.execute(
            insert(_bundles).values(
                hash=deployment.bundle_hash,
                deployed_at=deployment.at,
                deployed_by=deployment.by,
            )
        )
        await self._connection.execute(
            insert(_files), list(_file_rows(deployment.bundle_hash, deployment.files))
        )

    async def _version(
        self, deployment: Deployment, process_id: str, tag: str | None
    ) -> Definition:
        known = await self.by_bundle(process_id, deployment.bundle_hash)
        if known is not None:
            return known
        query = select(func.max(_definitions.c.version)).where(
            _definitions.c.process_id == process_id
        )
        newest = (await self._connection.execute(query)).scalar() or 0
        made = Definition(
            process_id=process_id,
            version=newest + 1,
            bundle_hash=deployment.bundle_hash,
            version_tag=tag,
            deployed_at=deployment.at,
            deployed_by=deployment.by,
        )
        await self._connection.execute(insert(_definitions), to_row(made))
        await self._starts.listen(process_id, made.version, deployment.starts.get(process_id, ()))
        await self._audit.append(_change(made, deployment.proposed_by))
        return made


def _file_rows(bundle_hash: str, files: Mapping[str, bytes]) -> Iterable[dict[str, object]]:
    for name, content in sorted(files.items()):
        yield {
            "bundle_hash": bundle_hash,
            "name": name,
            "sha256": sha256(content).hexdigest(),
            "content": content,
        }


def _change(made: Definition, proposed_by: str | None) -> Change:
    first = {} if proposed_by is None else {"proposedBy": proposed_by}
    return Change(
        stream=STREAM,
        action="definition.deploy",
        actor=made.deployed_by,
        at=made.deployed_at,
        object_type="process",
        object_id=f"{made.process_id}@{made.version}",
        detail={"bundle": made.bundle_hash, "versionTag": made.version_tag, **first},
    )
