"""The form of a policy: a line for each rule, in the words of the policy language."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional

from app.duties.cadence import Every
from app.duties.concern_rules import concern_titles
from app.duties.festivals import FESTIVALS
from app.duties.policy import DutyRule, Policy
from app.duties.policy_file import policy_of
from app.duties.problems import PolicyRefused
from app.duties.toml_lines import Place
from app.edge.forms import NEEDED, TickField, choices
from app.host.context import Ctx
from app.kernel.text import T
from app.ledger.kinds import TRANSITIONS

_TITLES = {
    "mentor": T("Mentors"),
    "homeroom_teacher": T("Class teachers"),
    "staff": T("All teachers"),
    "counsellor": T("Counsellors"),
    "health_worker": T("Health workers"),
    "dormitory_teacher": T("Dormitory teachers"),
    "subsidy_officer": T("Subsidy officers"),
    "school_admin": T("The school"),
    "center_admin": T("The centre"),
    "guardian": T("Guardians"),
    "parent": T("Parents"),
    "child": T("The children themselves"),
}
_SUBJECTS = {
    "child": T("Each child"),
    "guardian": T("Each child's guardians"),
    "homeroom": T("Each class"),
    "staff": T("Each teacher"),
    "school": T("The school as a whole"),
}
_GROUPS = {
    "left_behind": T("Left-behind children"),
    "both_parents_away": T("Both parents away"),
    "boarders": T("Boarders"),
    "priority": T("Children in special care"),
    "all": T("All pupils"),
}
_EVERY = {
    Every.DAY: T("Every school day"),
    Every.WEEK: T("Every week"),
    Every.MONTH: T("Every month"),
    Every.TERM: T("Every term"),
    Every.TERM_START: T("At the start of term"),
    Every.TERM_MIDDLE: T("In the middle of term"),
    Every.TERM_END: T("At the end of term"),
    Every.SCHOOL_YEAR: T("Every school year"),
    Every.BIRTHDAY: T("Around the birthday"),
    Every.DATE: T("Every year on a day"),
    Every.TERM_DAY: T("On a school day of term"),
}
# The parts of a rule in the order of the form: a problem's place is rule * 100 + this.
_PARTS = (
    "key", "title", "entry", "by", "subject", "for", "every", "min", "max", "grace_days", "grades",
    "from", "until",
)  # fmt: skip
_FIELD_OF = {"key": "title", "by": "performer", "for": "covers", "from": "begins"}
_GRADES = [(str(n), str(n)) for n in range(1, 10)]


NEW_DUTY = {
    "performer": "mentor",
    "subject": "child",
    "covers": ["left_behind"],
    "every": "month",
    "min": 1,
    "max": 1,
}


class RuleForm(Form):
    """One duty: who does what for whom, how often."""

    key = HiddenField()
    title = StringField(_("What it is called"), [Length(max=40)])
    performer = SelectField(_("Who does it"), choices=choices(_TITLES.items()))
    entry = TickField(_("Counts when one of these is recorded"))
    subject = SelectField(_("Counted for"), choices=choices(_SUBJECTS.items()))
    covers = TickField(_("Which children"), choices=choices(_GROUPS.items()))
    every = SelectField(_("How often"))
    argument = StringField(
        _("Day"),
        [Length(max=5)],
        description=_("Month-day such as 03-01, or the number of the school day"),
    )
    min = IntegerField(_("At least so many times"), [Optional(), NumberRange(1, 366)])
    max = IntegerField(
        _("At most so many times"),
        [Optional(), NumberRange(1, 366)],
        description=_("Empty: more is welcome."),
    )
    grace_days = IntegerField(_("Days of grace"), [Optional(), NumberRange(0, 366)])
    grades = TickField(_("Only in these grades (7 to 9: junior school)"), choices=choices(_GRADES))
    begins = DateField(_("First day"), [Optional()])
    until = DateField(_("Last day"), [Optional()])
    drop = BooleanField(_("Leave this duty out"))


class PolicyForm(FlaskForm):  # type: ignore[misc]
    """A policy with its duties; ``in_force_from`` is its first day."""

    name = StringField(_("Name of the policy"), [NEEDED, Length(max=40)])
    slogan = StringField(_("Slogan"), [Length(max=80)])
    text = TextAreaField(_("Text"), [Length(max=4000)], render_kw={"rows": 3})
    in_force_from = DateField(_("In force from"), [NEEDED])
    duty = FieldList(FormField(RuleForm))

    def offer(self, ctx: Ctx) -> None:
        """Fill the choices that depend on what is installed; keep kinds that wait for a module.

        What is written by a change elsewhere is no duty, unless a rule says so already.
        """
        titles = {kind.name: kind.title for kind in ctx.registry.entry_kinds.values()}
        usual = [
            kind.name
            for kind in ctx.registry.entry_kinds.values()
            if not kind.transition and kind.name not in TRANSITIONS
        ]
        often = [
            *_EVERY.items(),
            *((f"festival:{f.name}", T("Around {festival}", festival=f.title))
              for f in FESTIVALS.values()),
            *((f"concern:{kind}", T("When a concern is raised: {kind}", kind=title))
              for kind, title in concern_titles(ctx).items()),
        ]  # fmt: skip
        for box in self.duty:
            rule: Any = box.form
            names = dict.fromkeys([*usual, *(rule.entry.data or ())])
            rule.entry.choices = choices([(name, titles.get(name, name)) for name in names])
            rule.every.choices = choices(often)

    def fill(self, policy: Policy) -> None:
        """Show a policy."""
        self.name.data, self.slogan.data = policy.name, policy.slogan
        self.text.data = policy.text
        for rule in policy.duties:
            self.duty.append_entry(_shown(rule))

    def policy(self) -> Policy:
        """Return what the form says; problems stand next to their fields when it is refused."""
        kept = [n for n, rule in enumerate(self.duty) if not rule.drop.data]
        found = {
            "name": self.name.data,
            "slogan": self.slogan.data or "",
            "text": self.text.data or "",
            "duty": [_said(self.duty[n].form) for n in kept],
        }
        places: dict[Place, int] = {
            (at, part): n * 100 + i for at, n in enumerate(kept) for i, part in enumerate(_PARTS, 1)
        }
        try:
            return policy_of(found, places)
        except PolicyRefused as refused:
            for problem in refused.problems:
                self._complain(problem.line, str(problem.reason))
            raise

    def _complain(self, place: int, reason: str) -> None:
        n, part = divmod(place, 100)
        if not part:
            self.form_errors.append(reason)
            return
        name = _PARTS[part - 1]
        field = getattr(self.duty[n].form, _FIELD_OF.get(name, name))
        field.errors = [*field.errors, reason]


def _shown(rule: DutyRule) -> dict[str, Any]:
    plain = rule.every.every in (Every.DATE, Every.TERM_DAY)
    return {
        "key": rule.key,
        "title": rule.title,
        "performer": rule.by,
        "entry": list(rule.entry),
        "subject": rule.subject,
        "covers": list(rule.covers),
        "every": str(rule.every.every) if plain else str(rule.every),
        "argument": rule.every.argument if plain else "",
        "min": rule.min_times,
        "max": rule.max_times,
        "grace_days": rule.grace_days,
        "grades": list(map(str, rule.grades)),
        "begins": rule.from_,
        "until": rule.until,
    }


def _said(rule: Any) -> dict[str, Any]:
    every, argument = rule.every.data or "", (rule.argument.data or "").strip()
    dated = every in (Every.DATE, Every.TERM_DAY)
    said = {
        "key": rule.key.data or "",
        "title": rule.title.data or "",
        "entry": rule.entry.data or [],
        "by": rule.performer.data,
        "subject": rule.subject.data,
        "for": rule.covers.data or ["all"],
        "every": f"{every}:{argument}" if dated else every,
        "min": rule.min.data or 1,
        "grace_days": rule.grace_days.data or 0,
    }
    more = {
        "max": rule.max.data,
        "grades": [int(grade) for grade in rule.grades.data or ()],
        "from": rule.begins.data,
        "until": rule.until.data,
    }
    return said | {name: value for name, value in more.items() if value}
