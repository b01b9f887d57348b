"""Notices: what a supervisor was told about tasks of the unit."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.dependencies import Composed, Known, operator_of
from api.local_ids import local_id
from api.paging import page_of
from api.schemas.notices import NoticePage, NoticeSeen
from api.schemas.shapes import PageQuery

router = APIRouter(prefix="/v1/notices", tags=["tasks"])


@router.get("")
async def list_notices(
    request: Request, composed: Composed, caller: Known, query: Annotated[PageQuery, Query()]
) -> NoticePage:
    """List what I was told about tasks of people below me, the newest first."""
    page = page_of(query, composed.cursors, request.url.path)
    async with composed.database.reading() as room:
        reader = await operator_of(room, caller)
        found = await room.notices.list(
            reader,
            before=int(page.place[0]) if page.place else None,
            limit=page.with_one_more,
        )
    notices, following = page.cut(found, lambda numbered: (str(numbered[0]),))
    return NoticePage(
        notices=[
            NoticeSeen(
                notice_id=notice.id,
                code=notice.code,
                case_id=notice.case_id,
                task_id=local_id(notice.instance_id, notice.key),
                about=notice.about,
                at=notice.at,
            )
            for _, notice in notices
        ],
        next=following,
    )
