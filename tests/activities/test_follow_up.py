import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.follow_up.wording import Occasion, template_version, word
from infra.db.tables import papers
from infra.systems.file_store import FileStore
from tests.activities.office import NOTICE, Fault, KilledError, Office, moment
from workflows.contracts.follow_up import (
    LETTER_FACTS,
    LetterTemplate,
    MissingFacts,
    QuotedMoney,
    RejectedFacts,
    StatementFacts,
)
from workflows.domain.records import LetterContent

QUOTE: dict[str, Any] = {
    "asOf": moment(NOTICE),
    "lines": [
        {"label": "Cash value 现金价值", "amount": Decimal("86400.00"), "sign": "+"},
        {"label": "Loan 贷款", "amount": Decimal("30848.85"), "sign": "-"},
    ],
    "gross": Decimal("87650.30"),
    "deductions": Decimal("30848.85"),
    "net": Decimal("56801.45"),
    "premiumsPaid": Decimal("96000.00"),
    "lossRatio": Decimal("0.0870"),
}
OCCASION = Occasion(
    case_id="BQ-1",
    policy_no="P-1",
    addressee="张三",
    notice_on=moment(NOTICE).date(),
    dated=moment(NOTICE).date(),
)
FACTS: dict[LetterTemplate, dict[str, Any]] = {
    "documents_missing": {"missing": ["APPLICANT_ID"]},
    "ex_gratia_refused": {"demanded": Decimal("60000.00"), "contractValue": Decimal("31200.00")},
    "loss_statement": {"quote": QUOTE},
    "approved_outcome": {"quote": QUOTE, "endorsement": {"no": "ED-1"}, "payee": {}},
    "change_endorsed": {"endorsement": {"no": "ED-1"}},
    "payment_changed": {
        "endorsement": {"no": "ED-1"},
        "payment": {
            "frequency": "QUARTERLY",
            "modalPremium": 3240,
            "effectiveOn": "2026-11-20",
        },
    },
    "consent_request": {"payloadHash": "a" * 64},
    "orphan_notice": {"leftOn": "2026-09-01"},
    "agent_assigned": {"agentId": "AG-2"},
    "loan_offer": {"requested": 40_000, "limit": 29_800, "offer": 29_800},
    "loan_agreement": {
        "amount": 29_000,
        "rate": Decimal("0.0550"),
        "maturesOn": "2027-04-12",
        "maturityInterest": Decimal("795.32"),
        "maturityDue": Decimal("29795.32"),
    },
    "loan_reminder": {
        "maturesOn": "2027-04-12",
        "interest": Decimal("795.32"),
        "due": Decimal("29795.32"),
    },
    "loan_warning": {"percent": 90, "debts": 900, "cashValue": 1_000, "onExhaustion": "LAPSE"},
    "loan_capitalised": {
        "on": "2027-04-12",
        "interest": Decimal("795.32"),
        "balance": Decimal("29795.32"),
    },
    "loan_exhausted": {"on": "2027-04-12", "ended": "LAPSE", "debts": 1_000, "cashValue": 990},
    "premium_reminder": {"dueOn": "2026-06-01", "premium": 9_600},
    "premium_overdue": {"dueOn": "2026-06-01", "owed": 9_600, "graceEndsOn": "2026-07-31"},
    "premium_part": {
        "amount": 600,
        "missing": 9_000,
        "dueOn": "2026-06-01",
        "graceEndsOn": "2026-07-31",
    },
    "premium_paid": {"amount": 9_600, "dueOn": "2026-06-01", "paidTo": "2027-06-01", "suspense": 0},
    "premium_lent": {
        "amount": 9_600,
        "rate": Decimal("0.0550"),
        "dueOn": "2026-06-01",
        "coveredUntil": "2027-06-01",
        "endorsement": "ED-1",
    },
    "paid_up": {"sumAssured": 36_771, "endorsement": "ED-1"},
    "lapse_notice": {
        "lapsedOn": "2026-08-01",
        "dueOn": "2026-06-01",
        "owed": 9_600,
        "windowEndsOn": "2028-08-01",
    },
    "reinstatement_invitation": {"amount": 9_600, "windowEndsOn": "2028-08-01"},
    "reinstatement_offer": {
        "premium": 6_000,
        "interest": Decimal("208.77"),
        "due": Decimal("6208.77"),
        "dailyInterest": Decimal("0.90"),
        "extraPremium": 0,
        "offerUntilOn": "2026-10-15",
    },
    "reinstatement_open": {"amount": Decimal("6208.77"), "offerUntilOn": "2026-10-15"},
    "reinstated": {
        "amount": Decimal("6208.77"),
        "inForceFrom": "2026-09-21",
        "endorsement": "ED-1",
    },
    "loan_repaid": {
        "amount": 1_000,
        "interest": 100,
        "principal": 900,
        "left": 0,
        "endorsement": "ED-1",
    },
    "claim_guide": {"claimNo": "CL-1", "missing": ["DEATH_CERTIFICATE"]},
    "complaint_decided": {
        "complaintId": "CP-1",
        "outcome": "UPHELD",
        "facts": "It lay for a week.",
        "basis": "4号令 art. 20",
        "reviewUntil": "2026-11-11",
    },
    "complaint_reviewed": {
        "complaintId": "CP-1",
        "outcome": "NOT_UPHELD",
        "facts": "It lay for a day.",
        "basis": "4号令 art. 20",
    },
    "complaint_extended": {"complaintId": "CP-1", "dueOn": "2026-11-11", "reason": "an appraisal"},
    "late_compensated": {
        "dueOn": "2026-07-15",
        "days": 5,
        "rate": Decimal("0.05"),
        "amount": Decimal("87.67"),
    },
    "claim_paid": {"claimNo": "CL-1", "amount": Decimal("290400.00")},
}


def letter(template: str = "withdrawn", **facts: Any) -> dict[str, Any]:
    return {
        "template": template,
        "policyNo": "P-1",
        "applicantPartyId": "PT-1",
        "facts": facts,
    }


def worded(template: LetterTemplate, facts: Any) -> str:
    content: LetterContent = word(template, OCCASION, facts)
    return "\n".join((content.title, *content.paragraphs))


@pytest.mark.parametrize("template", LETTER_FACTS)
def test_every_letter_can_be_worded(template: LetterTemplate):
    facts = LETTER_FACTS[template].model_validate(FACTS.get(template, {}))

    text = worded(template, facts)

    assert "BQ-1" in text
    assert "P-1" in text
    assert "{" not in text


def test_a_notice_names_every_missing_document_in_both_languages():
    text = worded(
        "documents_missing",
        MissingFacts(missing=("APPLICANT_ID", "PROXY_ID"), due_on=moment(NOTICE).date()),
    )

    assert "申请人有效身份证件、代办人有效身份证件，" not in text
    assert "申请人有效身份证件、代办人有效身份证件" in text
    assert "the applicant's valid identity document; the proxy's valid identity document" in text
    assert "2026-10-12" in text


def test_a_loss_statement_tells_what_is_paid_and_lost():
    quote = QuotedMoney.model_validate(QUOTE)

    content = word("loss_statement", OCCASION, StatementFacts(quote=quote))

    assert content.figures == (
        ("Cash value 现金价值", "86,400.00"),
        ("Loan 贷款", "-30,848.85"),
        ("应付净额 Net amount due", "56,801.45"),
    )
    assert "96,000.00" in "".join(content.paragraphs)
    assert "8.7" in "".join(content.paragraphs)


def test_a_list_hit_is_told_to_nobody():
    hit = worded("rejected", RejectedFacts(reason="SCREENING_HIT"))

    assert hit == worded("rejected", RejectedFacts(reason="OTHER"))


ASKING: tuple[LetterTemplate, ...] = (
    "documents_missing", "loss_statement", "payment_returned", "consent_request",
    "correction_needed", "claim_guide", "loan_offer", "loan_agreement", "reinstatement_offer",
)  # fmt: skip


@pytest.mark.parametrize("template", ASKING)
def test_a_letter_that_asks_for_something_links_the_customers_page_or_says_where_to_turn(
    template: LetterTemplate,
):
    facts = LETTER_FACTS[template].model_validate(FACTS.get(template, {}))
    link = "https://service.insurer.example/cases/BQ-1"

    linked = word(template, replace(OCCASION, link=link), facts)

    assert linked.link == link
    assert linked.paragraphs[-1].endswith(f"This is where to go on:\n{link}")
    assert "come to a counter or call our service line" in worded(template, facts)


async def test_the_link_of_a_letter_names_the_case_and_nobody(office: Office):
    office.customer_site = "https://service.insurer.example/cases/{case}"

    await office.do("follow_up.letter", **letter("payment_returned", returnCode="ACCOUNT_CLOSED"))

    (mail,) = office.mails()
    (attachment,) = mail.iter_attachments()
    pdf = attachment.get_content()
    assert b"/URI (https://service.insurer.example/cases/BQ-1)" in pdf


def test_a_template_bears_its_version():
    assert template_version("rejected") == "rejected@2"


async def test_a_letter_is_kept_recorded_and_sent(office: Office):
    answer = await office.do("follow_up.letter", **letter("loss_statement", quote=QUOTE))

    sent = answer["letter"]
    (mail,) = office.mails()
    (attachment,) = mail.iter_attachments()
    pdf = attachment.get_content()
    assert mail["To"] == "zhang@mail.example"
    assert mail["Message-ID"] == sent["messageId"]
    assert pdf == await FileStore(office.folder / "documents").get(sent["sha256"])
    async with office.database.work() as books:
        (communication,) = await books.communications.of_case("BQ-1")
        (document,) = await books.documents.of_case("BQ-1")
    assert communication.template == "loss_statement@3"
    assert communication.sent_at == moment(NOTICE)
    assert (document.type, document.sha256) == ("LETTER_LOSS_STATEMENT", sent["sha256"])


@pytest.mark.parametrize("instant", ["letter.intent_written", "letter.sent", "letter.recorded"])
async def test_a_letter_that_dies_anywhere_arrives_once(office: Office, instant: str):
    call = office.call("follow_up.letter", letter())
    office.failpoint = Fault(instant)
    with pytest.raises(KilledError):
        await office.answer(call)
    office.failpoint = Fault()

    await office.answer(call)

    assert len(office.mails()) == 1
    assert await office.count(papers.communications) == 1
    assert await office.count(papers.documents) == 1


async def test_a_letter_without_its_facts_is_refused_by_field(office: Office):
    with pytest.raises(ApplicationError) as caught:
        await office.do("follow_up.letter", **letter("loss_statement"))

    assert caught.value.type == "refused:INPUT"
    assert "quote (missing)" in caught.value.message
    assert office.mails() == []


async def test_a_mail_server_that_is_away_is_tried_again(office: Office):
    call = office.call("follow_up.letter", letter())
    port, office.smtp_port = office.smtp_port, 1
    with pytest.raises(ApplicationError) as caught:
        await office.answer(call)
    assert (caught.value.type, caught.value.non_retryable) == ("unavailable", False)
    office.smtp_port = port

    await office.answer(call)

    assert len(office.mails()) == 1


async def test_an_archive_lists_what_the_case_left_by_hash(office: Office):
    sent = (await office.do("follow_up.letter", **letter()))["letter"]

    archive = (await office.do("follow_up.archive", policyNo="P-1"))["archive"]

    manifest = json.loads(await FileStore(office.folder / "documents").get(archive["sha256"]))
    assert archive["documents"] == 1
    assert [each["sha256"] for each in manifest["documents"]] == [sent["sha256"]]
    assert manifest["case"] == "BQ-1"
    assert len(manifest["auditHead"]) == 64


@pytest.mark.parametrize("drawn", [True, False])
async def test_a_drawn_case_says_who_may_not_call_the_customer(
    office: Office, monkeypatch: pytest.MonkeyPatch, drawn: bool
):
    monkeypatch.setattr("activities.follow_up.drawing.is_drawn", lambda *_: drawn)

    archive = (await office.do("follow_up.archive", policyNo="P-1"))["archive"]

    async with office.database.work() as books:
        case, policy = await books.cases.get("BQ-1"), await books.policies.get("P-1")
    assert case is not None
    assert policy is not None
    people = sorted({case.started_by, *filter(None, [policy.agent_id])})
    call = archive.get("qualityCall")
    assert (None if call is None else call["excluded"]) == (people if drawn else None)


async def test_an_archived_case_frees_its_policy_and_stops_its_clocks(office: Office):
    await office.do(
        "verification.intake",
        policyNo="P-1",
        item="TERMINATE",
        noticeArrivedAt=moment(NOTICE),
        applicantPartyId="PT-1",
        applicantRole="PH",
        request={},
    )

    await office.do("follow_up.archive", policyNo="P-1")

    async with office.database.work() as books:
        assert await books.locks.holders("P-1") == ()
        states = {clock.state for clock in await books.clocks.of_case("BQ-1")}
    assert states == {"STOPPED"}
