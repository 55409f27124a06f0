"""What a copy of a child's data calls the module's tables, and what erasing leaves of them.

Public money must be accounted for after a child is erased: sums, days and states stay, names, banks
and numbers go.
"""

from __future__ import annotations

from app.sdk import PersonalTable
from plugins.subsidies.kinds import BOARDING, CHECKS, STAGES, STATES
from plugins.subsidies.words import T

_PLACE = {"stage": STAGES, "boarding": BOARDING}

_ASKED = (
    PersonalTable(
        "subsidies_application",
        T("Applications"),
        {
            "source": T("Source"),
            "reasons": T("Reasons"),
            "stage": T("Stage"),
            "boarding": T("Boards"),
            "amount_fen": T("Amount in fen"),
            "goods": T("Goods"),
            "state": T("State"),
            "proposed_at": T("Proposed on"),
            "check_kind": T("How it was looked into"),
            "check_note": T("What was found"),
            "checked_on": T("Looked into on"),
            "reviewed_on": T("Passed by the class on"),
            "closed_at": T("Closed on"),
            "close_reason": T("Why closed"),
        },
        _PLACE | {"state": STATES, "check_kind": CHECKS},
        keeps=("source", "stage", "boarding", "amount_fen", "state", "proposed_at", "check_kind",
               "checked_on", "reviewed_on", "closed_at"),
    ),
    PersonalTable(
        "subsidies_objection",
        T("Objections"),
        {
            "said_on": T("Said on"),
            "said_by": T("Said by"),
            "text": T("Text"),
            "recorded_at": T("Written down"),
            "answer": T("Answer"),
            "upheld": T("Upheld"),
            "answered_at": T("Answered on"),
        },
        keeps=("said_on", "recorded_at", "upheld", "answered_at"),
    ),
    PersonalTable(
        "subsidies_account",
        T("Bank accounts"),
        {
            "holder": T("Account holder"),
            "bank": T("Bank"),
            "number": T("Account number"),
            "tail": T("Last digits"),
            "recorded_at": T("Written down"),
            "voided_at": T("Withdrawn on"),
        },
    ),
)  # fmt: skip

_PAID = (
    PersonalTable(
        "subsidies_award",
        T("Awards"),
        {
            "name": T("Name"),
            "class_name": T("Class"),
            "stage": T("Stage"),
            "boarding": T("Boards"),
            "amount_fen": T("Amount in fen"),
            "goods": T("Goods"),
            "awarded_at": T("Approved on"),
            "ended_at": T("Ended on"),
            "end_reason": T("Why ended"),
        },
        _PLACE,
        keeps=("class_name", "stage", "boarding", "amount_fen", "awarded_at", "ended_at"),
    ),
    PersonalTable(
        "subsidies_payment",
        T("Payments"),
        {
            "line": T("Line"),
            "payee": T("Paid to"),
            "bank": T("Bank"),
            "account": T("Account number"),
            "tail": T("Last digits"),
            "amount_fen": T("Amount in fen"),
        },
        keeps=("line", "amount_fen"),
    ),
    PersonalTable(
        "subsidies_settlement",
        T("What became of payments"),
        {
            "outcome": T("Outcome"),
            "day": T("Day"),
            "reason": T("Reason"),
            "recorded_at": T("Written down"),
        },
        {"outcome": {"paid": T("Paid"), "returned": T("Returned")}},
        keeps=("outcome", "day", "recorded_at"),
    ),
    PersonalTable(
        "subsidies_receipt",
        T("Receipts"),
        {"day": T("Day"), "signed_by": T("Signed by"), "recorded_at": T("Written down")},
        keeps=("day", "recorded_at"),
    ),
    PersonalTable(
        "subsidies_reversal",
        T("Payments taken back"),
        {
            "amount_fen": T("Amount in fen"),
            "reason": T("Reason"),
            "state": T("State"),
            "asked_at": T("Asked on"),
            "day": T("Day"),
            "decided_at": T("Decided on"),
            "refused_at": T("Refused on"),
            "answer": T("Answer"),
        },
        {"state": {"asked": T("Waits"), "confirmed": T("Agreed to"), "refused": T("Refused")}},
        keeps=("amount_fen", "state", "asked_at", "day", "decided_at", "refused_at"),
    ),
)  # fmt: skip

PERSONAL = (*_ASKED, *_PAID)
