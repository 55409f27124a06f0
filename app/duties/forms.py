"""Forms of duties: an act in short, a concern, an exemption."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.edge.forms import NEEDED, PAPERS, TickField, choices


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
    happened_on = DateField(_("When"), [NEEDED])
    photo = FileField(_("Photo or paper"), render_kw={"accept": PAPERS})
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
    outcome = StringField(_("What came of it"), [NEEDED, Length(max=500)])


class WithdrawForm(FlaskForm):  # type: ignore[misc]
    """Say why a concern was a mistake."""

    reason = StringField(_("Why"), [NEEDED, Length(max=200)])


class ExemptionForm(FlaskForm):  # type: ignore[misc]
    """Excuse somebody for a time; ``subject`` holds "kind:id"."""

    subject = SelectField(_("Who is excused"), [NEEDED])
    policy = SelectField(_("From which system"), [Optional()])
    starts_on = DateField(_("From"), [NEEDED])
    ends_on = DateField(_("To"), [NEEDED])
    reason = StringField(_("Why"), [NEEDED, Length(max=200)])
