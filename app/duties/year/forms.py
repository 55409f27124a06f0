"""Forms of the school calendar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from app.edge.forms import NEEDED, choices
from app.kernel.text import T

KINDS = {
    "holiday": T("No lessons"),
    "workday": T("Lessons, although it is a weekend"),
    "ordinary": T("As usual again"),
}


class DaysForm(FlaskForm):  # type: ignore[misc]
    """Mark some days."""

    first = DateField(_("From"), [NEEDED])
    last = DateField(_("To"), [Optional()], description=_("Leave empty for one day"))
    kind = SelectField(_("What kind of day"), choices=choices(KINDS.items()))
    title = StringField(_("Why"), [Length(max=40)], description=_("Such as National Day, flood"))


class TermForm(FlaskForm):  # type: ignore[misc]
    """Set the days of a term."""

    school_year = IntegerField(_("School year begins in"), [NEEDED, NumberRange(2020, 2049)])
    number = SelectField(_("Term"), choices=choices([("1", _("First")), ("2", _("Second"))]))
    starts_on = DateField(_("First day"), [NEEDED])
    ends_on = DateField(_("Last day"), [NEEDED])
