"""Forms of handing over."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.edge.forms import NEEDED, choices
from app.handover.queries import REASONS


class BeginForm(FlaskForm):  # type: ignore[misc]
    """Why somebody hands over, and until when the person answers for it."""

    reason = RadioField(
        _("Why"),
        [InputRequired(_("Choose one."))],
        choices=choices(REASONS.items()),
        default="leaves",
    )
    last_day = DateField(
        _("Last day in charge"),
        [NEEDED],
        description=_("Successors answer for it from the next day on."),
    )
    note = StringField(_("Remarks"), [Optional(), Length(max=200)])
