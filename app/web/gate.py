"""The one gate before every page: who, where, which module, which permission.

It resolves the address to a scope before a view runs, so a view cannot forget to. Another centre's
or school's address does not exist for the reader (404); a page without permission is refused (403);
a module that is off does not exist either. It opens the transaction and ends it: what answers with
an error or a form to correct (422) writes nothing.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, Response, abort, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from app.accounts.principal import (
    Principal,
    Workplace,
    family_actor,
    family_scope,
    staff_actor,
    staff_scope,
    where_held,
)
from app.children.models import Child
from app.children.permits import visible
from app.db.scope import Scope
from app.db.session import db, scoped
from app.edge.marks import Mark
from app.edge.ours import is_ours
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.registry import Registry
from app.kernel.access import Actor
from app.kernel.errors import Forbidden, NotVisible
from app.web.work import push_enqueued

_CLIENT_ERROR = 400
_MAY_STAY = {"accounts.change_secret", "accounts.sign_out"}


def init_gate(flask: Flask, registry: Registry) -> None:
    """Put the gate before every request of ``flask`` and the commit after it."""

    def enter() -> Any:
        g.leave = ExitStack()
        if request.endpoint is None:
            return None
        if any("\0" in value for values in request.values.listvalues() for value in values):
            abort(400)  # no keyboard writes it, and the database takes no such text
        mark: Mark = flask.extensions["qinchao_marks"][request.endpoint]
        if mark.public_reason:
            return None
        return _admit(registry, mark)

    flask.before_request(enter)
    flask.after_request(_finish)
    flask.teardown_request(_leave)


def _admit(registry: Registry, mark: Mark) -> Any:
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    who: Principal = current_user.principal
    g.principal = who
    if who.must_change and request.endpoint not in _MAY_STAY:
        return redirect(url_for("accounts.change_secret"))
    if g.center_slug is None:
        return None
    scope, actor = _place(registry, who, mark.permission)
    g.leave.enter_context(scoped(scope))
    g.ctx = Ctx(scope, db.session(), registry, current_app.extensions["qinchao_files"], actor)
    if g.child_id is None:
        _demand_module(g.get("school_id"))
    if mark.permission and not actor.holds(mark.permission):
        raise Forbidden(mark.permission)
    g.child = _child(mark)
    if g.child is not None:
        _demand_module(g.child.school_id)
    return None


def _child(mark: Mark) -> Child | None:
    """Resolve the child of the address; one the permission does not reach does not exist."""
    if g.child_id is None or mark.permission is None:
        return None
    wanted = select(Child).where(Child.id == g.child_id, Child.voided_at.is_(None))
    found: Child | None = db.session.scalar(visible(g.ctx, mark.permission, wanted))
    if found is None:
        raise NotVisible
    _at_school_of(found)
    return found


def _at_school_of(child: Child) -> None:
    """Stand in the child's school: its pages around the child's, and only grants that reach it."""
    place: Workplace | None = g.get("workplace")
    if place is None:
        return
    for school_id, code, name in place.schools:
        if school_id == child.school_id:
            g.school_id, g.school_code, g.school_name = school_id, code, name
    grants = tuple(x for x in g.ctx.actor.grants if x.school_id in (None, child.school_id))
    g.ctx.actor = replace(g.ctx.actor, grants=grants)


def ask_to_sign_in() -> Any:
    """Send a reader without a session to the sign-in page, and back to the page afterwards.

    What was sent to be written is not: the reader comes back to the page it was typed on. A
    script is told 401.
    """
    if request.headers.get("HX-Request") or request.accept_mimetypes.best == "application/json":
        return Response(status=401)
    family = request.path.startswith("/family")
    page = "accounts.family_sign_in" if family else "accounts.sign_in"
    if request.method == "GET":
        return redirect(url_for(page, next=request.full_path.rstrip("?")))
    if request.endpoint == "accounts.sign_out":
        return redirect(url_for(page))
    flash(
        _(
            "You had been signed out meanwhile, so nothing was sent. Sign in again: what you"
            " typed was kept as a draft."
        ),
        "warning",
    )
    return redirect(url_for(page, next=_came_from()))


def _came_from() -> str | None:
    page = urlsplit(request.referrer or "")
    if page.netloc != request.host or not is_ours(page.path):
        return None
    return f"{page.path}?{page.query}" if page.query else page.path


def _place(registry: Registry, who: Principal, permission: str | None) -> tuple[Scope, Actor]:
    """Turn the address into a scope; raise :class:`NotVisible` when it is not the reader's."""
    if request.path.startswith("/family/"):
        family = _first(f for f in who.families if f.slug == g.center_slug)
        g.family = family
        return family_scope(who, family), family_actor(
            who, family, registry.permissions, request.remote_addr
        )
    place = _first(w for w in who.workplaces if w.slug == g.center_slug)
    g.workplace = place
    g.school_id = None
    if g.school_code is not None:
        school = _first(s for s in place.schools if s[1] == g.school_code)
        g.school_id, _code, g.school_name = school
    elif permission is not None:
        place = where_held(place, permission)
    return (
        staff_scope(who, place, g.school_id),
        staff_actor(who, place, g.school_id, request.remote_addr),
    )


def _first(found: Any) -> Any:
    for item in found:
        return item
    raise NotVisible


def _demand_module(school: UUID | None) -> None:
    """A page of a module exists only where the module is active, whatever one may do there."""
    pages: dict[str, str] = current_app.extensions.get("qinchao_module_pages", {})
    module = pages.get(request.blueprint or "")
    if module is None:
        return
    active = active_modules(g.ctx)
    here = active.get(school, frozenset()) if school else frozenset().union(*active.values())
    if module not in here:
        raise NotVisible


def _finish(response: Response) -> Response:
    if g.get("ctx") is None:
        return response
    if response.status_code < _CLIENT_ERROR:
        db.session.commit()
        push_enqueued(current_app)
    else:
        db.session.rollback()
    return response


def _leave(_error: BaseException | None) -> None:
    leave: ExitStack | None = g.pop("leave", None)
    if leave is not None:
        leave.close()
