"""What a copy of a child's data calls the module's tables."""

from __future__ import annotations

from app.sdk import PersonalTable
from plugins.health_checks.measures import NUMBERS
from plugins.health_checks.words import T

PERSONAL = (
    PersonalTable(
        "health_checks_check_up",
        T("Check-ups"),
        {
            **{item.name: item.title for item in NUMBERS},
            "hearing": T("Hearing"),
            "teeth": T("Teeth"),
            "note": T("Note"),
        },
    ),
)
