"""The form of a module's settings, made from its manifest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange

from app.edge.forms import NEEDED
from app.host.manifest import Setting


def settings_form(settings: Iterable[Setting]) -> type[Any]:
    """Return a form with a box for each setting."""
    fields = {setting.name: _field(setting) for setting in settings}
    return type("SettingsForm", (FlaskForm,), fields)


def _field(setting: Setting) -> Any:
    about: dict[str, Any] = {"label": setting.title, "description": setting.hint or ""}
    match setting.kind:
        case "integer":
            return IntegerField(validators=[NEEDED, NumberRange(min=1, max=9999)], **about)
        case "boolean":
            return BooleanField(**about)
        case "long_text":
            return TextAreaField(
                validators=[NEEDED, Length(max=4000)], render_kw={"rows": 12}, **about
            )
        case _:
            return StringField(validators=[NEEDED, Length(max=200)], **about)
