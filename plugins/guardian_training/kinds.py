"""What a course may be, whom it is for, how somebody came or why not: data, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping

from app.sdk import EntryKind, Text
from plugins.guardian_training.words import T

PREFIX = "guardian_training."
# The page on which a session is planned or written down; the core's to-do leads there.
FORM = "guardian_training_school.new_session"

TRAINING, MEETING, STAFF = "training", "meeting", "staff"
COURSE_KINDS: Mapping[str, Text] = {
    TRAINING: T("Training of guardians"),
    MEETING: T("Parents' meeting"),
    STAFF: T("Training of teachers"),
}

SESSION_ENTRY = f"{PREFIX}session"
MEETING_ENTRY = f"{PREFIX}meeting"
MAKEUP_ENTRY = f"{PREFIX}makeup"
HOME_ENTRY = f"{PREFIX}home"
STAFF_ENTRY = f"{PREFIX}staff"
# A session that makes up for another, or comes to the home, is an attendance like any other, but
# not one more session that the school has held.
ENTRY_KINDS = (
    EntryKind(SESSION_ENTRY, T("Training of guardians"), "staff", "mortarboard", form=FORM,
              of_adults=True),
    EntryKind(MEETING_ENTRY, T("Parents' meeting"), "staff", "people", form=FORM, of_adults=True),
    EntryKind(MAKEUP_ENTRY, T("Make-up session"), "staff", "arrow-repeat", form=FORM,
              of_adults=True),
    EntryKind(HOME_ENTRY, T("Training brought to the home"), "staff", "house-heart", form=FORM,
              of_adults=True),
    EntryKind(STAFF_ENTRY, T("Training of teachers"), "staff", "journal-check", form=FORM),
)  # fmt: skip
KIND_OF_FORM: Mapping[str, str] = {"session": TRAINING, "meeting": MEETING, "staff": STAFF}

HALL, VIDEO, HOME = "hall", "video", "home"
MODES: Mapping[str, Text] = {
    HALL: T("At school or in the village"),
    VIDEO: T("By video"),
    HOME: T("Brought to the home"),
}

GRANDPARENT, ENTRUSTED, AWAY, PARENT = "grandparent", "entrusted", "away", "parent"
AUDIENCES: Mapping[str, Text] = {
    GRANDPARENT: T("Grandparents"),
    ENTRUSTED: T("Entrusted guardians"),
    AWAY: T("Parents working away"),
    PARENT: T("Parents at home"),
}
GRANDPARENTS = (
    "grandfather", "grandmother", "maternal_grandfather", "maternal_grandmother", "grandparent",
)  # fmt: skip
PARENTS = ("father", "mother", "stepfather", "stepmother")

INVITED, PRESENT, ABSENT = "invited", "present", "absent"
WAYS: Mapping[str, Text] = {
    "list": T("Ticked on the list"),
    "sheet": T("Signed on paper"),
    "qr": T("Scanned with the phone"),
    "code": T("Typed the code"),
    "video": T("Joined the video"),
    "home": T("At home"),
}
REASONS: Mapping[str, Text] = {
    "work": T("Works far away"),
    "farm": T("Farm work or a job that day"),
    "ill": T("Ill or hard of walking"),
    "care": T("Has to look after somebody"),
    "far": T("Too far, no transport"),
    "unknown_to": T("Did not know of it"),
    "unwilling": T("Does not want to"),
    "unreachable": T("Could not be reached"),
    "other": T("Another reason"),
}
INVITATIONS: Mapping[str, Text] = {
    "paper": T("On paper"),
    "message": T("By message or in the group"),
    "phone": T("By telephone"),
}

# What a family says of a session on its own page.
COMING, NOT_COMING, HERE, ANSWER = "coming", "not_coming", "here", "answer"
MOST_ANSWERS = 5
# The icon and the look of the first to the fifth button, for who reads with difficulty.
FACES = ("emoji-laughing", "emoji-smile", "emoji-neutral", "emoji-frown", "emoji-dizzy")
DEFAULT_ANSWERS = (T("Understood all of it"), T("Understood most of it"), T("Did not understand"))


def entry_kind(kind: str, mode: str, *, makeup: bool) -> str:
    """Return the kind of ledger entry that a session writes."""
    if kind == STAFF:
        return STAFF_ENTRY
    if mode == HOME:
        return HOME_ENTRY
    if makeup:
        return MAKEUP_ENTRY
    return MEETING_ENTRY if kind == MEETING else SESSION_ENTRY
