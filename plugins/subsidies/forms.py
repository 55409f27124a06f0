"""Forms of the module."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from app.sdk import NEEDED, PAPERS, Text, TickField

_LINES = {"rows": 3}
_MONEY = {"inputmode": "decimal", "autocomplete": "off"}
_NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


class CheckForm(FlaskForm):  # type: ignore[misc]
    """How proposals were checked."""

    kind = RadioField(_("How it was checked"), [NEEDED], default="form")
    on = DateField(_("When checked"), [NEEDED])
    text = TextAreaField(
        _("What was seen or submitted"), [Length(max=500)], render_kw={"rows": 2},
        description=_("Needed after a home visit."),
    )  # fmt: skip
    file = MultipleFileField(
        _("Photos or papers"), render_kw={"accept": PAPERS},
        description=_("Photo or PDF, at most 10 MB each, five at most."),
    )  # fmt: skip


class ReviewForm(FlaskForm):  # type: ignore[misc]
    """A class review."""

    on = DateField(_("Day of the review"), [NEEDED])
    members = StringField(
        _("Who sat in the review"), [NEEDED, Length(max=200)],
        description=_("Class teacher, subject teachers, parents and pupils who reviewed."),
    )  # fmt: skip


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """A step that needs a reason."""

    reason = TextAreaField(_("Reason given"), [NEEDED, Length(max=500)], render_kw={"rows": 2})


class ObjectionForm(FlaskForm):  # type: ignore[misc]
    """An objection to a published list."""

    said_on = DateField(_("Received on"), [NEEDED])
    child = SelectField(_("About whom"), [Optional()])
    said_by = StringField(
        _("From whom"),
        [Length(max=60)],
        description=_("May stay empty: nobody has to give a name."),
    )
    text = TextAreaField(_("What was said"), [NEEDED, Length(max=1000)], render_kw=_LINES)


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """The answer to an objection."""

    answer = TextAreaField(
        _("What was found and answered"), [NEEDED, Length(max=1000)], render_kw=_LINES
    )
    upheld = RadioField(_("Result of payment"), [NEEDED])


class ApplyForm(FlaskForm):  # type: ignore[misc]
    """The application of a family."""

    text = TextAreaField(
        _("What the family applies for"), [NEEDED, Length(max=1000)], render_kw=_LINES
    )
    amount = StringField(_("Sum of money"), [Length(max=20)], render_kw=_MONEY)
    goods = StringField(_("What is given"), [Length(max=100)])
    file = MultipleFileField(
        _("Photos or papers"), render_kw={"accept": PAPERS},
        description=_("Photo or PDF, at most 10 MB each, five at most."),
    )  # fmt: skip


class AmountForm(FlaskForm):  # type: ignore[misc]
    """What one child is to get."""

    amount = StringField(_("Sum of money"), [NEEDED, Length(max=20)], render_kw=_MONEY)
    goods = StringField(_("What is given"), [Length(max=100)])


class AccountForm(FlaskForm):  # type: ignore[misc]
    """A bank account."""

    holder = StringField(_("Account holder"), [NEEDED, Length(max=60)])
    bank = StringField(_("Bank and branch"), [NEEDED, Length(max=80)])
    number = StringField(_("Account number"), [NEEDED, Length(max=40)], render_kw=_NUMBER)


class SchemeForm(FlaskForm):  # type: ignore[misc]
    """A scheme of the centre's own."""

    title = StringField(_("Name"), [NEEDED, Length(max=60)])
    basis = StringField(
        _("Basis of the scheme"), [Length(max=200)], description=_("Document or purpose.")
    )
    needs = TickField(
        _("Who may get it"), description=_("One of them is enough; none ticked means everybody.")
    )
    stages = TickField(_("Stages"), description=_("None ticked means all."))
    boarding = RadioField(_("Boarders or day pupils"), [Optional()], default="")
    amount_by = RadioField(_("How the sum is found"), [NEEDED], default="rate")
    unit = RadioField(_("A rate is"), [NEEDED], default="year")
    goods = BooleanField(_("Given in kind"))
    excludes = StringField(
        _("Not together with"), [Length(max=30)],
        description=_("Schemes with the same word here exclude each other."),
    )  # fmt: skip
    starts_on = DateField(_("From the day"), [NEEDED])
    ends_on = DateField(_("Until"), [Optional()], description=_("May stay empty."))


class RateForm(FlaskForm):  # type: ignore[misc]
    """A local rate."""

    stage = SelectField(_("Stage of school"), [Optional()])
    boarding = SelectField(_("Boarders or day pupils"), [Optional()])
    amount = StringField(_("Rate of aid"), [NEEDED, Length(max=20)], render_kw=_MONEY)
    starts_on = DateField(_("From the day"), [NEEDED])
    source = StringField(_("Document of the rate"), [NEEDED, Length(max=120)])


class BudgetForm(FlaskForm):  # type: ignore[misc]
    """Money that came or was taken back."""

    year = SelectField(_("School year"), [NEEDED])
    amount = StringField(
        _("Sum of money"), [NEEDED, Length(max=20)], render_kw=_MONEY,
    )  # fmt: skip
    back = BooleanField(_("It was taken back"))
    source = StringField(_("Where it came from"), [NEEDED, Length(max=120)])
    donor = StringField(_("Donor"), [Length(max=60)])
    day = DateField(_("Day"), [NEEDED])


class RoundForm(FlaskForm):  # type: ignore[misc]
    """Open a round of a scheme."""

    term = SelectField(_("Term"), [NEEDED])
    whole_year = BooleanField(_("The whole year at once"))
    first_month = StringField(
        _("First month"), [Length(max=7)], render_kw={"placeholder": "2026-09"}
    )
    months = IntegerField(_("How many months"), [Optional()], render_kw=_NUMBER)
    occasion = StringField(_("Which occasion"), [Length(max=20)])


class BatchForm(FlaskForm):  # type: ignore[misc]
    """Prepare a batch."""

    way = RadioField(_("How it is paid"), [NEEDED], default="bank")
    schools = TickField(_("Schools"), description=_("None ticked means all."))


class ResultForm(FlaskForm):  # type: ignore[misc]
    """The bank's answer as a sheet."""

    file = FileField(_("The bank's sheet"), [NEEDED], render_kw={"accept": ".xlsx,.xls,.csv"})
    day = DateField(_("Paid on"), [NEEDED])


class AllPaidForm(FlaskForm):  # type: ignore[misc]
    """What was handed over, or paid without a sheet."""

    day = DateField(_("Paid on"), [NEEDED])


class SignForm(FlaskForm):  # type: ignore[misc]
    """Receipts signed on paper."""

    day = DateField(_("Signed for on"), [NEEDED])


class DecideForm(FlaskForm):  # type: ignore[misc]
    """Confirm or refuse to take a payment back."""

    day = DateField(_("Money back on"), [Optional()])
    answer = TextAreaField(_("Remark"), [Length(max=500)], render_kw={"rows": 2})


def words(pairs: dict[str, Text]) -> list[tuple[str, str]]:
    """Return stored words and what they are called, for a field's choices."""
    return [(key, str(title)) for key, title in pairs.items()]
