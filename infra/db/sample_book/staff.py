"""Operators of the sample insurer, one or more per level and desk, and the limits of levels."""

from datetime import UTC, date, datetime

from workflows.domain.authority import AuthorityLimit, Certificate, Operator, OperatorRole
from workflows.domain.generic_items import GENERIC_ITEMS
from workflows.domain.money import Money, money

SERVICING_CERTIFICATE = "POLICY_SERVICING"
_SINCE = datetime(2024, 1, 1, tzinfo=UTC)
_UNTIL = datetime(2036, 1, 1, tzinfo=UTC)
_NOON = datetime(2026, 10, 12, 4, tzinfo=UTC)
"""Noon of 12 October 2026 in Shanghai: when one supervisor's certificate expires."""


def _operator(
    operator_id: str,
    level: int,
    *roles: OperatorRole,
    groups: tuple[str, ...] = (),
    until: datetime = _UNTIL,
) -> Operator:
    certificate = Certificate(
        id=f"QC-{operator_id}", type=SERVICING_CERTIFICATE, valid_from=_SINCE, valid_to=until
    )
    return Operator(
        id=operator_id,
        party_id=None,
        unit="HQ" if level > 4 else "SH-01",  # noqa: PLR2004 - L5 and L6 sit at head office
        level=level,
        roles=roles,
        groups=groups,
        status="ACTIVE",
        certificates=(certificate,),
        mail=f"{operator_id}@insurer.example",
    )


OPERATORS = (
    _operator("back-office", 0, "back_office"),
    _operator("clerk-1", 1, "back_office", "supervisor"),
    _operator("clerk-2", 1, "back_office", "supervisor"),
    _operator("checker-1", 2, "supervisor"),
    _operator("checker-2", 2, "supervisor"),
    _operator("lead-1", 3, "supervisor"),
    _operator("lead-2", 3, "supervisor"),
    _operator("lead-expiring", 3, "supervisor", until=_NOON),
    _operator("branch-1", 4, "supervisor"),
    _operator("branch-2", 4, "supervisor"),
    _operator("hq-1", 5, "supervisor"),
    _operator("hq-2", 5, "supervisor"),
    _operator("executive-1", 6, "supervisor"),
    _operator("risk-1", 3, "supervisor", "risk", groups=("risk-desk", "manual-verification")),
    _operator("risk-2", 3, "supervisor", "risk", groups=("risk-desk", "manual-verification")),
    _operator("aml-1", 3, "supervisor", "risk", groups=("aml-desk",)),
    _operator("legal-1", 3, "supervisor", "legal", groups=("legal",)),
    _operator("underwriter-1", 3, "supervisor", groups=("underwriting",)),
    _operator("privacy-1", 3, "supervisor", groups=("privacy",)),
    _operator("finance-1", 2, "supervisor", groups=("finance",)),
    _operator("finance-2", 2, "supervisor", groups=("finance",)),
    _operator("claims-1", 2, "supervisor", groups=("claims",)),
    _operator("ops-1", 0, "ops", groups=("ops",)),
    _operator("ops-2", 0, "ops", groups=("ops",)),
    _operator("auditor-1", 0, "auditor"),
    _operator("admin-1", 0, "admin"),
    _operator("admin-2", 0, "admin"),
    Operator(
        id="agent-1",
        party_id="PT-AGENT-1",
        unit="SH-01",
        level=0,
        roles=("back_office",),
        groups=(),
        status="ACTIVE",
        agent_id="AG-0001",
    ),
)

_MAXIMA: tuple[tuple[int, Money | None], ...] = (
    (2, money(50_000)),
    (3, money(200_000)),
    (4, money(500_000)),
    (5, money(2_000_000)),
    (6, None),
)

_DECIDED = (
    "TERMINATE",
    "PARTIAL",
    "BENEFICIARY_CHANGE",
    "POLICYHOLDER_CHANGE",
    "PAYMENT_ACCOUNT_CHANGE",
    "POLICY_LOAN",
    "LOAN_REPAYMENT",
    "REINSTATEMENT",
    "BENEFIT_PAYMENT",
    *(item.code for item in GENERIC_ITEMS),
)

_EX_GRATIA: tuple[tuple[int, Money | None], ...] = ((5, money(200_000)), (6, None))
"""Nobody below head office pays more than a contract gives."""

LIMITS = tuple(
    AuthorityLimit(
        level=level, item=item, maximum=maximum, version=1, effective_from=date(2024, 1, 1)
    )
    for item, maxima in (
        ("EX_GRATIA_SURRENDER", _EX_GRATIA),
        *((item, _MAXIMA) for item in _DECIDED),
    )
    for level, maximum in maxima
)
