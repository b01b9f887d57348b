"""An example of every body that names a change."""

from collections.abc import Mapping
from typing import Any

CHANGES: Mapping[str, dict[str, Any]] = {
    "BeneficiaryChange": {
        "beneficiaries": [
            {"partyId": "PT-S7", "relation": "SPOUSE", "share": "60"},
            {
                "person": {
                    "name": "陈小宇",
                    "idType": "CN_RIC",
                    "idNo": "110101201605011234",
                    "bornOn": "2016-05-01",
                },
                "relation": "CHILD",
                "share": "40",
            },
        ],
        "intentOn": "2026-05-08",
        "consents": [],
    },
    "BeneficiaryAsked": {"partyId": "PT-S7", "relation": "SPOUSE", "share": "60"},
    "PersonNamed": {"name": "陈小宇", "idType": "CN_RIC", "idNo": "110101201605011234"},
    "ConsentHeld": {"partyId": "PT-S7-W", "evidenceId": "DOC-1", "form": "WET"},
    "PolicyholderChange": {
        "newHolderPartyId": "PT-S8-N",
        "relation": "CHILD",
        "debitAccountId": "AC-S8-N-1",
        "debtsAssumed": False,
        "consents": [{"partyId": "PT-S8-N", "evidenceId": "DOC-1", "form": "WET"}],
    },
    "ContactChange": {
        "phone": "13900001234",
        "newPhoneVerified": True,
        "oldContactVerified": True,
        "policyNos": [],
    },
    "PaymentChange": {
        "debitAccountId": "AC-S15-2",
        "frequency": "QUARTERLY",
        "authorisation": {"amountLimit": "4000.00", "signedOn": "2026-10-12"},
        "consents": [],
    },
    "PolicyLoan": {
        "amount": "29000.00",
        "payeeAccountId": "AC-S4-1",
        "agreementSigned": False,
        "consents": [{"partyId": "PT-S4-I", "evidenceId": "DOC-1", "form": "WET"}],
    },
    "ItemChange": {"value": "APL"},
    "BenefitPayment": {"kind": "SURVIVAL", "payeeAccountId": "AC-S14-1"},
    "Claim": {"event": "DEATH", "eventOn": "2026-07-20", "proofs": ["DEATH_CERTIFICATE"]},
    "ExGratia": {"complaintId": "CP-1", "amount": "60000.00", "payeeAccountId": "AC-S12-1"},
    "LoanRepayment": {"amount": "5000.00", "loanId": "LN-S4", "accountId": "AC-S4-1"},
    "RenewalPremium": {"dueOn": "2026-12-01"},
    "Reinstatement": {
        "healthDeclared": True,
        "adverse": False,
        "accountId": "AC-S6-1",
        "consents": [{"partyId": "PT-S6-I", "evidenceId": "DOC-1", "form": "WET"}],
    },
    "NewAccount": {"bank": "示例银行", "accountNo": "6222000000000001", "holderPartyId": "PT-S15"},
    "Authorisation": {"amountLimit": "4000.00", "signedOn": "2026-10-12"},
}
