"""Disclosure 信息披露 within the house: personal data is masked, and shown for a purpose.

A purpose is bound to roles and to fields: whoever calls back sees a phone and no account. What is
shown is on record with who saw it and what for. Source: PIPL art. 6, 51; domain.md sections 1
(3.4) and 7.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Purpose = Literal["CALL_BACK", "SERVICING", "REPAIR", "AUDIT"]
Field = Literal["NAME", "ID_NO", "BORN_ON", "PHONE", "EMAIL", "ADDRESS", "ACCOUNT", "TASK"]
_SHOWN: Final = 4
_LONG: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """Who may see what for a purpose."""

    roles: frozenset[str]
    fields: frozenset[Field]
    needs_case: bool
    """Only while a case of that person runs, and named."""


DISCLOSURES: Final[Mapping[Purpose, Disclosure]] = {
    "CALL_BACK": Disclosure(
        roles=frozenset({"back_office", "supervisor"}),
        fields=frozenset({"NAME", "PHONE"}),
        needs_case=True,
    ),
    "SERVICING": Disclosure(
        roles=frozenset({"back_office", "supervisor"}),
        fields=frozenset({"NAME", "BORN_ON", "PHONE", "EMAIL", "ADDRESS"}),
        needs_case=True,
    ),
    "REPAIR": Disclosure(
        roles=frozenset({"ops"}), fields=frozenset({"TASK"}), needs_case=False
    ),
    "AUDIT": Disclosure(
        roles=frozenset({"auditor"}),
        fields=frozenset(
            {"NAME", "ID_NO", "BORN_ON", "PHONE", "EMAIL", "ADDRESS", "ACCOUNT", "TASK"}
        ),
        needs_case=False,
    ),
}  # fmt: skip


def disclosed(purpose: Purpose | None, roles: frozenset[str]) -> frozenset[Field]:
    """What callers in some roles see in clear for a purpose; PermissionError when not theirs."""
    if purpose is None:
        return frozenset()
    rule = DISCLOSURES[purpose]
    if not rule.roles & roles:
        raise PermissionError(purpose)
    return rule.fields


def concealed(field: Field, value: str) -> str:
    """A personal value as those see it who have no purpose."""
    match field:
        case "NAME":
            return f"{value[:1]}**"
        case "EMAIL":
            return re.sub(r"^(.).*@", r"\1***@", value)
        case "BORN_ON":
            return f"{value[:_SHOWN]}-**-**"
        case "ADDRESS" | "TASK":
            return f"<text, {len(value)}>"
        case "PHONE" | "ID_NO" | "ACCOUNT":
            head = value[:3] if field == "PHONE" and len(value) > _LONG else ""
            return f"{head}****{value[-_SHOWN:]}" if len(value) > _LONG else "****"
