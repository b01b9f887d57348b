"""How a letter tells the cap of a minor's cover, and what it was held against."""

from decimal import Decimal

from workflows.contracts.follow_up import MinorCoverTold
from workflows.domain.money import format_money, money


def cap_words(minor: MinorCoverTold | None) -> dict[str, str]:
    """Word the numbers behind a refusal; nothing for other reasons."""
    if minor is None or minor.elsewhere is None:
        return {"numbersChinese": "", "numbersEnglish": ""}
    cap, here, there = _yuan(minor.cap), _yuan(minor.here), _yuan(minor.elsewhere)
    return {
        "numbersChinese": f"未满 {minor.age_below} 周岁，各保险公司合计限额 {cap} 元"
        f"（{minor.basis}）；加保后本公司合计 {here} 元，您申报的其他公司合计 {there} 元。",
        "numbersEnglish": f" Below the age of {minor.age_below} all insurers together may cover"
        f" {cap} yuan ({minor.basis}); with the increase it would be {here} yuan with us, and"
        f" {there} yuan with others as you declared.",
    }


def _yuan(amount: Decimal) -> str:
    return format_money(money(amount))
