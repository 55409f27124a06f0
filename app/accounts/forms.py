"""Forms of accounts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, Length

from app.edge.forms import NEEDED


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Staff sign in."""

    login = StringField(
        _("Staff number or phone"),
        [NEEDED, Length(max=64)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    secret = PasswordField(
        _("Password"),
        [NEEDED, Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class FamilySignInForm(FlaskForm):  # type: ignore[misc]
    """Guardians sign in."""

    login = StringField(
        _("Phone number"),
        [NEEDED, Length(max=32)],
        render_kw={"autocomplete": "tel", "inputmode": "tel", "type": "tel"},
    )
    secret = PasswordField(
        _("PIN (six digits)"),
        [NEEDED, Length(max=12)],
        render_kw={"autocomplete": "current-password", "inputmode": "numeric"},
    )


class ChangeSecretForm(FlaskForm):  # type: ignore[misc]
    """Change one's own password or PIN."""

    old = PasswordField(
        _("Present password"),
        [NEEDED, Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _("New password"),
        [NEEDED, Length(max=200)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _("New password again"),
        [NEEDED, EqualTo("new", _("The two do not match."))],
        render_kw={"autocomplete": "new-password"},
    )
