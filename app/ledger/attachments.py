"""Photos and papers of an act: sniffed, capped, stored as they came."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T
from app.ledger.models import Act, Attachment

LIMIT_MB = 10
_NAME_LENGTH = 120
_MAGIC = (
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("image/webp", 8, b"WEBP"),
    ("application/pdf", 0, b"%PDF-"),
)


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: the name it had and its bytes."""

    name: str
    body: bytes


def media_type_of(body: bytes) -> str | None:
    """Return what the bytes are by their first ones, whatever the name says; None: not accepted."""
    return next((kind for kind, at, magic in _MAGIC if body[at:].startswith(magic)), None)


def attach(ctx: Ctx, act: Act, upload: Upload, *, field: str = "photo") -> Attachment:
    """Hang a JPEG, PNG, WebP or PDF of at most 10 MB on an act.

    Raises :class:`Refused` for another kind of file, an empty or a bigger one.
    """
    row = Attachment(act_id=act.id, created_at=ctx.now(), **keep_upload(ctx, upload, field=field))
    ctx.session.add(row)
    ctx.session.flush()
    return row


def keep_upload(ctx: Ctx, upload: Upload, *, field: str = "file") -> dict[str, Any]:
    """Store a file and return the columns that tell of it, for a table of a module's own.

    They are name, media_type, size (bytes), sha256 and storage_key. Accepts and refuses what
    :func:`attach` does.
    """
    if len(upload.body) > LIMIT_MB * 1024 * 1024:
        raise Refused(T("The file is bigger than {limit} MB.", limit=LIMIT_MB), field)
    media_type = media_type_of(upload.body)
    if media_type is None:
        raise Refused(T("Only photos (JPEG, PNG, WebP) and PDF files are accepted."), field)
    return {
        "name": _plain_name(upload.name),
        "media_type": media_type,
        "size": len(upload.body),
        "sha256": hashlib.sha256(upload.body).hexdigest(),
        "storage_key": ctx.files.put(ctx.scope.center_id, "attachments", upload.body),
    }


def _plain_name(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if c.isprintable()).strip()
    return kept[-_NAME_LENGTH:] or "file"
