"""Putting a refusal next to the field it concerns."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Form
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.kernel.errors import Refused


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
