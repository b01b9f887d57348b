from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update
from temporalio.exceptions import ApplicationError

from activities.verification.names import compare_names
from infra.db.tables import parties
from infra.db.tables import policies as policy_tables
from infra.systems.bank_simulator.script import Account
from tests.activities.office import (
    NOTICE,
    Office,
    a_case,
    a_party,
    a_policy,
    an_account,
    moment,
)
from workflows.contracts.risk import NEVER
from workflows.domain.policy import PolicyLock, Role
from workflows.domain.records import Document

WITNESSED = {"ial": "IAL3", "faceScore": Decimal("0.95"), "livenessOk": True}


def asked(**more: Any) -> dict[str, Any]:
    return {"identity": WITNESSED, "payeeAccountId": "AC-1"} | more


def intake(**more: Any) -> dict[str, Any]:
    return {
        "policyNo": "P-1",
        "item": "TERMINATE",
        "noticeArrivedAt": moment(NOTICE),
        "applicantPartyId": "PT-1",
        "applicantRole": "PH",
        "request": asked(),
    } | more


async def fault_of(office: Office, kind: str, **variables: Any) -> ApplicationError:
    with pytest.raises(ApplicationError) as caught:
        await office.do(kind, **variables)
    return caught.value


# --- intake and agreement ---------------------------------------------------------------------


async def test_the_notice_starts_the_clocks_of_law_and_service(office: Office):
    answer = await office.do("verification.intake", **intake())

    clocks = answer["clocks"]
    assert clocks["acceptDueOn"] == date(2026, 10, 14)
    assert clocks["acceptDue"] == moment("2026-10-14T23:59:59")
    assert clocks["oneNoticeDueOn"] == date(2026, 10, 19)
    assert clocks["lawDueOn"] == date(2026, 11, 11)
    assert "duplicateOf" not in answer


async def test_the_case_takes_the_lock_of_its_policy(office: Office):
    await office.do("verification.intake", **intake())

    async with office.database.work() as books:
        (lock,) = await books.locks.holders("P-1")
    assert (lock.case_id, lock.item) == ("BQ-1", "TERMINATE")


async def test_the_same_request_again_is_a_duplicate_of_the_first(office: Office):
    await office.do("verification.intake", **intake())
    await office.add_case(a_case("BQ-2"))
    repeated = intake(request=asked(deviceAgeDays=Decimal(3)))

    answer = await office.run(office.call("verification.intake", repeated, case_id="BQ-2"))

    assert answer["duplicateOf"] == "BQ-1"
    async with office.database.work() as books:
        assert len(await books.locks.holders("P-1")) == 1


async def test_another_payee_is_another_request(office: Office):
    await office.do("verification.intake", **intake())
    await office.add_case(a_case("BQ-2"))
    other = intake(request=asked(payeeAccountId="AC-2"))

    answer = await office.run(office.call("verification.intake", other, case_id="BQ-2"))

    assert "duplicateOf" not in answer


async def test_an_unknown_policy_is_a_fault(office: Office):
    error = await fault_of(office, "verification.intake", **intake(policyNo="P-404"))

    assert error.type == "bpmn:POLICY_NOT_FOUND"


async def test_a_limit_that_ran_out_before_the_agreement_stays_a_breach(office: Office):
    await office.do("verification.intake", **intake())

    await office.do("verification.agree", at="2026-10-21T11:00", policyNo="P-1")

    async with office.database.work() as books:
        states = {c.deadline.rule_id: c.state for c in await books.clocks.of_case("BQ-1")}
        found = {each.reason for each in await books.anomalies.of_case("BQ-1")}
    assert (states["K-ACC"], states["K-ONE"]) == ("BREACHED", "BREACHED")
    assert found == {"K-ACC_BREACH", "K-ONE_BREACH"}


async def test_agreement_starts_the_completion_clock_of_scenario_s3(office: Office):
    await office.do("verification.intake", **intake())

    answer = await office.do("verification.agree", at="2026-10-13T11:00", policyNo="P-1")

    assert answer["agreedAt"] == moment("2026-10-13T11:00")
    assert answer["clocks"]["completeDueOn"] == date(2026, 10, 20)
    assert answer["clocks"]["lawDueOn"] == date(2026, 11, 11)
    async with office.database.work() as books:
        states = {c.deadline.rule_id: c.state for c in await books.clocks.of_case("BQ-1")}
    assert states == {"K-ACC": "MET", "K-ONE": "STOPPED", "K-SUR": "RUNNING", "K-DO": "RUNNING"}


async def test_agreement_after_the_limit_is_a_breach(office: Office):
    await office.do("verification.intake", **intake())

    await office.do("verification.agree", at="2026-10-15T00:00", policyNo="P-1")

    async with office.database.work() as books:
        (accept, *_) = await books.clocks.of_case("BQ-1")
    assert accept.state == "BREACHED"


async def test_agreement_without_intake_is_refused(office: Office):
    error = await fault_of(office, "verification.agree", policyNo="P-1")

    assert error.type == "refused:NO_CLOCKS"


# --- policy facts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed", "notice", "last_day", "within"),
    [
        (date(2026, 9, 15), "2026-09-30T23:59:59", date(2026, 9, 30), True),
        (date(2026, 9, 15), "2026-10-01T00:00:01", date(2026, 9, 30), False),
        (date(2026, 9, 16), "2026-10-08T17:00", date(2026, 10, 8), True),
    ],
)
async def test_cooling_off_ends_as_in_scenario_s2(
    office: Office, signed: date, notice: str, last_day: date, within: bool
):
    policy = a_policy("P-2", issued_on=signed, receipt_signed_on=signed, loans=())
    await office.add_policy(policy)

    answer = await office.do("verification.policy", policyNo="P-2", noticeArrivedAt=moment(notice))

    facts = answer["policy"]
    assert facts["coolingOffLastDay"] == last_day
    assert facts["withinCoolingOff"] is within
    assert (moment(notice) <= facts["coolingOffEndsAt"]) is within


async def test_a_policy_shows_its_debts_to_the_cent(office: Office):
    answer = await office.do("verification.policy", policyNo="P-1", noticeArrivedAt=moment(NOTICE))

    assert answer["policy"]["debts"] == Decimal("30848.85")
    assert answer["policy"]["flags"] == ["LOAN"]


async def test_a_pledge_without_consent_is_shown(office: Office):
    await office.add_policy(a_policy("P-2", flags=("PLEDGED",)))

    answer = await office.do("verification.policy", policyNo="P-2", noticeArrivedAt=moment(NOTICE))

    assert answer["policy"]["lenderConsent"] is False


def consents(*roles: str) -> dict[str, Any]:
    return {
        "policyNo": "P-2",
        "item": "PLEDGE_RELEASE",
        "payloadHash": "h1",
        "applicantPartyId": "PT-1",
        "request": asked(),
        "requiredConsents": list(roles),
    }


@pytest.mark.parametrize("role", ["PLEDGEE", "GUARDIAN"])
async def test_a_consent_that_nobody_on_the_book_could_give_is_a_fault(office: Office, role: str):
    await office.add_policy(a_policy("P-2", flags=("PLEDGED",)))

    error = await fault_of(office, "verification.consents", **consents("PH", role))

    assert error.type == "bpmn:NO_ROLE"
    assert f"{role}_UNKNOWN" in str(error.details)


async def test_the_pledgee_on_the_book_is_asked(office: Office):
    await office.add_party(a_party("PT-2", id_no="320"))
    lender = Role(party_id="PT-2", kind="PLEDGEE", since=date(2020, 1, 1), relation="LENDER")
    policy = a_policy("P-2", flags=("PLEDGED",))
    await office.add_policy(replace(policy, roles=(*policy.roles, lender)))

    answer = await office.do("verification.consents", **consents("PH", "PLEDGEE"))

    (pending,) = answer["consents"]["pending"]
    assert (pending["partyId"], pending["role"]) == ("PT-2", "PLEDGEE")


# --- identity ---------------------------------------------------------------------------------


def identity(**more: Any) -> dict[str, Any]:
    return {
        "applicantPartyId": "PT-1",
        "applicantRole": "PH",
        "request": asked(),
        "netPayout": Decimal("56801.45"),
    } | more


async def test_a_witnessed_applicant_is_identified(office: Office):
    answer = await office.do("verification.identity", **identity())

    assert answer["identity"]["passed"] is True
    assert (answer["identity"]["ial"], answer["identity"]["requiredIal"]) == (3, 3)


@pytest.mark.parametrize(
    ("net", "required"), [(None, 3), (Decimal(10000), 3), (Decimal("9999.99"), 2)]
)
async def test_the_amount_decides_the_level_required(
    office: Office, net: Decimal | None, required: int
):
    answer = await office.do("verification.identity", **identity(netPayout=net))

    assert answer["identity"]["requiredIal"] == required


async def test_a_low_face_score_asks_for_a_person(office: Office):
    evidence = WITNESSED | {"faceScore": Decimal("0.61")}

    answer = await office.do("verification.identity", **identity(request=asked(identity=evidence)))

    assert answer["identity"]["passed"] is False


@pytest.mark.parametrize(
    ("party", "evidence", "reason"),
    [
        ({"id_valid_to": date(2026, 10, 11)}, WITNESSED, "ID_EXPIRED"),
        ({"id_no": "360426199101010072"}, WITNESSED, "ID_NUMBER"),
        ({"deceased_on": date(2026, 10, 1)}, WITNESSED, "DECEASED"),
        ({}, {"ial": Decimal(2)}, "ASSURANCE_TOO_LOW"),
    ],
)
async def test_papers_that_do_not_carry_the_request_are_a_fault(
    office: Office, party: dict[str, Any], evidence: dict[str, Any], reason: str
):
    await office.add_party(a_party("PT-2", **party))
    variables = identity(applicantPartyId="PT-2", request=asked(identity=evidence))

    error = await fault_of(office, "verification.identity", **variables)

    assert error.type == "bpmn:IDENTITY"
    assert error.details[0]["identityReason"] == {"t": "string", "v": reason}
    async with office.database.work() as books:
        (finding,) = await books.findings.verifications("BQ-1")
    assert (finding.type, finding.result) == ("ID", reason)


async def test_a_fault_found_once_is_the_same_fault_again(office: Office):
    await office.add_party(a_party("PT-2", deceased_on=date(2026, 10, 1)))
    call = office.call("verification.identity", identity(applicantPartyId="PT-2"))
    with pytest.raises(ApplicationError) as first:
        await office.run(call)

    with pytest.raises(ApplicationError) as second:
        await office.run(call)

    assert second.value.type == first.value.type
    assert second.value.details == first.value.details
    async with office.database.work() as books:
        assert len(await books.findings.verifications("BQ-1")) == 1


# --- documents --------------------------------------------------------------------------------


def a_document(document_id: str, kind: str, **more: Any) -> Document:
    given: dict[str, Any] = {
        "id": document_id,
        "type": kind,
        "sha256": "0" * 64,
        "store_ref": f"sha256:{'0' * 64}",
        "media_type": "image/png",
        "size": 1,
        "received_at": moment(NOTICE),
        "party_id": "PT-1",
    }
    return Document(**(given | more))


async def add_document(office: Office, document: Document) -> None:
    async with office.database.work() as books:
        await books.documents.add(document)


def documents(*required: Any, **more: Any) -> dict[str, Any]:
    return {
        "item": "TERMINATE",
        "channel": "COUNTER",
        "request": asked(),
        "requiredDocuments": list(required),
    } | more


async def test_every_gap_is_named_at_once(office: Office):
    required = ({"type": "APPLICANT_ID"}, "PROXY_ID", {"type": "PROXY_AUTHORITY"})

    answer = await office.do("verification.documents", **documents(*required))

    assert answer["documents"] == {
        "complete": False,
        "missing": ["APPLICANT_ID", "PROXY_ID", "PROXY_AUTHORITY"],
        "held": [],
    }


async def test_what_was_brought_or_is_held_is_not_missing(office: Office):
    await add_document(office, a_document("DC-1", "APPLICANT_ID", policy_no="P-1"))
    await add_document(office, a_document("DC-2", "PROXY_ID"))
    required = ({"type": "APPLICANT_ID"}, {"type": "PROXY_ID", "reuseIfHeld": False})

    answer = await office.do("verification.documents", **documents(*required, documentIds=["DC-2"]))

    assert answer["documents"]["complete"] is True
    assert answer["documents"]["held"] == ["APPLICANT_ID", "PROXY_ID"]


async def test_an_optional_document_never_blocks(office: Office):
    required = {"type": "POLICY_CONTRACT", "mandatory": False}

    answer = await office.do("verification.documents", **documents(required))

    assert answer["documents"]["complete"] is True


async def test_a_document_of_somebody_else_does_not_count(office: Office):
    await office.add_party(a_party("PT-2"))
    await add_document(office, a_document("DC-1", "APPLICANT_ID", party_id="PT-2"))

    answer = await office.do(
        "verification.documents", **documents("APPLICANT_ID", documentIds=["DC-1"])
    )

    assert answer["documents"]["missing"] == ["APPLICANT_ID"]


async def test_a_document_too_old_does_not_count(office: Office):
    await add_document(
        office, a_document("DC-1", "APPLICANT_ID", received_at=moment("2025-10-11T09:00"))
    )
    required = {"type": "APPLICANT_ID", "validityDays": Decimal(365)}

    answer = await office.do("verification.documents", **documents(required))

    assert answer["documents"]["missing"] == ["APPLICANT_ID"]


@pytest.mark.parametrize(("channel", "missing"), [("APP", []), ("MAIL", ["APPLICATION_FORM"])])
async def test_an_electronic_application_is_data(office: Office, channel: str, missing: list[str]):
    required = {"type": "APPLICATION_FORM", "form": "DATA"}

    answer = await office.do("verification.documents", **documents(required, channel=channel))

    assert answer["documents"]["missing"] == missing


# --- eligibility and conflicts ----------------------------------------------------------------


def eligibility(**more: Any) -> dict[str, Any]:
    return {
        "policyNo": "P-1",
        "item": "TERMINATE",
        "applicantPartyId": "PT-1",
        "applicantRole": "PH",
        "request": asked(),
    } | more


async def test_the_policyholder_may_end_the_contract(office: Office):
    answer = await office.do("verification.eligibility", **eligibility())

    assert answer["eligibility"] == {"eligible": True, "reasons": []}


async def test_every_reason_against_is_told(office: Office):
    await office.add_party(a_party("PT-2", capacity="NONE"))
    variables = eligibility(applicantPartyId="PT-2", applicantRole="INSURED")

    error = await fault_of(office, "verification.eligibility", **variables)

    assert error.type == "bpmn:ELIGIBILITY"
    reasons = error.details[0]["eligibility"]["v"]["reasons"]["v"]
    assert [each["v"] for each in reasons] == ["NOT_POLICYHOLDER", "CAPACITY"]


async def test_a_reduction_needs_its_debts_cleared(office: Office):
    variables = eligibility(item="PARTIAL", request=asked(newSumAssured=Decimal(350_000)))

    error = await fault_of(office, "verification.eligibility", **variables)

    assert "DEBTS" in error.message


async def test_an_earlier_case_goes_first(office: Office):
    await office.do("verification.intake", **intake())
    async with office.database.work() as books:
        await books.locks.acquire(
            PolicyLock(
                policy_no="P-1",
                case_id="BQ-0",
                item="PH_CHANGE",
                notice_arrived_at=moment("2026-10-10T09:00"),
            )
        )

    error = await fault_of(office, "verification.conflicts", policyNo="P-1", item="TERMINATE")

    assert error.type == "bpmn:CONFLICT"
    assert error.details[0]["conflict"]["v"]["caseId"]["v"] == "BQ-0"
    assert error.details[0]["conflict"]["v"]["rule"]["v"] == "PARK"


async def test_a_later_case_is_not_in_the_way(office: Office):
    await office.do("verification.intake", **intake())
    async with office.database.work() as books:
        await books.locks.acquire(
            PolicyLock(
                policy_no="P-1",
                case_id="BQ-9",
                item="PH_CHANGE",
                notice_arrived_at=moment("2026-10-13T09:00"),
            )
        )

    answer = await office.do("verification.conflicts", policyNo="P-1", item="TERMINATE")

    assert not answer["conflict"]["found"]


# --- payee ------------------------------------------------------------------------------------


async def test_an_own_account_is_confirmed_by_the_bank(office: Office):
    answer = await office.do("verification.payee", policyNo="P-1", payeeAccountId="AC-1")

    assert answer["payee"] == {
        "accountId": "AC-1",
        "holderMatch": "EXACT",
        "entitled": True,
        "bank": "Sandbox Bank",
        "masked": "**** 0001",
    }
    async with office.database.work() as books:
        account = await books.parties.account("AC-1")
    assert account is not None
    assert account.match == "EXACT"


async def test_an_account_of_the_son_is_refused(office: Office):
    await office.add_party(a_party("PT-2", name="张小三"))
    await office.add_account(an_account("AC-2", party_id="PT-2", holder_name="张小三"))

    error = await fault_of(office, "verification.payee", policyNo="P-1", payeeAccountId="AC-2")

    assert error.type == "bpmn:PAYEE"
    assert error.details[0]["payeeReason"]["v"] == "NOT_ENTITLED"


async def test_a_name_the_bank_does_not_know_is_refused(office: Office):
    office.bank.open_account(Account(number="622200000001", holder="李四"))

    error = await fault_of(office, "verification.payee", policyNo="P-1", payeeAccountId="AC-1")

    assert error.details[0]["payeeReason"]["v"] == "NAME_MISMATCH"


async def test_a_closed_account_is_refused(office: Office):
    office.bank.open_account(Account(number="622200000001", holder="张三", status="CLOSED"))

    error = await fault_of(office, "verification.payee", policyNo="P-1", payeeAccountId="AC-1")

    assert error.details[0]["payeeReason"]["v"] == "ACCOUNT_CLOSED"


@pytest.mark.parametrize(
    ("left", "right", "match"),
    [
        ("张三", "张 三", "EXACT"),
        ("Ｊｏｈｎ Smith", "john smith", "EXACT"),
        ("古丽·阿不都", "古丽阿不都", "EXACT"),
        ("张三", "李四", "NONE"),
        ("张三", "Zhang San", "MANUAL"),
        ("张\U00020bb7", "张吉", "MANUAL"),
        ("", "", "NONE"),
    ],
)
def test_names_match_exactly_or_a_person_decides(left: str, right: str, match: str):
    assert compare_names(left, right) == match


# --- risk facts -------------------------------------------------------------------------------


def risk(**more: Any) -> dict[str, Any]:
    return {
        "policyNo": "P-1",
        "applicantPartyId": "PT-1",
        "applicantRole": "PH",
        "request": asked(),
        "channel": "APP",
        "quote": {
            "net": Decimal("56801.45"),
            "premiumsPaid": Decimal(96_000),
            "lossRatio": Decimal("0.0870"),
        },
        "noticeArrivedAt": moment(NOTICE),
        "item": "TERMINATE",
    } | more


async def test_a_quiet_history_shows_no_recent_change(office: Office):
    facts = (await office.do("verification.risk_facts", **risk()))["riskFacts"]

    assert facts["daysSinceContactChange"] == NEVER
    assert facts["daysSincePHChange"] == NEVER
    assert facts["daysSincePayeeChange"] > 3_000
    assert facts["payeeNameMatch"] == "EXACT"
    assert facts["payeeIsEntitled"] is True
    assert facts["applicantEntitled"] is True
    assert facts["applicantAge"] == 35
    assert facts["hour"] == 10
    assert facts["loanRatio"] == Decimal("0.3570")
    assert facts["moneyOut"] is True


async def test_recent_changes_are_counted_in_days(office: Office):
    contact = {
        "id": "CP-9",
        "party_id": "PT-1",
        "kind": "EMAIL",
        "value": "new@mail.example",
        "since": moment("2026-10-09T23:30"),
        "until": None,
        "verified_at": None,
    }
    await office.add(parties.contact_points, contact)
    await office.add_account(an_account("AC-3", added_at=moment("2026-10-12T01:00")))

    facts = (
        await office.do("verification.risk_facts", **risk(request=asked(payeeAccountId="AC-3")))
    )["riskFacts"]

    assert facts["daysSinceContactChange"] == 3
    assert facts["daysSincePayeeChange"] == 0


async def test_the_son_s_account_is_not_the_entitled_one(office: Office):
    await office.add_party(a_party("PT-2", name="张小三"))
    await office.add_account(an_account("AC-2", party_id="PT-2", holder_name="张小三"))

    facts = (
        await office.do("verification.risk_facts", **risk(request=asked(payeeAccountId="AC-2")))
    )["riskFacts"]

    assert (facts["payeeIsEntitled"], facts["payeeNameMatch"]) == (False, "NONE")


async def test_a_missing_account_matches_nobody(office: Office):
    request = {"identity": WITNESSED}

    facts = (await office.do("verification.risk_facts", **risk(request=request)))["riskFacts"]

    assert (facts["payeeIsEntitled"], facts["payeeNameMatch"]) == (False, "NONE")


async def test_surrenders_of_the_same_agent_are_counted(office: Office):
    for number in range(3):
        ended = a_policy(
            f"P-X{number}",
            state="TERMINATED",
            termination_reason="SURRENDER",
            ended_on=date(2026, 10, 1),
            loans=(),
            coverages=(),
            roles=(Role(party_id="PT-1", kind="PH", since=date(2018, 3, 1)),),
        )
        await office.add_policy(ended)

    facts = (await office.do("verification.risk_facts", **risk()))["riskFacts"]

    assert facts["agentSurrenders30d"] == 3


async def test_a_frozen_policy_is_a_legal_hold(office: Office):
    async with office.database.engine.begin() as connection:
        await connection.execute(
            update(policy_tables.policies)
            .where(policy_tables.policies.c.policy_no == "P-1")
            .values(flags=["FROZEN"])
        )

    facts = (await office.do("verification.risk_facts", **risk()))["riskFacts"]

    assert facts["legalHold"] is True
    assert facts["policyFlags"] == ["FROZEN"]


@pytest.mark.parametrize(
    ("item", "born", "called"),
    [
        ("BENEFICIARY_CHANGE", date(1990, 5, 1), "PT-2"),
        ("BENEFICIARY_CHANGE", date(2019, 5, 1), "PT-1"),
        ("TERMINATE", date(1990, 5, 1), "PT-1"),
    ],
)
async def test_the_insured_who_can_speak_is_called_about_new_beneficiaries(
    office: Office, item: str, born: date, called: str
):
    since = date(2018, 3, 1)
    roles = (
        Role(party_id="PT-1", kind="PH", since=since),
        Role(party_id="PT-2", kind="INSURED", since=since),
    )
    await office.add_party(replace(a_party("PT-2"), born_on=born))
    await office.add_policy(a_policy("P-Y", loans=(), roles=roles))

    told = await office.do("verification.risk_facts", **risk(policyNo="P-Y", item=item))

    assert told["riskFacts"]["callBackPartyId"] == called
