"""An example of every body of the catalogue and of the law."""

from collections.abc import Mapping
from typing import Any

from api.cataloguing import catalogue

_ITEMS = {
    each.code: each.model_dump(mode="json", by_alias=True)
    for each in catalogue()
    if each.code in {"PLEDGE", "RIDER_ADD"}
}
_RULE = {
    "id": "K-SUR",
    "kind": "limit",
    "value": "30",
    "unit": "ND",
    "says": "notice of termination arrived",
    "basis": "保险法 (2015) art. 47; 民法典 art. 203",
    "evidence": "V1",
    "since": "2009-10-01",
    "until": None,
}
_PACK = {
    "id": "cn-life-2026.1",
    "family": "cn-life",
    "title": "中国大陆个人人身保险 PRC, individual life",
    "calendar": "CN",
    "currency": "CNY",
    "since": "2009-10-01",
    "hash": "4472dd08f3a1",
    "coveredUntil": "2026-12-31",
    "rules": [_RULE],
}

_MAKE_UP = {"day": "2026-10-10", "working": True, "name": "Make-up working day 调休上班"}

CATALOGUE_EXAMPLES: Mapping[str, dict[str, Any]] = {
    "DocumentSeen": _ITEMS["PLEDGE"]["documents"][0],
    "ItemSeen": _ITEMS["PLEDGE"],
    "ItemList": {"items": list(_ITEMS.values())},
    "RuleSeen": _RULE,
    "PackSeen": _PACK,
    "PackList": {"packs": [_PACK]},
    "CalendarDaySeen": _MAKE_UP,
    "CalendarSeen": {
        "jurisdiction": "CN",
        "version": 1,
        "source": "State Council notices",
        "coveredFrom": "2018-01-01",
        "coveredUntil": "2026-12-31",
        "year": 2026,
        "provisional": False,
        "days": [_MAKE_UP],
        "provisionalClocks": 0,
    },
}
