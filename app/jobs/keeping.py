"""What jobs leave behind is removed after a week: their files and what they were told."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import text

from app.db.session import db
from app.files.store import FileStore
from app.jobs.services import KEPT_FOR

_FORGET = text("SELECT jobs_to_forget(:at_most, :kept)")


def forget_old(files: FileStore, *, at_most: int = 200, kept: timedelta = KEPT_FOR) -> int:
    """Remove files and arguments of jobs that ended longer ago than ``kept``; return how many.

    Rows and files go together: when a file cannot be removed, its row still names it.
    """
    with db.engine.begin() as connection:
        values = {"at_most": at_most, "kept": kept}
        forgotten = connection.execute(_FORGET, values).scalars().all()
        for key in forgotten:
            if key is not None:
                with suppress(FileNotFoundError):
                    files.remove(key)
    return len(forgotten)
