"""What the module declares."""

from __future__ import annotations

from app.sdk import EntryKind, Module, NavItem, Permission
from plugins.health_checks.words import T

KIND = "health_checks.check_up"

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
    stores=(
        T("Height, weight, eyesight, lung capacity, blood pressure, chest"),
        T("Remarks on hearing and teeth"),
    ),
)
