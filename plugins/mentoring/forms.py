"""Forms of the module."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.sdk import NEEDED

_LINES = {"rows": 3}


class MentorForm(FlaskForm):  # type: ignore[misc]
    """Make a colleague a mentor, until a day or without an end."""

    staff = SelectField(_("Colleague"), [NEEDED])
    until = DateField(_("Until"), [Optional()], description=_("May stay empty."))


class OutsiderForm(FlaskForm):  # type: ignore[misc]
    """Add a mentor from outside, who does not sign in."""

    name = StringField(_("Name"), [NEEDED, Length(max=40)])
    sex = RadioField(_("Sex"), [NEEDED])
    kind = RadioField(_("Who it is"), [NEEDED])
    organisation = StringField(
        _("From where"),
        [NEEDED, Length(max=60)],
        description=_("For example the care committee, the village, the street."),
    )
    phone = StringField(_("Telephone"), [Length(max=40)])
    until = DateField(_("Until"), [Optional()], description=_("May stay empty."))


class HelperForm(FlaskForm):  # type: ignore[misc]
    """Let a pupil help."""

    helper = SelectField(_("Which pupil helps"), [NEEDED])
    kind = RadioField(_("How"), [NEEDED])


class PlanForm(FlaskForm):  # type: ignore[misc]
    """Begin a plan; its lines are added on its page."""

    situation = TextAreaField(
        _("Situation"), [NEEDED, Length(max=2000)], render_kw=_LINES,
        description=_("What is hard for the child, what it is good at."),
    )  # fmt: skip
    starts_on = DateField(_("From the day"), [NEEDED])
    review_on = DateField(_("Look at it again on"), [Optional()])


class GoalForm(FlaskForm):  # type: ignore[misc]
    """Add a line to a plan."""

    due_on = DateField(_("Time: by when"), [Optional()])
    goal = StringField(_("Goal"), [NEEDED, Length(max=200)])
    steps = TextAreaField(_("What is done for it"), [Length(max=1000)], render_kw=_LINES)


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """Write down a review of a plan."""

    goal = SelectField(_("Of which goal"), [Optional()])
    result = RadioField(_("How far"), [NEEDED])
    text = TextAreaField(_("What has come of it"), [Length(max=2000)], render_kw=_LINES)
    happened_on = DateField(_("When"), [NEEDED])
    review_on = DateField(_("Look at it again on"), [Optional()])


class CloseForm(FlaskForm):  # type: ignore[misc]
    """Close a plan."""

    outcome = TextAreaField(_("Outcome"), [NEEDED, Length(max=1000)], render_kw=_LINES)


class StatementForm(FlaskForm):  # type: ignore[misc]
    """Say in one's own words how the term was."""

    statement = TextAreaField(_("My own words on this term"), [NEEDED, Length(max=4000)],
                              render_kw={"rows": 5})  # fmt: skip


class ExplainForm(FlaskForm):  # type: ignore[misc]
    """Explain a fact."""

    fact = SelectField(_("About"), [NEEDED])
    text = TextAreaField(_("How it came about"), [NEEDED, Length(max=1000)], render_kw=_LINES)


class AssessmentForm(FlaskForm):  # type: ignore[misc]
    """Write the review of a mentor's term."""

    review = TextAreaField(_("Review"), [Length(max=4000)], render_kw={"rows": 5})
    level = RadioField(_("Level"), [Optional()])
    commend = BooleanField(_("Propose for a commendation"))
    commend_reason = StringField(_("Why"), [Length(max=200)])


class InspectionForm(FlaskForm):  # type: ignore[misc]
    """Record the day of an inspection."""

    day = DateField(_("Day"), [NEEDED])
    title = StringField(_("Which inspection"), [NEEDED, Length(max=80)])
