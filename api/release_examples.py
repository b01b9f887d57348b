"""Examples of the bodies about releases, by schema. All of it is made up."""

from collections.abc import Mapping
from typing import Any

_BUILD: dict[str, Any] = {
    "buildId": "0.2.0-3f2a91c0d4e5",
    "state": "ramping",
    "share": 10.0,
    "since": "2026-10-12T02:30:00Z",
    "pinned": 0,
}
_ACTED: dict[str, Any] = {
    "buildId": "0.2.0-3f2a91c0d4e5",
    "dryRun": False,
    "freed": 0,
    "builds": [_BUILD],
}

RELEASES: Mapping[str, Any] = {
    "BuildSeen": _BUILD,
    "ReleasesSeen": {"builds": [_BUILD]},
    "RampOrder": {"percent": 10, "reason": "first a tenth", "dryRun": False},
    "DrainOrder": {"reason": "the old build can go", "dryRun": False},
    "PinOrder": {
        "buildId": "0.1.0-9c0d4e53f2a9",
        "reason": "its last step is under way",
        "dryRun": False,
    },
    "ReleaseActed": _ACTED,
}
