"""Models as callers deploy and see them."""

from typing import Annotated

from pydantic import Field

from api.schemas.shapes import Moment, Page, PageQuery, ProcessId, Reason, Seen, Sent

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,120}\.(bpmn|dmn)$")]

FileText = Annotated[str, Field(pattern=r"^[^\x00]*$")]


class Deployment(Sent):
    """Files deployed together: drawings and the tables they decide by."""

    files: Annotated[
        dict[FileName, FileText],
        Field(min_length=1, max_length=100),
    ]
    reason: Reason | None = None
    """Why, for the second person, where it takes two."""


class DiagnosticSeen(Seen):
    """One finding about a model."""

    severity: str
    code: str
    message: str
    element: str | None
    clause: str | None
    file: str | None
    line: int | None
    column: int | None


class LintReport(Seen):
    """Every finding; deployable when none is an error."""

    deployable: bool
    diagnostics: list[DiagnosticSeen]


class DefinitionSeen(Seen):
    """One version of a process."""

    process: str
    version: int
    version_tag: str | None
    program_hash: str
    deployed_at: Moment
    deployed_by: str


class Deployed(Seen):
    """What a deployment made; an unchanged process keeps its version."""

    definitions: list[DefinitionSeen]
    diagnostics: list[DiagnosticSeen]


class DefinitionQuery(PageQuery):
    """Which definitions to list."""

    process: ProcessId | None = None


class DefinitionPage(Page):
    """A page of versions, by process, the newest of each first."""

    definitions: list[DefinitionSeen]


class DefinitionDetail(DefinitionSeen):
    """One version with its sources."""

    files: dict[str, str]
