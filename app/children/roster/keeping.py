"""The workbooks of imports are kept for a while, to be corrected from; the figures stay."""

from __future__ import annotations

from contextlib import suppress

from flask import current_app
from sqlalchemy import text

from app.db.session import db
from app.files.store import FileStore

KEPT_DAYS = 90  # unless the centre's setting import_files_days says otherwise
_AT_ONCE = 200
_FORGET = text("SELECT imports_to_forget(:at_most, :days)")


def forget_workbooks() -> None:
    """Remove the workbooks of imports that ended long ago. Needs the application.

    Rows and files go together: when a file cannot be removed, its row still names it.
    """
    files: FileStore = current_app.extensions["qinchao_files"]
    with db.engine.begin() as connection:
        keys = connection.execute(_FORGET, {"at_most": _AT_ONCE, "days": KEPT_DAYS}).scalars().all()
        for key in keys:
            with suppress(FileNotFoundError):
                files.remove(key)
