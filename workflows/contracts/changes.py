"""Execution 操作 of changes without money: the roles of a policy changed, once; and turned back."""

from collections.abc import Mapping

from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.contracts.consent import RolesWanted
from workflows.contracts.execution import Endorsement
from workflows.contracts.verification import CustomerRequest


class ChangeRolesRequest(RolesWanted):
    """Change who is what to a policy, as shown and consented to."""

    policy_no: str
    policy_version: int
    """The version everybody looked at; another one is STALE."""
    payload_hash: str
    applicant_party_id: str
    request: CustomerRequest


class ChangeRolesResult(Result):
    """The written variation, and the version it made."""

    endorsement: Endorsement
    policy_version: int


class ReverseChangeRequest(Request):
    """Restore what was before the case's change."""

    policy_no: str


class ReverseChangeResult(Result):
    """The version that restored it."""

    policy_version: int


CONTRACTS: Mapping[str, ActivityContract] = {
    contract.type: contract
    for contract in (
        ActivityContract(
            type="execution.change_beneficiaries",
            runs="local",
            request=ChangeRolesRequest,
            result=ChangeRolesResult,
            faults=("STALE", "CONSENT"),
        ),
        ActivityContract(
            type="execution.change_policyholder",
            runs="local",
            request=ChangeRolesRequest,
            result=ChangeRolesResult,
            faults=("STALE", "CONSENT"),
        ),
        ActivityContract(
            type="execution.reverse_change",
            runs="local",
            request=ReverseChangeRequest,
            result=ReverseChangeResult,
            faults=("NOT_REVERSIBLE",),
        ),
    )
}
