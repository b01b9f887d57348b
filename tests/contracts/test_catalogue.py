import re

import pytest

from workflows.contracts import (
    anomaly,
    benefit,
    changes,
    claim,
    collecting,
    consent,
    contact,
    data_store,
    execution,
    feedback,
    follow_up,
    item,
    lateness,
    lending,
    orphans,
    payment_account,
    population,
    reinstatement,
    renewal,
    risk,
    verification,
)
from workflows.contracts.activity import ActivityContract, Request, Result
from workflows.contracts.catalogue import CONTRACTS
from workflows.contracts.risk import RiskFacts
from workflows.contracts.verification import IdentityEvidence, RequiredDocument

REMOTE = {
    "verification.payee",
    "verification.bureau",
    "verification.account",
    "follow_up.contact_notice",
    "execution.pay",
    "execution.register_claim",
    "execution.collect",
    "execution.query_payment",
    "follow_up.letter",
    "feedback.survey",
}
FAULTS = {
    "POLICY_NOT_FOUND", "IDENTITY", "ELIGIBILITY", "CONFLICT", "PAYEE", "STALE", "NOT_REVERSIBLE",
    "CONSENT", "BUREAU_AWAY", "NO_ORPHAN", "AGENT_UNFIT", "BANK_AWAY",
    "CLAIMS_AWAY", "NO_ROLE",
    "NOT_WARNED",
}  # fmt: skip
CONTRACT = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda each: each.type)


def test_the_catalogue_holds_every_stage_once():
    stages = (
        verification, risk, consent, execution, changes, follow_up, anomaly, feedback, contact,
        orphans, payment_account, collecting, lateness, lending, renewal, reinstatement, item,
        benefit, claim, data_store, population,
    )  # fmt: skip

    assert len(CONTRACTS) == sum(len(stage.CONTRACTS) for stage in stages) == 80


def test_what_leaves_the_house_is_remote():
    assert {name for name, each in CONTRACTS.items() if each.runs == "remote"} == REMOTE


def test_the_faults_are_those_that_models_catch():
    assert {fault for each in CONTRACTS.values() for fault in each.faults} == FAULTS


@CONTRACT
def test_a_type_is_named_stage_and_verb(contract: ActivityContract):
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", contract.type)


@CONTRACT
def test_a_request_and_a_result_are_spoken_in_camel_case(contract: ActivityContract):
    assert issubclass(contract.request, Request)
    assert issubclass(contract.result, Result)
    for kind in (contract.request, contract.result):
        for field in kind.model_fields.values():
            assert re.fullmatch(r"[a-z][A-Za-z0-9]*", field.alias or "")


def test_names_with_digits_and_capitals_are_those_of_the_decision_tables():
    names = {field.alias for field in RiskFacts.model_fields.values()}

    assert {"daysSincePHChange", "agentSurrenders30d", "sameHolderMoneyOut30d"} <= names


@pytest.mark.parametrize("level", [3, "3", "IAL3"])
def test_an_assurance_level_is_read_in_any_spelling(level: object):
    assert IdentityEvidence.model_validate({"ial": level}).ial == 3


@pytest.mark.parametrize(
    "required", [["A", "B"], [{"type": "A"}, {"type": "B"}], ("A", {"type": "B"})]
)
def test_required_documents_are_names_or_contexts(required: object):
    request = verification.DocumentsRequest.model_validate(
        {"item": "TERMINATE", "channel": "APP", "request": {}, "requiredDocuments": required}
    )

    assert request.required_documents == (RequiredDocument(type="A"), RequiredDocument(type="B"))
