"""What somebody has typed and not sent yet: kept encrypted, for its writer alone, 30 days.

A writer has room for so many drafts; when it is full, the oldest goes.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Draft
from app.edge.drafts import draft_done
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T

KEPT_FOR = timedelta(days=30)
LONGEST = 200_000
_MOST_FIELDS = 3000
MOST_DRAFTS = 100
_MOST_BYTES = 12_000_000
_BURST, _BURST_TIME = 20, timedelta(seconds=10)


class TooOften(Refused):
    """More is sent than anybody types."""


def keep(ctx: Ctx, key: str, body: Any) -> None:
    """Keep ``body`` = {"saved_at": moment, "fields": [[name, value], …]} under ``key``.

    It replaces the earlier draft of the same key; the writer's expired drafts go. Raises
    :class:`Refused` for anything of another shape or too long, :class:`TooOften` for a flood.
    """
    checked = _checked(body)
    _slow_down(ctx, key)
    store(ctx, key, checked)


def store(ctx: Ctx, key: str, body: Any, *, longest: int = LONGEST) -> None:
    """Keep any plain data under ``key`` as a draft is kept; ``longest`` counts characters."""
    text = json.dumps(body, ensure_ascii=False)
    if len(text) > longest:
        raise Refused(T("This is too long to be kept."))
    mine = Draft.account_id == ctx.scope.account_id
    ctx.session.execute(delete(Draft).where(mine, Draft.saved_at < ctx.now() - KEPT_FOR))
    row = {"body": text, "saved_at": ctx.now()}
    ctx.session.execute(
        insert(Draft)
        .values(account_id=ctx.scope.account_id, key=key, **row)
        .on_conflict_do_update(index_elements=["center_id", "account_id", "key"], set_=row)
    )
    _make_room(ctx)


def _slow_down(ctx: Ctx, key: str) -> None:
    others = select(func.count()).where(
        Draft.account_id == ctx.scope.account_id,
        Draft.key != key,
        Draft.saved_at > ctx.now() - _BURST_TIME,
    )
    if ctx.session.execute(others).scalar_one() >= _BURST:
        raise TooOften(T("Too much at once. Wait a few seconds."))


def _make_room(ctx: Ctx) -> None:
    newest = (Draft.saved_at.desc(), Draft.id)
    size = func.sum(func.octet_length(Draft.body))
    ranked = (
        select(
            Draft.id,
            func.row_number().over(order_by=newest).label("place"),
            size.over(order_by=newest).label("bytes"),
        )
        .where(Draft.account_id == ctx.scope.account_id)
        .subquery()
    )
    beyond = (ranked.c.place > MOST_DRAFTS) | (ranked.c.bytes > _MOST_BYTES)
    ctx.session.execute(
        delete(Draft)
        .where(Draft.id.in_(select(ranked.c.id).where(beyond, ranked.c.place > 1)))
        .execution_options(synchronize_session=False)
    )


def kept(ctx: Ctx, key: str) -> Any | None:
    """Return the draft as it was given to :func:`keep`, or None when there is none to go on."""
    body = ctx.session.scalar(
        select(Draft.body).where(
            Draft.account_id == ctx.scope.account_id,
            Draft.key == key,
            Draft.saved_at >= ctx.now() - KEPT_FOR,
        )
    )
    return None if body is None else json.loads(body)


def discard(ctx: Ctx, key: str) -> None:
    """Forget the draft, if there is one."""
    ctx.session.execute(
        delete(Draft).where(Draft.account_id == ctx.scope.account_id, Draft.key == key)
    )


def finish(ctx: Ctx, key: str) -> None:
    """Forget a draft whose form has been accepted, here and, with the next page, in the browser.

    For views, after the service: ``finish(ctx(), key)``.
    """
    discard(ctx, key)
    draft_done(key)


def _checked(body: Any) -> dict[str, Any]:
    wrong = Refused(T("This is not a draft."))
    if not isinstance(body, dict):
        raise wrong
    saved_at, fields = body.get("saved_at"), body.get("fields")
    if not isinstance(saved_at, str) or not isinstance(fields, list):
        raise wrong
    if len(fields) > _MOST_FIELDS or not all(_is_pair(pair) for pair in fields):
        raise wrong
    try:
        datetime.fromisoformat(saved_at)
    except ValueError:
        raise wrong from None
    return {"saved_at": saved_at, "fields": fields}


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(x, str) for x in pair)
