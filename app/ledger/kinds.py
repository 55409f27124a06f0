"""The core's own kinds of ledger entries."""

from __future__ import annotations

from app.host.manifest import EntryKind
from app.kernel.text import T

CORE_ENTRY_KINDS = (
    EntryKind("transfer", T("Transfer"), "staff", "box-arrow-in-right"),
    EntryKind("note", T("Note"), "staff", "pencil-square"),
)
