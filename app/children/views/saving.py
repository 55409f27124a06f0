"""What every form about a child does: check, act, say so; or show itself again with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField

from app.children.services.versions import Changed
from app.edge.current import show
from app.edge.drafts import draft_done
from app.edge.forms import put_error
from app.kernel.errors import Refused


def day_of(field: DateField) -> date:
    """Return the day of a field that is required, in a form that is valid."""
    return cast(date, field.data)


def save(
    form: FlaskForm,
    act: Callable[[], object],
    *,
    title: str,
    done: str,
    after: str,
    trail: Sequence[tuple[object, str]],
    draft: str | None = None,
    then: Callable[[], str] | None = None,
    order: Sequence[str] = (),
    **values: Any,
) -> Any:
    """Run ``act`` for a valid form and go to ``after`` with the words ``done``.

    A refusal stands beside its field (422); somebody else's change is shown with both values.
    ``draft`` names what the browser keeps of the form meanwhile; ``then`` gives the address to go
    to when it is known only afterwards, ``order`` the fields as they stand on the page.
    """
    theirs: Mapping[str, Any] = {}
    if form.validate_on_submit():
        refused = _refusal(form, act)
        if refused is None:
            flash(done, "success")
            if draft:
                draft_done(draft)
            return redirect(then() if then else after)
        if isinstance(refused, Changed):
            theirs = refused.theirs
    url = url_for("drafts.staff", key=draft) if draft else None
    page = show(
        values.pop("template", "children/form.html"),
        form=form,
        title=title,
        theirs=[(form[name].label.text, value) for name, value in theirs.items() if name in form],
        order=order,
        draft=draft,
        draft_url=url,
        after=after,
        save_label=values.pop("save_label", _("Save")),
        trail=[*trail, (title, "")],
        **values,
    )
    return page, 422 if form.errors else 200


def _refusal(form: FlaskForm, act: Callable[[], object]) -> Refused | None:
    """Run ``act``; return why it was refused, which the form then says too."""
    try:
        act()
    except Refused as refused:
        if isinstance(refused, Changed):
            form.version.data = form.version.raw_data = None
            form.version.process_data(refused.version)
        put_error(form, refused)
        return refused
    return None
