"""The sixty cases of the day, by model."""

from infra.local.day.cases.benefits import BENEFITS, CLAIMS
from infra.local.day.cases.changes import ACCOUNTS, BENEFICIARIES, CONTACTS, HOLDERS
from infra.local.day.cases.items import ITEMS
from infra.local.day.cases.loans import LOANS
from infra.local.day.cases.premiums import PREMIUMS, REINSTATEMENTS
from infra.local.day.cases.surrenders import SURRENDERS
from infra.local.day.cases.trouble import TROUBLE

SCENARIOS = (
    *SURRENDERS, *TROUBLE, *CONTACTS, *ACCOUNTS, *HOLDERS, *BENEFICIARIES, *PREMIUMS,
    *REINSTATEMENTS, *LOANS, *BENEFITS, *CLAIMS, *ITEMS,
)  # fmt: skip
