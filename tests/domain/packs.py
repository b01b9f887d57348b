"""The shipped packs, for tests of the core."""

from datetime import date

from infra.packs import installed
from workflows.domain.clocks import ClockRule
from workflows.domain.jurisdiction import JurisdictionPack
from workflows.domain.policy import Product

CN, HK = (installed().get(each) for each in ("cn-life-2026.3", "hk-life-2026.3"))
_ON = date(2026, 6, 1)


def clock(rule_id: str, pack: JurisdictionPack = CN) -> ClockRule:
    return pack.clock(rule_id, _ON)


def bound(product: Product, pack: JurisdictionPack = CN) -> Product:
    return pack.bound(product, _ON)
