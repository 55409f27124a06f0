"""What a copy of a child's data calls the module's tables."""

from __future__ import annotations

from app.sdk import PersonalTable, Text
from plugins.home_contact.kinds import KINDS
from plugins.home_contact.words import T

_TICKS: dict[str, Text] = {key: word for kind in KINDS.values() for key, word in kind.ticks.items()}

PERSONAL = (
    PersonalTable(
        "home_contact_contact",
        T("How contacts went"),
        {"minutes": T("Minutes"), "ticks": T("In a few words")},
        {"ticks": _TICKS},
    ),
    PersonalTable(
        "home_contact_next_step",
        T("Next steps"),
        {
            "text": T("Next step"),
            "due_on": T("Due by"),
            "done_on": T("Done on"),
            "done_by_id": T("By"),
        },
    ),
)
