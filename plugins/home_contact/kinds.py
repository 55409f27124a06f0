"""The kinds of contact and what the form asks of each: data, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.sdk import EntryKind, FamilyQuestion, Text
from plugins.home_contact.words import T

DONE, NOT_REACHED, DECLINED = "done", "not_reached", "declined"
PREFIX = "home_contact."
# The page on which a contact with a child is written down; the core's to-do leads there.
FORM = "home_contact_child.new"
CORRECT = "home_contact_child.correct_contact"


@dataclass(frozen=True)
class Kind:
    """One kind of contact.

    ``outcomes`` are its outcomes in its own words. ``reaches``: when done, somebody of the family
    has been reached. ``adult``: the form asks with whom; ``number``: and on which number.
    ``minutes``: it asks how long. ``ticks`` are words to tick instead of writing, kept under their
    keys. ``families_read`` opens the entry to guardians.
    """

    name: str
    title: Text
    icon: str
    outcomes: Mapping[str, Text]
    hint: Text
    families_read: bool = True
    question: FamilyQuestion | None = None
    reaches: bool = False
    adult: Text | None = None
    number: bool = False
    minutes: bool = False
    ticks: Mapping[str, Text] = field(default_factory=dict)
    ticks_title: Text | None = None
    main: bool = False

    @property
    def entry_kind(self) -> str:
        """Return the name of its entries in the ledger."""
        return PREFIX + self.name

    def declared(self) -> EntryKind:
        """Return it as the ledger knows it."""
        return EntryKind(
            self.entry_kind,
            self.title,
            "guardian" if self.families_read else "staff",
            self.icon,
            asks_family=self.question is not None,
            question=self.question,
            form=FORM,
            correct=CORRECT,
        )


_DONE_ONLY = {DONE: T("Done")}

_ALL = (
    Kind(
        "visit", T("Home visit"), "house-heart",
        {DONE: T("Met somebody"), NOT_REACHED: T("Nobody at home"), DECLINED: T("Declined")},
        T("What you saw and talked about. The family reads it."),
        question=FamilyQuestion(
            T("Did the teacher come to your home?"), T("Yes, came"), T("No, did not come")
        ),
        reaches=True, adult=T("Whom did you meet"), main=True,
        ticks_title=T("What you found"),
        ticks={
            "cared_for": T("Well looked after"), "study_helped": T("Somebody helps with homework"),
            "no_helper": T("Nobody helps with homework"), "alone": T("Often alone"),
            "unwell": T("Somebody is ill"), "hardship": T("Hardship at home"),
            "unsafe": T("Something is unsafe"),
        },
    ),
    Kind(
        "call", T("Phone call"), "telephone",
        {DONE: T("Got through"), NOT_REACHED: T("No answer"), DECLINED: T("Declined")},
        T("What you talked about. The family reads it."),
        reaches=True, adult=T("Whom did you call"), number=True, minutes=True, main=True,
    ),
    Kind(
        "talk", T("Heart-to-heart talk"), "chat-heart",
        {DONE: T("Talked"), DECLINED: T("The child did not want to")},
        T("What moves the child. Families do not read it."),
        families_read=False, main=True, ticks_title=T("How the child was"),
        ticks={
            "calm": T("Calm"), "cheerful": T("Cheerful"), "homesick": T("Misses the parents"),
            "study_worry": T("Worried about school work"), "quarrel": T("Quarrel with classmates"),
            "silent": T("Said little"),
        },
    ),
    Kind(
        "round_table", T("Round-table talk"), "people",
        {DONE: T("Held"), NOT_REACHED: T("The family did not come"), DECLINED: T("Declined")},
        T("What was agreed between teacher, child and family. The family reads it."),
        question=FamilyQuestion(
            T("Did you take part in this talk?"), T("Yes, took part"), T("No, did not")
        ),
        reaches=True, adult=T("Who took part"), main=True,
    ),
    Kind(
        "family_call", T("Child called its parents"), "telephone-forward",
        {DONE: T("Got through"), NOT_REACHED: T("No answer")},
        T("How the child was afterwards. The family reads it."),
        reaches=True, adult=T("With whom"), number=True, minutes=True,
    ),
    Kind(
        "video_call", T("Video with the parents"), "camera-video",
        {DONE: T("Got through"), NOT_REACHED: T("No answer")},
        T("How the child was afterwards. The family reads it."),
        reaches=True, adult=T("With whom"), number=True, minutes=True,
    ),
    Kind(
        "carer_call", T("Talk with the carer"), "telephone-inbound",
        {DONE: T("Spoke"), NOT_REACHED: T("No answer"), DECLINED: T("Declined")},
        T("What the carer said. Families do not read it."),
        families_read=False, reaches=True, adult=T("With whom"), number=True, minutes=True,
    ),
    Kind(
        "letter", T("Letter to the family"), "envelope",
        _DONE_ONLY, T("What the letter says. The family reads it."),
        adult=T("To whom"), ticks_title=T("How it went"),
        ticks={
            "by_child": T("Taken home by the child"), "by_post": T("By post"),
            "by_hand": T("Handed over"), "by_chat": T("By WeChat"),
        },
    ),
    Kind(
        "child_letter", T("Child's letter to its parents"), "envelope-heart",
        _DONE_ONLY, T("What else there is to say. The family reads it."),
        adult=T("To whom"), ticks_title=T("How it went"),
        ticks={"by_post": T("By post"), "taken_home": T("Taken home"), "read_out": T("Read out")},
    ),
    Kind(
        "parents_return", T("Parents came home"), "house-check",
        _DONE_ONLY, T("From when to when, what was done together. The family reads it."),
        adult=T("Who came home"), ticks_title=T("Occasion"),
        ticks={
            "festival": T("Festival"), "birthday": T("The child's birthday"),
            "for_good": T("Home for good"), "matter": T("A family matter"),
        },
    ),
)  # fmt: skip

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
ENTRY_KINDS = tuple(kind.entry_kind for kind in _ALL)
REACHING = tuple(kind.entry_kind for kind in _ALL if kind.reaches)


def kind_of(entry_kind: str) -> Kind:
    """Return the kind of a ledger entry of this module."""
    return KINDS[entry_kind.removeprefix(PREFIX)]
