"""The words a policy may use for people, and how they read in a sentence."""

from __future__ import annotations

from app.kernel.text import T, Text

# Who owes a duty: the roles of accounts, posts without a role of their own, and the family.
PERFORMERS: dict[str, Text] = {
    "mentor": T("Every mentor"),
    "homeroom_teacher": T("Every class teacher"),
    "staff": T("Every teacher"),
    "counsellor": T("Every counsellor"),
    "health_worker": T("Every health worker"),
    "dormitory_teacher": T("Every dormitory teacher"),
    "subsidy_officer": T("Every subsidy officer"),
    "school_admin": T("The school"),
    "center_admin": T("The centre"),
    "guardian": T("A guardian of every {group}"),
    "parent": T("A parent of every {group}"),
    "child": T("Every {group}"),
}
# A child, parents and guardians have no to-do list: their class teacher sees what is owed.
FAMILY = ("guardian", "parent", "child")

# What is counted: one window and one state for each of them.
SUBJECTS: dict[str, Text] = {
    "child": T("each {group}"),
    "guardian": T("the guardians of each {group}"),
    "homeroom": T("each class"),
    "staff": T("each member of staff"),
    "school": T("each school"),
}
OF_CHILDREN = ("child", "guardian")

# Which children: a list means whoever is in any of them.
GROUPS: dict[str, Text] = {
    "left_behind": T("left-behind child"),
    "both_parents_away": T("child with both parents away"),
    "boarders": T("boarder"),
    "priority": T("child in special care"),
    "all": T("pupil"),
}

# The five occasions of 五必访; a module may declare more.
CONCERNS: dict[str, Text] = {
    "mood": T("a child is in low spirits"),
    "health": T("a child is unwell"),
    "marks": T("a child's marks fall"),
    "lateness": T("a child comes late or leaves early"),
    "conflict": T("a child quarrels with others"),
}
