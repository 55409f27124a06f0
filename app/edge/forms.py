"""What forms share: fields and rules, and putting a refusal next to the field it concerns."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from wtforms import Form, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel.errors import Refused

NEEDED = InputRequired(_("Fill this in."))
"""The rule of a field that must not stay empty."""
PAPERS = "image/jpeg,image/png,image/webp,application/pdf"
"""What a field for photos and papers takes (its ``accept``)."""


class TickField(SelectMultipleField):
    """Boxes to tick, several at once."""

    widget = ListWidget()
    option_widget = CheckboxInput()


def put_error(form: Form, refused: Refused, *, default: str | None = None) -> None:
    """Add the refusal's message to its field, else to ``default``, else to the whole form."""
    name = refused.field if refused.field in form._fields else default
    if name in form._fields:
        form[name].errors = [*form[name].errors, str(refused)]
    else:
        form.form_errors.append(str(refused))


def choices(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Return the choices of a select field from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in pairs]
