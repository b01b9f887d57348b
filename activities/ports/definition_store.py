"""What is deployed, as far as a running case asks for it."""

from typing import Protocol


class DeployedVersion(Protocol):
    """One version of a process."""

    @property
    def version(self) -> int:
        """Its number."""
        ...

    @property
    def bundle_hash(self) -> str:
        """The bundle that holds it."""
        ...


class Definitions(Protocol):
    """Deployed versions of processes."""

    async def latest(self, process_id: str) -> DeployedVersion | None:
        """The newest version of a process."""
        ...

    async def tagged(self, process_id: str, version_tag: str) -> DeployedVersion | None:
        """The newest version of a process with a version tag."""
        ...
