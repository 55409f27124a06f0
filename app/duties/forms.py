"""Forms of duties: an act in short, a concern, an exemption."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.edge.forms import choices

_NEEDED = InputRequired(_("Fill this in."))
_PICTURES = "image/jpeg,image/png,image/webp,application/pdf"


class TickField(SelectMultipleField):
    """Boxes to tick."""

    widget = ListWidget()
    option_widget = CheckboxInput()


class ActForm(FlaskForm):  # type: ignore[misc]
    """Write an act down in short."""

    outcome = RadioField(
        _("How did it go"),
        default="done",
        choices=choices(
            [
                ("done", _("Done")),
                ("not_reached", _("Not reached")),
                ("declined", _("Declined")),
            ]
        ),
    )
    siblings = TickField(_("Also for"))
    text = TextAreaField(_("One line"), [Length(max=2000)], render_kw={"rows": 3})
    happened_on = DateField(_("When"), [_NEEDED])
    photo = FileField(_("Photo or paper"), render_kw={"accept": _PICTURES})
    on_behalf_of = SelectField(
        _("I write this down for"), [Optional()], description=_("If it was a colleague's contact.")
    )


class ConcernForm(FlaskForm):  # type: ignore[misc]
    """Raise a concern."""

    kind = RadioField(_("What is it"), [InputRequired(_("Choose what the concern is."))])
    note = TextAreaField(_("What did you notice"), [Length(max=1000)], render_kw={"rows": 3})


class CloseForm(FlaskForm):  # type: ignore[misc]
    """Close a concern by a recorded visit."""

    entry = RadioField(_("By which contact"), [Optional()])
    outcome = StringField(_("What came of it"), [_NEEDED, Length(max=500)])


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """Say why a concern was a mistake."""

    reason = StringField(_("Why"), [_NEEDED, Length(max=200)])


class ExemptionForm(FlaskForm):  # type: ignore[misc]
    """Excuse somebody for a time; ``subject`` holds "kind:id"."""

    subject = SelectField(_("Who is excused"), [_NEEDED])
    policy = SelectField(_("From which system"), [Optional()])
    starts_on = DateField(_("From"), [_NEEDED])
    ends_on = DateField(_("To"), [_NEEDED])
    reason = StringField(_("Why"), [_NEEDED, Length(max=200)])
