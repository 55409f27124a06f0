"""What every module must keep, whoever wrote it: tests that run over a module by one line.

``qinchao_contract = ["library_loans"]`` in the settings of pytest runs them over these modules; a
test file of one's own that imports all of this runs them over every module installed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.permissions import permissions_of
from app.accounts.roles import ROLES
from app.children.models import Child
from app.children.permits import can
from app.db.base import Base
from app.db.ddl import security_of
from app.host.discovery import plugin_packages
from app.host.enablement import active_modules
from app.host.registry import Installed, Registry
from app.jobs.services import enqueue
from app.kernel.access import HeldGrant
from app.kernel.errors import Refused
from app.kit.catalogues import Catalogue
from app.ledger.services import EntryFor, record
from app.privacy.tables import faults
from app.sdk.testing.routes import Route, routes
from app.sdk.testing.schools import AsRole, QueryCount, RunJobs, SchoolHandle, SchoolWith

_GONE, _REFUSED, _ERROR = 404, 403, 500


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test once for every module that the settings name, else for all installed."""
    if "module" in metafunc.fixturenames:
        config = metafunc.config
        named = config.getini("qinchao_contract")
        if not named:
            found = plugin_packages(config.getini("qinchao_plugins"))
            named = [package.rpartition(".")[2] for package in found]
        metafunc.parametrize("module", named)


@pytest.fixture
def registry(app: Flask) -> Registry:
    """Return what is installed."""
    found: Registry = app.extensions["qinchao_registry"]
    return found


@pytest.fixture
def plugin(registry: Registry, module: str) -> Installed:
    """Return the module under test."""
    return registry.plugins[module]


@pytest.fixture
def needed(registry: Registry, module: str) -> tuple[str, ...]:
    """Return the modules to switch on, what the module requires first."""
    return (*registry.plugins[module].module.requires, module)


@pytest.fixture
def school(school_with: SchoolWith, needed: tuple[str, ...]) -> SchoolHandle:
    """Return a school with the module on."""
    return school_with(*needed)


def _pages(app: Flask, module: str) -> Iterator[Route]:
    return (route for route in routes(app) if route.module == module)


def _places(school: SchoolHandle) -> dict[str, object]:
    return {
        "center": school.center.slug,
        "school": school.code,
        "child_id": school.child,
        "homeroom_id": school.room,
    }


def test_off_means_closed_at_all_five_points(
    app: Flask, plugin: Installed, school_with: SchoolWith, as_role: AsRole, run_jobs: RunJobs
) -> None:
    """Pages, permissions, writing, work and everything gathered from modules."""
    module, off = plugin.module, school_with()
    with off.world.inside(off.center.school_scope(off.code)) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == off.child)).one()
        everything = HeldGrant("x", "center", frozenset(p.name for p in module.permissions))
        ctx.actor = type(ctx.actor)("x", grants=(everything,))
        assert not active_modules(ctx).get(child.school_id)
        assert not [p.name for p in module.permissions if can(ctx, p.name, child)]
        for kind in module.entry_kinds:
            with pytest.raises(Refused):
                record(ctx, kind=kind.name, happened_on=ctx.today(), title="x",
                       entries=[EntryFor(child)])  # fmt: skip
    with off.world.inside(off.center.scope) as ctx:
        enqueue(ctx, f"{module.name}.any", title="x", arguments={}, module=module.name)
    assert run_jobs(off.center) == {f"{module.name}.any": "failed"}
    admin = as_role(off, "school_admin")
    open_pages = [
        page.rule.rule
        for page in _pages(app, module.name)
        if page.method == "GET" and page.area in ("school", "child")
        and admin.get(page.address(app, **_places(off))).status_code not in (_GONE, _REFUSED)
    ]  # fmt: skip
    assert open_pages == []
    assert f"/m/{module.name}" not in admin.get(f"{off.url}/").text
    assert f"/m/{module.name}" not in admin.get(f"{off.child_url}/").text


@pytest.mark.parametrize("role", list(ROLES))
def test_a_role_opens_what_it_may_and_nothing_else(
    app: Flask, registry: Registry, module: str, school: SchoolHandle, as_role: AsRole, role: str
) -> None:
    """Every page of the module as every role: 403 or 404 without the permission, never an error."""
    browser = as_role(school, role)
    held = permissions_of(role, registry.permissions, {})
    family = ROLES[role].reach == "family"
    wrong = []
    for page in _pages(app, module):
        if page.method != "GET" or page.mark.permission is None:
            continue
        status = browser.get(page.address(app, **_places(school))).status_code
        may = page.mark.permission in held and family == (page.area == "family")
        fine = status < _ERROR and status != _REFUSED if may else status in (_REFUSED, _GONE)
        if not fine:
            wrong.append(f"{page.rule.rule}: {status}")
    assert wrong == []


def test_another_centre_and_another_school_do_not_exist(
    app: Flask, module: str, school: SchoolHandle, needed: tuple[str, ...], school_with: SchoolWith,
    as_role: AsRole,
) -> None:  # fmt: skip
    """A page with the address of a strange centre, or of a strange child, is not there."""
    other = school_with(*needed)
    admin = as_role(school, "school_admin")
    wrong = []
    for page in _pages(app, module):
        if page.method != "GET" or page.area == "open":
            continue
        for places in (_places(other), _places(school) | {"child_id": other.child, "school": "x"}):
            if page.area == "center" and places["center"] == school.center.slug:
                continue
            status = admin.get(page.address(app, **places)).status_code
            if status not in (_GONE, _REFUSED):
                wrong.append(f"{page.rule.rule}: {status}")
    assert wrong == []


def test_every_link_of_its_menu_leads_somewhere(app: Flask, plugin: Installed) -> None:
    """The pages that the manifest names exist."""
    endpoints = {item.endpoint for item in plugin.module.navigation}
    assert endpoints - set(app.view_functions) == set()


def test_its_tables_are_scoped(plugin: Installed) -> None:
    """Each table belongs to a centre first, and says whose its rows are."""
    for table in Base.metadata.tables.values():
        if table.name.startswith(f"{plugin.module.name}_"):
            assert not security_of(table).is_global, table.name
            assert next(iter(table.primary_key.columns)).name == "center_id", table.name


def test_what_it_holds_about_a_person_can_be_copied_and_erased(
    registry: Registry, module: str
) -> None:
    """Each table about a child or guardian is described in the manifest."""
    assert [fault for fault in faults(registry) if fault.startswith(f"{module}_")] == []


def test_everything_it_says_has_chinese(plugin: Installed) -> None:
    """Its own catalogue holds every message of its files."""
    folder = plugin.folder
    assert Catalogue(plugin.module.name, folder, folder / "translations").missing() == []


def test_it_imports_the_sdk_and_nothing_else_of_the_core(plugin: Installed) -> None:
    """It knows ``app.sdk`` only, and no other plugin; its tests ``app.sdk.testing`` besides."""
    own = plugin.package
    wrong = []
    for file in sorted(plugin.folder.rglob("*.py")):
        parts = file.relative_to(plugin.folder).parts
        for name in _imported(file) if "migrations" not in parts else ():
            ours = name.split(".")[0] in ("app", "plugins", "tests")
            testing = _within(name, "app.sdk.testing") and "tests" not in parts
            if testing or (ours and not _within(name, "app.sdk", own)):
                wrong.append(f"{'/'.join(parts)}: {name}")
    assert wrong == []


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_only_who_may_reads_its_entries(
    plugin: Installed, school: SchoolHandle, as_role: AsRole
) -> None:
    """An entry of each kind stands before exactly the roles that its audience names."""
    said = {kind.name: f"某事{at:02d}" for at, kind in enumerate(plugin.module.entry_kinds)}
    with school.world.inside(school.center.school_scope(school.code)) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == school.child)).one()
        for name, title in said.items():
            record(ctx, kind=name, happened_on=ctx.today(), title=title, entries=[EntryFor(child)])
    pages = {
        role: as_role(school, role).get(
            f"/family/{school.center.slug}/"
            if role == "guardian"
            else f"{school.child_url}/timeline"
        )
        for role in ROLES
    }
    wrong = []
    for kind in plugin.module.entry_kinds:
        for role, page in pages.items():
            shown = page.status_code < _REFUSED and said[kind.name] in page.text
            if shown and not _may_read(plugin, kind.audience, role):
                wrong.append(f"{role} reads {kind.name}")
    assert wrong == []


def _may_read(plugin: Installed, audience: str, role: str) -> bool:
    if audience == "guardian":
        return True
    if audience == "staff":
        return role != "guardian"
    return any(p.name == audience and role in p.roles for p in plugin.module.permissions)


def test_more_records_cost_no_more_queries(
    plugin: Installed, school: SchoolHandle, as_role: AsRole, query_count: QueryCount
) -> None:
    """The child's page asks the module as often for nine entries as for one."""
    admin = as_role(school, "school_admin")
    costs = []
    for more in (1, 8):
        with school.world.inside(school.center.school_scope(school.code)) as ctx:
            child = ctx.session.scalars(select(Child).where(Child.id == school.child)).one()
            for kind in plugin.module.entry_kinds:
                for _ in range(more):
                    record(ctx, kind=kind.name, happened_on=ctx.today(), title="x",
                           entries=[EntryFor(child)])  # fmt: skip
        admin.get(f"{school.child_url}/")
        with query_count() as seen:
            assert admin.get(f"{school.child_url}/").status_code < _REFUSED
        costs.append(len(seen))
    assert costs[0] == costs[1]
