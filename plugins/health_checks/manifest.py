"""What the module declares."""

from __future__ import annotations

from app.sdk import EntryKind, Indicator, Module, NavItem, Permission
from plugins.health_checks.words import T

KIND = "health_checks.check_up"
EXAMINED, EYESIGHT = "health_checks.examined", "health_checks.poor_eyesight"

MODULE = Module(
    name="health_checks",
    title=T("Health checks"),
    summary=T(
        "Yearly check-ups: a whole class is entered in one table, each child's growth stands on "
        "the child's page, and families read it in plain words."
    ),
    version="0.1.0",
    permissions=(
        Permission(
            "health_checks.view",
            T("See check-ups"),
            ("school_admin", "homeroom_teacher", "health_worker"),
        ),
        Permission(
            "health_checks.record",
            T("Enter check-ups"),
            ("school_admin", "homeroom_teacher", "health_worker"),
        ),
    ),
    entry_kinds=(
        EntryKind(
            KIND, T("Check-up"), "guardian", "heart-pulse", form="health_checks_school.rounds"
        ),
    ),
    navigation=(
        NavItem(
            T("Health checks"),
            "health_checks_school.rounds",
            "health_checks.view",
            icon="heart-pulse",
            position=40,
        ),
    ),
    indicators=(
        Indicator(
            EXAMINED,
            T("Examined this school year"),
            T("children"),
            T("Pupils with a check-up since the school year began, out of all pupils."),
            "health_checks.view",
            among="pupils",
            main=True,
        ),
        Indicator(
            EYESIGHT,
            T("Eyesight to be looked after"),
            T("children"),
            T(
                "Pupils whose newest eyesight of this school year is below 5.0 in one eye or both, "
                "out of those whose eyesight was measured."
            ),
            "health_checks.view",
            among="measured",
        ),
    ),
    stores=(
        T("Height, weight, eyesight, lung capacity, blood pressure, chest"),
        T("Remarks on hearing and teeth"),
    ),
)
