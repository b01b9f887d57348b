"""The identity bureau over HTTP: its word, or that it is away. Asking again is always safe."""

from datetime import date

import httpx
from pydantic import ValidationError

from infra.systems.bureau_wire import Answer, Question, Report
from workflows.domain.systems import SystemUnavailable


class HttpIdentity:
    """Asks the bureau; the client brings address, token and time-outs."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def verify(self, *, name: str, id_type: str, id_no: str, on: date) -> Answer:
        """Compare a person's papers with the bureau's files."""
        question = Question(name=name, id_type=id_type, id_no=id_no, on=on)
        try:
            answer = await self._client.post(
                "/verifications", json=question.model_dump(mode="json", by_alias=True)
            )
        except httpx.HTTPError as error:
            raise SystemUnavailable(f"The bureau is away: {type(error).__name__}.") from None
        if not answer.is_success:
            raise SystemUnavailable(f"The bureau answered {answer.status_code}.")
        try:
            return Report.model_validate_json(answer.content).answer
        except ValidationError:
            raise SystemUnavailable("The bureau's answer could not be read.") from None
