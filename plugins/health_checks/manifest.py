"""What the module declares."""

from __future__ import annotations

from app.sdk import EntryKind, FamilyQuestion, Indicator, Module, NavItem, Permission, Setting
from plugins.health_checks.personal import PERSONAL
from plugins.health_checks.words import T

VIEW, RECORD, FOLLOW = "health_checks.view", "health_checks.record", "health_checks.follow"
SUMMARY, IMPORT_ALL = "health_checks.summary", "health_checks.import"
KIND, FOLLOW_UP = "health_checks.check_up", "health_checks.follow_up"
EXAMINED, EYESIGHT = "health_checks.examined", "health_checks.poor_eyesight"
WEIGHT, TEETH = "health_checks.weight", "health_checks.caries"
THIN, OPEN = "health_checks.thin", "health_checks.open_referrals"
REFER_WEIGHT, REFER_GROWTH, REFER_SIGHT, REFER_TEETH, REFER_SPINE = (
    "refer_weight", "refer_growth", "refer_sight", "refer_teeth", "refer_spine",
)  # fmt: skip
REFER_MILD, RAISE_CONCERN, DAYS = "refer_mild", "raise_concern", "answer_days"
SINGLE_SOURCE_PRESSURE = "single_source_pressure"
_DOCTORS = ("school_admin", "health_worker")
_TEACHERS = (*_DOCTORS, "homeroom_teacher", "mentor")


def _yes(name: str, title: object, *, hint: object = None, default: bool = True) -> Setting:
    return Setting(name, title, default, "boolean", hint)  # type: ignore[arg-type]


MODULE = Module(
    name="health_checks",
    title=T("Health checks"),
    summary=T(
        "Check-up campaigns by class table or spreadsheet, screening by the national standards, "
        "referrals that stay open until answered, each child's growth, and letters to families."
    ),
    version="1.0.0",
    core=">=0.1,<1",
    permissions=(
        Permission(VIEW, T("See check-ups"), _DOCTORS),
        Permission(RECORD, T("Enter check-ups"), _DOCTORS),
        Permission(SUMMARY, T("See figures of check-ups, without names"),
                   (*_DOCTORS, "center_admin", "center_inspector")),
        Permission(IMPORT_ALL, T("Send check-ups of all schools as a spreadsheet"),
                   ("center_admin",)),
        Permission(FOLLOW, T("See who needs attention, and follow it up"), _TEACHERS),
    ),
    entry_kinds=(
        EntryKind(
            KIND,
            T("Check-up"),
            "guardian",
            "heart-pulse",
            asks_family=True,
            question=FamilyQuestion(
                T("Have you seen the result of this check-up?"),
                T("Yes, seen"),
                T("Something is wrong"),
            ),
            form="health_checks_school.rounds",
        ),
        EntryKind(FOLLOW_UP, T("Follow-up of a check-up"), FOLLOW, "clipboard2-pulse"),
    ),
    navigation=(
        NavItem(T("Health checks"), "health_checks_school.rounds", VIEW,
                icon="heart-pulse", position=40),
        NavItem(T("Health follow-up"), "health_checks_school.referrals", FOLLOW,
                icon="clipboard2-pulse", position=41),
        NavItem(T("Health checks"), "health_checks_center.page", SUMMARY, area="center",
                icon="heart-pulse", position=40),
        NavItem(T("Growth and check-ups"), "health_checks_child.growth", VIEW, area="child",
                icon="graph-up", position=40),
    ),
    settings=(
        _yes(REFER_WEIGHT, T("Refer overweight and obesity")),
        _yes(REFER_GROWTH, T("Refer wasting and stunting")),
        _yes(REFER_SIGHT, T("Refer poor eyesight")),
        _yes(REFER_TEETH, T("Refer tooth decay")),
        _yes(REFER_SPINE, T("Refer what was written about the spine")),
        _yes(REFER_MILD, T("Refer mild findings too"),
             hint=T("Overweight, mild wasting, eyesight of 4.9. Without it they only stand in "
                    "the result.")),
        _yes(RAISE_CONCERN, T("A severe finding calls for a visit"),
             hint=T("Moderate or severe wasting, stunting, severely poor eyesight, high blood "
                    "pressure: the concern “a child is unwell” is raised.")),
        Setting(DAYS, T("Days until a referral should be answered"), 30, "integer"),
        _yes(SINGLE_SOURCE_PRESSURE, T("Screen blood pressure with a table of a single source"),
             default=False,
             hint=T("The table of WS/T 610-2018 was found in one source only and was not compared "
                    "with the printed standard. Switch it on only after you have compared it.")),
    ),
    indicators=(
        Indicator(
            EXAMINED, T("Examined this school year"), T("children"),
            T("Pupils with a check-up since the school year began, out of all pupils."),
            VIEW, among="pupils", main=True,
        ),
        Indicator(
            EYESIGHT, T("Eyesight to be looked after"), T("children"),
            T("Pupils whose newest eyesight of this school year is below 5.0 in one eye or both, "
              "out of those whose eyesight was measured."),
            VIEW, among="measured",
        ),
        Indicator(
            WEIGHT, T("Overweight or obese"), T("children"),
            T("Pupils whose newest check-up of this school year says 超重 or 肥胖 (WS/T 586), out "
              "of those weighed and measured."),
            VIEW, among="weighed",
        ),
        Indicator(
            THIN, T("Undernourished"), T("children"),
            T("Pupils whose newest check-up of this school year says 消瘦 or 生长迟缓 (WS/T 456), "
              "out of those weighed and measured."),
            VIEW, among="weighed",
        ),
        Indicator(
            TEETH, T("Tooth decay"), T("children"),
            T("Pupils with a decayed, missing or filled tooth in the newest check-up of this "
              "school year, out of those whose teeth were counted."),
            VIEW, among="teeth_counted",
        ),
        Indicator(
            OPEN, T("Health referrals that wait"), T("children"),
            T("Pupils with a finding of a check-up that nobody has answered yet."),
            FOLLOW, main=True,
        ),
    ),
    personal=PERSONAL,
    stores=(
        T("Height, weight, eyesight, lung capacity, blood pressure, chest"),
        T("What the doctor examined besides, such as hearing, teeth, heart and spine"),
        T("What was found, and what was done about it"),
    ),
)  # fmt: skip
