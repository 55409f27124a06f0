"""Putting a refusal next to the field it concerns."""

from __future__ import annotations

from wtforms import Form

from app.kernel.errors import Refused


def put_error(form: Form, refused: Refused, *, default: str | None = None) -> None:
    """Add the refusal's message to its field, else to ``default``, else to the whole form."""
    name = refused.field if refused.field in form._fields else default
    if name in form._fields:
        form[name].errors = [*form[name].errors, str(refused)]
    else:
        form.form_errors.append(str(refused))
