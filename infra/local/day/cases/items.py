"""What the generic model serves as data: options, reports, pledges, paid-up."""

from typing import Any

from infra.local.day.cases.surrenders import CHECKER, CLERK, LEAD
from infra.local.day.scenario import Expected, Scenario

_D0 = ("APPLICATION_FORM", "APPLICANT_ID")


def _item(item: str, policy_no: str, wanted: dict[str, Any], **more: Any) -> Scenario:  # noqa: ANN401 - fields of the row
    papers = (*_D0, *more.pop("papers", ()))
    return Scenario(
        item=item, policy_no=policy_no, change={"itemChange": wanted}, documents=papers, **more
    )


ITEMS: tuple[Scenario, ...] = (
    _item(
        "APL_OPTION",
        "P-W39",
        {"value": "APL"},
        name="Premium loans chosen",
        story="what becomes of an unpaid premium: straight through",
        expected=Expected(status="CLOSED"),
    ),
    _item(
        "LOSS_REPORT",
        "P-S16",
        {},
        name="Policy reported lost",
        story="by phone at once: from here on no money leaves the contract",
        channel="APP",
        expected=Expected(status="CLOSED"),
    ),
    _item(
        "PLEDGE",
        "P-S16-2",
        {"partyId": "PT-S13"},
        name="Contract pledged",
        story="for the lender, with its papers: decided by a team lead",
        papers=("PLEDGE_CONTRACT", "LENDER_NOTICE"),
        expected=Expected(status="CLOSED", deciders=(CLERK, CHECKER, LEAD)),
    ),
    _item(
        "REDUCED_PAID_UP",
        "P-W40",
        {},
        name="Paid up at a lower sum",
        story="the value less the loan buys cover without premiums; irreversible, checked",
        papers=("IRREVERSIBLE_ACKNOWLEDGED",),
        expected=Expected(status="CLOSED", deciders=(CLERK, CHECKER)),
    ),
)
