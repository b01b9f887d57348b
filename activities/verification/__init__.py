"""Verification 核实: is this request genuine, complete, allowed."""

from activities.step import Steps
from activities.verification.account import ACCOUNT
from activities.verification.benefit import BENEFIT
from activities.verification.bureau import BUREAU
from activities.verification.change import CHANGE
from activities.verification.conflicts import CONFLICTS
from activities.verification.consent import CONSENT, CONSENTS, REVOKE
from activities.verification.contact import CONTACT
from activities.verification.documents import DOCUMENTS
from activities.verification.eligibility import ELIGIBILITY
from activities.verification.identity import IDENTITY
from activities.verification.intake import AGREE, INTAKE
from activities.verification.item import ITEM
from activities.verification.limits import START_CLOCKS
from activities.verification.loan import LOAN
from activities.verification.loan_term import LOAN_TERM
from activities.verification.pausing import PAUSE, RESUME
from activities.verification.payee import PAYEE
from activities.verification.payment import PAYMENT
from activities.verification.policy import POLICY
from activities.verification.reinstatement import ACCEPT, REINSTATEMENT
from activities.verification.renewal import OPEN_RENEWAL, RENEWAL
from activities.verification.repayment import REPAYMENT
from activities.verification.risk import RISK_FACTS

STEPS: Steps = {
    "verification.start_clocks": START_CLOCKS,
    "verification.benefit": BENEFIT,
    "verification.item": ITEM,
    "verification.loan": LOAN,
    "verification.repayment": REPAYMENT,
    "verification.loan_term": LOAN_TERM,
    "verification.open_renewal": OPEN_RENEWAL,
    "verification.renewal": RENEWAL,
    "verification.reinstatement": REINSTATEMENT,
    "verification.accept": ACCEPT,
    "verification.intake": INTAKE,
    "verification.policy": POLICY,
    "verification.contact": CONTACT,
    "verification.bureau": BUREAU,
    "verification.identity": IDENTITY,
    "verification.documents": DOCUMENTS,
    "verification.eligibility": ELIGIBILITY,
    "verification.conflicts": CONFLICTS,
    "verification.risk_facts": RISK_FACTS,
    "verification.agree": AGREE,
    "verification.payee": PAYEE,
    "verification.change": CHANGE,
    "verification.payment": PAYMENT,
    "verification.account": ACCOUNT,
    "verification.consents": CONSENTS,
    "verification.consent": CONSENT,
    "verification.revoke_consent": REVOKE,
    "verification.pause_clock": PAUSE,
    "verification.resume_clock": RESUME,
}
