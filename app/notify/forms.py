"""Forms of notices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

# Enough to catch a slip; whether it exists only its server knows.
_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$"


class ChoiceForm(FlaskForm):  # type: ignore[misc]
    """How notices reach oneself."""

    mail = BooleanField(_("Send me mail too"))
    address = StringField(
        _("Mail address"),
        [Optional(), Length(max=120), Regexp(_ADDRESS, message=_("This is no mail address."))],
        render_kw={"type": "email", "autocomplete": "email"},
    )


class HourForm(FlaskForm):  # type: ignore[misc]
    """At which hour the centre's people are reminded."""

    hour = IntegerField(
        _("Hour of the daily reminder"),
        [
            InputRequired(_("An hour from 0 to 23.")),
            NumberRange(0, 23, _("An hour from 0 to 23.")),
        ],
        render_kw={"inputmode": "numeric"},
    )
