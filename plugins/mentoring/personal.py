"""What a copy of a child's data calls the module's tables."""

from __future__ import annotations

from app.sdk import PersonalTable
from plugins.mentoring.words import T

_FROM_TO = {"starts_on": T("From"), "ends_on": T("Until")}

PERSONAL = (
    PersonalTable(
        "mentoring_pairing_change",
        T("Changes of the mentor"),
        {"ended": T("Ended")},
    ),
    PersonalTable(
        "mentoring_helper",
        T("Pupils who help pupils"),
        {"helper_id": T("Helper"), "kind": T("Kind"), **_FROM_TO, "end_reason": T("Why it ended")},
        {
            "kind": {
                "little_teacher": T("Little teacher"),
                "hand_in_hand": T("Hand in hand"),
                "study_helper": T("Study helper"),
            }
        },
    ),
    PersonalTable(
        "mentoring_plan",
        T("Plans"),
        {
            "kind": T("Kind"),
            "situation": T("Situation"),
            "starts_on": T("From"),
            "review_on": T("Review on"),
            "created_at": T("Written down"),
            "created_by_id": T("By"),
            "closed_on": T("Closed on"),
            "outcome": T("Outcome"),
        },
        {"kind": {"support": T("Support plan"), "individual": T("Individual education plan")}},
        restricted={"kind": ("individual",)},
    ),
    PersonalTable(
        "mentoring_plan_goal",
        T("Goals of plans"),
        {"due_on": T("By when"), "goal": T("Goal"), "steps": T("Steps")},
    ),
    PersonalTable(
        "mentoring_plan_review",
        T("Reviews of plans"),
        {"result": T("Result")},
        {
            "result": {
                "reached": T("Goal reached"),
                "better": T("Better"),
                "same": T("Unchanged"),
                "worse": T("Worse"),
            }
        },
    ),
)
NOT_PERSONAL = {"mentoring_assessment": "about a mentor; its entry concerns no child"}
