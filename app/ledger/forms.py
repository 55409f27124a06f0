"""Forms of the ledger."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import Length

from app.edge.forms import NEEDED, PAPERS


class NoteForm(FlaskForm):  # type: ignore[misc]
    """Write a note about a child."""

    happened_on = DateField(_("When did it take place"), [NEEDED])
    title = StringField(_("What is it about"), [NEEDED, Length(max=80)])
    text = TextAreaField(
        _("What was said or done"),
        [Length(max=4000)],
        render_kw={"rows": 6},
    )


class NewNoteForm(NoteForm):
    """Write a new note; a photo or a paper may go with it."""

    photo = FileField(_("Photo or PDF"), render_kw={"accept": PAPERS})


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Say why an entry is taken back."""

    reason = StringField(_("Why"), [NEEDED, Length(max=200)])


class CorrectForm(NoteForm):
    """Correct a note."""

    reason = StringField(_("What was wrong"), [NEEDED, Length(max=200)])
