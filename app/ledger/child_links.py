"""Buttons that modules put on the page of a child."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for

from app.children.current import child as current_child
from app.children.permits import can
from app.edge.current import ctx as current_ctx
from app.host.enablement import active_modules
from app.kernel.text import Text


@dataclass(frozen=True)
class ChildLink:
    """A module's button on the page of a child."""

    title: Text
    url: str
    icon: str


def child_links_here() -> list[ChildLink]:
    """Return the buttons that active modules put on the page of the child of the address."""
    ctx, child = current_ctx(), current_child()
    active = active_modules(ctx).get(child.school_id, frozenset())
    items = [
        item
        for name in sorted(active)
        for item in ctx.registry.plugins[name].module.navigation
        if item.area == "child"
        and can(ctx, item.permission, child)
        and item.endpoint in current_app.view_functions
    ]
    return [
        ChildLink(item.title, url_for(item.endpoint, child_id=child.id), item.icon)
        for item in sorted(items, key=lambda item: item.position)
    ]
