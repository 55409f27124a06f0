"""Photos and papers of an application and of its check, as they are sent and shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy import select

from app.sdk import Attachment, Ctx, Upload
from plugins.subsidies.models import Application

_MOST = 5


def sent_files() -> list[Upload]:
    """Return what was sent in the field ``file``: five at most, empty ones left out."""
    files = [one for one in request.files.getlist("file") if one.filename]
    return [Upload(one.filename or "", one.read()) for one in files[:_MOST]]


def evidence(ctx: Ctx, rows: Iterable[Application]) -> Mapping[UUID, list[dict[str, Any]]]:
    """Return photos and papers by application, as pages list them: one query."""
    of_act: dict[UUID, list[Application]] = defaultdict(list)
    for row in rows:
        for act in (row.applied_act_id, row.check_act_id):
            if act is not None:
                of_act[act].append(row)
    files = ctx.session.scalars(
        select(Attachment)
        .where(Attachment.act_id.in_(list(of_act)), Attachment.voided_at.is_(None))
        .order_by(Attachment.created_at, Attachment.id)
    )
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for one in files:
        for row in of_act[one.act_id]:
            url = url_for("ledger.attachment", child_id=row.child_id, attachment_id=one.id)
            picture = url if one.media_type.startswith("image/") else None
            shown = {"name": one.name, "size": one.size, "url": url, "thumbnail_url": picture}
            found[row.id].append(shown)
    return found
