"""The job that lets notices out: each once, none lost while the mail server is away.

A row is claimed by moving its next try into the future, and that is committed before anything goes
out. Whoever comes second finds nothing to do; whoever is killed in the middle leaves a row that is
tried again later, under the same message number. Waiting doubles from a minute to six hours, for
some three days.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from smtplib import SMTPException
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.accounts.opening import account_states
from app.host.context import Ctx
from app.host.hooks import JobHandler
from app.jobs.progress import Steps
from app.notify.addresses import center_path
from app.notify.mail import Channel, Deliver, Message, Outcome
from app.notify.models import DIGEST, NoticeChoice, NoticeDelivery

log = logging.getLogger(__name__)
DELIVER_JOB = "notify.deliver"
MOST_TRIES = 20
_AT_ONCE = 100
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=6)


def deliverer(channel: Channel | None) -> JobHandler:
    """Return the job's handler; without a channel everything waits."""

    def deliver(ctx: Ctx, progress: Steps) -> Mapping[str, int]:
        return {"sent": deliver_due(ctx, progress, channel) if channel else 0}

    return deliver


def deliver_due(ctx: Ctx, progress: Steps, channel: Channel) -> int:
    """Send what is due, one mail a person; return how many people got one. Commits as it goes."""
    sent = 0
    while claimed := _claim(ctx):
        people: dict[UUID, list[NoticeDelivery]] = {}
        for row in claimed:
            people.setdefault(row.account_id, []).append(row)
        try:
            with channel() as deliver:
                sent += _send_all(ctx, progress, deliver, people)
        except (OSError, SMTPException) as error:
            log.warning("the mail server is away, mail waits: %s", error)
            _note(ctx, [r for r in claimed if r.state == "waiting"], type(error).__name__)
            break
    return sent


def _claim(ctx: Ctx) -> Sequence[NoticeDelivery]:
    rows = ctx.session.scalars(
        select(NoticeDelivery)
        .where(NoticeDelivery.state == "waiting", NoticeDelivery.due_at <= ctx.now())
        # In no order: a mail that makes the server hang up must not always stand before others.
        .order_by(func.random())
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.tries += 1
        row.due_at = ctx.now() + min(_FIRST * 2 ** (row.tries - 1), _LONGEST)
    ctx.session.commit()
    return rows


def _send_all(
    ctx: Ctx, progress: Steps, deliver: Deliver, people: Mapping[UUID, list[NoticeDelivery]]
) -> int:
    addresses = _addresses(ctx, list(people))
    sent = 0
    for number, (account, rows) in enumerate(people.items(), 1):
        address = addresses.get(account)
        if address is None:
            _end(ctx, rows, "failed", "no address")
            continue
        outcome, why = deliver(_message(ctx, address, rows))
        if outcome is Outcome.SENT:
            sent += 1
            _end(ctx, rows, "sent", None)
        elif outcome is Outcome.REFUSED:
            _end(ctx, rows, "failed", why)
        else:
            _note(ctx, rows, why)
        progress.step(number, len(people))
    return sent


def _addresses(ctx: Ctx, accounts: Sequence[UUID]) -> Mapping[UUID, str]:
    """Return where those who still want mail, and may still sign in, get it."""
    found = ctx.session.execute(
        select(Staff.account_id, Staff.email)
        .join(
            NoticeChoice,
            (NoticeChoice.account_id == Staff.account_id)
            & (NoticeChoice.center_id == Staff.center_id),
        )
        .where(
            Staff.account_id.in_(accounts),
            Staff.email.is_not(None),
            Staff.left_on.is_(None),
            NoticeChoice.mail,
        )
    ).all()
    states = account_states(ctx, accounts)
    return {
        account: email
        for account, email in found
        if account and email and account in states and not states[account].disabled
    }


def _message(ctx: Ctx, address: str, rows: Sequence[NoticeDelivery]) -> Message:
    today = sum(row.count for row in rows if row.kind == DIGEST)
    news = sum(row.count for row in rows if row.kind != DIGEST)
    page = f"{center_path(ctx)}/notices"
    return Message(address, str(min(row.id for row in rows)), today, news, page, ctx.now())


def _end(ctx: Ctx, rows: Iterable[NoticeDelivery], state: str, error: str | None) -> None:
    for row in rows:
        row.state, row.error = state, error
        row.sent_at = ctx.now() if state == "sent" else None
    ctx.session.commit()


def _note(ctx: Ctx, rows: Iterable[NoticeDelivery], error: str | None) -> None:
    """Say why something waits; what has waited too long is given up."""
    for row in rows:
        row.error = error
        if row.tries >= MOST_TRIES:
            row.state = "failed"
    ctx.session.commit()
