"""A case at the door: what a request becomes before it is written down. No business rule."""

import hashlib
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from api.case_client import StartOrder
from api.dependencies import Deployment
from api.in_flight import fingerprint_of
from api.problems import Problem
from api.schemas.cases import CaseStart
from infra.db.events.definitions import Definition
from infra.db.unit_of_work import ReadingRoom
from workflows.contracts.case import CaseInput
from workflows.domain.case import Case
from workflows.domain.party import Party
from workflows.feel.errors import FeelFault, FeelLimitError
from workflows.feel.wire import Tagged, encode, from_plain

MAX_VARIABLES = 256 * 1024
"""Bytes of variables in one request, as they travel: far below what Temporal takes."""


def case_id_of(request_id: str) -> str:
    """Return the case id a request leads to: the same request, the same case."""
    return f"BQ-{hashlib.sha256(f'case/{request_id}'.encode()).hexdigest()[:20].upper()}"


async def wanted_definition(room: ReadingRoom, start: CaseStart) -> Definition:
    """Return the version of the process to run; raises Problem 422 when there is none."""
    definitions = room.definitions
    found = (
        await definitions.latest(start.process_id)
        if start.version is None
        else await definitions.get(start.process_id, start.version)
    )
    if found is None:
        raise Problem(422, "unknown-process", "No such process, or no such version, is deployed.")
    if not await room.starts.begins_plainly(found.process_id, found.version):
        raise Problem(422, "begins-by-event", "The process begins by its events alone.")
    return found


async def check_policy(room: ReadingRoom, start: CaseStart) -> Party:
    """Return the applicant; refuse an unknown policy or party, and a policy that moved on."""
    policy = await room.policies.get(start.policy_no)
    if policy is None:
        raise Problem(422, "unknown-policy", "There is no such policy.")
    if start.policy_version not in (None, policy.version):
        raise Problem(
            409, "stale-policy", f"The policy is at version {policy.version}; look at it again."
        )
    party = await room.parties.get(start.applicant.party_id)
    if party is None:
        raise Problem(422, "unknown-party", "There is no such applicant party.")
    return party


def to_case(
    start: CaseStart, found: Definition, *, case_id: str, subject: str, composed: Deployment
) -> Case:
    """Return the case a request asks for; raises Problem 422 for a notice from the future."""
    now = composed.now()
    arrived = start.notice_arrived_at or now
    if arrived > now:
        raise Problem(422, "notice-in-future", "noticeArrivedAt lies in the future.")
    return Case(
        id=case_id,
        process_id=found.process_id,
        version=found.version,
        program_hash=found.bundle_hash,
        status="SUBMITTED",
        policy_no=start.policy_no,
        item=start.item,
        channel=start.channel,
        notice_arrived_at=arrived.astimezone(UTC),
        applicant_party_id=start.applicant.party_id,
        applicant_role=start.applicant.role,
        started_by=subject,
        accepted_at=now.astimezone(UTC),
        variables=_variables(start, case_id, subject, arrived.astimezone(composed.zone)),
        clock_offset=composed.clock_offset,
        fingerprint=fingerprint_of(start),
        device=_device(start),
    )


def start_order(case: Case, zone: ZoneInfo) -> StartOrder:
    """Return what starts the workflow of a case."""
    return StartOrder(
        input=CaseInput(
            case_id=case.id,
            process_id=case.process_id,
            version=case.version,
            program_hash=case.program_hash,
            variables=dict(case.variables),
            started_by=case.started_by,
            start=case.start_element,
            clock_offset=case.clock_offset,
            zone=zone.key,
        ),
        summary=f"{case.process_id} v{case.version} · {case.item}",
        details=f"**{case.item}** through {case.channel}, model `{case.process_id}` "
        f"version {case.version}.",
    )


def wire(variables: dict[str, object]) -> dict[str, Tagged]:
    """Tag plain JSON variables; raises Problem 422 for what FEEL cannot hold."""
    try:
        tagged = {name: encode(from_plain(value)) for name, value in variables.items()}
    except (FeelFault, FeelLimitError) as error:
        raise Problem(422, "variables", str(error)) from None
    if len(json.dumps(tagged, ensure_ascii=False).encode()) > MAX_VARIABLES:
        raise Problem(413, "too-large", f"Variables have at most {MAX_VARIABLES} bytes.")
    return tagged


def _device(start: CaseStart) -> str | None:
    device = start.request.get("deviceId")
    if not isinstance(device, str) or not device:
        return None
    return hashlib.sha256(f"device/{device}".encode()).hexdigest()


def _variables(
    start: CaseStart, case_id: str, subject: str, arrived: datetime
) -> dict[str, Tagged]:
    plain: dict[str, object] = {
        "caseId": case_id,
        "policyNo": start.policy_no,
        "item": start.item,
        "channel": start.channel,
        "startedBy": subject,
        "applicantPartyId": start.applicant.party_id,
        "applicantRole": start.applicant.role,
        "request": start.request,
    }
    moment: Tagged = {"t": "date and time", "v": arrived.isoformat()}
    return {**wire(plain), "noticeArrivedAt": moment}
