"""A spreadsheet that somebody outside sends back, kept for a while and read by a job.

:mod:`app.sdk.sheet_import` is for sheets about pupils, whose headings mean a module's fields. A
sheet that answers for rows a module has already, such as a bank's, is read by the module itself;
here it is kept, encrypted, for the days that the centre keeps imported files, with what was found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.children.models import ImportBatch
from app.children.roster.batches import school_of, stored_file
from app.host.context import Ctx
from app.kernel.errors import NotVisible
from app.sheets.read import read_workbook
from app.sheets.workbook import Workbook


def keep_sheet(
    ctx: Ctx, kind: str, target_id: UUID, *, name: str, body: bytes, report: Mapping[str, Any]
) -> ImportBatch:
    """Keep a sheet that was sent for something, unread; ``kind`` begins with the module's name.

    ``report`` is JSON with what the job needs to know and later what it found.
    """
    kept = ImportBatch(
        school_id=school_of(ctx),
        kind=kind,
        file_name=name,
        file_hash=hashlib.sha256(body).hexdigest(),
        storage_key=ctx.files.put(ctx.scope.center_id, "imports", body),
        report=_plain(report) | {"target": str(target_id)},
        created_at=ctx.now(),
        created_by_id=ctx.actor.staff_id,
    )
    ctx.session.add(kept)
    ctx.session.flush()
    return kept


def kept_sheet(ctx: Ctx, kind: str, sheet_id: UUID) -> ImportBatch:
    """Return a sheet of this place and kind; raises :class:`NotVisible`."""
    found = ctx.session.scalar(
        select(ImportBatch).where(ImportBatch.id == sheet_id, ImportBatch.kind == kind)
    )
    if found is None:
        raise NotVisible
    return found


def last_kept(ctx: Ctx, kind: str, target_id: UUID) -> ImportBatch | None:
    """Return the newest sheet that was sent for something; one query."""
    return ctx.session.scalars(
        select(ImportBatch)
        .where(
            ImportBatch.kind == kind,
            ImportBatch.report["target"].astext == str(target_id),
        )
        .order_by(ImportBatch.created_at.desc())
        .limit(1)
    ).first()


def kept_workbook(ctx: Ctx, kept: ImportBatch) -> Workbook:
    """Read a kept sheet; raises :class:`Refused` with what to do about it."""
    with stored_file(ctx, kept) as path:
        return read_workbook(path, name=kept.file_name)


def close_kept(ctx: Ctx, kept: ImportBatch, *, state: str, **found: Any) -> None:
    """Say how a sheet ended, ``state`` applied or failed, and what was found in it."""
    kept.state, kept.applied_at = state, ctx.now()
    kept.report = kept.report | _plain(found)
    ctx.session.flush()


def _plain(report: Mapping[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(dict(report), default=str)))
