"""An item on a policy, as its deployed model would find it now: asked in the model's own words.

Facts come from the steps behind the model's tasks, answers from its tables, through its mappings:
what a case will be told is what is told here. Risk is not assessed before somebody has asked;
authority is that of low risk.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, TypeVar, get_args

from activities.envelope import feel_value, python_value
from activities.errors import Fault, Refused
from activities.ports import Books
from activities.prospect.asking import Asker, Scope
from activities.prospect.found import (
    CaseAhead,
    ConsentFound,
    LimitFound,
    PaperFound,
    Prospect,
    Question,
    RuleFound,
)
from activities.prospect.looking import looking
from activities.step import Job
from activities.verification import clocks
from activities.verification.documents import required_of
from activities.verification.eligibility import against
from workflows.bpmn.program import Decision, Node, Program
from workflows.contracts.verification import EligibilityRequest
from workflows.domain.bases import BASES
from workflows.domain.case import Case
from workflows.domain.in_flight import needs_a_person, rule_of
from workflows.domain.items import CATALOGUE
from workflows.domain.jurisdiction import Law
from workflows.domain.servicing_item import Channel
from workflows.feel.values import Value

T = TypeVar("T")
CASE_ID: Final = "BQ-PROSPECT"
_FACTS: Final = tuple(
    f"verification.{each}"
    for each in (
        "policy", "loan", "reinstatement", "item", "change", "benefit", "payment", "repayment",
    )
)  # fmt: skip
_SHARED: Final = frozenset({
    "dt_doc", "dt_consent", "dt_level", "dt_functional", "dt_1_hard_stops", "dt_2_signals",
    "dt_3_class", "dt_4_measures",
})  # fmt: skip
"""Tables of the processes that every item calls."""
_OF_ITEM: Final = {"REDUCTION": "PARTIAL", "EX_GRATIA": "EX_GRATIA_SURRENDER"}
"""Rules that look at what one item asks for."""
_TABLES: Final = {"papers": "dt_doc", "consents": "dt_consent"}
_AT_NOTICE: Final = ("K-ACC", "K-ONE")
_AT_AGREEMENT: Final = "K-DO"
CHANNELS: Final[tuple[Channel, ...]] = get_args(Channel)
_LOAN: Final = "POLICY_LOAN"
_LEAST: Final = Decimal("0.01")
_ADMITTED: Final = "ADMIT"


async def prospect(books: Books, program: Program, question: Question) -> Prospect:
    """Find what a case would find; raises Refused for a policy or person that is not there."""
    if question.item == _LOAN and "loan" not in question.request:
        question = await _most(books, program, question)
    found = await _Looked.at(books, program, question)
    return await found.told(books)


async def _most(books: Books, program: Program, question: Question) -> Question:
    """Ask for as much as can be lent: the least amount tells how much that is."""
    least = replace(question, request={**question.request, "loan": {"amount": _LEAST}})
    facts = (await _Looked.at(books, program, least)).facts
    offer = facts.get("offer") or _LEAST
    return replace(least, request={**least.request, "loan": {"amount": offer}})


class _Looked:
    """One question, and how far the model's flow has been asked."""

    def __init__(self, asker: Asker, question: Question, scope: Scope) -> None:
        self._asker = asker
        self._question = question
        self.scope = scope
        self.facts: Mapping[str, object] = {}
        self.verdict: RuleFound | None = None
        self._unknown: set[str] = set()

    @classmethod
    async def at(cls, books: Books, program: Program, question: Question) -> "_Looked":
        """Read the facts of an item, and ask the table that only its process has."""
        asker = await _asker(books, program, question)
        looked = cls(asker, question, asker.begun(_variables(question)))
        looked.scope["riskClass"] = "LOW"
        await looked._read_facts()
        if question.is_complete:
            looked._ask_verdict()
        return looked

    async def _read_facts(self) -> None:
        node = self._asker.job_node(_FACTS)
        if node is None:
            return
        try:
            answer = await self._asker.run(node, self.scope)
        except (Refused, Fault):
            if self._question.is_complete:
                raise
            return
        self.scope = self._asker.outputs(node, self.scope, answer)
        facts = python_value(next(iter(answer.values())))
        self.facts = facts if isinstance(facts, dict) else {}

    def _ask_verdict(self) -> None:
        node = self._asker.own_decision(_SHARED)
        if node is None or not isinstance(node.work, Decision):
            return
        value = self._asker.decide(node, self.scope)
        answer: Scope = {node.work.result_variable: value}
        self.scope = self._asker.outputs(node, self.scope, answer)
        told = value if isinstance(value, dict) else {}
        basis = str(told.get("basis", ""))
        verdict = told.get("verdict", _ADMITTED if basis in BASES else basis)
        reason = str(told.get("reason") or verdict)
        self.verdict = RuleFound(
            rule=node.work.decision_id,
            reasons=() if verdict == _ADMITTED else (reason,),
            legal_basis=_text(told.get("legalBasis")),
        )

    async def told(self, books: Books) -> Prospect:
        """Return everything that was found."""
        question = self._question
        policy = await books.policies.get(question.policy_no)
        assert policy is not None  # noqa: S101 - the facts were read from it
        rules = [*await self._rules(), *([self.verdict] if self.verdict else [])]
        quote = None
        if not any(each.reasons for each in rules):
            try:
                quote = await self._quote()
            except Refused as error:
                rules.append(RuleFound(rule="QUOTE", reasons=(error.code,)))
        papers = await self._papers(books)
        consents = await self._known("consents", self._consents)
        return Prospect(
            question=question,
            policy_version=policy.version,
            rules=tuple(rules),
            ahead=await _ahead(books, question),
            basis=_text(self.scope.get("basis")),
            facts=self.facts,
            papers=papers,
            consents=consents,
            limits=await self._limits(),
            authority=self._authority() if question.is_complete else None,
            quote=quote,
            unknown=tuple(sorted(self._unknown)),
        )

    async def _rules(self) -> list[RuleFound]:
        job, books, question = self._asker.job, self._asker.books, self._question
        policy = await books.policies.get(question.policy_no)
        party = await books.parties.get(question.party_id)
        if policy is None or party is None:
            raise Refused("UNKNOWN", "The policy or the applicant is not on the books.")
        request = EligibilityRequest.model_validate(_asked(question))
        found = await against(job, policy, party, request, books)
        return [
            RuleFound(rule=rule, reasons=tuple(reasons))
            for rule, reasons in found.items()
            if _OF_ITEM.get(rule, question.item) == question.item
            and (question.is_complete or rule not in _OF_ITEM)
        ]

    async def _quote(self) -> Mapping[str, object] | None:
        node = self._asker.job_node(("execution.quote",))
        if node is None or not self._question.is_complete or not self.scope.get("basis"):
            return None
        answer = await self._asker.run(node, self.scope)
        self.scope = {**self._asker.outputs(node, self.scope, answer), "quote": answer["quote"]}
        shown = python_value(answer["quote"])
        return shown if isinstance(shown, dict) else None

    async def _papers(self, books: Books) -> Mapping[Channel, tuple[PaperFound, ...]]:
        """Ask for papers on every channel; what an item asks for may differ between them."""
        found: dict[Channel, tuple[PaperFound, ...]] = {}
        for channel in CHANNELS:
            if channel == self._question.channel:
                there = self
            else:
                elsewhere = replace(self._question, channel=channel)
                there = await _Looked.at(books, self._asker.program, elsewhere)
                there.scope |= {name: self.scope.get(name) for name in ("estimate", "quote")}
            found[channel] = await self._known("papers", there._papers_here)  # noqa: SLF001 - ours
        return found

    async def _known(self, what: str, ask: Callable[[], Awaitable[tuple[T, ...]]]) -> tuple[T, ...]:
        """Ask; what takes more than was said, or was refused before, is not known."""
        table = self._asker.decision_node(_TABLES[what])
        lacks_facts = self._asker.job_node(_FACTS) is not None and not self.facts
        if table is None or (lacks_facts and not self._question.is_complete):
            self._unknown.add(what)
        try:
            return await ask()
        except (Refused, Fault):
            self._unknown.add(what)
            return ()

    async def _papers_here(self) -> tuple[PaperFound, ...]:
        asked, check, scope = self._verifying("dt_doc", "verification.documents")
        if asked is None or check is None:
            return ()
        answer: Scope = {"requiredDocuments": self._asker.decide(asked, scope)}
        scope = self._asker.outputs(asked, scope, answer)
        request = self._asker.request(check, scope)
        required = await required_of(self._asker.job, request, self._asker.books)
        result = python_value((await self._asker.run(check, scope))["documents"])
        held = result.get("held", []) if isinstance(result, dict) else []
        return tuple(
            PaperFound(
                type=each.type,
                mandatory=each.mandatory,
                form=each.form,
                validity_days=each.validity_days,
                held=each.type in held,
            )
            for each in required
        )

    async def _consents(self) -> tuple[ConsentFound, ...]:
        item = CATALOGUE[self._question.item]
        asked, check, scope = self._verifying("dt_consent", "verification.consents")
        if asked is None or check is None or not (item.consented or item.generic):
            return ()
        answer: Scope = {"requiredConsents": self._asker.decide(asked, scope)}
        scope = self._asker.outputs(asked, scope, answer)
        if not scope.get("requiredConsents"):
            return ()
        result = python_value((await self._asker.run(check, scope))["consents"])
        pending = result.get("pending", []) if isinstance(result, dict) else []
        return tuple(
            ConsentFound(role=str(each["role"]), party_id=str(each["partyId"])) for each in pending
        )

    def _verifying(self, table: str, step: str) -> tuple[Node | None, Node | None, Scope]:
        """Return who asks a table and checks its answer within the verification of the model."""
        call = self._asker.call_node("servicing_verification")
        scope = {} if call is None else self._asker.called(call, self.scope)
        return self._asker.decision_node(table), self._asker.job_node((step,)), scope

    async def _limits(self) -> tuple[LimitFound, ...]:
        job, item = self._asker.job, CATALOGUE[self._question.item]
        wanted: Sequence[str] = (*_AT_NOTICE, *item.law_clocks, _AT_AGREEMENT)
        return tuple(
            LimitFound(
                rule=each.rule_id,
                counts_from="AGREEMENT" if each.rule_id == _AT_AGREEMENT else "NOTICE",
                due_on=each.due_on,
                target_on=each.target_on,
            )
            for each in await clocks.compute(self._asker.books, job, wanted, job.at)
        )

    def _authority(self) -> Mapping[str, object] | None:
        node = self._asker.decision_node("dt_level")
        if node is None:
            return None
        level = self._asker.decide(node, self.scope)
        told = python_value(level)
        functional = self._asker.decision_node("dt_functional")
        if functional is None or not isinstance(told, dict):
            return told if isinstance(told, dict) else None
        call = self._asker.call_node("servicing_approval")
        inside = self.scope if call is None else self._asker.inputs(call, self.scope)
        desks = self._asker.decide(functional, {**inside, "authority": level})
        return {**told, "functions": python_value(desks) or []}


async def _asker(books: Books, program: Program, question: Question) -> Asker:
    today = question.at.date()
    pack = await books.packs.for_policy(question.policy_no, today)
    case = Case(
        id=CASE_ID,
        process_id=program.process_id,
        version=1,
        program_hash=program.hash,
        status="SUBMITTED",
        policy_no=question.policy_no,
        item=question.item,
        channel=question.channel,
        notice_arrived_at=question.at,
        applicant_party_id=question.party_id,
        applicant_role=question.role,
        started_by="",
        accepted_at=question.at,
        variables={},
    )
    zone = question.at.tzinfo
    assert zone is not None  # noqa: S101 - a moment of the deployment's zone
    job = Job(
        case_id=CASE_ID, instance_id=CASE_ID, type="prospect", element="prospect",
        effect_key=CASE_ID, at=question.at, zone=zone,
    )  # fmt: skip
    return Asker(program=program, job=job, books=looking(books, case, Law(pack=pack, on=today)))


async def _ahead(books: Books, question: Question) -> tuple[CaseAhead, ...]:
    return tuple(
        CaseAhead(
            case_id=lock.case_id, item=lock.item, rule=rule, needs_person=needs_a_person(rule)
        )
        for lock in await books.locks.holders(question.policy_no)
        if (rule := rule_of(lock.item, question.item)) != "OK"
    )


def _asked(question: Question) -> dict[str, object]:
    return {
        "policyNo": question.policy_no,
        "item": question.item,
        "applicantPartyId": question.party_id,
        "applicantRole": question.role,
        "request": question.request,
    }


def _variables(question: Question) -> Scope:
    """Return the variables that a case begins with."""
    given: dict[str, object] = {
        **_asked(question),
        "caseId": CASE_ID,
        "channel": question.channel,
        "startedBy": "",
        "noticeArrivedAt": question.at,
    }
    return {name: feel_value(value) for name, value in given.items()}


def _text(value: Value | object) -> str | None:
    return value if isinstance(value, str) and value else None
