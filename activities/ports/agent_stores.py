"""What the insurer keeps of those who serve policies."""

from typing import Protocol

from workflows.domain.agents import Agent


class Agents(Protocol):
    """The agents of record."""

    async def get(self, agent_id: str) -> Agent | None:
        """An agent by id."""
        ...
