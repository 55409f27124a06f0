"""What the scheduler asks for: closing, the night after windows have settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import current_app
from sqlalchemy import text

from app.db.scope import Scope
from app.db.session import db
from app.duties.closing import close_until
from app.duties.layout import lay_out
from app.host.context import Ctx
from app.host.work import at_work
from app.jobs.progress import Steps
from app.jobs.services import enqueue
from app.kernel.clock import Clock
from app.kernel.text import T
from app.privacy.erasing import remove_left_files

CLOSE_JOB = "duties.close"
_DUE = text("SELECT center_id FROM centers_to_close(:today)")


def ask_to_close(clock: Clock | None = None) -> None:
    """Write the closing jobs of today; asked again it writes none twice. Needs the application."""
    clock = clock or Clock()
    today = clock.today()
    with db.engine.connect() as connection:
        due = connection.execute(_DUE, {"today": today}).scalars().all()
    for center_id in due:
        with at_work(current_app.extensions, Scope.center(center_id), clock=clock) as ctx:
            enqueue(
                ctx,
                CLOSE_JOB,
                title=T("Close what is over"),
                arguments={"until": today.isoformat()},
                unique_key=f"{CLOSE_JOB} {today.isoformat()}",
            )


def close_job(ctx: Ctx, progress: Steps, until: str) -> Mapping[str, int]:
    """Close the centre's windows that have settled, then lay out those to come."""
    progress.step(0, 3)
    closed = close_until(ctx, date.fromisoformat(until))
    progress.step(1, 3)
    lay_out(ctx)
    progress.step(2, 3)
    # The night's one job of each centre: what could not be removed by day is tried again.
    return {**vars(closed), "files_left": remove_left_files(ctx)}
