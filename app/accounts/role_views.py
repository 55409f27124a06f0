"""The page on which a centre decides what each role may do."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.accounts.role_matrix import allowed, groups, is_fixed, set_matrix
from app.accounts.roles import ROLES, STAFF_ROLES
from app.accounts.views import bp
from app.edge.areas import CENTER
from app.edge.current import ctx, show
from app.edge.marks import permission


@bp.route(f"{CENTER}/roles", methods=["GET", "POST"])
@permission("center.manage")
def roles() -> Any:
    """Show and change who may do what."""
    if FlaskForm().validate_on_submit():
        ticked = {(role, name) for box in request.form.getlist("may")
                  for role, _colon, name in [box.partition(":")]}  # fmt: skip
        changed = set_matrix(ctx(), ticked, shown=request.form.getlist("shown"))
        if changed:
            flash(_("%(n)s answers changed. They count from now on.", n=changed), "success")
        else:
            flash(_("Nothing was different."), "info")
        return redirect(url_for("accounts.roles"))
    plugins = ctx().registry.plugins
    return show(
        "accounts/roles.html",
        trail=[(_("Permissions"), "")],
        groups=[
            (plugins[g.module].module.title if g.module else _("Basics"), g.permissions)
            for g in groups(ctx())
        ],
        roles=[ROLES[name] for name in STAFF_ROLES],
        allowed=allowed(ctx()),
        is_fixed=is_fixed,
    )
