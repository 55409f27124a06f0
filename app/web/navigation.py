"""The core's part of the navigation; modules add theirs in their manifests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app, g, request, url_for

from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.manifest import NavItem
from app.kernel.text import T

CORE_NAV = (
    NavItem(T("To do"), "duties.todo", "duties.view", "center", "check2-square", 1, "first"),
    NavItem(T("To do"), "duties.todo", "duties.view", "school", "check2-square", -1, "first"),
    NavItem(T("Overview"), "center_home.page", "center.view", "center", "house", 0, "first"),
    NavItem(T("Overview"), "school_home.page", "school.view", "school", "house", 0, "first"),
    NavItem(T("Children"), "children.center_list", "children.view", "center", "people", 10,
            "first"),
    NavItem(T("Children"), "children.school_list", "children.view", "school", "people", 10,
            "first"),
    NavItem(T("Indicators"), "indicators.center_board", "center.view", "center", "bar-chart", 81),
    NavItem(T("Indicators"), "indicators.school_board", "school.view", "school", "bar-chart", 81),
    NavItem(T("Duties"), "duties.center_board", "duties.view", "center", "list-check", 82),
    NavItem(T("Duties"), "duties.school_board", "duties.view", "school", "list-check", 82),
    NavItem(T("Policies"), "policies.center_page", "duties.view", "center", "journal-check", 83),
    NavItem(T("Policies"), "policies.school_page", "duties.view", "school", "journal-check", 83),
    NavItem(T("Classes"), "homerooms.page", "school.view", "school", "grid", 5, "manage"),
    NavItem(T("Transfers"), "children.center_transfers", "children.transfer", "center",
            "arrow-left-right", 20, "manage"),
    NavItem(T("Transfers"), "children.school_transfers", "children.transfer", "school",
            "arrow-left-right", 20, "manage"),
    NavItem(T("Import rosters"), "roster.center_imports", "children.import", "center",
            "upload", 30, "manage"),
    NavItem(T("Import rosters"), "roster.school_imports", "children.import", "school",
            "upload", 30, "manage"),
    NavItem(T("School calendar"), "calendar.page", "duties.view", "center", "calendar3", 38,
            "manage"),
    NavItem(T("Staff"), "accounts.center_staff", "staff.view", "center", "person-badge", 40,
            "manage"),
    NavItem(T("Staff"), "accounts.school_staff", "staff.view", "school", "person-badge", 40,
            "manage"),
    NavItem(T("Organisation"), "organisation.center_page", "organisation.view", "center",
            "diagram-3", 45, "manage"),
    NavItem(T("Organisation"), "organisation.school_page", "organisation.view", "school",
            "diagram-3", 45, "manage"),
    NavItem(T("Hand-overs"), "handover.list_page", "staff.view", "school",
            "box-arrow-right", 46, "manage"),
    NavItem(T("Change of school year"), "handover.year_center", "center.view", "center",
            "arrow-up-circle", 47, "manage"),
    NavItem(T("Change of school year"), "handover.year", "school.manage", "school",
            "arrow-up-circle", 47, "manage"),
    NavItem(T("Guardians' sign-in"), "accounts.activation_classes", "guardians.activate",
            "school", "phone", 60, "manage"),
    NavItem(T("Modules"), "modules.center_page", "center.manage", "center", "puzzle", 80,
            "manage"),
    NavItem(T("Modules"), "modules.page", "modules.manage", "school", "puzzle", 80, "manage"),
    NavItem(T("Permissions"), "accounts.roles", "center.manage", "center", "key", 90, "manage"),
    NavItem(T("Personal data"), "privacy.center_page", "privacy.erase", "center",
            "shield-lock", 92, "manage"),
    NavItem(T("Audit log"), "audit.center_log", "audit.view", "center", "clock-history", 95,
            "manage"),
    NavItem(T("Audit log"), "audit.school_log", "audit.view", "school", "clock-history", 95,
            "manage"),
)  # fmt: skip
_GROUPS = (("care", T("Care")), ("manage", T("Administration")))

# A child's page has an address of its own; one comes to it from these.
_CHILD_LISTS = ("children.school_list", "children.center_list")


@dataclass(frozen=True)
class Link:
    """A link as the layout shows it; without an address the title of the links below it."""

    title: str
    url: str = ""
    icon: str = ""
    active: bool = False
    children: Sequence[Link] = ()


def menu(ctx: Ctx) -> list[Link]:
    """Return the menu of the current page's area: what the reader may open, modules on.

    What stands above all comes first, the groups after it; a group without links is left out.
    """
    items = sorted(_open_to(ctx), key=lambda i: (i.position, i.endpoint))
    urls = {item.endpoint: url_for(item.endpoint) for item in items}
    here = _here(urls)
    links = [
        (i.group, Link(str(i.title), urls[i.endpoint], i.icon, i.endpoint == here)) for i in items
    ]
    found = [link for group, link in links if group == "first"]
    for name, title in _GROUPS:
        below = [link for group, link in links if group == name]
        if below:
            found.append(Link(str(title), children=below))
    return found


def _open_to(ctx: Ctx) -> list[NavItem]:
    of_center = g.get("child") is not None and g.workplace.whole_center
    if g.get("school_id") is not None and not of_center:
        area, modules = "school", active_modules(ctx).get(g.school_id, frozenset())
    else:
        area, modules = "center", frozenset().union(*active_modules(ctx).values())
    items = [*CORE_NAV, *(i for n in modules for i in ctx.registry.plugins[n].module.navigation)]
    return [
        item
        for item in items
        if item.area == area and ctx.actor.holds(item.permission) and _exists(item.endpoint)
    ]


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _here(urls: Mapping[str, str]) -> str | None:
    """Return the endpoint whose page this is or lies below: the nearest, if there are several."""
    if g.get("child") is not None:
        return next((endpoint for endpoint in urls if endpoint in _CHILD_LISTS), None)
    at = [e for e, url in urls.items() if f"{request.path}/".startswith(f"{url}/")]
    return max(at, key=lambda endpoint: len(urls[endpoint]), default=None)
