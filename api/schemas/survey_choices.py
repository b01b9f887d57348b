"""Whether a person wants to be asked how it went: said once, taken back at any time."""

from api.schemas.shapes import Identifier, Moment, Seen, Sent


class SurveyChosen(Sent):
    """What a person says of being asked."""

    wanted: bool
    channel: Identifier
    """How the person said so."""


class SurveyChoiceSeen(Seen):
    """What holds now."""

    subject_id: str
    wanted: bool
    channel: str
    chosen_at: Moment
    recorded_by: str
