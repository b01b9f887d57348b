"""A quote at the door: what would be asked for, and what was found, as it is shown.

The one place of the API that reaches activities: the rules a case goes by are asked, none is told
a second time here.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from activities.errors import Fault, Refused
from activities.prospect import Prospect, Question, prospect
from api.dependencies import Deployment
from api.problems import Problem
from api.schemas.prospects import (
    AuthorityNeeded,
    CaseInFlight,
    ConsentAsked,
    LimitAhead,
    PapersWanted,
    PaperWanted,
    ProspectQuery,
    ProspectSeen,
    QuotedLine,
    QuotedMoney,
    RuleAsked,
)
from infra.db.events.definitions import Definition
from infra.db.unit_of_work import UnitOfWork
from workflows.bpmn.program import Program
from workflows.domain.items import CATALOGUE
from workflows.domain.policy import Policy

_Content = dict[str, object] | None
_AHEAD: Final = timedelta(days=366)
_NOON: Final = time(12)
_FIGURES: Final = (
    "cashValue", "debts", "limit", "offer", "minLoan", "rate", "maturesOn", "maturityInterest",
    "maturityDue", "lapsedOn", "windowEndsOn", "premiums", "premium", "interest", "due",
    "dailyInterest", "collect", "offerUntilOn", "coolingOffLastDay", "withinCoolingOff", "amount",
    "dueOn", "premiumsPaid", "value", "yearly", "dueNow", "cap", "here", "elsewhere",
)  # fmt: skip
"""What is shown of the facts: amounts, rates and days, nothing about persons."""


def moment(composed: Deployment, wanted: str | None) -> datetime:
    """Return when the notice would arrive; raises Problem 422 for a day that is past, or far."""
    now = composed.now().astimezone(composed.zone)
    day = now.date() if wanted is None else date.fromisoformat(wanted)
    if not now.date() <= day <= now.date() + _AHEAD:
        raise Problem(422, "period", "A quote is for today, or for one of the next 366 days.")
    return now if day == now.date() else datetime.combine(day, _NOON, composed.zone)


def question_of(policy: Policy, code: str, query: ProspectQuery, at: datetime) -> Question:
    """Return what is asked; raises Problem 422 where nobody has the role."""
    holders = [each for each in policy.roles if each.kind == query.role]
    held = [each for each in holders if each.until is None or at.date() < each.until]
    party_id = query.party_id or (held[0].party_id if held else None)
    if party_id is None:
        raise Problem(422, "unknown-party", f"Nobody is {query.role} of the policy on that day.")
    request, is_complete = _content(code, query)
    return Question(
        policy_no=policy.policy_no,
        item=code,
        channel=query.channel,
        party_id=party_id,
        role=query.role,
        at=at,
        request=request,
        is_complete=is_complete,
    )


async def found(books: UnitOfWork, program: Program, question: Question) -> Prospect:
    """Return what a case would find; raises Problem 422 with why nobody can tell."""
    try:
        return await prospect(books, program, question)
    except (Refused, Fault) as error:
        raise Problem(422, "not-quotable", f"{error.code}: {error}") from None


def prospect_seen(told: Prospect, model: Definition) -> ProspectSeen:
    """Return what was found as it is shown."""
    question = told.question
    return ProspectSeen(
        policy_no=question.policy_no,
        policy_version=told.policy_version,
        item=question.item,
        process=model.process_id,
        process_version=model.version,
        channel=question.channel,
        party_id=question.party_id,
        role=question.role,
        valid_on=question.at.date().isoformat(),
        possible=told.is_possible,
        undecided=_undecided(told),
        rules=_rules(told),
        cases_ahead=[CaseInFlight(**asdict(each)) for each in told.ahead],
        basis=told.basis,
        figures=_figures(told.facts),
        papers=_papers(told),
        consents=[ConsentAsked(role=one.role, party_id=one.party_id) for one in told.consents],
        limits=[
            LimitAhead(
                rule=each.rule,
                counts_from=each.counts_from,
                due_on=each.due_on.isoformat(),
                target_on=None if each.target_on is None else each.target_on.isoformat(),
            )
            for each in told.limits
        ],
        authority=None if told.authority is None else _authority(told.authority),
        quote=None if told.quote is None else _money(told.quote),
    )


def _content(code: str, query: ProspectQuery) -> tuple[dict[str, object], bool]:
    """Return what the item asks for, as a request has it, and whether the query says it all."""
    generic = CATALOGUE[code].generic
    if generic is not None:
        given = {
            "NOTHING": "-", "VALUE": query.value, "ACCOUNT": query.account_id,
            "PARTY": query.lender_id, "SUM": query.amount,
        }[generic.needs]  # fmt: skip
        change = {
            "value": query.value,
            "accountId": query.account_id,
            "partyId": query.lender_id,
            "sumAssured": query.amount if generic.needs == "SUM" else None,
            "coverElsewhere": query.cover_elsewhere,
        }
        told = {name: value for name, value in change.items() if value is not None}
        return {"itemChange": told}, given is not None
    say = _CONTENT.get(code)
    request = None if say is None else say(query)
    return request or {}, request is not None


def _reduction(query: ProspectQuery) -> _Content:
    return None if query.amount is None else {"newSumAssured": query.amount}


def _loan(query: ProspectQuery) -> _Content:
    return {} if query.amount is None else {"loan": {"amount": query.amount}}


def _repayment(query: ProspectQuery) -> _Content:
    if query.amount is None or query.account_id is None:
        return None
    wanted = {"amount": query.amount, "means": "DEBIT", "accountId": query.account_id}
    return {"repayment": wanted}


def _benefit(query: ProspectQuery) -> _Content:
    if query.benefit is None:
        return None
    account = {} if query.account_id is None else {"payeeAccountId": query.account_id}
    return {"benefit": {"kind": query.benefit}, **account}


_CONTENT: Final[Mapping[str, Callable[[ProspectQuery], _Content]]] = MappingProxyType({
    "TERMINATE": lambda _: {},
    "PARTIAL": _reduction,
    "POLICY_LOAN": _loan,
    "LOAN_REPAYMENT": _repayment,
    "REINSTATEMENT": lambda _: {"reinstatement": {"healthDeclared": True, "adverse": False}},
    "BENEFIT_PAYMENT": _benefit,
})  # fmt: skip
"""Items whose content a query can say; a health that an underwriter must see is not supposed."""


def _rules(told: Prospect) -> list[RuleAsked]:
    return [
        RuleAsked(
            rule=each.rule,
            kept=not each.reasons,
            reasons=list(each.reasons),
            legal_basis=each.legal_basis,
        )
        for each in told.rules
    ]


def _undecided(told: Prospect) -> list[str]:
    """Return what depends on what nobody has said yet."""
    if told.question.is_complete:
        return ["risk", *told.unknown]
    return ["content", "authority", "quote", "risk", *told.unknown]


def _papers(told: Prospect) -> list[PapersWanted]:
    return [
        PapersWanted(
            channel=channel,
            documents=[
                PaperWanted(
                    type=each.type,
                    mandatory=each.mandatory,
                    form=each.form,
                    validity_days=each.validity_days,
                    held=each.held,
                )
                for each in papers
            ],
        )
        for channel, papers in told.papers.items()
    ]


def _authority(told: Mapping[str, Any]) -> AuthorityNeeded:
    return AuthorityNeeded(
        level=str(told.get("level")),
        checker_level=str(told.get("checkerLevel")),
        approver_levels=[str(each) for each in told.get("approverLevels") or []],
        straight_through=bool(told.get("straightThrough")),
        call_back=bool(told.get("callBack")),
        pause_hours=int(told.get("pauseHours") or 0),
        functions=[str(each["desk"]) for each in told.get("functions") or []],
    )


def _money(told: Mapping[str, Any]) -> QuotedMoney:
    return QuotedMoney(
        basis=str(told["basis"]),
        lines=[
            QuotedLine(
                code=str(line["code"]),
                label=str(line["label"]),
                amount=str(line["amount"]),
                sign=line["sign"],
            )
            for line in told["lines"]
        ],
        gross=str(told["gross"]),
        deductions=str(told["deductions"]),
        net=str(told["net"]),
        premiums_paid=str(told["premiumsPaid"]),
        loss_ratio=str(told["lossRatio"]),
    )


def _figures(facts: Mapping[str, object]) -> dict[str, str]:
    """Figures of the facts, with those of what more cover costs, and of a minor's."""
    parts = (facts.get("increase"), facts.get("minor"))
    every = dict(facts)
    for part in parts:
        every |= dict(part) if isinstance(part, Mapping) else {}
    return {name: _told(every[name]) for name in _FIGURES if _is_told(every, name)}


def _is_told(facts: Mapping[str, object], name: str) -> bool:
    return isinstance(facts.get(name), (bool, Decimal, date)) or (
        isinstance(facts.get(name), str) and bool(facts[name])
    )


def _told(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
