"""What customers ask for at random: every item of the catalogue, mostly sensible, not always."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.items.book import Contract, account_of, accounts
from tests.items.inside import Inside
from workflows.domain.generic_items import GENERIC_ITEMS
from workflows.domain.items import CATALOGUE

Json = dict[str, Any]
Asked = Callable[[Inside, Random, Contract], Json]
D0 = ("APPLICATION_FORM", "APPLICANT_ID")
PAPERS: Mapping[str, tuple[str, ...]] = {
    "EX_GRATIA_SURRENDER": ("INVESTIGATION_REPORT",),
    "POLICYHOLDER_CHANGE": ("NEW_HOLDER_ID", "RELATION_PROOF", "DEBIT_AUTHORITY"),
    "REINSTATEMENT": ("HEALTH_DECLARATION",),
    "CONTACT": ("KEY_DATA_PROOF",),
    "BENEFIT_PAYMENT": ("SURVIVAL_PROOF", "PURPOSE_STATEMENT"),
    **{
        item.code: tuple(paper.type for paper in item.generic.documents if paper.type not in D0)
        for item in GENERIC_ITEMS
        if item.generic
    },
}
_KIN = ("SPOUSE", "CHILD", "PARENT", "SIBLING", "OTHER", "SELF")


async def ask(house: Inside, chance: Random, item: str, contract: Contract) -> str | None:
    """Ask for an item; None: it was refused at the door."""
    if item == "EX_GRATIA_SURRENDER":
        await _complain(house, contract)
    applicant, role = _applicant(chance, item, contract)
    body = {
        "policyNo": contract.policy_no,
        "item": item,
        "channel": chance.choice(("COUNTER", "COUNTER", "APP", "MAIL")),
        "applicant": {"partyId": applicant, "role": role},
        **(_BODIES[item](house, chance, contract) if item in _BODIES else {}),
    }
    if item != "RENEWAL_PREMIUM":
        asked = {
            "documentIds": await _papers(house, chance, item, contract, applicant),
            "identity": {
                "ial": chance.choice(("IAL3", "IAL3", "IAL3", "IAL2")),
                "faceScore": chance.choice((0.97, 0.97, 0.97, 0.61)),
                "livenessOk": True,
            },
        }
        body["request"] = {**asked, **body.get("request", {})}
    answer = await house.ask("back-office", "POST", "/v1/cases", json=body)
    assert answer.status_code < 500, f"{item}: {answer.status_code} {answer.text}"
    if not answer.is_success:
        return None
    told = answer.json()
    return None if told["duplicateOf"] else str(told["caseId"])


async def _complain(house: Inside, contract: Contract) -> None:
    """Complain of the last case on the contract, where there was any."""
    query = "SELECT id FROM cases WHERE policy_no = ? ORDER BY accepted_at DESC, id LIMIT 1"
    for (case,) in house.rows(query, contract.policy_no):
        body = {"caseId": case, "cause": "MIS_SELLING", "channel": "MAIL"}
        answer = await house.ask("back-office", "POST", "/v1/complaints", json=body)
        assert answer.is_success, answer.text


def _applicant(chance: Random, item: str, contract: Contract) -> tuple[str, str]:
    roles = [role for role in CATALOGUE[item].applicants if contract.roles.get(role)] or ["PH"]
    role = chance.choice([roles[0], roles[0], *roles])
    party = contract.party(role)
    if chance.randrange(20) == 0:  # somebody who is not entitled
        party = contract.party("BENEF_DEATH")
    return party, "BENEFICIARY" if role.startswith("BENEF") else role


async def _papers(
    house: Inside, chance: Random, item: str, contract: Contract, party: str
) -> list[str]:
    wanted = (*D0, *PAPERS.get(item, ()))
    kinds = wanted if chance.randrange(10) < 8 else wanted[:1]
    return [await hand_in(house, contract.policy_no, party, kind) for kind in kinds]


async def hand_in(house: Inside, policy_no: str, party: str, kind: str) -> str:
    """Hand in a document."""
    answer = await house.ask(
        "back-office", "POST", "/v1/documents",
        params={"type": kind, "partyId": party, "policyNo": policy_no},
        content=f"%PDF-1.4 {kind} of {party} for {policy_no}".encode(),
        headers={"Content-Type": "application/pdf"},
    )  # fmt: skip
    assert answer.is_success, answer.text
    return str(answer.json()["documentId"])


# --- bodies -----------------------------------------------------------------------------------


def _money_out(house: Inside, chance: Random, contract: Contract) -> Json:
    account = account_of(house, chance, contract.party("PH"))
    return {"request": {"payeeAccountId": account, "lossAcknowledged": chance.random() < 0.8}}


def _partial(house: Inside, chance: Random, contract: Contract) -> Json:
    body = _money_out(house, chance, contract)
    body["request"]["newSumAssured"] = contract.sum_assured * chance.randint(10, 110) // 100
    return body


def _ex_gratia(house: Inside, chance: Random, contract: Contract) -> Json:
    """What somebody complained of, where anybody did; the amount is anything."""
    rows = house.rows("SELECT id FROM complaints ORDER BY id") or [("CP-0",)]
    demand = {
        "complaintId": chance.choice(rows)[0],
        "amount": f"{chance.randint(1, 300_000)}.00",
        "payeeAccountId": account_of(house, chance, contract.party("PH")),
    }
    return {"exGratia": demand, "request": {"lossAcknowledged": chance.random() < 0.8}}


def beneficiaries(house: Inside, chance: Random, contract: Contract) -> Json:
    """Some of those who are known, mostly with whole shares."""
    pool = sorted({party for parties in contract.roles.values() for party in parties})
    pool += [row[0] for row in house.rows("SELECT id FROM parties ORDER BY id LIMIT 6")]
    named = chance.sample(sorted(set(pool)), k=min(chance.randint(1, 3), len(set(pool))))
    shares = _shares(chance, len(named))
    listed = [
        {"partyId": party, "relation": chance.choice(_KIN), "order": chance.choice((1, 1, 1, 2))}
        | ({"share": share} if share else {})
        for party, share in zip(named, shares, strict=True)
    ]
    change: Json = {"beneficiaries": listed}
    if chance.random() < 0.5:
        change["consents"] = _consents(contract, "INSURED")
    return {"beneficiaryChange": change}


def _shares(chance: Random, count: int) -> list[str | None]:
    """None, equal to 100 in some way, or wrong."""
    kind = chance.randrange(4)
    if kind == 0:
        return [None] * count
    cuts = sorted(chance.randint(1, 9_999) for _ in range(count - 1))
    parts = [after - before for before, after in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    if kind == 1:
        parts[0] = max(1, parts[0] - 1)
    return [f"{max(part, 1) / 100:.2f}" for part in parts]


def _consents(contract: Contract, *kinds: str) -> list[Json]:
    return [{"partyId": contract.party(kind), "evidenceId": f"EV-{kind}"} for kind in kinds]


def _holder(house: Inside, chance: Random, contract: Contract) -> Json:
    people = house.rows("SELECT id FROM parties WHERE kind = 'PERSON' ORDER BY id")
    new = str(chance.choice(people)[0])
    own = accounts(house, new)
    consents = _consents(contract, "INSURED", "GUARDIAN") if chance.random() < 0.7 else []
    return {
        "policyholderChange": {
            "newHolderPartyId": new,
            "relation": chance.choice(_KIN),
            "debitAccountId": own[0] if own else None,
            "debtsAssumed": chance.random() < 0.5,
            "consents": [*consents, {"partyId": new, "evidenceId": "EV-NEW"}],
        }
    }


def _contact(_house: Inside, chance: Random, _contract: Contract) -> Json:
    wanted: Json = {"newPhoneVerified": True, "oldContactVerified": chance.random() < 0.8}
    if chance.random() < 0.3:
        wanted["name"] = "王小安"
    else:
        wanted["phone"] = f"138{chance.randrange(10**8):08d}"
    return {"contact": wanted}


def _payment(house: Inside, chance: Random, contract: Contract) -> Json:
    holder = contract.party("PH")
    return {
        "paymentChange": {
            "debitAccountId": account_of(house, chance, holder),
            "frequency": chance.choice(("ANNUAL", "HALF_YEARLY", "QUARTERLY", "MONTHLY")),
            "authorisation": {"amountLimit": chance.choice(("99999.00", "5000.00"))},
            "consents": [{"partyId": holder, "evidenceId": "EV-1"}],
        }
    }


def _loan(house: Inside, chance: Random, contract: Contract) -> Json:
    consents = _consents(contract, "INSURED") if chance.random() < 0.6 else []
    return {
        "policyLoan": {
            "amount": f"{chance.choice((900, 2_000, 8_000, 20_000, 60_000))}.00",
            "payeeAccountId": account_of(house, chance, contract.party("PH")),
            "agreementSigned": chance.random() < 0.7,
            "consents": consents,
        }
    }


def _repayment(house: Inside, chance: Random, contract: Contract) -> Json:
    own = accounts(house, contract.party("PH"))
    body: Json = {"amount": f"{chance.choice((100, 2_500, 9_000, 99_000))}.00"}
    body["means"] = chance.choice(("DEBIT", "DEBIT", "DEBIT", "CREDIT_CARD"))
    if own:
        body["accountId"] = own[0]
    if contract.loans and chance.random() < 0.5:
        body["loanId"] = chance.choice(contract.loans)
    return {"loanRepayment": body}


def _renewal(_house: Inside, _chance: Random, contract: Contract) -> Json:
    return {"renewalPremium": {"dueOn": contract.paid_to}}


def _reinstatement(house: Inside, chance: Random, contract: Contract) -> Json:
    body: Json = {
        "healthDeclared": chance.random() < 0.9,
        "adverse": chance.random() < 0.5,
        "consents": _consents(contract, "INSURED"),
    }
    own = accounts(house, contract.party("PH"))
    if own and chance.random() < 0.8:
        body["accountId"] = own[0]
    return {"reinstatement": body}


def _benefit(house: Inside, chance: Random, contract: Contract) -> Json:
    kinds = contract.benefits or ["SURVIVAL", "DIVIDEND"]
    owner = contract.party(chance.choice(("PH", "INSURED")))
    return {
        "benefitPayment": {
            "kind": chance.choice(kinds),
            "payeeAccountId": account_of(house, chance, owner),
        }
    }


def _claim(house: Inside, chance: Random, _contract: Contract) -> Json:
    day = house.engine.now.date()
    return {
        "claim": {
            "event": chance.choice(("DEATH", "HOSPITAL", "CRITICAL_ILLNESS", "DISABILITY")),
            "eventOn": f"{day.replace(day=max(1, day.day - chance.randint(0, 9)))}",
            "proofs": ["CLAIMANT_ID"] if chance.random() < 0.5 else [],
        }
    }


def _generic(code: str) -> Asked:
    generic = next(item.generic for item in GENERIC_ITEMS if item.code == code)
    assert generic is not None

    def body(house: Inside, chance: Random, contract: Contract) -> Json:
        holder = contract.party("PH")
        change: Json = {}
        match generic.needs:
            case "VALUE":
                change["value"] = chance.choice(generic.values or ("BJ-02", "SPECIMEN-2"))
            case "ACCOUNT":
                change["accountId"] = account_of(house, chance, holder)
            case "SUM":
                change["sumAssured"] = f"{contract.sum_assured * chance.randint(90, 140) // 100}.00"
                change["coverElsewhere"] = chance.choice(("0.00", "50000.00"))
            case "PARTY":
                change["partyId"] = chance.choice(("PT-S13", "PT-D1", holder))
        if generic.consents:
            change["consents"] = _consents(contract, *(each.role for each in generic.consents))
        return {"itemChange": change}

    return body


_BODIES: Mapping[str, Asked] = {
    "TERMINATE": _money_out,
    "PARTIAL": _partial,
    "EX_GRATIA_SURRENDER": _ex_gratia,
    "BENEFICIARY_CHANGE": beneficiaries,
    "POLICYHOLDER_CHANGE": _holder,
    "CONTACT": _contact,
    "PAYMENT_ACCOUNT_CHANGE": _payment,
    "POLICY_LOAN": _loan,
    "LOAN_REPAYMENT": _repayment,
    "RENEWAL_PREMIUM": _renewal,
    "REINSTATEMENT": _reinstatement,
    "BENEFIT_PAYMENT": _benefit,
    "CLAIM_HANDOFF": _claim,
    **{item.code: _generic(item.code) for item in GENERIC_ITEMS},
}
