"""A child entered twice: seeing what would be brought together, and doing it."""

from __future__ import annotations

from typing import Any, cast

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select

from app.children.current import child
from app.children.duplicates import likely_same, same_name_and_birth
from app.children.forms import FactsForm, MergeForm
from app.children.models import Child
from app.children.permits import visible
from app.children.services.joining import Joined
from app.children.services.merging import merge_into, preview_merge
from app.children.views.bp import bp
from app.children.views.page import back, child_trail
from app.children.views.saving import save
from app.children.words import SEXES
from app.edge.areas import CHILD
from app.edge.current import ctx
from app.edge.forms import choices
from app.edge.marks import permission
from app.kernel.errors import Refused
from app.kernel.text import T, Text

# What people know; the rest (a seat in a class, a module's own columns) goes with these.
_TABLES: dict[str, Text] = {
    "guardianship": T("Adults"),
    "guardian_phone": T("Telephone numbers"),
    "parent_status": T("Facts about parents"),
    "identity_document": T("Identity numbers"),
    "declaration": T("Answers of forms"),
    "enrolment": T("Times at school"),
    "entry": T("Entries of the record"),
    "grant_child": T("Pairings with a mentor"),
    "transfer": T("Transfers"),
}


@bp.route(f"{CHILD}/merge", methods=["GET", "POST"])
@permission("children.edit")
def merge() -> Any:
    """Bring two records of one child together; before that, show what will move."""
    typed = request.values.get("q", "").strip()
    others = _others(typed)
    form = MergeForm()
    form.into.choices = choices((key, _words(other)) for key, other in others.items())
    if request.method == "GET":
        asked = request.args.get("into", "")
        form.into.data = asked if asked in others else next(iter(others), None)
    chosen = form.into.data
    return save(
        form,
        lambda: merge_into(ctx(), child(), stands=others[chosen]),
        title=_("Entered twice"),
        done=_("The two records are one now. This is the record that stands."),
        after=back(),
        then=lambda: url_for("children.page", child_id=chosen),
        trail=child_trail(),
        template="children/merge.html",
        several=len(others) > 1,
        typed=typed,
        preview=_preview(others.get(chosen)),
        save_label=_("Join the records"),
    )


def _others(typed: str) -> dict[str, Child]:
    """Return who may be the same child, or is meant by ``typed``, and may be changed."""
    here = child()
    found = [*same_name_and_birth(ctx(), here.name, here.birth_date)]
    if typed:
        found += likely_same(ctx(), here, typed)
    ids = [other.id for other in found if other.id != here.id]
    wanted = cast("Select[Any]", select(Child).where(Child.id.in_(ids)))
    mine = ctx().session.scalars(visible(ctx(), "children.edit", wanted))
    return {str(other.id): other for other in mine if other.school_id == here.school_id}


def _words(other: Child) -> str:
    state = _("left school") if other.left_on else _("written down on %(day)s", day=_day(other))
    return f"{other.name}，{other.birth_date or '—'}，{SEXES[other.sex]}，{state}"


def _day(other: Child) -> str:
    return other.created_at.date().isoformat()


def _preview(stands: Child | None) -> dict[str, Any] | None:
    """Return what would happen, in words; None where nothing can (the form says why then)."""
    if request.method != "GET" or stands is None:
        return None
    try:
        joined = preview_merge(ctx(), child(), stands=stands)
    except Refused as refused:
        return {"refused": refused.message}
    labels = {name: FactsForm()[name].label.text for name in (*joined.filled, *joined.differing)}
    return {
        "moved": [(title, len(joined.moved[n])) for n, title in _TABLES.items() if joined.moved[n]],
        "filled": [labels[name] for name in joined.filled],
        "kept": [
            *joined.said,
            *_modules(joined),
            *(_("%(field)s differs: the record kept counts.", field=labels[n])
              for n in joined.differing),
        ],
    }  # fmt: skip


def _modules(joined: Joined) -> list[Text]:
    """Say of which modules both records have one and the same."""
    owners = {name: found.module.title for name, found in ctx().registry.plugins.items()}
    return [
        T(
            "{module}: both have the same record {n} times; the hidden one's is taken back.",
            module=title, n=len(rows),
        )
        for table, rows in joined.kept.items()
        for name, title in owners.items()
        if table.startswith(f"{name}_")
    ]  # fmt: skip
