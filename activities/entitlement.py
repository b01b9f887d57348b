"""Who may do what on a human task: entitled, qualified, within authority, never on own work.

Pure rules over what one transaction read; the first that is broken answers with its code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from activities.envelope import read_values
from workflows.contracts.human_task import Act, TaskAct
from workflows.domain import call_back
from workflows.domain.authority import CHECKING_LEVEL, AuthorityLimit, Certificate, Operator
from workflows.domain.emergency import EmergencyGrant
from workflows.domain.human_task import TASK_STEPS, HumanTask
from workflows.domain.items import CATALOGUE
from workflows.domain.money import Money, money
from workflows.domain.standing_in import Delegation

_DECISIONS = "approve reject return"
_CERTIFICATE_HEADER = "certificate"
_RELEASING_DESK = "finance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """What the task says is at stake, read from what the person is shown."""

    required_level: int = 0
    amount: Money | None = None
    excluded: tuple[str, ...] = ()
    apart: str | None = None
    """Tasks of a case that say the same here are for different people, also side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything a judgement looks at."""

    task: HumanTask
    act: TaskAct
    person: Operator
    """Who acts; for a delegation, who is to act."""
    stakes: Stakes
    limits: Sequence[AuthorityLimit]
    started_by: str
    """Who asked for the case."""
    interests: frozenset[str]
    """The policy, its parties and its agent of record."""
    paid_lately: Money
    """To the same holder or under the policy in 30 days: splitting an amount does not help."""
    makers: frozenset[str]
    """Who made what is to be checked, decided on what is to be released: never left to the drawing
    alone."""
    beside: frozenset[str]
    """Who holds, or has decided on, another of the tasks that this one is kept apart from; and
    whose authority those used who may not act here."""
    delegated: bool
    """Who has the task has it from somebody else."""
    forsaken: bool
    """Who has the task is suspended, away or has left: it is for others to take."""
    item: str
    at: datetime
    zone: tzinfo
    """Whose days count."""
    substitutes_for: frozenset[str] = frozenset()
    """Who is away, with this person as substitute."""
    is_absent: bool = False
    lender: Operator | None = None
    """Whose authority is used, or the person raised for hours; None: the person's own."""
    delegation: Delegation | EmergencyGrant | None = None

    @property
    def authority(self) -> Operator:
        """Whose level and limit count."""
        return self.lender or self.person

    @property
    def levels(self) -> frozenset[str]:
        """The groups of the levels that count; what is for a desk is never lent."""
        lent = range(1, self.lender.level + 1) if self.lender else ()
        return frozenset((*self.person.candidate_groups, *(f"L{level}" for level in lent)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why not."""

    code: str
    message: str


def read_stakes(variables: Mapping[str, object]) -> Stakes:
    """Read the locals with a meaning to the platform; raises ValueError when they have none."""
    excluded = variables.get("excluded") or []
    if not isinstance(excluded, list) or not all(isinstance(each, str) for each in excluded):
        raise ValueError("excluded must be a list of operator ids")
    amount = variables.get("amount")
    if amount is not None and not isinstance(amount, Decimal):
        raise ValueError("amount must be a number")
    apart = variables.get("apart")
    if apart is not None and not isinstance(apart, str):
        raise ValueError("apart must be a text")
    return Stakes(
        required_level=_level(variables.get("requiredLevel")),
        amount=None if amount is None else money(amount),
        excluded=tuple(excluded),
        apart=apart,
    )


def own_interests(person: Operator) -> frozenset[str]:
    """Return what somebody may not act on: the own person, the family's, as agent."""
    named = (person.party_id, person.agent_id, *person.conflicts)
    return frozenset(each for each in named if each is not None)


def is_release(task: HumanTask) -> bool:
    """Tell whether the task lets money go: a decision of finance."""
    return _RELEASING_DESK in task.candidate_groups and task.headers.get("act") == "decision"


def judge(situation: Situation) -> Refusal | None:
    """Judge an act; None: it may be done."""
    return next(
        (refusal for rule in _RULES[situation.act.act] if (refusal := rule(situation))), None
    )


def valid_certificate(situation: Situation, holder: Operator | None = None) -> Certificate | None:
    """Find a certificate that counts at this instant, of the type the task asks for if any.

    It is the acting person's, unless somebody else is named; one that is valid goes before one in
    its grace.
    """
    wanted = situation.task.headers.get(_CERTIFICATE_HEADER)
    held = [
        each
        for each in (holder or situation.person).certificates
        if wanted in {None, each.type}
    ]  # fmt: skip
    valid = (each for each in held if each.is_valid(situation.at))
    graced = (each for each in held if _grace(situation, each) is not None)
    return next(valid, None) or next(graced, None)


def grace_used(situation: Situation) -> datetime | None:
    """Tell when the grace ends without which nobody would be qualified; None: none is needed."""
    used = (
        None if certificate is None else _grace(situation, certificate)
        for certificate in (valid_certificate(situation, each) for each in _acting(situation))
    )
    return min((ends for ends in used if ends is not None), default=None)


def _grace(situation: Situation, certificate: Certificate) -> datetime | None:
    item = CATALOGUE.get(situation.item)
    if item is None or item.moves_money:
        return None
    return certificate.in_grace_until(situation.at, situation.zone)


def _acting(situation: Situation) -> tuple[Operator, Operator]:
    """Whoever acts, and whose authority is used: who could not decide now lends nothing."""
    return situation.person, situation.authority


def limit_of(situation: Situation) -> AuthorityLimit | None:
    """Find the limit of the level that counts: its own, or the next lower one that is written."""
    own = [limit for limit in situation.limits if limit.level <= situation.authority.level]
    return max(own, key=lambda limit: limit.level, default=None)


def _open(situation: Situation) -> Refusal | None:
    task, act = situation.task, situation.act
    if act.act in TASK_STEPS[task.state]:
        return None
    return Refusal(code="NOT_OPEN", message=f"The task is {task.state.lower()}.")


def _free(situation: Situation) -> Refusal | None:
    assignee = situation.task.assignee
    if assignee in {None, situation.act.actor} or situation.forsaken:
        return None
    return Refusal(code="CLAIMED", message="Somebody else has claimed the task.")


def _own(situation: Situation) -> Refusal | None:
    if situation.task.assignee == situation.act.actor:
        return None
    return Refusal(code="CLAIMED", message="Only who has claimed the task may pass it on.")


def _own_to_give(situation: Situation) -> Refusal | None:
    if not situation.delegated:
        return None
    return Refusal(code="FORBIDDEN", message="A delegated task is not delegated again.")


def _active(situation: Situation) -> Refusal | None:
    if situation.person.status == situation.authority.status == "ACTIVE":
        return None
    return Refusal(code="FORBIDDEN", message="The operator is not active.")


def _present(situation: Situation) -> Refusal | None:
    if not situation.is_absent:
        return None
    return Refusal(code="FORBIDDEN", message="The operator is away.")


def _candidate(situation: Situation) -> Refusal | None:
    task, person = situation.task, situation.person
    groups, users = set(task.candidate_groups), set(task.candidate_users)
    entitled = (
        person.id == task.assignee
        or person.id in users
        or bool(groups & situation.levels)
        or bool({task.assignee, *users} & situation.substitutes_for)
        or (not groups and not users and person.level > 0)
    )
    if entitled:
        return None
    return Refusal(code="FORBIDDEN", message="The task is offered to others.")


def _four_eyes(situation: Situation) -> Refusal | None:
    acting = _acting(situation)
    ids = {one.id for one in acting}
    if (ids | {one.agent_id for one in acting}) & {*situation.stakes.excluded, *situation.beside}:
        return Refusal(code="FOUR_EYES", message="Who did the earlier step may not do this one.")
    if situation.stakes.required_level >= CHECKING_LEVEL or is_release(situation.task):
        if situation.started_by in ids:
            return Refusal(code="FOUR_EYES", message="Who asked for the case may not decide on it.")
        if ids & situation.makers:
            return Refusal(code="FOUR_EYES", message="Who made it may not check or release it.")
    if any(own_interests(one) & situation.interests for one in acting):
        return Refusal(code="FOUR_EYES", message="Nobody acts on a policy of own interest.")
    return None


def _qualified(situation: Situation) -> Refusal | None:
    if all(valid_certificate(situation, each) is not None for each in _acting(situation)):
        return None
    return Refusal(
        code="QUALIFICATION_EXPIRED", message="No certificate that the task asks for is valid now."
    )


def _authorised(situation: Situation) -> Refusal | None:
    required = situation.stakes.required_level
    if situation.authority.level < required:
        return Refusal(code="AUTHORITY", message=f"The task needs level L{required}.")
    if situation.stakes.amount is None or not _decides(situation):
        return None
    limit, lent = limit_of(situation), situation.delegation
    total = situation.stakes.amount + situation.paid_lately
    maxima = [limit.maximum if limit else None, lent.maximum if lent else None]
    if limit is not None and all(maximum is None or total <= maximum for maximum in maxima):
        return None
    return Refusal(code="AUTHORITY", message="The amount is beyond the limit of the level.")


def _complete(situation: Situation) -> Refusal | None:
    act, task = situation.act, situation.task
    if act.act != "complete":
        return None
    decides = task.headers.get("act") == "decision"
    outcomes = str(task.headers.get("outcomes", _DECISIONS)) if decides else "done"
    if (act.outcome or ("" if decides else "done")) not in outcomes.split():
        return Refusal(code="INVALID", message=f"The task completes with one of: {outcomes}.")
    if act.content_hash is None:
        return Refusal(code="INVALID", message="The hash of what was shown is missing.")
    if act.content_hash != task.content_hash:
        return Refusal(code="CONTENT_CHANGED", message="What was shown is not what is decided.")
    return _unanswered(situation)


def _unanswered(situation: Situation) -> Refusal | None:
    """A call-back counts as done only where every point was answered, identity first."""
    act = situation.act
    if situation.task.headers.get("asks") != call_back.ASKS:
        return None
    told = read_values(act.variables).get("answers")
    why_not = call_back.objection(told, act.outcome)
    return None if why_not is None else Refusal(code="CALL_BACK_ANSWERS", message=why_not)


Rule = Callable[[Situation], Refusal | None]
_WORTHY: tuple[Rule, ...] = (_active, _candidate, _four_eyes, _qualified, _authorised)
_RULES: Mapping[Act, tuple[Rule, ...]] = {
    "claim": (_open, _free, *_WORTHY),
    "unclaim": (_open, _own),
    "delegate": (_open, _own, _own_to_give, _present, *_WORTHY),
    "complete": (_open, _free, *_WORTHY, _complete),
}


def _decides(situation: Situation) -> bool:
    """Rejecting or returning asks for no limit; claiming is claiming to approve."""
    return situation.task.headers.get("act") == "decision" and situation.act.outcome in {
        None,
        "approve",
    }


def _level(value: object) -> int:
    match value:
        case None:
            return 0
        case Decimal() if value == value.to_integral_value():
            return int(value)
        case str() if value.startswith("L") and value[1:].isdecimal():
            return int(value[1:])
        case _:
            raise ValueError("requiredLevel must be a level such as L3")
