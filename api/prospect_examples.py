"""Examples of a quote without a case, by schema. All of it is made up."""

from collections.abc import Mapping
from typing import Any, Final

_RULE: Final[Mapping[str, Any]] = {
    "rule": "dt_p7_basis",
    "kept": True,
    "reasons": [],
    "legalBasis": "保险法 art. 47",
}
_AHEAD: Final[Mapping[str, Any]] = {
    "caseId": "BQ-1F0C9A7E35B2D4860A91",
    "item": "POLICYHOLDER_CHANGE",
    "rule": "QUEUE",
    "needsPerson": False,
}
_PAPER: Final[Mapping[str, Any]] = {
    "type": "APPLICANT_ID",
    "mandatory": True,
    "form": "COPY",
    "validityDays": 365,
    "held": True,
}
_PAPERS: Final[Mapping[str, Any]] = {"channel": "APP", "documents": [dict(_PAPER)]}
_CONSENT: Final[Mapping[str, Any]] = {"role": "INSURED", "partyId": "PT-S4-I"}
_LIMIT: Final[Mapping[str, Any]] = {
    "rule": "K-SUR",
    "countsFrom": "NOTICE",
    "dueOn": "2026-11-11",
    "targetOn": "2026-11-11",
}
_AUTHORITY: Final[Mapping[str, Any]] = {
    "level": "L3",
    "checkerLevel": "L2",
    "approverLevels": ["L3"],
    "straightThrough": False,
    "callBack": False,
    "pauseHours": 0,
    "functions": [],
}
_LINE: Final[Mapping[str, Any]] = {
    "code": "CASH_VALUE",
    "label": "Cash value 现金价值",
    "amount": "86400.00",
    "sign": "+",
}
_MONEY: Final[Mapping[str, Any]] = {
    "basis": "SURRENDER",
    "lines": [dict(_LINE)],
    "gross": "86400.00",
    "deductions": "0.00",
    "net": "86400.00",
    "premiumsPaid": "108000.00",
    "lossRatio": "0.2000",
}
PROSPECTS: Final[Mapping[str, dict[str, Any]]] = {
    "RuleAsked": dict(_RULE),
    "CaseInFlight": dict(_AHEAD),
    "PaperWanted": dict(_PAPER),
    "PapersWanted": dict(_PAPERS),
    "ConsentAsked": dict(_CONSENT),
    "LimitAhead": dict(_LIMIT),
    "AuthorityNeeded": dict(_AUTHORITY),
    "QuotedLine": dict(_LINE),
    "QuotedMoney": dict(_MONEY),
    "ProspectSeen": {
        "policyNo": "P-S3",
        "policyVersion": 1,
        "item": "TERMINATE",
        "process": "contract_termination",
        "processVersion": 3,
        "channel": "APP",
        "partyId": "PT-S3",
        "role": "PH",
        "validOn": "2026-10-12",
        "binding": False,
        "possible": True,
        "undecided": ["risk"],
        "rules": [dict(_RULE)],
        "casesAhead": [dict(_AHEAD)],
        "basis": "SURRENDER",
        "figures": {"debts": "0.00", "premiumsPaid": "108000.00"},
        "papers": [dict(_PAPERS)],
        "consents": [dict(_CONSENT)],
        "limits": [dict(_LIMIT)],
        "authority": dict(_AUTHORITY),
        "quote": dict(_MONEY),
    },
}
