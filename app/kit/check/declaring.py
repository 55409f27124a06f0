"""What the imported plugin declares: manifest, tables, routes, hooks, personal data."""

from __future__ import annotations

import ast
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from flask import Blueprint, Flask
from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint

from app.accounts.roles import ROLES
from app.db.base import Base
from app.db.ddl import security_of
from app.db.versions import owner_of
from app.edge.marks import Mark, mark_of
from app.host.hooks import ModuleBlueprints
from app.host.versions import core_version, suits
from app.kernel.text import T, Text
from app.kit.check.findings import Fault
from app.kit.check.subject import Subject
from app.privacy.tables import faults

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_REASON = 10
# What a module may not reach for: it would work where the module is switched off, too.
_EVERYWHERE = frozenset(
    ("before_app_request", "after_app_request", "teardown_app_request", "app_context_processor",
     "app_errorhandler", "app_template_filter", "app_template_global", "app_template_test",
     "add_app_template_filter", "add_app_template_global", "app_url_defaults", "record_once",
     "app_url_value_preprocessor", "listens_for", "connect_via")
)  # fmt: skip


def manifest(subject: Subject) -> Iterator[Fault]:
    """The manifest can be read, fits the folder and the core, and everything loads."""
    for needed in ("__init__.py", "manifest.py", "plugin.py"):
        if not (subject.folder / needed).is_file():
            yield Fault(T("The file is missing."), needed)
            return
    try:
        module = subject.module
    except Exception as error:  # noqa: BLE001 (whatever a stranger's code raises is a finding)
        yield raised(subject, error, "manifest.py")
        return
    if not _VERSION.fullmatch(module.version):
        yield Fault(T("The version {text} is not like 1.0.0.", text=module.version), "manifest.py")
    yield from _range(module.core)
    for name in module.requires:
        if name not in subject.registry.plugins:
            what = T("It requires {name}, which is not installed.", name=name)
            yield Fault(what, "manifest.py")
    for permission in module.permissions:
        for role in set(permission.roles) - set(ROLES):
            what = T("{name} names the role {role}, which does not exist.",
                     name=permission.name, role=role)  # fmt: skip
            yield Fault(what, "manifest.py")
    if owned_tables(subject) and not module.stores:
        yield Fault(T("`stores` does not tell schools what is kept."), "manifest.py")


def _range(core: str) -> Iterator[Fault]:
    if not core:
        yield Fault(T("`core` does not say for which core it is written."), "manifest.py")
        return
    try:
        fits = suits(core, core_version())
    except ValueError as error:
        yield Fault(str(error), "manifest.py")
        return
    if not fits:
        what = T("It is written for a core {range}; this is {version}.",
                 range=core, version=core_version())  # fmt: skip
        yield Fault(what, "manifest.py")


def raised(subject: Subject, error: Exception, otherwise: str) -> Fault:
    """Return an error with the last place in the plugin's own files that led to it.

    Where none did, the file ``otherwise`` is named.
    """
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(f"{subject.folder}/")
    ]
    words = f"{type(error).__name__}: {error}".partition("\n")[0]
    if isinstance(error, SyntaxError) and error.filename:
        return Fault(words, error.filename.removeprefix(f"{subject.folder}/"), error.lineno or 0)
    if not own:
        return Fault(words, otherwise)
    place = own[-1].filename.removeprefix(f"{subject.folder}/")
    return Fault(words, place, own[-1].lineno or 0)


def owned_tables(subject: Subject) -> list[Table]:
    """Return the plugin's tables."""
    subject.registry  # noqa: B018 (imports the plugin, and with it its tables)
    return [
        mapper.local_table
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(f"{subject.package}.")
        and isinstance(mapper.local_table, Table)
    ]


def tables(subject: Subject) -> Iterator[Fault]:
    """Each table has the module's prefix, a mixin that says whose its rows are, whole keys."""
    for source in subject.code():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Table", "MetaData"):
                what = T("A table made by hand; only models with a mixin are secured.")
                yield Fault(what, source.place, node.lineno)
    for table in owned_tables(subject):
        for what in _table_faults(subject, table):
            yield Fault(f"{table.name}: {what}", "models.py")


def _table_faults(subject: Subject, table: Table) -> Iterator[Text]:
    if not table.name.startswith(f"{subject.name}_"):
        yield T("the name does not begin with {name}_", name=subject.name)
    if security_of(table).is_global:
        yield T("no mixin says whose its rows are")
        return
    if [column.name for column in table.primary_key][:1] != ["center_id"]:
        yield T("the primary key does not begin with the centre")
    for constraint in table.constraints:
        columns = [column.name for column in getattr(constraint, "columns", ())]
        if isinstance(constraint, UniqueConstraint) and columns[:1] != ["center_id"]:
            yield T("{columns} is unique across centres: use unique()", columns=", ".join(columns))
        if isinstance(constraint, ForeignKeyConstraint):
            yield from _key_faults(subject, constraint, columns)


def _key_faults(
    subject: Subject, constraint: ForeignKeyConstraint, columns: list[str]
) -> Iterator[Text]:
    target = constraint.referred_table.name
    if columns[:1] != ["center_id"]:
        yield T("{columns} refers to {table} without the centre: use ref()",
                columns=", ".join(columns), table=target)  # fmt: skip
    if owner_of(subject.registry.owners(), target) not in ("core", subject.name):
        yield T("it refers to {table} of another module", table=target)


def routes(subject: Subject) -> Iterator[Fault]:
    """Each route says who may open it; what the manifest leads to exists."""
    known = subject.registry.permissions
    endpoints = set()
    for area, blueprint in _given(subject).items():
        for endpoint, view, rule in _views(blueprint, f"{subject.name}_{area}"):
            endpoints.add(endpoint)
            place = _place_of(subject, view)
            for what in _route_faults(known, mark_of(view), view):
                yield Fault(f"{rule or '/'} ({endpoint}): {what}", *place)
    module = subject.module
    led_to = [item.endpoint for item in module.navigation]
    led_to += [kind.form for kind in module.entry_kinds if kind.form]
    for endpoint in sorted(set(led_to) - endpoints):
        if endpoint.startswith(f"{subject.name}_"):
            yield Fault(T("It leads to {name}, which does not exist.", name=endpoint),
                        "manifest.py")  # fmt: skip
    for item in module.navigation:
        if item.permission not in known:
            what = T("The link {name} asks for {permission}, which nobody declares.",
                     name=item.endpoint, permission=item.permission)  # fmt: skip
            yield Fault(what, "manifest.py")


def _given(subject: Subject) -> Mapping[str, Blueprint]:
    """Return the blueprints that the hook gives, by area."""
    pages: Any = next(
        (
            implementation.function()
            for implementation in subject.registry.manager.hook.blueprints.get_hookimpls()
            if implementation.plugin_name == subject.name
        ),
        None,
    )
    found = {one.name: getattr(pages, one.name, None) for one in fields(ModuleBlueprints)}
    return {area: blueprint for area, blueprint in found.items() if blueprint is not None}


def _views(blueprint: Blueprint, name: str) -> Iterator[tuple[str, Any, str]]:
    scratch = Flask("scratch")
    scratch.register_blueprint(blueprint, url_prefix="/m", name=name)
    for rule in scratch.url_map.iter_rules():
        if rule.endpoint in scratch.view_functions and rule.endpoint != "static":
            yield rule.endpoint, scratch.view_functions[rule.endpoint], rule.rule


def _route_faults(known: Mapping[str, object], mark: Mark | None, view: Any) -> Iterator[Text]:
    if mark is None:
        yield T("nothing says who may open it")
        return
    if mark.permission is not None and mark.permission not in known:
        yield T("nobody declares the permission {name}", name=mark.permission)
    reason = mark.public_reason if mark.public_reason is not None else mark.signed_in
    if mark.permission is None and len((reason or "").strip()) < _REASON:
        yield T("it is open, and the reason is not given")
    names = view.__code__.co_varnames[: view.__code__.co_argcount]
    for name in {"center", "school", "child_id"} & set(names):
        yield T("the argument {name} is the gate's: ask ctx(), school_id() or child()", name=name)


def _place_of(subject: Subject, view: Any) -> tuple[str, int]:
    file = view.__code__.co_filename
    return file.removeprefix(f"{subject.folder}/"), view.__code__.co_firstlineno


def off_declared(subject: Subject) -> Iterator[Fault]:
    """Nothing takes part but through what the host can switch off."""
    for source in subject.code():
        for node in ast.walk(source.tree):
            name = _reached(node)
            if name in _EVERYWHERE:
                what = T("{name} works where the module is off, too.", name=name)
                yield Fault(what, source.place, getattr(node, "lineno", 0))
    given = {id(blueprint) for blueprint in _given(subject).values()}
    for name, part in sorted(sys.modules.items()):
        if name.startswith(f"{subject.package}.") and ".tests" not in name:
            for value in vars(part).values():
                if isinstance(value, Blueprint) and id(value) not in given:
                    given.add(id(value))
                    what = T("The blueprint {name} is not given by the hook.", name=value.name)
                    yield Fault(what, name.removeprefix(f"{subject.package}.") + ".py")
    named = [item.permission for item in subject.module.navigation]
    for permission in [*named, *(item.permission for item in subject.module.indicators)]:
        if not permission.startswith(f"{subject.name}."):
            what = T("{permission} is not the module's own, so it holds where the module is off.",
                     permission=permission)  # fmt: skip
            yield Fault(what, "manifest.py")


def _reached(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def personal_data(subject: Subject) -> Iterator[Fault]:
    """Each table that holds something about a person can be copied and erased."""
    for what in faults(subject.registry):
        if what.startswith((f"{subject.name}_", f"`personal` names {subject.name}_")):
            yield Fault(what, "manifest.py")
