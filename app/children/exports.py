"""Long lists are written by a job: the page stays quick, the file waits to be fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select

from app.audit.services import record as audit
from app.children.listing import all_rows
from app.children.register import Heading, as_sheet
from app.children.search import Wanted, children_query
from app.host.context import Ctx
from app.jobs.models import Job
from app.jobs.progress import Steps
from app.jobs.services import MadeFile, enqueue
from app.kernel.text import T

EXPORT = "children.export"
PERMISSION = "children.export"
MOST_AT_ONCE = 2000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def is_long(ctx: Ctx, wanted: Wanted) -> bool:
    """Tell whether a list is too long to be written while somebody waits."""
    listed = children_query(ctx, wanted, PERMISSION).order_by(None).subquery()
    return ctx.session.execute(select(func.count()).select_from(listed)).scalar_one() > MOST_AT_ONCE


def write_sheet(ctx: Ctx, wanted: Wanted, place: str) -> tuple[bytes, str]:
    """Return the list as .xlsx and the file's name; the audit notes how many rows left."""
    rows = all_rows(ctx, wanted, PERMISSION)
    one_class = rows[0].class_name if wanted.homeroom and rows else ""
    called = T("Roster of class {name}", name=one_class) if one_class else T("Roster of pupils")
    title, today = str(called), ctx.today()
    body = as_sheet(ctx, rows, Heading(title, place, today))
    audit(ctx, "children.export", rows=len(rows))
    return body, f"{place}{title}{today:%Y%m%d}.xlsx"


def ask_export(ctx: Ctx, wanted: Wanted, place: str) -> Job:
    """Ask for the list as a job."""
    arguments = {"wanted": asdict(wanted), "place": place}
    return enqueue(ctx, EXPORT, title=T("Roster of pupils"), arguments=arguments)


def export_job(
    ctx: Ctx, progress: Steps, wanted: Mapping[str, str], place: str
) -> Mapping[str, Any]:
    """Write the list and keep it in the file store; only what the asker may still export."""
    progress.step(0, 2, T("Gathering the children"))
    body, name = write_sheet(ctx, Wanted(**wanted), place)
    progress.step(1, 2, T("Writing the file"))
    made = MadeFile(ctx.files.put(ctx.scope.center_id, "exports", body), name, XLSX)
    return made.result(ctx.actor, (PERMISSION, "children.identity", "children.contact"))
