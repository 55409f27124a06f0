"""The overview: who holds what, what nobody holds; adopting the usual structure; bodies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.queries import open_schools
from app.children.views.saving import save
from app.db.scope import Reach
from app.edge.areas import CENTER, SCHOOL
from app.edge.current import ctx, place, show
from app.edge.marks import permission
from app.organisation import services
from app.organisation.classes import class_duties
from app.organisation.forms import BodyForm
from app.organisation.letters import due_letters
from app.organisation.queries import SECTORS, bodies_at, post_title, posts_at
from app.organisation.sectors import child_counts
from app.organisation.vacancies import vacancy_counts, vacant_posts
from app.organisation.views.bp import bp, here, trail


@bp.get(f"{SCHOOL}/organisation")
@permission("organisation.view")
def school_page() -> Any:
    """Show who answers for what at the school."""
    school = place()
    assert school is not None  # noqa: S101 (the address names one)
    lines = posts_at(ctx(), school)
    due = due_letters(ctx(), school)
    return show(
        "organisation/school.html",
        trail=[(_("Organisation"), "")],
        here=here,
        title_of=post_title,
        vacant=vacant_posts(ctx(), school),
        bodies=_with_posts(lines, bodies_at(ctx(), school)),
        classes=class_duties(ctx(), school, lines),
        sectors=[line for line in lines if line.post.kind in SECTORS],
        children=child_counts(ctx(), school),
        due=len(due),
        signed=sum(letter.signed is not None for letter in due),
    )


@bp.get(f"{CENTER}/organisation")
@permission("organisation.view")
def center_page() -> Any:
    """Show the centre's own posts and how its schools stand."""
    whole = ctx().scope.reach is Reach.CENTER
    due = due_letters(ctx(), None) if whole else []
    counts = vacancy_counts(ctx())
    return show(
        "organisation/center.html",
        trail=[(_("Organisation"), "")],
        here=here,
        title_of=post_title,
        whole=whole,
        vacant=[one for one in vacant_posts(ctx()) if one.school_id is None] if whole else [],
        bodies=_with_posts(posts_at(ctx(), None), bodies_at(ctx(), None)),
        schools=open_schools(ctx()),
        counts=counts,
        posts=services.post_counts(ctx()),
        due=len(due),
        signed=sum(letter.signed is not None for letter in due),
    )


def _with_posts(lines: list[Any], bodies: list[Any]) -> list[tuple[Any, list[Any]]]:
    return [(b, [line for line in lines if line.post.body_id == b.id]) for b in bodies]


@bp.both("/adopt", "adopt", "POST")
@permission("organisation.manage")
def adopt() -> Any:
    """Set up the usual bodies and posts."""
    added = services.adopt(ctx(), place())
    said = ngettext("%(num)s post is set up.", "%(num)s posts are set up.", added)
    flash(f"{said} {_('Now say who holds them.')}", "success")
    return redirect(here("page"))


@bp.both("/bodies/new", "body_new", "GET", "POST")
@permission("organisation.manage")
def body_new() -> Any:
    """Add a body."""
    services.demand_place(ctx(), place())
    form = BodyForm()
    return save(
        form,
        lambda: services.add_body(ctx(), place(), title=form.title.data or ""),
        title=_("Add a group"),
        done=_("Saved."),
        after=here("page"),
        trail=trail(),
    )


@bp.both("/bodies/<uuid:body_id>", "body", "GET", "POST")
@permission("organisation.manage")
def body(body_id: UUID) -> Any:
    """Rename a body, or dissolve it."""
    found = services.body_here(ctx(), body_id, place())
    form = BodyForm(obj=found)
    return save(
        form,
        lambda: services.rename_body(ctx(), found, title=form.title.data or ""),
        title=found.title,
        done=_("Saved."),
        after=here("page"),
        trail=trail(),
        void_url=here("body_end", body_id=found.id),
        void_label=_("Dissolve this group"),
        void_question=_("All its posts end with it. Who held them stays on record."),
    )


@bp.both("/bodies/<uuid:body_id>/end", "body_end", "POST")
@permission("organisation.manage")
def body_end(body_id: UUID) -> Any:
    """Dissolve a body."""
    services.end_body(ctx(), services.body_here(ctx(), body_id, place()))
    flash(_("The group is dissolved. Its past stays."), "success")
    return redirect(here("page"))
