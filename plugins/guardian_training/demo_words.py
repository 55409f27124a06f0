"""What the invented courses say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.sdk import Text
from plugins.guardian_training.kinds import (
    AWAY,
    ENTRUSTED,
    GRANDPARENT,
    MEETING,
    STAFF,
    TRAINING,
)
from plugins.guardian_training.words import T


@dataclass(frozen=True)
class Invented:
    """An invented course."""

    key: str
    kind: str
    title: Text
    audience: tuple[str, ...] = ()
    plan: Text | str = ""
    materials: Text | str = ""
    lecturer: Text | str = ""
    question: Text | str = ""
    credits: str = ""


_UNDERSTOOD = T("Did you understand what was said today?")
COURSES = (
    Invented("meeting", MEETING, T("Parents' meeting at the beginning of term"), (),
             T("Who looks after whom this term; how to reach each other; safety."), "",
             T("Class teacher")),
    Invented("talking", TRAINING, T("Talking with a grandchild"), (GRANDPARENT, ENTRUSTED),
             T("Listen first, do not scold at table, praise what went well.\nThree games for ten "
               "minutes."),
             T("A film of eight minutes; a sheet with large pictures"),
             T("Counsellor of the school"), _UNDERSTOOD),
    Invented("far_away", TRAINING, T("Fifteen minutes with your child, from far away"), (AWAY,),
             T("How to call so that a child talks: ask about one thing, tell one thing, agree on "
               "the next call."), T("A sheet sent to the group"), T("Head of moral education"),
             _UNDERSTOOD),
    Invented("safety", TRAINING, T("Water, fire, roads and telephones in winter"),
             (GRANDPARENT, ENTRUSTED),
             T("What to look at every day; whom to call; fraud by telephone."),
             T("Sheets of the police station"), T("Police officer of the village"), _UNDERSTOOD),
    Invented("staff", STAFF, T("Skills of psychology for class teachers"), (),
             T("Noticing low mood; a first talk; when to hand on."), "",
             T("Teacher trainer of the county"), "", "4"),
)  # fmt: skip
SUMMARIES: Mapping[str, Text] = {
    "meeting": T("Phone numbers and carers were checked one by one; three numbers are new."),
    "talking": T("Many told of the telephone at night. Practised in pairs: listen, say it again, "
                 "praise one thing."),
    "far_away": T("Agreed on a fixed evening of the week for the call; the sheet is in the group."),
    "home": T("Talked for half an hour at home with the pictures; the child showed a game."),
}  # fmt: skip
