"""The words of a letter: its template, filled with the facts it may tell and with nothing else."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, cast

from activities.follow_up.minor_cap import cap_words
from workflows.contracts.activity import Request
from workflows.contracts.complaint_letters import ComplaintReviewedFacts
from workflows.contracts.contact import NoticeTemplate
from workflows.contracts.follow_up import (
    AssignedFacts,
    ChangeFacts,
    ClaimGuideFacts,
    ConsentFacts,
    CorrectionFacts,
    DelayFacts,
    EndorsedFacts,
    ExGratiaRefusedFacts,
    LeaverFacts,
    LetterTemplate,
    MissingFacts,
    OutcomeFacts,
    PaymentChangedFacts,
    QuotedMoney,
    RejectedFacts,
    ReturnedFacts,
    StatementFacts,
)
from workflows.domain.complaint import ComplaintOutcome
from workflows.domain.money import format_money, money
from workflows.domain.premium import Frequency
from workflows.domain.records import LetterContent

_DATA: Mapping[str, Any] = MappingProxyType(
    tomllib.loads(files("activities.follow_up").joinpath("letters.toml").read_text("utf-8"))
)
_FREQUENCIES: Mapping[Frequency, tuple[str, str]] = MappingProxyType({
    "ANNUAL": ("年交", "every year"),
    "HALF_YEARLY": ("半年交", "every half-year"),
    "QUARTERLY": ("季交", "every quarter"),
    "MONTHLY": ("月交", "every month"),
})  # fmt: skip
Figures = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Whom the letter is for, and about what."""

    case_id: str
    policy_no: str
    addressee: str
    notice_on: date
    dated: date
    link: str = ""
    """Where the addressee goes on with the case; empty: at a counter or on the phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filling:
    fields: Mapping[str, str] = field(default_factory=dict)
    figures: Figures = ()


def template_version(template: LetterTemplate) -> str:
    """Name a template with its version."""
    return f"{template}@{_DATA['letters'][template]['version']}"


def word(template: LetterTemplate, occasion: Occasion, facts: Request) -> LetterContent:
    """Write a letter."""
    drawn = _DATA["letters"][template]
    filling = _FILLINGS[template](facts)
    fields = {
        "caseId": occasion.case_id,
        "policyNo": occasion.policy_no,
        "noticeOn": occasion.notice_on.isoformat(),
        "where": _where(occasion.link),
        **filling.fields,
    }
    return LetterContent(
        title=drawn["title"],
        reference=f"{occasion.case_id} · {template_version(template)}",
        addressee=occasion.addressee,
        dated=occasion.dated,
        paragraphs=tuple(text.format_map(fields) for text in drawn["paragraphs"]),
        figures=filling.figures,
        link=occasion.link,
    )


def _where(link: str) -> str:
    """Where to bring what a letter asks for."""
    words: str = _DATA["where"]["site" if link else "nowhere"]
    return words.format_map({"link": link})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """A short message."""

    template: str
    title: str
    body: str


def notice_words(template: NoticeTemplate, *, case_id: str, policy_no: str) -> NoticeWords:
    """Write a short message: numbers only, because a phone may have another owner by now."""
    drawn = _DATA["notices"][template]
    return NoticeWords(
        template=f"{template}@{drawn['version']}",
        title=drawn["title"],
        body=drawn["body"].format_map({"caseId": case_id, "policyNo": policy_no}),
    )


def on_paper(content: LetterContent, due_on: date) -> LetterContent:
    """The letter as it goes by post: it says why, and asks for an address that works."""
    drawn = _DATA["wrong_address"]["paragraphs"]
    asked = tuple(text.format_map({"dueOn": due_on.isoformat()}) for text in drawn)
    return replace(content, paragraphs=(*content.paragraphs, *asked))


def _missing(facts: Request) -> _Filling:
    missing = cast(MissingFacts, facts)
    names = [_named("documents", kind) for kind in missing.missing]
    return _Filling(
        fields={
            "missing": "、".join(chinese for chinese, _ in names),
            "missingEnglish": "; ".join(english for _, english in names),
            **_due(missing.due_on, "，并于 {}前送达", " by {}"),
        }
    )


def _statement(facts: Request) -> _Filling:
    quote = cast(StatementFacts, facts).quote
    # Debts repaid out of the value are no loss: the loss is what the contract is worth less.
    loss = max(quote.premiums_paid - quote.gross, Decimal(0))
    percent = (quote.loss_ratio * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return _Filling(
        fields={
            "premiumsPaid": _yuan(quote.premiums_paid),
            "gross": _yuan(quote.gross),
            "net": _yuan(quote.net),
            "loss": _yuan(loss),
            "lossPercent": format(max(percent, Decimal(0)), "f"),
        },
        figures=_breakdown(quote),
    )


def _outcome(facts: Request) -> _Filling:
    outcome = cast(OutcomeFacts, facts)
    number = outcome.endorsement.no if outcome.endorsement else ""
    payee = outcome.payee
    where = f"{payee.bank} {payee.masked}".strip() if payee and payee.masked else ""
    return _Filling(
        fields={
            "endorsementChinese": f"批单号 {number}。" if number else "",
            "endorsementEnglish": f"Endorsement {number}. " if number else "",
            "payeeChinese": f"款项付至您本人账户 {where}。" if where else "",
            "payeeEnglish": f"Paid to your account {where}." if where else "",
        },
        figures=_breakdown(outcome.quote),
    )


def _change(facts: Request) -> _Filling:
    change = cast(ChangeFacts, facts)
    numbers, refused = ", ".join(change.endorsements), ", ".join(change.refused)
    return _Filling(
        fields={
            "endorsementChinese": f"批单号 {numbers}。" if numbers else "",
            "endorsementEnglish": f"Endorsements {numbers}. " if numbers else "",
            "refusedChinese": f"以下保单暂未变更：{refused}。" if refused else "",
            "refusedEnglish": f"Not changed for now: {refused}." if refused else "",
        }
    )


def _rejected(facts: Request) -> _Filling:
    rejected = cast(RejectedFacts, facts)
    return _Filling(fields={**_reason(rejected.reason), **cap_words(rejected.minor)})


def _ex_gratia_refused(facts: Request) -> _Filling:
    refused = cast(ExGratiaRefusedFacts, facts)
    amounts = {
        "demanded": _yuan(refused.demanded),
        "contractValue": _yuan(refused.contract_value),
    }
    return _Filling(fields={**_reason(refused.reason), **amounts})


def _returned(facts: Request) -> _Filling:
    returned = cast(ReturnedFacts, facts)
    amount = "" if returned.amount is None else _yuan(returned.amount)
    return _Filling(
        fields={
            **_reason(returned.return_code),
            "amountChinese": f" {amount} 元" if amount else "",
            "amountEnglish": f" of {amount} yuan" if amount else "",
        }
    )


def _delay(facts: Request) -> _Filling:
    delay = cast(DelayFacts, facts)
    chinese, english = _DATA["progress"].get(delay.progress, _DATA["progress"]["OTHER"])
    day = "" if delay.expected_on is None else delay.expected_on.isoformat()
    return _Filling(
        fields={
            **_correction(facts).fields,
            "progressChinese": chinese,
            "progressEnglish": english,
            "promiseChinese": f"我们预计最迟于 {day} 完成这一步。" if day else "",
            "promiseEnglish": f" We now expect to complete this step by {day}." if day else "",
        }
    )


def _correction(facts: Request) -> _Filling:
    wrong = cast(CorrectionFacts, facts)
    return _Filling(fields={**_reason(wrong.reason), **_due(wrong.due_on, "（{}）内", " ({})")})


def _endorsed(facts: Request) -> _Filling:
    return _Filling(fields={"endorsement": cast(EndorsedFacts, facts).endorsement.no})


def _paid_anew(facts: Request) -> _Filling:
    changed = cast(PaymentChangedFacts, facts)
    chinese, english = _FREQUENCIES[changed.payment.frequency]
    return _Filling(
        fields={
            "endorsement": changed.endorsement.no,
            "premium": _yuan(changed.payment.modal_premium),
            "frequencyChinese": chinese,
            "frequencyEnglish": english,
            "effectiveOn": changed.payment.effective_on.isoformat(),
        }
    )


def _consent(facts: Request) -> _Filling:
    consent = cast(ConsentFacts, facts)
    return _Filling(
        fields={
            "payloadHash": consent.payload_hash,
            **_due(consent.due_on, "（请于 {}前答复）", " (please answer by {})"),
        }
    )


def _left(facts: Request) -> _Filling:
    return _Filling(fields={"leftOn": cast(LeaverFacts, facts).left_on.isoformat()})


def _assigned(facts: Request) -> _Filling:
    return _Filling(fields={"agentId": cast(AssignedFacts, facts).agent_id})


def _nothing(facts: Request) -> _Filling:
    del facts
    return _Filling()


_ENDINGS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "LAPSE": ("效力中止（两年内可申请复效）", "lapses (it may be reinstated within two years)"),
    "TERMINATE": ("终止", "ends"),
})  # fmt: skip


def _guided(facts: Request) -> _Filling:
    guide = cast(ClaimGuideFacts, facts)
    names = [_named("documents", kind) for kind in guide.missing] or [("无", "nothing more")]
    chinese, english = zip(*names, strict=True)
    return _Filling(
        fields={
            "claimNo": guide.claim_no,
            "missing": "、".join(chinese),
            "missingEnglish": ", ".join(english),
        }
    )


def _told(facts: Request) -> _Filling:
    """Every fact as it is: amounts in yuan, a rate in percent, days written out."""
    fields: dict[str, str] = {}
    for name, value in facts.model_dump(by_alias=True).items():
        match value:
            case Decimal() if name == "rate":
                fields[name] = f"{value * 100:.2f}"
            case Decimal():
                fields[name] = _yuan(value)
            case str() if value in _ENDINGS:
                fields["endingChinese"], fields["endingEnglish"] = _ENDINGS[value]
            case _:
                fields[name] = str(value)
    return _Filling(fields=fields)


_OUTCOMES: Mapping[ComplaintOutcome, tuple[str, str]] = MappingProxyType({
    "UPHELD": ("投诉成立", "upheld"),
    "PARTLY_UPHELD": ("投诉部分成立", "upheld in part"),
    "NOT_UPHELD": ("投诉不成立", "not upheld"),
    "WITHDRAWN": ("投诉已撤回", "withdrawn"),
})  # fmt: skip


def _complaint(facts: Request) -> _Filling:
    outcome = cast(ComplaintReviewedFacts, facts).outcome
    chinese, english = _OUTCOMES[outcome]
    outcomes = {"outcomeChinese": chinese, "outcomeEnglish": english}
    return _Filling(fields={**_told(facts).fields, **outcomes})


_AS_TOLD: Final[tuple[LetterTemplate, ...]] = (
    "loan_offer", "loan_agreement", "loan_reminder", "loan_warning", "loan_capitalised",
    "loan_exhausted", "loan_repaid", "premium_reminder", "premium_overdue", "premium_part",
    "premium_paid", "premium_lent", "paid_up", "lapse_notice", "reinstatement_invitation",
    "reinstatement_offer", "reinstatement_open", "reinstated", "late_compensated",
    "complaint_extended", "claim_paid",
)  # fmt: skip
"""Letters that say the facts as their model gives them."""

_FILLINGS: Mapping[LetterTemplate, Callable[[Request], _Filling]] = {
    **dict.fromkeys(_AS_TOLD, _told),
    "documents_missing": _missing,
    "loss_statement": _statement,
    "approved_outcome": _outcome,
    "rejected": _rejected,
    "ex_gratia_refused": _ex_gratia_refused,
    "withdrawn": _nothing,
    "payment_returned": _returned,
    "delay_notice": _delay,
    "superseded": _nothing,
    "change_endorsed": _endorsed,
    "payment_changed": _paid_anew,
    "consent_request": _consent,
    "correction_needed": _correction,
    "change_outcome": _change,
    "contact_reversed": _nothing,
    "orphan_notice": _left,
    "agent_assigned": _assigned,
    "claim_guide": _guided,
    "applicant_died": _nothing,
    "call_back_unreached": _nothing,
    "quality_call_unreached": _nothing,
    "complaint_decided": _complaint,
    "complaint_reviewed": _complaint,
}


def _breakdown(quote: QuotedMoney) -> Figures:
    lines = [
        (line.label, f"{'-' if line.sign == '-' else ''}{_yuan(line.amount)}")
        for line in quote.lines
    ]
    return (*lines, ("应付净额 Net amount due", _yuan(quote.net)))


def _due(day: date | None, chinese: str, english: str) -> dict[str, str]:
    text = "" if day is None else day.isoformat()
    return {
        "dueChinese": chinese.format(text) if text else "",
        "dueEnglish": english.format(text) if text else "",
    }


def _reason(code: str) -> dict[str, str]:
    table = _DATA["reasons"]
    chinese, english = table.get(code, table["OTHER"])
    return {"reasonChinese": chinese, "reasonEnglish": english}


def _named(table: str, code: str) -> tuple[str, str]:
    chinese, english = _DATA[table].get(code, (code, code))
    return chinese, english


def _yuan(amount: Decimal) -> str:
    return format_money(money(amount))
