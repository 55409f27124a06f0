"""The core's own kinds of ledger entries."""

from __future__ import annotations

from app.host.manifest import EntryKind
from app.kernel.text import T

HANDED_OVER, SUMMARY = "duties.hand_over", "reports.term_summary"
"""Named after the part of the core that they come from, as policies name them."""
NOTE, TRANSFER, ENROLMENT, LEAVING, MERGE = "note", "transfer", "enrolment", "leaving", "merge"
CORE_ENTRY_KINDS = (
    EntryKind(ENROLMENT, T("Start at school"), "staff", "box-arrow-in-right"),
    EntryKind(TRANSFER, T("Transfer"), "staff", "arrow-left-right"),
    EntryKind(LEAVING, T("Leaving school"), "staff", "box-arrow-right"),
    EntryKind(MERGE, T("Records joined"), "staff", "intersect"),
    EntryKind(HANDED_OVER, T("Hand-over"), "staff", "arrow-left-right"),
    EntryKind(SUMMARY, T("Term summary"), "staff", "file-earmark-text"),
    EntryKind(NOTE, T("Note"), "staff", "pencil-square"),
)
TRANSITIONS = frozenset({TRANSFER, ENROLMENT, LEAVING, MERGE})
"""Written when a child's state changes: undone by changing the state, never by hand."""
