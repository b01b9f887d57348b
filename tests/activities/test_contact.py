"""A person's data changed once, noted by policy, told to both sides, and taken back whole."""

from datetime import date, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError

from infra.db.connections.rows import to_row
from infra.db.tables import contact, papers, parties, trail
from infra.systems.identity_bureau.app import Bureau, Condition, create_bureau
from infra.systems.identity_http import HttpIdentity
from tests.activities.office import Office, a_case, a_party, a_policy, moment
from workflows.domain.contact import ContactProposal, proposal_hash
from workflows.domain.party import ContactPoint
from workflows.domain.policy import Role

AT = "2026-10-12T10:00"
CALLER = "the-insurer"
OLD, NEW = "13911110000", "13922220000"
ASKED: dict[str, Any] = {"policyNo": "P-1", "applicantPartyId": "PT-1"}


@pytest.fixture
async def changing(office: Office) -> Office:
    """An office where the holder of P-1 asks for a new phone."""
    await office.add(
        parties.contact_points,
        to_row(
            ContactPoint(
                id="CP-PHONE",
                party_id="PT-1",
                kind="PHONE",
                value=OLD,
                since=moment("2018-03-01T09:00"),
                verified_at=moment("2018-03-01T09:00"),
            )
        ),
    )
    await asks(office, "BQ-1", {"PHONE": NEW})
    return office


async def asks(office: Office, case_id: str, wanted: dict[str, str], **more: Any) -> None:
    proposal = ContactProposal(
        case_id=case_id,
        party_id="PT-1",
        wanted=wanted,
        hash=proposal_hash(a_party(), wanted, ()),
        at=moment(AT),
        new_verified=True,
        **more,
    )
    await office.add(contact.contact_proposals, to_row(proposal))


async def read(office: Office, **more: Any) -> dict[str, Any]:
    answered = await office.run(office.call("verification.contact", ASKED, **more))
    change: dict[str, Any] = answered["change"]
    return change


async def change(office: Office, **more: Any) -> dict[str, Any]:
    facts = await read(office, **more)
    asked = {**ASKED, "beforeHash": facts["beforeHash"]}
    return await office.run(office.call("execution.change_contact", asked, **more))


async def phones(office: Office) -> list[str]:
    async with office.database.work() as books:
        return [each.value for each in await books.parties.contacts("PT-1") if each.kind == "PHONE"]


async def test_the_case_learns_the_fields_and_not_a_word_of_the_data(changing: Office):
    facts = await read(changing)

    assert facts["fields"] == ["PHONE"]
    assert facts["policies"] == ["P-1"]
    assert NEW not in str(facts)


async def test_data_that_the_book_holds_already_are_no_change(changing: Office):
    await asks(changing, "BQ-2", {"PHONE": OLD, "SEX": "M", "BORN_ON": "1991-01-01"})
    await changing.add_case(a_case("BQ-2"))

    assert (await read(changing, case_id="BQ-2"))["fields"] == []


async def test_a_change_is_version_2_with_both_images_and_closes_the_old_point(changing: Office):
    done = await change(changing)

    assert done["version"]["no"] == 2
    assert done["version"]["beforeHash"] != done["version"]["afterHash"]
    assert await phones(changing) == [NEW]
    assert [(each["side"]) for each in done["notices"]] == ["OLD", "NEW", "KEPT"]
    assert await changing.lines() == []


async def test_key_data_change_the_person_and_tell_every_point_that_stays(changing: Office):
    await asks(changing, "BQ-2", {"NAME": "张山", "BORN_ON": "1990-12-31", "SEX": "F"})
    await changing.add_case(a_case("BQ-2"))

    done = await change(changing, case_id="BQ-2")

    async with changing.database.work() as books:
        party = await books.parties.get("PT-1")
    assert party is not None
    assert (party.name, party.born_on, party.sex) == ("张山", date(1990, 12, 31), "F")
    assert {each["side"] for each in done["notices"]} == {"KEPT"}


async def test_a_change_made_for_other_data_is_stale(changing: Office):
    facts = await read(changing)
    await asks(changing, "BQ-2", {"EMAIL": "new@mail.example"})
    await changing.add_case(a_case("BQ-2"))
    await change(changing, case_id="BQ-2")

    with pytest.raises(ApplicationError) as caught:
        await changing.do("execution.change_contact", **ASKED, beforeHash=facts["beforeHash"])

    assert caught.value.type == "bpmn:STALE"
    assert await phones(changing) == [OLD]


async def test_the_same_work_again_changes_nothing_more(changing: Office):
    facts = await read(changing)
    call = changing.call("execution.change_contact", {**ASKED, "beforeHash": facts["beforeHash"]})

    assert await changing.run(call) == await changing.run(call)
    assert await changing.count(contact.party_versions) == 1


async def test_each_policy_is_endorsed_and_a_frozen_one_refuses(changing: Office):
    frozen = a_policy("P-2", flags=("FROZEN",), loans=(), coverages=())
    await changing.add_policy(frozen)
    done = await change(changing)

    noted = [
        (
            await changing.do(
                "execution.endorse_contact",
                policyNo=policy_no,
                applicantPartyId="PT-1",
                version=done["version"]["no"],
            )
        )["noted"]
        for policy_no in ("P-1", "P-2")
    ]

    assert [(each["status"], each.get("reason")) for each in noted] == [
        ("NOTED", None),
        ("REFUSED", "POLICY_FROZEN"),
    ]
    assert await changing.count(papers.endorsements) == 1


async def test_a_policy_not_named_takes_no_note(changing: Office):
    role = (Role(party_id="PT-1", kind="INSURED", since=date(2018, 3, 1)),)
    await changing.add_policy(a_policy("P-2", roles=role, loans=(), coverages=()))
    await asks(changing, "BQ-2", {"PHONE": NEW}, policy_nos=("P-2",))
    await changing.add_case(a_case("BQ-2"))

    assert (await read(changing))["policies"] == ["P-1", "P-2"]
    assert (await read(changing, case_id="BQ-2"))["policies"] == ["P-2"]


async def test_each_side_is_told_on_its_own_channel_and_never_the_new_data(changing: Office):
    done = await change(changing)
    for notice in done["notices"]:
        await changing.do("follow_up.contact_notice", template="contact_changed", **ASKED, **notice)

    to = [str(mail["To"]) for mail in changing.mails()]
    bodies = [mail.get_content() for mail in changing.mails()]
    assert sorted(to) == [f"{OLD}@sms.example", f"{NEW}@sms.example", "zhang@mail.example"]
    assert all("BQ-1" in body and "72" in body and NEW not in body for body in bodies)


async def test_a_new_address_deals_with_what_the_old_one_refused(changing: Office):
    await changing.readdress("zhang@unknown.example")
    await changing.do("follow_up.letter", template="withdrawn", facts={}, **ASKED)
    await asks(changing, "BQ-2", {"EMAIL": "new@mail.example"})
    await changing.add_case(a_case("BQ-2"))

    await change(changing, case_id="BQ-2")

    async with changing.database.work() as books:
        (anomaly,) = await books.anomalies.of_case("BQ-1")
    assert (anomaly.reason, anomaly.outcome) == ("UNDELIVERABLE", "CORRECTED")


async def test_a_reversal_restores_the_image_and_voids_the_endorsements(changing: Office):
    done = await change(changing)
    await changing.do("execution.endorse_contact", **ASKED, version=done["version"]["no"])

    undone = (await changing.do("execution.reverse_contact", **ASKED))["reversal"]
    again = (await changing.do("execution.reverse_contact", **ASKED))["reversal"]

    assert (undone["changes"], undone["version"]) == (["BQ-1"], 3)
    assert [each["side"] for each in undone["notices"]] == ["NEW", "KEPT"]
    assert await phones(changing) == [OLD]
    assert again["changes"] == []
    async with changing.database.work() as books:
        versions = await books.contact_changes.standing("PT-1", moment("2026-01-01T00:00"))
        issued = await books.endorsements.of_case("BQ-1")
    assert versions == ()
    assert [each.voided_by for each in issued] == ["BQ-1"]


async def test_what_was_taken_back_is_no_contact_change_for_the_risk_rules(changing: Office):
    await change(changing)
    fresh = await _last_change(changing)
    await changing.do("execution.reverse_contact", **ASKED)

    assert fresh is not None
    assert await _last_change(changing) is None


async def _last_change(office: Office) -> datetime | None:
    async with office.database.work() as books:
        history = await books.parties.risk_history(
            "P-1", "PT-1", case_id="BQ-9", at=moment("2026-10-13T10:00")
        )
    return history.last_contact_change


async def test_a_change_with_a_later_one_on_it_is_not_taken_back(changing: Office):
    await change(changing)
    await asks(changing, "BQ-2", {"EMAIL": "new@mail.example"})
    await changing.add_case(a_case("BQ-2"))
    await change(changing, case_id="BQ-2")

    with pytest.raises(ApplicationError) as caught:
        await changing.do("execution.reverse_contact", **ASKED)

    assert caught.value.type == "bpmn:NOT_REVERSIBLE"
    assert await phones(changing) == [NEW]


async def test_a_fraud_takes_every_fresh_change_back_latest_first(changing: Office):
    await change(changing)
    await asks(changing, "BQ-2", {"EMAIL": "new@mail.example"})
    for case_id in ("BQ-2", "BQ-3"):
        await changing.add_case(a_case(case_id))
    await change(changing, case_id="BQ-2")

    call = changing.call("execution.reverse_contact", {**ASKED, "scope": "FRESH"}, case_id="BQ-3")
    undone = (await changing.run(call))["reversal"]

    assert undone["changes"] == ["BQ-2", "BQ-1"]
    assert await phones(changing) == [OLD]


async def test_after_an_alert_only_the_counter_serves_the_person(changing: Office):
    await changing.add_case(a_case("BQ-2", channel="APP"))
    await changing.do("anomaly.risk_alert", **ASKED, reason="CONTACT_DENIED")
    asked: dict[str, Any] = {**ASKED, "item": "CONTACT", "applicantRole": "PH", "request": {}}

    at_the_counter = await changing.do("verification.eligibility", **asked)
    with pytest.raises(ApplicationError) as caught:
        await changing.run(changing.call("verification.eligibility", asked, case_id="BQ-2"))

    assert at_the_counter["eligibility"]["eligible"]
    assert "FRAUD_FREEZE" in caught.value.message


async def test_an_alert_is_an_open_anomaly_at_the_risk_desk_and_tells_the_other_case(
    changing: Office,
):
    raised = await changing.do(
        "anomaly.risk_alert", **ASKED, reason="IDENTITY_FRAUD", cases=["BQ-7", "BQ-1"]
    )

    async with changing.database.work() as books:
        anomaly = await books.anomalies.get(raised["alert"]["anomalyId"])
        alerts = await books.risk_alerts.open_for("PT-1")
    assert anomaly is not None
    assert (anomaly.class_, anomaly.route, anomaly.closed_at) == ("RISK", "risk-desk", None)
    assert [each.reason for each in alerts] == ["IDENTITY_FRAUD"]
    told = await _told(changing)
    assert told == [("contact.not-me", "BQ-7")], "the case itself needs no telling"


async def _told(office: Office) -> list[tuple[str, str]]:
    async with office.database.engine.connect() as connection:
        rows = await connection.execute(select(trail.messages.c.name, trail.messages.c.key))
        return [(row.name, row.key) for row in rows]


async def test_the_insured_may_ask_for_their_own_data_too(office: Office):
    await office.add_party(a_party("PT-9", id_no="110101198001010015"))
    role = (
        Role(party_id="PT-9", kind="PH", since=date(2018, 3, 1)),
        Role(party_id="PT-1", kind="INSURED", since=date(2018, 3, 1)),
    )
    await office.add_policy(a_policy("P-2", roles=role, loans=(), coverages=()))
    asked: dict[str, Any] = {
        "policyNo": "P-2",
        "applicantPartyId": "PT-1",
        "item": "CONTACT",
        "request": {},
    }

    insured = await office.do("verification.eligibility", **asked, applicantRole="INSURED")
    with pytest.raises(ApplicationError) as caught:
        await office.do("verification.eligibility", **asked, applicantRole="PH")

    assert insured["eligibility"]["eligible"]
    assert "NOT_ENTITLED" in caught.value.message


async def test_a_contact_change_has_no_limit_of_law_and_is_in_nobody_s_way(changing: Office):
    await changing.add_case(a_case("BQ-2", item="TERMINATE"))
    taken: dict[str, Any] = {
        "policyNo": "P-1", "noticeArrivedAt": moment(AT), "applicantPartyId": "PT-1",
        "applicantRole": "PH", "request": {},
    }  # fmt: skip
    await changing.run(
        changing.call("verification.intake", {**taken, "item": "TERMINATE"}, case_id="BQ-2")
    )

    clocks = (await changing.do("verification.intake", **taken, item="CONTACT"))["clocks"]
    conflict = await changing.do("verification.conflicts", policyNo="P-1", item="CONTACT")

    assert "lawDue" not in clocks
    assert not conflict["conflict"]["found"]


async def test_the_bureau_s_word_is_kept_and_its_absence_is_a_fault_to_wait_on(office: Office):
    bureau = Bureau(token=CALLER)
    transport = httpx.ASGITransport(create_bureau(bureau))
    headers = {"Authorization": f"Bearer {CALLER}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bureau", headers=headers
    ) as client:
        office.identity = HttpIdentity(client)
        found = await office.do("verification.bureau", applicantPartyId="PT-1")
        bureau.condition = Condition(away=True)
        with pytest.raises(ApplicationError) as caught:
            await office.do("verification.bureau", applicantPartyId="PT-1")

    assert found["bureau"]["answer"] == "MATCH"
    assert caught.value.type == "bpmn:BUREAU_AWAY"
    assert bureau.asked == 2
