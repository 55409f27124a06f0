"""Forms of the module."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from app.sdk import NEEDED, PAPERS, Staff, TickField, choices
from plugins.home_contact.kinds import DONE, Kind
from plugins.home_contact.models import NextStep
from plugins.home_contact.numbers import Choice
from plugins.home_contact.words import T


class ContactForm(FlaskForm):  # type: ignore[misc]
    """Write down a contact; what a kind does not ask for is taken out."""

    children = TickField(_("Which children"))
    adult = RadioField(_("With whom"), [Optional()])
    outcome = RadioField(_("How did it go"), default=DONE)
    happened_on = DateField(_("When"), [NEEDED])
    text = TextAreaField(_("One line"), [Length(max=2000)], render_kw={"rows": 3})
    ticks = TickField(_("In a few words"))
    closes = TickField(_("Done with it"))
    minutes = IntegerField(_("How long"), [Optional()], render_kw={"inputmode": "numeric"})
    next_step = StringField(_("Next step"), [Length(max=200)])
    next_on = DateField(_("By when"), [Optional()])
    photo = FileField(_("Photo or paper"), render_kw={"accept": PAPERS})
    on_behalf_of = SelectField(
        _("I write this down for"), [Optional()], description=_("If it was a colleague's contact.")
    )


class CorrectForm(ContactForm):
    """Correct a contact."""

    reason = StringField(_("What was wrong"), [NEEDED, Length(max=200)])


def contact_form(
    kind: Kind,
    form: ContactForm,
    *,
    children: Sequence[tuple[str, str]],
    adults: Sequence[Choice],
    steps: Sequence[NextStep],
    staff: Sequence[Staff],
    also: Sequence[tuple[str, object]] = (),
) -> ContactForm:
    """Fit the form to a kind; ``children`` are value and name of those to choose from.

    ``also`` are further answers to with whom it was.
    """
    form.outcome.choices = choices(list(kind.outcomes.items()))
    form.children.choices = choices(children)
    form.ticks.choices = choices(list(kind.ticks.items()))
    form.closes.choices = choices([(str(step.id), step.text) for step in steps])
    form.adult.choices = choices([*((choice.value, _label(choice)) for choice in adults), *also])
    form.on_behalf_of.choices = choices(
        [("", T("Myself")), *((str(person.id), person.name) for person in staff)]
    )
    form.text.description = str(kind.hint)
    if kind.adult:
        form.adult.label.text = str(kind.adult)
    if kind.ticks_title:
        form.ticks.label.text = str(kind.ticks_title)
    unasked = {
        "children": not children,
        "outcome": len(kind.outcomes) == 1,
        "adult": not kind.adult or not (adults or also),
        "minutes": not kind.minutes,
        "ticks": not kind.ticks,
        "closes": not steps,
    }
    for name, absent in unasked.items():
        if absent:
            del form[name]
    return form


def _label(choice: Choice) -> str:
    parts = [choice.adult.relation, choice.adult.guardian.name or "", choice.number]
    phone = choice.phone
    if phone and phone.failed_tries:
        parts.append(str(T("{count} times in vain", count=phone.failed_tries)))
    return " ".join(part for part in parts if part)


class LetterForm(FlaskForm):  # type: ignore[misc]
    """Word a letter to families."""

    children = TickField(_("To the families of"))
    title = StringField(_("Title"), [NEEDED, Length(max=60)])
    body = TextAreaField(_("Text"), [NEEDED, Length(max=4000)], render_kw={"rows": 12})
    notices = TextAreaField(_("This term's notices"), [Length(max=2000)], render_kw={"rows": 4})
