"""Which cases or incidents a filter means, as one query."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, exists, literal, or_, select

from infra.db.operations.incidents import IncidentGroup
from infra.db.tables import cases, trail
from infra.db.tables.policies import policies
from workflows.contracts.batch import ABOUT_INCIDENTS, BatchAct, BatchFilter

_cases = cases.cases
_incidents = trail.incidents
_instances = trail.instances
_Within = Callable[[FromClause], ColumnElement[bool]]
"""Whether a row is about what is meant."""


class Spelt(BatchFilter):
    """A filter whose cause is spelt out; what an incident says is kept nowhere else."""

    message: str | None = None


def spelt(wanted: BatchFilter, group: IncidentGroup) -> Spelt | None:
    """Spell out the cause of a group; None where the filter names another process or element."""
    told = {"process_id": group.process_id, "element": group.element}
    if any(getattr(wanted, name) not in (None, value) for name, value in told.items()):
        return None
    known = wanted.model_dump() | told | {"cause": group.code, "message": group.message}
    return Spelt.model_validate(known)


def selection(act: BatchAct, wanted: BatchFilter) -> Select[Any]:
    """Return case, instance and incident of everything that is meant, the oldest first."""
    query = _of_incidents(wanted) if act.do in ABOUT_INCIDENTS else _of_cases(wanted)
    for condition in _about_case(wanted):
        query = query.where(condition)
    return query


def called(wanted: BatchFilter) -> Select[Any]:
    """Return case and instance of every running process that a case called, the oldest first."""
    query = (
        select(_instances.c.case_id, _instances.c.id)
        .join(_cases, _cases.c.id == _instances.c.case_id)
        .where(
            _instances.c.process_id == wanted.process_id,
            _instances.c.id != _instances.c.case_id,
            _instances.c.finished_at.is_(None),
            _cases.c.finished_at.is_(None),
        )
        .order_by(_instances.c.started_at, _instances.c.id)
    )
    for condition in (*_about_request(wanted), *_about_place(wanted, _in_called)):
        query = query.where(condition)
    return _in_time(query, _cases.c.accepted_at, wanted)


def _of_incidents(wanted: BatchFilter) -> Select[Any]:
    query = (
        select(_incidents.c.case_id, _incidents.c.instance_id, _incidents.c.key)
        .join(_cases, _cases.c.id == _incidents.c.case_id)
        .where(_incidents.c.closed_at.is_(None), _incidents.c.source == "case")
        .order_by(_incidents.c.opened_at, _incidents.c.instance_id, _incidents.c.key)
    )
    for condition in _about_cause(wanted):
        query = query.where(condition)
    if wanted.element is not None:
        query = query.where(_incidents.c.element == wanted.element)
    return _in_time(query, _incidents.c.opened_at, wanted)


def _of_cases(wanted: BatchFilter) -> Select[Any]:
    query = select(_cases.c.id, _cases.c.id, literal(None)).order_by(
        _cases.c.accepted_at, _cases.c.id
    )
    if wanted.outcome is None:
        query = query.where(_cases.c.finished_at.is_(None), _cases.c.started_at.is_not(None))
    else:
        query = query.where(_cases.c.outcome == wanted.outcome)
    for condition in _about_place(wanted, _in_case):
        query = query.where(condition)
    return _in_time(query, _cases.c.accepted_at, wanted)


def _about_case(wanted: BatchFilter) -> list[ColumnElement[bool]]:
    conditions = _about_request(wanted)
    if wanted.process_id is not None:
        conditions.append(_cases.c.process_id == wanted.process_id)
    if wanted.version is not None:
        conditions.append(_cases.c.version == wanted.version)
    return conditions


def _about_request(wanted: BatchFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.case_ids:
        conditions.append(_cases.c.id.in_(wanted.case_ids))
    if wanted.policy_no is not None:
        conditions.append(_cases.c.policy_no == wanted.policy_no)
    if wanted.product is not None:
        of_product = select(policies.c.policy_no).where(policies.c.product_code == wanted.product)
        conditions.append(_cases.c.policy_no.in_(of_product))
    return conditions


def _in_time(query: Select[Any], at: ColumnElement[Any], wanted: BatchFilter) -> Select[Any]:
    if wanted.since is not None:
        query = query.where(at >= wanted.since)
    if wanted.until is not None:
        query = query.where(at < wanted.until)
    return query


def _about_place(wanted: BatchFilter, within: _Within) -> list[ColumnElement[bool]]:
    """Where it is stuck, and of what."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.cause is not None:
        conditions.append(_is_stuck(within, *_about_cause(wanted)))
    if wanted.element is not None:
        conditions.append(_stands_at(within, wanted.element))
    return conditions


def _about_cause(wanted: BatchFilter) -> list[ColumnElement[bool]]:
    message = wanted.message if isinstance(wanted, Spelt) else None
    named = ((_incidents.c.code, wanted.cause), (_incidents.c.message, message))
    return [column == value for column, value in named if value is not None]


def _in_case(table: FromClause) -> ColumnElement[bool]:
    return table.c.case_id == _cases.c.id


def _in_called(table: FromClause) -> ColumnElement[bool]:
    return table.c.instance_id == _instances.c.id


def _is_stuck(within: _Within, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(within(_incidents), _incidents.c.closed_at.is_(None), *conditions)


def _stands_at(within: _Within, element: str) -> ColumnElement[bool]:
    """Where it is at rest: what it waits for, a person's task, or what is stuck."""
    waits, tasks = trail.waits, trail.human_tasks
    return or_(
        _is_stuck(within, _incidents.c.element == element),
        exists().where(within(waits), waits.c.element == element),
        exists().where(within(tasks), tasks.c.element == element, tasks.c.closed_at.is_(None)),
    )
