"""What the ledger and the modules add to a child's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for

from app.children.current import child as current_child
from app.children.models import Child
from app.children.permits import can
from app.edge.current import ctx as current_ctx
from app.edge.paging import Page
from app.edge.parts import ask_modules
from app.host.context import Ctx
from app.host.enablement import active_modules
from app.host.facade import Answer
from app.kernel.text import Text
from app.ledger.kinds import TRANSITIONS
from app.ledger.models import Entry
from app.ledger.queries import Item, kinds_of, timeline

_RIGHTS = "ledger_rights"


@dataclass(frozen=True)
class ChildParts:
    """One part of a child's page, and which others there are.

    ``modules`` are those with something to tell, by name and title. The part is the timeline, or
    what one of them answered: None when it has nothing for this reader.
    """

    child_id: UUID
    modules: Sequence[tuple[str, Text]]
    chosen: str
    timeline: Page[Item] | None
    tab: Answer | None
    may_record: bool


def child_parts(ctx: Ctx, child: Child, chosen: str = "") -> ChildParts | None:
    """Return the part of a child's page that is ``chosen``: the timeline, or a module by name.

    The other modules are not asked, so that a page costs the same with many as with few. None
    without the permission to read.
    """
    if not can(ctx, "ledger.view", child):
        return None
    kinds = kinds_of(ctx, child)
    # What a module knows of adults is not among the kinds of the child.
    of_adults = (kind.name for kind in ctx.registry.entry_kinds.values() if kind.of_adults)
    telling = {ctx.registry.kind_module[kind] for kind in (*kinds, *of_adults)}
    names = sorted(active_modules(ctx).get(child.school_id, frozenset()) & telling)
    modules = [(name, ctx.registry.plugins[name].module.title) for name in names]
    may_record = _rights(ctx, child)[0]
    if chosen not in names:
        return ChildParts(child.id, modules, "", timeline(ctx, child), None, may_record)
    found = ask_modules(ctx, "child_tab", frozenset({chosen}), child_id=child.id, kinds=kinds)
    tab = next(iter(found), None)
    return ChildParts(child.id, modules, chosen, None, tab, may_record)


def child_parts_here() -> ChildParts | None:
    """Return the part of the child of the address that ``?tab=`` names; templates call it."""
    return child_parts(current_ctx(), current_child(), request.args.get("tab", ""))


def may_take_back(ctx: Ctx, child: Child, entry: Entry) -> bool:
    """Tell whether the actor may correct or void an entry: who wrote it, or who runs the school."""
    if entry.kind in TRANSITIONS or ctx.registry.entry_kinds[entry.kind].transition:
        return False
    own = entry.recorded_by_id is not None and entry.recorded_by_id == ctx.actor.staff_id
    may_record, runs_school = _rights(ctx, child)
    return may_record and (own or runs_school)


def _rights(ctx: Ctx, child: Child) -> tuple[bool, bool]:
    """Return whether the actor may record of the child, and runs its school; asked once a page."""
    if _RIGHTS not in ctx.memo:
        ctx.memo[_RIGHTS] = (can(ctx, "ledger.record", child), can(ctx, "school.manage", child))
    rights: tuple[bool, bool] = ctx.memo[_RIGHTS]
    return rights


def files_of(item: Item, endpoint: str) -> Sequence[dict[str, Any]]:
    """Return the attachments of a timeline's row as pages list them, served by ``endpoint``."""
    found = []
    for file in item.attachments:
        url = url_for(endpoint, child_id=item.entry.child_id, attachment_id=file.id)
        picture = url if file.media_type.startswith("image/") else None
        found.append({"name": file.name, "size": file.size, "url": url, "thumbnail_url": picture})
    return found
