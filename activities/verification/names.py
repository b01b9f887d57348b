"""Comparing names 户名核对: exact after Unicode normalisation, or a person decides."""

import unicodedata

from workflows.domain.party import NameMatch

_FIRST_CHINESE, _LAST_CHINESE = "\u4e00", "\u9fff"
_SEPARATORS = str.maketrans("", "", " \u00b7\u2022\u30fb\uff0e.·")


def compare_names(left: str, right: str) -> NameMatch:
    """Compare two names; rare characters 生僻字 and pinyin are never matched by machine."""
    one, other = _normal(left), _normal(right)
    if one == other and one:
        return "EXACT"
    if _needs_a_person(one) or _needs_a_person(other):
        return "MANUAL"
    return "NONE"


def _normal(name: str) -> str:
    return unicodedata.normalize("NFKC", name).translate(_SEPARATORS).casefold()


def _needs_a_person(name: str) -> bool:
    return any(not _FIRST_CHINESE <= sign <= _LAST_CHINESE for sign in name)
