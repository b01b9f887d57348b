"""Changing a person's data 客户资料变更: what may change, and the images before and after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal, get_args

from workflows.domain.canonical import content_hash
from workflows.domain.party import ContactKind, ContactPoint, Party

ContactField = Literal[
    "PHONE", "EMAIL", "ADDRESS", "NAME", "ID_NO", "BORN_ON", "SEX", "ID_VALID_TO"
]
CONTACT_FIELDS: tuple[ContactField, ...] = get_args(ContactField)
POINT_KINDS: tuple[ContactKind, ...] = get_args(ContactKind)
OBJECTION_HOURS = 72
"""So long "it was not me" undoes a change without asking further."""
FRESH_DAYS = 30
"""A contact point that is younger proves nothing about the person."""

_DATA: Mapping[ContactField, tuple[str, Callable[[str], Any]]] = MappingProxyType({
    "NAME": ("name", str),
    "ID_NO": ("id_no", str),
    "BORN_ON": ("born_on", date.fromisoformat),
    "SEX": ("sex", str),
    "ID_VALID_TO": ("id_valid_to", date.fromisoformat),
})  # fmt: skip
"""Field of a request to the field of the party and how its text is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactProposal:
    """What a person asked to have changed; kept with the policy book, never in a case."""

    case_id: str
    party_id: str
    wanted: Mapping[str, str] = field(repr=False)
    """New texts by field."""
    hash: str
    """Of the whole request, bound to the person: the same request, the same hash."""
    at: datetime
    new_verified: bool = False
    """A one-time code reached the new phone."""
    old_verified: bool = False
    """A one-time code reached the phone on file, or the face passed."""
    policy_nos: tuple[str, ...] = ()
    """Which policies take note; none named: all that the person has a part in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyImage:
    """A party with its current contact points: what a change turns into another, and back."""

    party: Party
    contacts: tuple[ContactPoint, ...]
    salt: str | None = None
    """The person's own: without it the hash of an image tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyVersion:
    """One change of a party's data: the images before and after, by hash, and what caused it."""

    party_id: str
    no: int
    cause: str
    """CONTACT or REVERSAL."""
    case_id: str
    effective_at: datetime
    before_hash: str
    after_hash: str
    reversed_by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAlert:
    """Somebody acted in a person's name: until lifted, only the counter serves that person."""

    id: str
    case_id: str
    party_id: str
    reason: str
    raised_at: datetime
    lifted_at: datetime | None = None


def image_after(
    before: PartyImage, proposal: ContactProposal, at: datetime, id_of: Callable[[str], str]
) -> PartyImage:
    """The image with the proposal carried out; a point of a kind takes the place of the old one."""
    changed = differing(before, proposal)
    data = {
        name: read(proposal.wanted[each]) for each, (name, read) in _DATA.items() if each in changed
    }
    kinds = [kind for kind in POINT_KINDS if kind in changed]
    points = [
        ContactPoint(
            id=id_of(kind),
            party_id=before.party.id,
            kind=kind,
            value=proposal.wanted[kind],
            since=at,
            verified_at=at if kind == "PHONE" and proposal.new_verified else None,
        )
        for kind in kinds
    ]
    kept = [point for point in before.contacts if point.kind not in kinds]
    return PartyImage(party=replace(before.party, **data), contacts=(*kept, *points))


def differing(before: PartyImage, proposal: ContactProposal) -> tuple[ContactField, ...]:
    """The fields whose proposed text is not what the book holds already."""
    return tuple(
        each
        for each in CONTACT_FIELDS
        if each in proposal.wanted and proposal.wanted[each] not in texts(before, each)
    )


def texts(image: PartyImage, wanted: ContactField) -> tuple[str, ...]:
    """What an image says for a field; nothing where it says nothing."""
    if wanted in _DATA:
        value = getattr(image.party, _DATA[wanted][0])
        return () if value is None else (str(value),)
    return tuple(point.value for point in image.contacts if point.kind == wanted)


def image_hash(image: PartyImage) -> str:
    """The hash of an image: equal images, equal hashes."""
    return content_hash({
        "party": image.party,
        "contacts": sorted((point.kind, point.value) for point in image.contacts),
        **({} if image.salt is None else {"salt": image.salt}),
    })  # fmt: skip


def proposal_hash(party: Party, values: Mapping[str, str], policy_nos: tuple[str, ...]) -> str:
    """Tell the same request again; the person's number keeps short texts from being guessed."""
    return content_hash({
        "party": party.id,
        "idNo": party.id_no,
        "values": dict(values),
        "policyNos": list(policy_nos),
    })  # fmt: skip
