"""What a copy of a child's data calls the module's tables."""

from __future__ import annotations

from app.sdk import PersonalTable
from plugins.health_checks.items import ITEMS, KEPT
from plugins.health_checks.words import T

PERSONAL = (
    PersonalTable(
        "health_checks_check_up",
        T("Check-ups"),
        {
            **{name: item.title for name, item in ITEMS.items() if name in KEPT},
            "more": T("What else was examined"),
            "age_band": T("Age counted with"),
            "bmi": T("Body mass index"),
            "weight": T("Weight for the age"),
            "stunting": T("Height for the age"),
            "vision": T("Eyesight"),
            "vital_capacity_score": T("Points for lung capacity"),
            "caries": T("Tooth decay"),
            "blood_pressure": T("Blood pressure"),
            "spine": T("Spine"),
            "grade": T("Grade then"),
            "standards": T("Judged by"),
        },
    ),
    PersonalTable(
        "health_checks_referral",
        T("Findings to be answered"),
        {
            "findings": T("Findings"),
            "severe": T("Severe"),
            "opened_on": T("Since"),
            "due_on": T("Answer until"),
            "closed_on": T("Answered on"),
            "outcome": T("Answer"),
            "withdrawn_on": T("Withdrawn on"),
            "withdrawn_reason": T("Why withdrawn"),
        },
    ),
    PersonalTable("health_checks_referral_step", T("What was done about it"), {"step": T("Step")}),
)
