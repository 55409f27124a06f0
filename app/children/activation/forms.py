"""The form with which a guardian opens the account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, Length, Regexp

from app.edge.forms import NEEDED


class ActivateForm(FlaskForm):  # type: ignore[misc]
    """What a guardian types."""

    code = StringField(
        _("Activation code on the slip"),
        [NEEDED, Length(max=20)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    digits = StringField(
        _("Last four digits of your phone number"),
        [
            NEEDED,
            Regexp(r"\d{4}$", message=_("Four digits, please.")),
        ],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "maxlength": "4"},
    )
    pin = PasswordField(
        _("Choose a PIN (six digits)"),
        [NEEDED, Length(max=12)],
        render_kw={"autocomplete": "new-password", "inputmode": "numeric"},
    )
    again = PasswordField(
        _("The PIN again"),
        [
            NEEDED,
            EqualTo("pin", _("The two do not match.")),
        ],
        render_kw={"autocomplete": "new-password", "inputmode": "numeric"},
    )
