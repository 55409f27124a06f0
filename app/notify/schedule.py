"""What the scheduler asks for: digests at each centre's hour, and mail that is due."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from sqlalchemy import text

from app.db.scope import Scope
from app.db.session import db
from app.host.work import at_work
from app.jobs.services import enqueue
from app.kernel.clock import CHINA, Clock
from app.kernel.text import T
from app.notify.delivery import DELIVER_JOB
from app.notify.digest import DIGEST_JOB

_DUE = text("SELECT center_id, digest, mail FROM centers_to_notify(:now, :today, :hour)")


def ask_for_notices(clock: Clock | None = None) -> None:
    """Write the jobs that are due; asked again it writes none twice. Needs the application."""
    clock = clock or Clock()
    here = clock.now().astimezone(CHINA)
    values = {"now": here, "today": here.date(), "hour": here.hour}
    with db.engine.connect() as connection:
        due = connection.execute(_DUE, values).all()
    for center_id, digest, mail in due:
        _ask(center_id, clock, digest=digest, mail=mail)


def _ask(center_id: UUID, clock: Clock, *, digest: bool, mail: bool) -> None:
    with at_work(current_app.extensions, Scope.center(center_id), clock=clock) as ctx:
        if digest:
            day = ctx.today().isoformat()
            enqueue(
                ctx,
                DIGEST_JOB,
                title=T("What waits for you today"),
                arguments={"day": day},
                unique_key=f"{DIGEST_JOB} {day}",
            )
        if mail:
            enqueue(ctx, DELIVER_JOB, title=T("Send mail"), arguments={})
