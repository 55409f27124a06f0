"""The school's page of modules, and the centre's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _

from app.db.session import db
from app.db.versions import pending
from app.edge.areas import CENTER, SCHOOL
from app.edge.buttons import press
from app.edge.current import ctx, school_id, show
from app.edge.forms import put_error
from app.edge.marks import permission
from app.host.enablement import is_active
from app.host.settings import module_settings
from app.host.troubles import Troubles
from app.kernel.errors import NotVisible, Refused
from app.modules import services
from app.modules.forms import settings_form
from app.modules.queries import module_offers, module_states

bp = Blueprint("modules", __name__, template_folder="templates")


@bp.get(f"{SCHOOL}/modules")
@permission("modules.manage")
def page() -> Any:
    """List the modules with what they bring, and switches."""
    troubles: Troubles = current_app.extensions["qinchao_troubles"]
    return show(
        "modules/school.html",
        states=module_states(ctx(), school_id()),
        behind=pending(db.engine, ctx().registry.owners()),
        troubles=troubles.last(),
        trail=[(_("Modules"), "")],
    )


@bp.post(f"{SCHOOL}/modules")
@permission("modules.manage")
def switch() -> Any:
    """Switch a module on or off."""
    name = request.form.get("module", "")
    enabled = request.form.get("enabled") == "1"

    def act() -> object:
        services.switch(ctx(), school_id=school_id(), module=name, enabled=enabled)
        title = ctx().registry.plugins[name].module.title
        if enabled:
            return _("%(module)s is on.", module=title)
        return _("%(module)s is off. Its data are kept.", module=title)

    return press(act, after=url_for("modules.page"), again=page)


@bp.route(f"{SCHOOL}/modules/<name>/settings", methods=["GET", "POST"])
@permission("modules.manage")
def settings(name: str) -> Any:
    """Show and change what the school sets for a module."""
    if not is_active(ctx(), name, school_id()):
        raise NotVisible
    module = ctx().registry.plugins[name].module
    form = settings_form(module.settings)(data=module_settings(ctx(), school_id(), name))
    if form.validate_on_submit():
        values = {setting.name: form[setting.name].data for setting in module.settings}
        try:
            services.change_settings(ctx(), school_id=school_id(), module=name, values=values)
        except Refused as refused:
            put_error(form, refused)
        else:
            flash(_("The settings of %(module)s are saved.", module=module.title), "success")
            return redirect(url_for("modules.page"))
    trail = [(_("Modules"), url_for("modules.page")), (module.title, "")]
    page = show("modules/settings.html", form=form, module=module, trail=trail)
    return page, 422 if form.errors else 200


@bp.get(f"{CENTER}/modules")
@permission("center.manage")
def center_page() -> Any:
    """List the modules with the schools that use them."""
    return show("modules/center.html", offers=module_offers(ctx()), trail=[(_("Modules"), "")])


@bp.post(f"{CENTER}/modules")
@permission("center.manage")
def offer() -> Any:
    """Offer a module to the schools, or withdraw it."""
    name = request.form.get("module", "")
    offered = request.form.get("offered") == "1"

    def act() -> object:
        services.offer(ctx(), module=name, offered=offered)
        title = ctx().registry.plugins[name].module.title
        if offered:
            return _("%(module)s is offered to the schools.", module=title)
        return _("%(module)s is no longer offered. Its data are kept.", module=title)

    return press(act, after=url_for("modules.center_page"), again=center_page)
