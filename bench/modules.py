"""Twenty modules switched on: what their parts of a page cost more than the same, hard-wired.

The floor is the same page with the same content, where nobody asks which modules are on, which of
them have something to say, or calls a hook: the answers are constants of the core.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from app.children.models import Child
from app.host.facade import Answer
from app.host.hooks import ChildTab
from app.kernel.text import T
from app.ledger.services import EntryFor, record
from app.sdk.testing.world import CenterHandle, World
from bench.measuring import Meter, compare
from bench.support import served

MODULES, ROUNDS, TIMES = 20, 40, 3
MOST = 1.15
_NAMES = [f"many{number:02d}" for number in range(MODULES)]
_HTML = "<p>%s</p>" % ("在家一切都好。" * 40)
_MANIFEST = """
from app.sdk import EntryKind, Module, NavItem, Permission, text_domain
T = text_domain("{name}")
MODULE = Module(
    name="{name}", title=T("{name}"), summary=T("x"), version="1.0.0",
    permissions=(Permission("{name}.view", T("x"), ("school_admin",)),),
    entry_kinds=(EntryKind("{name}.act", T("x")),),
    navigation=(NavItem(T("{name}"), "{name}_school.page", "{name}.view"),),
)
"""
_PLUGIN = """
from flask import Blueprint
from app.sdk import ChildTab, ModuleBlueprints, hookimpl, permission
from many.{name}.manifest import T
bp = Blueprint("{name}", __name__)

@bp.get("")
@permission("{name}.view")
def page():
    return "x"

@hookimpl
def blueprints():
    return ModuleBlueprints(school=bp)

@hookimpl
def child_tab(ctx, child_id):
    return ChildTab(T("{name}"), "{html}")
"""
# Where pages ask which modules are on, and where they ask one for its part.
_ASKING = (
    "app.children.permits", "app.ledger.audience", "app.ledger.child_links", "app.ledger.page",
    "app.web.gate", "app.web.navigation", "app.reports.indicators.known", "app.reports.overview",
)  # fmt: skip


@contextmanager
def _packages() -> Iterator[None]:
    """Write twenty small plugins where Python finds them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "many"
        for name in _NAMES:
            package = root / name
            package.mkdir(parents=True)
            (package / "__init__.py").write_text("")
            (package / "manifest.py").write_text(_MANIFEST.format(name=name))
            (package / "plugin.py").write_text(_PLUGIN.format(name=name, html=_HTML))
        (root / "__init__.py").write_text("")
        sys.path.insert(0, folder)
        yield
        sys.path.remove(folder)


def _school(world: World) -> tuple[CenterHandle, Any, Any]:
    center = world.center("north")
    child_id = world.child(center, "north", homeroom=world.homeroom(center, "north"))
    world.enable(center, "north", *_NAMES)
    with world.inside(center.school_scope("north")) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == child_id)).one()
        for name in _NAMES:
            record(ctx, kind=f"{name}.act", happened_on=ctx.today(), title="x",
                   entries=[EntryFor(child)])  # fmt: skip
    return center, child_id, world.client(world.person(center, "school_admin", "north"))


@contextmanager
def _hard_wired(active: Any) -> Iterator[None]:
    """Let pages know by themselves what is on, what the ledger holds and what a module says."""
    kinds = [f"{name}.act" for name in _NAMES]
    answers = [Answer(_NAMES[0], ChildTab(T(_NAMES[0]), _HTML))]
    with ExitStack() as stack:
        for module in _ASKING:
            found = sys.modules[module]
            if hasattr(found, "active_modules"):
                stack.enter_context(patch.object(found, "active_modules", lambda _ctx: active))
        page = sys.modules["app.ledger.page"]
        stack.enter_context(patch.object(page, "kinds_of", lambda _ctx, _child: kinds))
        stack.enter_context(patch.object(page, "ask_modules", lambda *_a, **_k: answers))
        yield


def run() -> bool:
    """Measure, print, and tell whether the promise is kept."""
    with _packages(), served("many") as (flask, servers):
        world = World(flask, flask.extensions["qinchao_config"])
        center, child_id, browser = _school(world)
        active = {center.schools["north"]: frozenset(_NAMES)}
        meter = Meter.of(servers)
        kept = True
        own = f"/c/{center.slug}/children/{child_id}/"
        pages = {
            "child, timeline": own,
            "child, a module's part": f"{own}?tab={_NAMES[0]}",
            "school home": f"/c/{center.slug}/s/north/",
        }
        for title, url in pages.items():

            def ours(url: str = url) -> str:
                return "".join(browser.get(url).text for _ in range(TIMES))

            def floor(url: str = url) -> str:
                with _hard_wired(active):
                    return "".join(browser.get(url).text for _ in range(TIMES))

            assert _plain(ours()) == _plain(floor()), title
            found = compare(meter, floor, ours, ROUNDS)
            good = found.times <= MOST
            kept = kept and good
            print(f"{title:24} {found.floor / TIMES * 1000:7.1f} ms hard-wired,"
                  f" {found.ours / TIMES * 1000:7.1f} ms with {MODULES} modules:"
                  f" {found.times:.2f} of at most {MOST}")  # fmt: skip
    return kept


def _plain(page: str) -> str:
    return re.sub(r'(csrf[^>]*(content|value)=")[^"]+', r"\1", page)
