"""Which deployed version of a process a call activity means: asked once, kept in history."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class DefinitionQuery(BaseModel):
    """What the local activity ``definition.resolve`` receives.

    It refuses (``refused:NOT_DEPLOYED``) what is not deployed; the binding ``deployment`` never
    comes here, because the calling program's own bundle answers it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    process_id: str
    binding: Literal["latest", "deployment", "versionTag"] = "latest"
    version_tag: str | None = None


class DefinitionAnswer(BaseModel):
    """The version found, and the bundle that holds it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int
    program_hash: str
