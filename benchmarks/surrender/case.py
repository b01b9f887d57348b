"""The surrender case that every variant runs: its steps, its data and its drawing.

Ten service tasks of the five stages, one gateway, one human task with a boundary timer, an end.
The steps and what each is asked are the same data for the drawing and for the hand-written one.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from activities.envelope import write_result, write_values
from workflows.contracts import anomaly, execution, feedback, follow_up, verification
from workflows.contracts.activity import Result

PROCESS: Final = "surrender"
HUMAN_TASK: Final = "approve"
APPROVAL_ABOVE: Final = 20_000
"""Yuan; the case of the benchmark is above it."""
APPROVAL_HOURS: Final = 72

AT: Final = datetime(2026, 10, 12, 1, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One service task."""

    type: str
    name: str
    asks: tuple[str, ...]
    """Variables it is given."""

    @property
    def element(self) -> str:
        """The element's id in the drawing."""
        return self.type.replace(".", "_")


BEFORE: Final = (
    Step(
        type="verification.intake",
        name="受理 Intake",
        asks=(
            "policyNo",
            "item",
            "noticeArrivedAt",
            "applicantPartyId",
            "applicantRole",
            "request",
        ),
    ),
    Step(
        type="verification.identity",
        name="身份核实 Verify identity",
        asks=("applicantPartyId", "applicantRole", "request"),
    ),
    Step(
        type="verification.eligibility",
        name="资格核实 Verify eligibility",
        asks=("policyNo", "item", "applicantPartyId", "applicantRole", "request"),
    ),
    Step(
        type="execution.quote",
        name="计算退保金 Quote",
        asks=("policyNo", "basis", "asOf", "request"),
    ),
    Step(type="anomaly.record", name="登记异常 Record anomaly", asks=("class", "reason")),
)
AFTER: Final = (
    Step(type="execution.reserve", name="预留 Reserve", asks=("policyNo", "quote")),
    Step(
        type="execution.commit",
        name="执行 Commit",
        asks=("policyNo", "quote", "reservation", "basis", "payee"),
    ),
    Step(type="execution.pay", name="付款 Pay", asks=("obligation", "payee")),
    Step(
        type="follow_up.letter",
        name="发送批单 Send letter",
        asks=("template", "policyNo", "applicantPartyId", "facts"),
    ),
    Step(type="feedback.survey", name="满意度调查 Survey", asks=("applicantPartyId", "policyNo")),
)
STEPS: Final = (*BEFORE, *AFTER)

SHOWN: Final = ("policyNo", "quote")
"""What the approver sees."""


# --- what goes in and comes out ---------------------------------------------------------------


_QUOTE: Final = execution.Quote(
    basis="SURRENDER",
    as_of=AT,
    lines=(
        execution.QuoteLine(
            code="CASH_VALUE", label="现金价值", amount=Decimal("58000.00"), sign="+"
        ),
        execution.QuoteLine(code="LOAN", label="保单贷款", amount=Decimal("1000.00"), sign="-"),
        execution.QuoteLine(code="INTEREST", label="利息", amount=Decimal("198.55"), sign="-"),
    ),
    gross=Decimal("58000.00"),
    deductions=Decimal("1198.55"),
    net=Decimal("56801.45"),
    premiums_paid=Decimal("60000.00"),
    loss_ratio=Decimal("0.0533"),
    policy_version=3,
    hash="9f" * 32,
)

_CLOCKS: Final = verification.Clocks(
    accept_due=AT,
    accept_due_on=date(2026, 10, 14),
    accept_warn=AT,
    one_notice_due=AT,
    one_notice_due_on=date(2026, 10, 19),
    law_due=AT,
    law_due_on=date(2026, 11, 11),
    law_warn=AT,
)

_RESULTS: Final[Mapping[str, Result]] = MappingProxyType(
    {
        "verification.intake": verification.IntakeResult(
            duplicate_of=None, fingerprint="3c" * 32, clocks=_CLOCKS
        ),
        "verification.identity": verification.IdentityResult(
            identity=verification.IdentityFinding(
                ial=3, required_ial=2, face_score=Decimal("0.97"), liveness_ok=True, passed=True
            )
        ),
        "verification.eligibility": verification.EligibilityResult(
            eligibility=verification.EligibilityFinding(eligible=True, reasons=())
        ),
        "execution.quote": execution.QuoteResult(quote=_QUOTE),
        "anomaly.record": anomaly.RecordResult(
            anomaly=anomaly.Anomaly(
                id="AN-000123", anomaly_class="RISK", route="risk-desk", due_at=AT
            )
        ),
        "execution.reserve": execution.ReserveResult(
            reservation=execution.Reservation(id="RS-000123", expires_at=AT, policy_version=3)
        ),
        "execution.commit": execution.CommitResult(
            obligation=execution.Obligation(
                id="OB-000123", amount=Decimal("56801.45"), state="DUE"
            ),
            endorsement=execution.Endorsement(no="EN-2026-000123", issued_at=AT),
            journal_id="JN-000123",
        ),
        "execution.pay": execution.PayResult(
            payment=execution.Payment(
                attempt=1,
                reference="BQ-000123:OB-000123:1",
                state="SETTLED",
                return_code=None,
                bank_ref="BK-000123",
            )
        ),
        "follow_up.letter": follow_up.LetterResult(
            letter=follow_up.Letter(
                communication_id="CM-000123",
                message_id="<000123@letters.example>",
                sha256="ab" * 32,
                sent_at=AT,
            )
        ),
        "feedback.survey": feedback.SurveyResult(
            survey=feedback.Survey(id="SV-000123", sent_at=AT)
        ),
    }
)

ANSWERS: Final[Mapping[str, dict[str, Any]]] = MappingProxyType(
    {type_: write_result(result) for type_, result in _RESULTS.items()}
)
"""What each step answers: its contract's result, encoded once."""

START: Final[Mapping[str, Any]] = MappingProxyType(
    write_values(
        {
            "policyNo": "P-2019-000123",
            "item": "TERMINATE",
            "channel": "COUNTER",
            "noticeArrivedAt": AT,
            "asOf": AT,
            "applicantPartyId": "PT-000123",
            "applicantRole": "PH",
            "basis": "SURRENDER",
            "class": "RISK",
            "reason": "AMOUNT",
            "template": "approved_outcome",
            "facts": {"endorsement": {"no": "EN-2026-000123"}},
            "payee": {"accountId": "AC-000123", "bank": "ICBC", "masked": "**** 4321"},
            "request": {
                "payeeAccountId": "AC-000123",
                "documentIds": ["DC-1", "DC-2", "DC-3"],
                "identity": {
                    "ial": 3,
                    "faceScore": Decimal("0.97"),
                    "livenessOk": True,
                    "isProxy": False,
                },
                "lossAcknowledged": True,
            },
        }
    )
)


# --- the drawing ------------------------------------------------------------------------------


def drawing() -> bytes:
    """Return the case as BPMN."""
    flows = [
        *_line("start", *(step.element for step in BEFORE), "large"),
        _flow("large", HUMAN_TASK, f"=quote.net &gt; {APPROVAL_ABOVE}"),
        _flow("large", AFTER[0].element, name="small"),
        _flow(HUMAN_TASK, AFTER[0].element),
        _flow("late", "expired"),
        *_line(*(step.element for step in AFTER), "end"),
    ]
    elements = [
        '<bpmn:startEvent id="start"/>',
        *(_service_task(step) for step in STEPS),
        '<bpmn:exclusiveGateway id="large" default="small"/>',
        _human_task(),
        f'<bpmn:boundaryEvent id="late" attachedToRef="{HUMAN_TASK}"><bpmn:timerEventDefinition>'
        f"<bpmn:timeDuration>PT{APPROVAL_HOURS}H</bpmn:timeDuration>"
        "</bpmn:timerEventDefinition></bpmn:boundaryEvent>",
        '<bpmn:endEvent id="expired"/>',
        '<bpmn:endEvent id="end"/>',
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
        'xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
        'modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0" '
        'id="d" targetNamespace="urn:bench">\n'
        f'<bpmn:process id="{PROCESS}" name="退保 Surrender" isExecutable="true">\n'
        + "\n".join((*elements, *flows))
        + "\n</bpmn:process>\n</bpmn:definitions>\n"
    ).encode()


def _service_task(step: Step) -> str:
    return (
        f'<bpmn:serviceTask id="{step.element}" name="{step.name}"><bpmn:extensionElements>'
        f'<zeebe:taskDefinition type="{step.type}"/>{_inputs(step.asks)}'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )


def _human_task() -> str:
    return (
        f'<bpmn:userTask id="{HUMAN_TASK}" name="复核 Approve"><bpmn:extensionElements>'
        '<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="L3"/>'
        '<zeebe:taskHeaders><zeebe:header key="act" value="decision"/></zeebe:taskHeaders>'
        f"{_inputs(SHOWN)}</bpmn:extensionElements></bpmn:userTask>"
    )


def _inputs(names: tuple[str, ...]) -> str:
    inputs = "".join(f'<zeebe:input source="={name}" target="{name}"/>' for name in names)
    return f"<zeebe:ioMapping>{inputs}</zeebe:ioMapping>"


def _line(*stops: str) -> list[str]:
    return [_flow(source, target) for source, target in itertools.pairwise(stops)]


def _flow(source: str, target: str, condition: str = "", name: str = "") -> str:
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    return (
        f'<bpmn:sequenceFlow id="{name or f"{source}_to_{target}"}" sourceRef="{source}" '
        f'targetRef="{target}">{inner}</bpmn:sequenceFlow>'
    )
