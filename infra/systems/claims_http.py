"""The claims system over HTTP: told once per claim number. Telling it again is always safe."""

import httpx
from pydantic import ValidationError

from infra.systems.claims_wire import Notification, Receipt
from workflows.domain.claim_notice import ClaimNotice, ClaimReceipt
from workflows.domain.systems import SystemUnavailable


class HttpClaims:
    """Hands events over; the client brings address, token and time-outs."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def notify(self, notice: ClaimNotice) -> ClaimReceipt:
        """Tell of an insured event, once per claim number."""
        body = Notification(
            case_id=notice.case_id,
            policy_no=notice.policy_no,
            event=notice.event,
            event_on=notice.event_on,
            noticed_at=notice.noticed_at,
            proofs=notice.proofs,
            missing=notice.missing,
            payable_minor=notice.payable.minor,
            currency=notice.payable.currency,
            investigate=notice.investigate,
        )
        try:
            answer = await self._client.post(
                "/notifications",
                json=body.model_dump(mode="json", by_alias=True),
                headers={"Idempotency-Key": notice.claim_no},
            )
        except httpx.HTTPError as error:
            raise SystemUnavailable(f"Claims is away: {type(error).__name__}.") from None
        if not answer.is_success:
            raise SystemUnavailable(f"Claims answered {answer.status_code}.")
        try:
            return ClaimReceipt(reference=Receipt.model_validate_json(answer.content).reference)
        except ValidationError:
            raise SystemUnavailable("The answer of claims could not be read.") from None
