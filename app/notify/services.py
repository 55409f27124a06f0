"""Telling people something at once, reading it, and choosing how it comes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Staff
from app.edge.ours import is_ours
from app.host.context import Ctx
from app.kernel.errors import QinchaoError, Refused
from app.kernel.ids import uuid7
from app.kernel.text import T, Text
from app.notify.models import Notice, NoticeChoice, NoticeDelivery
from app.notify.texts import kept

MAIL = "mail"


def notify(
    ctx: Ctx,
    staff_ids: Iterable[UUID],
    kind: str,
    title: Text,
    url: str,
    *,
    body: Text | str | None = None,
    urgent: bool = False,
) -> int:
    """Tell staff something now, and return how many were told.

    Whoever did it is not told of it; who has no account or has left cannot be. ``kind`` is dotted
    (``transfer.requested``), ``url`` an address of ours. ``title`` and ``body`` are read inside
    only. ``urgent`` also sends who wants mail a mail: it says that something waits, and no word
    of this.
    """
    wanted = set(staff_ids) - {ctx.actor.staff_id}
    accounts = ctx.session.scalars(
        select(Staff.account_id).where(
            Staff.id.in_(wanted), Staff.account_id.is_not(None), Staff.left_on.is_(None)
        )
    )
    others = {account for account in accounts if account != ctx.actor.account_id}
    return tell(ctx, others, kind, title, url, body=body, urgent=urgent)


def tell(
    ctx: Ctx,
    accounts: Collection[UUID | None],
    kind: str,
    title: Text,
    url: str,
    *,
    body: Text | str | None = None,
    urgent: bool = False,
) -> int:
    """Tell accounts something, the actor's own included: how its own long work has ended."""
    check_address(url)
    known = [account for account in accounts if account is not None]
    rows: list[dict[str, Any]] = [
        {
            "id": uuid7(),
            "account_id": account,
            "kind": kind,
            "title": kept(title),
            "body": kept(body or ""),
            "url": url,
            "lines": [],
            "actor_id": ctx.actor.staff_id,
            "created_at": ctx.now(),
        }
        for account in known
    ]
    write_notices(ctx, rows)
    if urgent:
        send(ctx, [(row["account_id"], str(row["id"]), 1) for row in rows], kind)
    return len(rows)


def check_address(url: str) -> None:
    """Raise when an address leads away: it would be followed from a page of ours."""
    if not is_ours(url):
        raise QinchaoError(f"{url!r} is no address of ours")


def write_notices(ctx: Ctx, rows: list[dict[str, Any]]) -> None:
    """Write rows of :class:`Notice`; one that is there already (a digest of a day) stays."""
    center = {"center_id": ctx.scope.center_id}
    if rows:
        ctx.session.execute(
            insert(Notice).values([center | row for row in rows]).on_conflict_do_nothing()
        )


def send(ctx: Ctx, what: Collection[tuple[UUID, str, int]], kind: str) -> None:
    """Let (account, key, count) go out to those who want mail; once for each key."""
    wanting = set(
        ctx.session.scalars(
            select(NoticeChoice.account_id).where(
                NoticeChoice.mail, NoticeChoice.account_id.in_([account for account, *_ in what])
            )
        )
    )
    now = ctx.now()
    rows = [
        {
            "center_id": ctx.scope.center_id,
            "id": uuid7(),
            "account_id": account,
            "channel": MAIL,
            "key": key,
            "kind": kind,
            "count": count,
            "state": "waiting",
            "tries": 0,
            "created_at": now,
            "due_at": now,
        }
        for account, key, count in what
        if account in wanting
    ]
    if rows:
        ctx.session.execute(insert(NoticeDelivery).values(rows).on_conflict_do_nothing())


def mark_read(ctx: Ctx, notice: Notice) -> None:
    """Note that the reader has read one notice."""
    if notice.read_at is None:
        notice.read_at = ctx.now()
        ctx.session.flush()


def mark_all_read(ctx: Ctx) -> None:
    """Note that the reader has read all that is there."""
    unread = (Notice.account_id == ctx.scope.account_id) & Notice.read_at.is_(None)
    ctx.session.execute(update(Notice).where(unread).values(read_at=ctx.now()))


def choose(ctx: Ctx, *, mail: bool, address: str) -> None:
    """Keep the actor's own choice and mail address; raises :class:`Refused` without an address."""
    staff = ctx.session.scalars(select(Staff).where(Staff.id == ctx.actor.staff_id)).one()
    address = address.strip()
    if mail and not address:
        raise Refused(T("Write the address that mail shall go to."), "address")
    staff.email = address or None
    choice = ctx.session.scalar(
        select(NoticeChoice).where(NoticeChoice.account_id == ctx.scope.account_id)
    )
    if choice is None:
        choice = NoticeChoice(account_id=ctx.scope.account_id)
        ctx.session.add(choice)
    choice.mail, choice.changed_at = mail, ctx.now()
    ctx.session.flush()
