"""Examples of the bodies about what a case offers, by schema."""

from collections.abc import Mapping
from typing import Any

_OFFERED = {"element": "call_back", "name": "回访 Call back"}
_ID = "BQ-1F0C9A7E35B2D4860A91~7"

OFFERS: Mapping[str, Any] = {
    "ChosenActivity": {"element": "call_back", "variables": {"language": "zh"}},
    "OfferTaken": {
        "offerId": _ID,
        "activities": [{"element": "call_back", "variables": {"language": "zh"}}],
        "isLast": False,
        "comment": "The customer asked for it.",
    },
    "OfferReceipt": {
        "caseId": "BQ-1F0C9A7E35B2D4860A91",
        "offerId": _ID,
        "at": "2026-10-12T09:31:00Z",
    },
    "OfferedActivity": _OFFERED,
    "OfferSeen": {
        "offerId": _ID,
        "element": "inquiries",
        "name": "查询 Inquiries",
        "activities": [_OFFERED],
    },
}
