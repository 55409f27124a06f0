"""What the module declares."""

from __future__ import annotations

from app.sdk import Indicator, Module, NavItem, Permission, Setting
from plugins.home_contact.kinds import KINDS
from plugins.home_contact.personal import PERSONAL
from plugins.home_contact.words import T

NAME = "home_contact"
VIEW = "home_contact.view"
RECORD = "home_contact.record"
LONG_DAYS, TRIES, LETTER = "long_days", "tries", "letter"
REACHED, VISITED, OVERDUE = (
    "home_contact.reached", "home_contact.visited", "home_contact.overdue"
)  # fmt: skip
# What stands in a letter's text for the child and its class.
CHILD, CLASS = T("[child]"), T("[class]")

MODULE = Module(
    name=NAME,
    title=T("Home contact"),
    summary=T(
        "Visits, calls, talks, letters and round-tables, written down on the phone in a minute; "
        "who has not been reached for long; families say whether the teacher came."
    ),
    version="0.1.0",
    core=">=0.1,<1",
    permissions=(
        Permission(
            VIEW,
            T("See contacts with families"),
            (
                "center_admin", "center_inspector", "school_admin", "homeroom_teacher", "mentor",
                "counsellor", "health_worker", "subsidy_officer",
            ),
        ),
        Permission(
            RECORD,
            T("Write down contacts with families"),
            ("school_admin", "homeroom_teacher", "mentor", "counsellor"),
        ),
    ),
    entry_kinds=tuple(kind.declared() for kind in KINDS.values()),
    navigation=(
        NavItem(T("Home contact"), "home_contact_school.board_page", VIEW, icon="house-heart",
                position=11),
        NavItem(T("Write down a contact"), "home_contact_child.new", RECORD, area="child",
                icon="pencil-square"),
    ),
    settings=(
        Setting(LONG_DAYS, T("After how many days a child counts as not reached for long"), 30,
                "integer"),
        Setting(TRIES, T("After how many calls without an answer to ask for a new number"), 3,
                "integer"),
        Setting(
            LETTER,
            T("Text of the letter to families"),
            T(
                "We hope this letter finds you well. {child} is a pupil of {homeroom} this term.\n"
                "However far away you work: please call your child at least once a week, ask "
                "about school and about how it feels, and talk with whoever looks after it.\n"
                "Please remind your child of safety: on the road, near water, with fire and "
                "electricity, and online.\n"
                "If your telephone number or your place of work changes, please tell the class "
                "teacher at once.",
                child=CHILD, homeroom=CLASS,
            ),
            "long_text",
            T("[child] and [class] are replaced in each letter."),
        ),
    ),
    indicators=(
        Indicator(
            REACHED, T("Left-behind children reached this month"), T("children"),
            T("Left-behind children by education whose family somebody has reached since the first "
              "of this month (visit, call, round-table, video), out of all of them."),
            VIEW, among="pupils", main=True,
        ),
        Indicator(
            VISITED, T("Left-behind children visited this term"), T("children"),
            T("Left-behind children by education whose family was met at home since the term "
              "began, out of all of them."),
            VIEW, among="pupils",
        ),
        Indicator(
            OVERDUE, T("Next steps overdue"), T("steps"),
            T("Steps agreed in a contact that are not done and should have been before today."),
            VIEW,
        ),
    ),
    personal=PERSONAL,
    stores=(
        T("What was talked about with families and children, and with whom"),
        T("When a telephone number was answered last, and how often in vain"),
        T("Next steps"),
    ),
)  # fmt: skip
