"""Forms of the module."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.sdk import NEEDED, TickField, choices
from plugins.health_checks.items import ITEMS, SETS
from plugins.health_checks.referrals import OUTCOMES, STEPS

_LINE = 30


class RoundForm(FlaskForm):  # type: ignore[misc]
    """Open a round of check-ups."""

    title = StringField(_("Title"), [NEEDED, Length(max=60)])
    held_on = DateField(_("Day of the check-up"), [NEEDED])
    provider = StringField(_("Who examines"), [Length(max=60)])
    item_set = RadioField(_("What is examined"), default="usual", validators=[Optional()])
    items = TickField(_("Other items besides"), [Optional()])
    own_items = TextAreaField(_("Own items, one a line"), [Length(max=400)])

    def __init__(self) -> None:
        """Offer the lists of items."""
        super().__init__()
        self.item_set.choices = choices((name, title) for name, (title, _i) in SETS.items())
        self.items.choices = choices((item.name, item.title) for item in ITEMS.values())

    def chosen(self) -> list[str]:
        """Return the items of the chosen list, then those ticked besides."""
        listed = SETS[self.item_set.data or "usual"][1]
        ticked = [name for name in self.items.data or () if name not in listed]
        return [*listed, *ticked]

    def own(self) -> list[str]:
        """Return the school's own items."""
        lines = (self.own_items.data or "").splitlines()
        return [line.strip()[:_LINE] for line in lines if line.strip()]


class CenterSheetForm(RoundForm):
    """Send the check-ups of all schools; each gets the round it lacks."""

    file = FileField(
        _("Spreadsheet (.xlsx, .xls or .csv)"),
        [FileRequired(_("Choose a file."))],
        render_kw={"accept": ".xlsx,.xls,.csv"},
    )


class StepForm(FlaskForm):  # type: ignore[misc]
    """Write down what was done about a referral."""

    step = RadioField(_("What was done"), [InputRequired(_("Choose what was done."))])
    happened_on = DateField(_("Day"), [NEEDED])
    text = TextAreaField(_("In a few words"), [Length(max=500)])
    due_on = DateField(_("Look again by"), [Optional()])

    def __init__(self, **options: Any) -> None:
        """Offer the steps."""
        super().__init__(**options)
        self.step.choices = choices(STEPS.items())


class CloseForm(FlaskForm):  # type: ignore[misc]
    """Close a referral."""

    outcome = SelectField(_("What came of it"), [InputRequired(_("Choose what came of it."))])
    closed_on = DateField(_("Day"), [NEEDED])
    closing_text = TextAreaField(_("In a few words"), [Length(max=500)])

    def __init__(self, **options: Any) -> None:
        """Offer the outcomes."""
        super().__init__(**options)
        self.outcome.choices = choices([("", _("Choose")), *OUTCOMES.items()])
