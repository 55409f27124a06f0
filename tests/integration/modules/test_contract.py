"""What the core promises about modules: isolation of failures, few queries, honest loading."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from library_loans.services import lend
from sqlalchemy import select, text

from app.accounts.permissions import CORE_PERMISSIONS
from app.children.models import Child
from app.host.loading import build_registry
from app.host.registry import Registry
from app.kernel.errors import Refused
from app.ledger.kinds import CORE_ENTRY_KINDS
from app.ledger.services import EntryFor, record
from app.sdk.testing.schools import QueryCount
from tests.support.world import CenterHandle, World


def _lend(world: World, center: CenterHandle, child_id: UUID, *books: str) -> None:
    with world.inside(center.school_scope("north")) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == child_id)).one()
        for book in books:
            lend(ctx, child, book)


def test_a_module_that_breaks_leaves_the_page_and_the_others_alive(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    world.enable(center, "north", "library_loans")
    _lend(world, center, child_id, "《草房子》")
    registry: Registry = world.app.extensions["qinchao_registry"]
    [hook] = [
        h
        for h in registry.manager.hook.family_card.get_hookimpls()
        if h.plugin_name == "library_loans"
    ]

    def broken(ctx: Any, child_id: UUID) -> None:
        ctx.session.execute(text("SELECT 1 / 0"))

    monkeypatch.setattr(hook, "function", broken)
    family = world.client(world.guardian(center, child_id, name="石大山", account=True))
    page = family.get(f"/family/{center.slug}/")
    assert page.status_code == 200
    assert "notice-warning" in page.text
    assert "石小满" in page.text


def test_a_longer_record_costs_no_more_queries(world: World, query_count: QueryCount) -> None:
    center = world.center()
    world.enable(center, "north", "library_loans")
    short, long = world.child(center, "north"), world.child(center, "north")
    _lend(world, center, short, "一")
    _lend(world, center, long, *"二三四五六七八九")
    admin = world.client(world.person(center, "school_admin", "north"))
    costs = []
    for child_id in (short, long):
        with query_count() as seen:
            page = admin.get(f"/c/{center.slug}/children/{child_id}/timeline")
            assert page.status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_a_module_that_is_off_cannot_be_written_with(world: World) -> None:
    center = world.center()
    child_id = world.child(center, "north")
    with pytest.raises(Refused):
        _lend(world, center, child_id, "《草房子》")
    with world.inside(center.scope) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == child_id)).one()
        with pytest.raises(KeyError):
            record(
                ctx,
                kind="no_such.kind",
                happened_on=ctx.today(),
                title="x",
                entries=[EntryFor(child)],
            )


def test_a_plugin_from_outside_is_loaded_like_our_own() -> None:
    registry = build_registry(CORE_PERMISSIONS, CORE_ENTRY_KINDS, ("library_loans",))
    assert registry.kind_module["library_loans.loan"] == "library_loans"
    assert registry.permissions["library_loans.view"].module == "library_loans"
    assert "library_loans" in {owner.name for owner in registry.owners()}


def test_a_module_with_nothing_to_say_about_a_child_is_not_called(
    world: World, monkeypatch: pytest.MonkeyPatch, query_count: QueryCount
) -> None:
    """One query of the core tells which kinds the child has; only their modules are named."""
    center = world.center()
    quiet, told = world.child(center, "north"), world.child(center, "north")
    registry: Registry = world.app.extensions["qinchao_registry"]
    for name, plugin in registry.plugins.items():
        world.enable(center, "north", *plugin.module.requires, name)
    called: list[str] = []
    for hook in registry.manager.hook.child_tab.get_hookimpls():
        noting = partial(_note_call, called, str(hook.plugin_name))
        monkeypatch.setattr(hook, "function", noting)
    _lend(world, center, told, "《草房子》")
    admin = world.client(world.person(center, "school_admin", "north"))
    with query_count() as seen:
        for tab in ("", "?tab=library_loans"):
            assert admin.get(f"/c/{center.slug}/children/{quiet}/{tab}").status_code == 200
    assert called == []
    assert sum("SELECT DISTINCT entry.kind" in statement for statement in seen) == 2
    admin.get(f"/c/{center.slug}/children/{told}/?tab=library_loans")
    assert called == ["library_loans"]


def _note_call(called: list[str], name: str, *_given: Any) -> None:
    called.append(name)
