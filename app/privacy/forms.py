"""Forms about what is held of a person."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.edge.forms import choices
from app.privacy.erasing import GROUNDS

_NEEDED = InputRequired(_("Fill this in."))


class ErasureForm(FlaskForm):  # type: ignore[misc]
    """Why a child is to be erased."""

    ground = RadioField(_("Ground"), [_NEEDED], choices=choices(GROUNDS.items()))
    reason = TextAreaField(
        _("Reason"),
        [_NEEDED, Length(max=500)],
        description=_("It stays in the proof of the erasure: write no names and no numbers."),
        render_kw={"rows": 3},
    )
    shared_files = BooleanField(
        _("Also remove photos and files that show other children too"),
        description=_("They are then gone from the other children's records as well."),
    )
