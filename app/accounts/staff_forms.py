"""Forms about staff."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.edge.forms import NEEDED, choices

SEXES = (("male", _("Male")), ("female", _("Female")), ("unknown", _("Not known")))
KINDS = (
    ("teacher", _("Teacher or other employee")),
    ("retired", _("Retired teacher")),
    ("volunteer", _("Volunteer")),
    ("partner", _("From a partner organisation")),
)


class StaffForm(FlaskForm):  # type: ignore[misc]
    """What is known of a person."""

    name = StringField(_("Name"), [NEEDED, Length(max=60)])
    number = StringField(
        _("Staff number"),
        [Optional(), Length(max=40)],
        description=_("The person signs in with it. The phone works too."),
    )
    phone = StringField(
        _("Phone number"), [Optional(), Length(max=40)], render_kw={"inputmode": "tel"}
    )
    sex = RadioField(_("Sex"), choices=choices(SEXES), default="unknown")
    kind = SelectField(_("Who the person is"), choices=choices(KINDS), default="teacher")


class NewStaffForm(StaffForm):
    """A new person; the centre says where the person works."""

    school = SelectField(_("Works at"))


class RoleForm(FlaskForm):  # type: ignore[misc]
    """Give a role; classes count for the class teacher only."""

    role = SelectField(_("Role"), [InputRequired(_("Choose one."))])
    homerooms = SelectMultipleField(
        _("Classes (for a class teacher)"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class LetInForm(FlaskForm):  # type: ignore[misc]
    """Let a mentor from outside sign in until a day."""

    until = DateField(_("Until"), [NEEDED], description=_("The last day, also of the mentoring."))


class TakeOnForm(FlaskForm):  # type: ignore[misc]
    """Let somebody work at one more school."""

    school = SelectField(_("School"), [InputRequired(_("Choose one."))])
