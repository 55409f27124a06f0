"""Forms of the module."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional, Regexp

from app.sdk import NEEDED, PAPERS, TickField
from plugins.guardian_training.kinds import HALL, TRAINING


class CourseForm(FlaskForm):  # type: ignore[misc]
    """Write a course down."""

    kind = RadioField(_("Kind"), default=TRAINING)
    title = StringField(_("What it is about"), [NEEDED, Length(max=80)])
    audience = TickField(_("Meant for"), description=_("Nothing ticked: for everybody."))
    lecturer = StringField(_("Lecturer"), [Length(max=60)])
    plan = TextAreaField(_("Plan: what is taught"), [Length(max=4000)], render_kw={"rows": 5})
    materials = TextAreaField(
        _("Materials"), [Length(max=2000)], render_kw={"rows": 2},
        description=_("Films, sheets, things to bring."),
    )  # fmt: skip
    credits = DecimalField(_("Credits of continuing education"), [Optional()], places=1)
    question = StringField(
        _("One question afterwards"), [Length(max=60)],
        description=_("Guardians answer it on the phone by one large button with a face."),
    )  # fmt: skip
    answers = TextAreaField(
        _("Answers, one a line"), [Length(max=300)], render_kw={"rows": 5},
        description=_("One to five, the best first."),
    )  # fmt: skip
    right_answer = IntegerField(
        _("Number of the right answer"), [Optional()],
        description=_("Only for a quiz; leave it empty when you ask how it was."),
    )  # fmt: skip


class SessionForm(FlaskForm):  # type: ignore[misc]
    """Plan a session, or write one down that took place."""

    course = SelectField(_("Course"), [Optional()])
    kind = RadioField(_("Kind"), default=TRAINING)
    title = StringField(_("What it is about"), [Length(max=80)])
    audience = TickField(_("Meant for"), description=_("Nothing ticked: for everybody."))
    homeroom = SelectField(_("Whose guardians"), [Optional()])
    day = DateField(_("Day"), [NEEDED])
    starts_at = StringField(_("Time"), [Length(max=5)], render_kw={"placeholder": "14:30"})
    mode = RadioField(_("Where"), default=HALL)
    place = StringField(
        _("Place"), [Length(max=80)],
        description=_("A room, a village, or the number of the video meeting."),
    )  # fmt: skip


class HomeForm(FlaskForm):  # type: ignore[misc]
    """Write down that a training was brought to the home."""

    guardians = TickField(_("People taking part"))
    course = SelectField(_("Course"), [Optional()])
    title = StringField(_("What it is about"), [Length(max=80)])
    day = DateField(_("Day"), [NEEDED])
    place = StringField(_("Place"), [Length(max=80)])
    summary = TextAreaField(
        _("What was taught and how it went"), [NEEDED, Length(max=2000)], render_kw={"rows": 4}
    )
    photo = FileField(_("Photo or paper"), render_kw={"accept": PAPERS})


class CloseForm(FlaskForm):  # type: ignore[misc]
    """End a session."""

    summary = TextAreaField(
        _("What was taught and how it went"), [Length(max=4000)], render_kw={"rows": 4}
    )
    photo = FileField(_("Photo or paper"), render_kw={"accept": PAPERS})


class DigitsForm(FlaskForm):  # type: ignore[misc]
    """Sign in without an account."""

    code = StringField(
        _("Code on the screen"), [NEEDED, Length(max=40)],
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )  # fmt: skip
    digits = StringField(
        _("Last four digits of your phone number"),
        [NEEDED, Regexp(r"\d{4}$", message=_("Four digits, please."))],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": "4"},
    )
    relation = RadioField(_("What are you to the child?"), [Optional()])
