"""What the module declares."""

from __future__ import annotations

from app.sdk import Indicator, Module, NavItem, Permission, Setting
from plugins.guardian_training.kinds import ENTRY_KINDS
from plugins.guardian_training.personal import NOT_PERSONAL, PERSONAL
from plugins.guardian_training.words import T

NAME = "guardian_training"
VIEW = "guardian_training.view"
RECORD = "guardian_training.record"
MANAGE = "guardian_training.manage"
TIMES, TITLE, DOOR_HOURS = "times", "title", "door_hours"
TRAINED, NEVER, TO_MAKE_UP = (
    "guardian_training.trained", "guardian_training.never", "guardian_training.to_make_up",
)  # fmt: skip

_CENTER = ("center_admin", "center_inspector")

MODULE = Module(
    name=NAME,
    title=T("Training of guardians"),
    summary=T(
        "Courses for grandparents, entrusted guardians and parents: invitations, signing in by "
        "list, paper or phone, make-up sessions, and who never came and why."
    ),
    version="0.1.0",
    core=">=0.1,<1",
    permissions=(
        Permission(VIEW, T("See trainings of guardians and who came"),
                   (*_CENTER, "school_admin", "homeroom_teacher", "mentor", "counsellor")),
        Permission(RECORD, T("Hold sessions and write down who came"),
                   ("school_admin", "homeroom_teacher", "counsellor")),
        Permission(MANAGE, T("Plan courses of the whole school; teachers' credits; certificates"),
                   ("school_admin",)),
    ),
    entry_kinds=ENTRY_KINDS,
    navigation=(
        NavItem(T("Training of guardians"), "guardian_training_school.page", VIEW,
                icon="mortarboard", position=16),
        NavItem(T("Training of guardians"), "guardian_training_center.page", VIEW, area="center",
                icon="mortarboard", position=45),
    ),
    settings=(
        Setting(TITLE, T("What the training is called"), T("Training of grandparent guardians"),
                hint=T("Stands on invitations, the log form and certificates.")),
        Setting(TIMES, T("How often a guardian is to be trained in a term"), 1, "integer"),
        Setting(DOOR_HOURS, T("For how many hours one can sign in by phone"), 3, "integer"),
    ),
    indicators=(
        Indicator(
            TRAINED, T("Guardians trained this term"), T("guardians"),
            T("Grandparents, entrusted guardians and parents of present pupils who came to a "
              "training, a make-up session, or were trained at home since the term began, out of "
              "all of them. A guardian counts once at a school."),
            VIEW, among="guardians", main=True,
        ),
        Indicator(
            NEVER, T("Carers who never came"), T("guardians"),
            T("Grandparents and entrusted guardians of present pupils who have never come to a "
              "training or a parents' meeting and were never trained at home."),
            VIEW, among="carers",
        ),
    ),
    stores=(
        T("Courses, sessions and what was taught"),
        T("Which guardian was invited, came, or did not come and why"),
        T("What guardians answered to a question after a session"),
        T("Teachers' credits of continuing education"),
    ),
    personal=PERSONAL,
    not_personal=NOT_PERSONAL,
)  # fmt: skip
