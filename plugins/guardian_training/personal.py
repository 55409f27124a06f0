"""What a copy of somebody's data calls the module's tables."""

from __future__ import annotations

from app.sdk import PersonalTable
from plugins.guardian_training.kinds import (
    ABSENT,
    ANSWER,
    COMING,
    COURSE_KINDS,
    HERE,
    INVITATIONS,
    INVITED,
    NOT_COMING,
    PRESENT,
    REASONS,
    WAYS,
)
from plugins.guardian_training.words import T

STATES = {PRESENT: T("Came"), ABSENT: T("Absent"), INVITED: T("Invited")}
PERSONAL = (
    PersonalTable(
        "guardian_training_attendance",
        T("Trainings and parents' meetings"),
        {
            "kind": T("Kind"),
            "title": T("Session"),
            "day": T("Day"),
            "state": T("Came or not"),
            "way": T("How"),
            "invited_at": T("Invited at"),
            "invited_way": T("How invited"),
            "reason": T("Why"),
            "note": T("Remark"),
            "marked_at": T("Written down"),
        },
        {
            "kind": COURSE_KINDS,
            "state": STATES,
            "way": WAYS,
            "invited_way": INVITATIONS,
            "reason": REASONS,
        },
    ),
    PersonalTable(
        "guardian_training_word",
        T("What a guardian said of a session"),
        {
            "what": T("Said"),
            "value": T("Number of the answer"),
            "way": T("How"),
            "at": T("When"),
        },
        {
            "what": {
                COMING: T("I come"),
                NOT_COMING: T("I cannot"),
                HERE: T("Signed in by phone"),
                ANSWER: T("Answer to the question"),
            },
            "way": WAYS,
        },
    ),
)
NOT_PERSONAL = {
    "guardian_training_staff_credit": "about a teacher; its entry concerns no child",
}
