"""The identity bureau's own messages over HTTP: one question, one answer."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Answer = Literal["MATCH", "MISMATCH", "EXPIRED", "DECEASED", "NOT_FOUND"]


class _Wire(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class Question(_Wire):
    """Ask whether these are the papers of this person, on this day."""

    name: str = Field(min_length=1, max_length=200)
    id_type: str = Field(min_length=1, max_length=60)
    id_no: str = Field(min_length=1, max_length=60)
    on: date


class Report(_Wire):
    """What the files say."""

    answer: Answer
