"""What the module declares."""

from __future__ import annotations

from app.sdk import EntryKind, Indicator, Module, NavItem, Permission, Setting
from plugins.mentoring.personal import NOT_PERSONAL, PERSONAL
from plugins.mentoring.words import T

NAME = "mentoring"
VIEW = "mentoring.view"
PAIR = "mentoring.pair"
PLAN = "mentoring.plan"
RESTRICTED = "mentoring.plan_restricted"
SEE_ALL = "mentoring.assessments"
ASSESS = "mentoring.assess"
INSPECTIONS = "mentoring.inspections"

PAIRING = "mentoring.pairing"
PLAN_REVIEW = "mentoring.plan_review"
PLAN_REVIEW_RESTRICTED = "mentoring.individual_review"
ASSESSMENT = "mentoring.assessment"

PAIRS, IN_NAME, KEPT, PLANNED, REVIEWS = (
    "mentoring.pairs", "mentoring.in_name", "mentoring.kept", "mentoring.planned",
    "mentoring.reviews",
)  # fmt: skip
PER_MENTOR, SAME_SEX, PRIORITY_FIRST, IDLE_DAYS, LAYERED, HELPERS = (
    "per_mentor", "same_sex", "priority_first", "idle_days", "partners_second", "helpers",
)  # fmt: skip
LATE_DAYS, MANY, MINUTES, BEFORE_DAYS, LEVELS = (
    "late_days", "many", "minutes", "before_days", "levels",
)  # fmt: skip

_CENTER = ("center_admin", "center_inspector")
_CARE = ("homeroom_teacher", "mentor", "counsellor")

MODULE = Module(
    name=NAME,
    title=T("Mentoring"),
    summary=T(
        "Who mentors whom, support plans with reviews, and each mentor's term side by side: "
        "facts that open their rows, without scores or ranks."
    ),
    version="0.1.0",
    core=">=0.1,<1",
    permissions=(
        Permission(VIEW, T("See pairings and support plans"),
                   (*_CENTER, "school_admin", *_CARE, "health_worker", "subsidy_officer")),
        Permission(PAIR, T("Pair children with mentors"), ("center_admin", "school_admin")),
        Permission(PLAN, T("Write support plans"), ("school_admin", *_CARE)),
        Permission(RESTRICTED, T("Read and write individual education plans"),
                   ("school_admin", "homeroom_teacher", "counsellor")),
        Permission(SEE_ALL, T("See the assessments of all mentors"), (*_CENTER, "school_admin")),
        Permission(ASSESS, T("Review mentors and propose commendations"), ("school_admin",)),
        Permission(INSPECTIONS, T("Record inspection dates"), ("center_admin",)),
    ),
    entry_kinds=(
        EntryKind(PAIRING, T("Pairing"), "staff", "people", transition=True),
        EntryKind(PLAN_REVIEW, T("Review of the support plan"), "staff", "clipboard-check",
                  form="mentoring_child.plans"),
        EntryKind(PLAN_REVIEW_RESTRICTED, T("Review of the individual education plan"), RESTRICTED,
                  "clipboard-heart", form="mentoring_child.plans"),
        EntryKind(ASSESSMENT, T("Assessment of a mentor"), SEE_ALL, "card-checklist",
                  transition=True),
    ),
    navigation=(
        NavItem(T("Mentoring"), "mentoring_school.page", VIEW, icon="people", position=12),
        NavItem(T("Inspection dates"), "mentoring_center.inspections", INSPECTIONS, area="center",
                icon="calendar-check", position=60),
        NavItem(T("Mentoring and plans"), "mentoring_child.plans", VIEW, area="child",
                icon="people"),
    ),
    settings=(
        Setting(PER_MENTOR, T("Children per mentor, at most"), 3, "integer"),
        Setting(SAME_SEX, T("Mentor and child of the same sex"), True, "boolean"),
        Setting(LAYERED, T("Mentors from outside come second, beside a teacher"), False, "boolean",
                T("A child may then have one of each; the proposal looks for teachers only.")),
        Setting(HELPERS, T("Pupils help pupils"), True, "boolean"),
        Setting(PRIORITY_FIRST, T("Left-behind children first"), True, "boolean",
                T("Both parents away before one.")),
        Setting(IDLE_DAYS, T("After how many days without contact a pairing exists in name only"),
                30, "integer"),
        Setting(LATE_DAYS, T("Written later than how many days counts as late"), 7, "integer"),
        Setting(MANY, T("Many at once: how many records"), 8, "integer"),
        Setting(MINUTES, T("Many at once: within how many minutes"), 10, "integer"),
        Setting(BEFORE_DAYS, T("How many days before an inspection are looked at"), 7, "integer"),
        Setting(LEVELS, T("Words of the levels"), T("Very good, Good, Sound, To improve"), "text",
                T("Separated by commas, the best first.")),
    ),
    indicators=(
        Indicator(
            PAIRS, T("Pairings"), T("pairings"),
            T("Children with a mentor today; a child with two mentors is counted twice."), VIEW,
        ),
        Indicator(
            IN_NAME, T("Pairings in name only"), T("pairings"),
            T("Pairings of today without a contact that took place for longer than the school has "
              "set; written down by or for the mentor, since the pairing began."),
            VIEW, among="pairs", main=True,
        ),
        Indicator(
            KEPT, T("Mentors’ duties kept"), T("duties"),
            T("Duties of the term that mentors owed for the children they mentored then: done in "
              "time, whoever did them, out of those done or missed."),
            VIEW, among="decided", of_terms=True,
        ),
        Indicator(
            PLANNED, T("Children mentored with a support plan"), T("children"),
            T("Pupils with a mentor for whom a support plan is open, out of all with a mentor."),
            VIEW, among="mentored",
        ),
        Indicator(
            REVIEWS, T("Reviews of plans overdue"), T("plans"),
            T("Open support plans that should have been looked at before today."), VIEW,
        ),
    ),
    personal=PERSONAL,
    not_personal=NOT_PERSONAL,
    stores=(
        T("Why pairings began and ended"),
        T("Pupils who help pupils"),
        T("Support plans and individual education plans, with their reviews"),
        T("Statements, explanations and reviews of mentors, term by term"),
    ),
)  # fmt: skip
