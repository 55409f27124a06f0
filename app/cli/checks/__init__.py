"""What ``qinchao doctor`` looks at, in the order in which it tells it."""

from __future__ import annotations

from collections.abc import Callable

from app.cli.checks.data import catalogues, files_are_there, files_writable, keys_fit
from app.cli.checks.database import answers, clock, grants, migrations, owner, policies, roles
from app.cli.checks.finding import Finding, Patient
from app.cli.checks.queue import redis, scheduler, waiting, workers
from app.kernel.text import T, Text

CHECKS: dict[str, tuple[Text, Callable[[Patient], Finding]]] = {
    "database": (T("PostgreSQL"), answers),
    "owner": (T("The owner's access"), owner),
    "roles": (T("The application's role"), roles),
    "grants": (T("Tables of centres"), grants),
    "migrations": (T("Versions of tables"), migrations),
    "policies": (T("Keys and policies"), policies),
    "clock": (T("Clock"), clock),
    "redis": (T("Redis or Valkey"), redis),
    "workers": (T("Workers"), workers),
    "scheduler": (T("Scheduler"), scheduler),
    "waiting": (T("Waiting jobs"), waiting),
    "files": (T("File store"), files_writable),
    "stored": (T("Files that are named"), files_are_there),
    "keys": (T("Keys of encrypted fields"), keys_fit),
    "catalogues": (T("Chinese catalogues"), catalogues),
}

__all__ = ["CHECKS", "Finding", "Patient"]
