"""The core's own kinds of ledger entries."""

from __future__ import annotations

from app.host.manifest import EntryKind
from app.kernel.text import T

NOTE, TRANSFER, ENROLMENT, LEAVING, MERGE = "note", "transfer", "enrolment", "leaving", "merge"
CORE_ENTRY_KINDS = (
    EntryKind(ENROLMENT, T("Start at school"), "staff", "box-arrow-in-right"),
    EntryKind(TRANSFER, T("Transfer"), "staff", "arrow-left-right"),
    EntryKind(LEAVING, T("Leaving school"), "staff", "box-arrow-right"),
    EntryKind(MERGE, T("Records joined"), "staff", "intersect"),
    EntryKind(NOTE, T("Note"), "staff", "pencil-square"),
)
TRANSITIONS = frozenset({TRANSFER, ENROLMENT, LEAVING, MERGE})
"""Written when a child's state changes: undone by changing the state, never by hand."""
