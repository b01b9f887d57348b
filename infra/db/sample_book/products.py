"""Products of the sample insurer."""

from decimal import Decimal

from workflows.domain.money import money
from workflows.domain.policy import CoolingOffRule, Product
from workflows.domain.premium import IncreaseRule, PaidUpRate, RenewalRule, YearlyRate

_PAID_UP = tuple(
    PaidUpRate(age=age, rate=Decimal(rate))
    for age, rate in (
        (18, "0.39810"),
        (30, "0.45260"),
        (40, "0.51730"),
        (50, "0.58240"),
        (60, "0.65900"),
    )
)
"""Net single premium of a whole life, by attained age."""

WHOLE_LIFE = Product(
    code="WL-2018",
    version=1,
    name="安康终身寿险（分红型） Whole life, participating",
    currency="CNY",
    cooling_off=CoolingOffRule(days=15, roll=True, policy_fee=money(10)),
    min_sum_assured=money(50_000),
    min_premium=money(1_000),
    renewal=RenewalRule(partial_loan=True, paid_up=_PAID_UP),
)
ENDOWMENT = Product(
    code="EN-2020",
    version=1,
    name="福满两全保险 Endowment",
    currency="CNY",
    cooling_off=CoolingOffRule(days=15, roll=True, policy_fee=money(10)),
    min_sum_assured=money(20_000),
    min_premium=money(1_000),
    loan_formula="NET_THEN_RATIO",
    on_exhaustion="TERMINATE",
)
ENDOWMENT_NO_ROLL = Product(
    code="EN-2021",
    version=1,
    name="福满两全保险（尊享版） Endowment, cooling-off without roll",
    currency="CNY",
    cooling_off=CoolingOffRule(days=15, roll=False, policy_fee=money(10)),
    min_sum_assured=money(20_000),
    min_premium=money(1_000),
)
CRITICAL_ILLNESS = Product(
    code="CI-2019",
    version=1,
    name="康宁重大疾病保险 Critical illness",
    currency="CNY",
    cooling_off=CoolingOffRule(days=20, roll=True, ends_on_claim=True),
    min_sum_assured=money(30_000),
    min_premium=money(500),
    loanable=False,
    deduct_unpaid_premium=True,
)
ANNUITY = Product(
    code="AN-2015",
    version=1,
    name="颐享年金保险（分红型） Annuity and endowment, participating",
    currency="CNY",
    cooling_off=CoolingOffRule(days=15, roll=True),
    min_sum_assured=money(10_000),
    min_premium=money(1_000),
    accumulation_rate=Decimal("0.03"),
    renewal=RenewalRule(
        paid_up=(
            PaidUpRate(age=0, rate=Decimal("0.30000")),
            PaidUpRate(age=40, rate=Decimal("0.58240")),
        )
    ),
    increase=IncreaseRule(
        rates=(
            YearlyRate(age=0, rate=Decimal("0.06400")),
            YearlyRate(age=18, rate=Decimal("0.07100")),
            YearlyRate(age=40, rate=Decimal("0.09600")),
        )
    ),
)
SAVINGS_HK = Product(
    code="HK-SV",
    version=1,
    name="香江储蓄寿险 Savings, Hong Kong",
    currency="CNY",
    cooling_off=CoolingOffRule(days=15),
    min_sum_assured=money(10_000),
    min_premium=money(1_000),
    jurisdiction="hk-life",
    loan_ratio=Decimal("0.95"),
)
"""The same contract under another law; kept in yuan, like the sample insurer's books."""
PRODUCTS = (WHOLE_LIFE, ENDOWMENT, ENDOWMENT_NO_ROLL, CRITICAL_ILLNESS, ANNUITY, SAVINGS_HK)
