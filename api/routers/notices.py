"""Notices: what a supervisor was told about people of the unit and their tasks."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.dependencies import Composed, Known, operator_of
from api.local_ids import local_id
from api.paging import page_of
from api.permissions import ADMIN, AUDITOR
from api.schemas.notices import NoticePage, NoticeSeen
from api.schemas.shapes import PageQuery
from workflows.domain.notice import BREACHES, REGISTRY, StaffNotice

router = APIRouter(prefix="/v1/notices", tags=["tasks"])


@router.get("")
async def list_notices(
    request: Request, composed: Composed, caller: Known, query: Annotated[PageQuery, Query()]
) -> NoticePage:
    """List what I was told, the newest first: about people below me, my certificates, my desk."""
    page = page_of(query, composed.cursors, request.url.path)
    async with composed.database.reading() as room:
        reader = await operator_of(room, caller)
        found = await room.notices.list(
            reader,
            oversees=bool(caller.roles & {AUDITOR, ADMIN}),
            before=int(page.place[0]) if page.place else None,
            limit=page.with_one_more,
        )
    notices, following = page.cut(found, lambda numbered: (str(numbered[0]),))
    return NoticePage(notices=[_seen(notice) for _, notice in notices], next=following)


def _seen(notice: StaffNotice) -> NoticeSeen:
    of_case = notice.case_id not in {REGISTRY, BREACHES}
    return NoticeSeen(
        notice_id=notice.id,
        code=notice.code,
        case_id=notice.case_id if of_case else None,
        task_id=local_id(notice.instance_id, notice.key) if of_case else None,
        about=notice.about,
        at=notice.at,
    )
