"""Forms of the module."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

_NEEDED = InputRequired(_("Fill this in."))


class RoundForm(FlaskForm):  # type: ignore[misc]
    """Open a round of check-ups."""

    title = StringField(_("Title"), [_NEEDED, Length(max=60)])
    held_on = DateField(_("Day of the check-up"), [_NEEDED])
    provider = StringField(_("Who examines"), [Length(max=60)])


class SheetForm(FlaskForm):  # type: ignore[misc]
    """Send a sheet of check-ups."""

    file = FileField(
        _("Spreadsheet"),
        [FileRequired(_("Choose a file."))],
        render_kw={"accept": ".xlsx,.xls,.csv"},
    )
