"""The examples in the docstrings of hooks and of the SDK are run as they stand there."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import textwrap
from datetime import date
from types import ModuleType, SimpleNamespace, UnionType
from typing import Any, get_origin, get_type_hints
from uuid import UUID

import click
import pluggy
import pytest
from flask import Blueprint, Flask, render_template
from library_loans.models import Loan
from sqlalchemy import Select, select

from app import sdk
from app.host import hooks
from app.sdk.testing.schools import SchoolWith

HOOKS = hooks.sequence_of_hooks()
_EXAMPLE = re.compile(r"Example:\s+``(.+?)``", re.DOTALL)
_NOBODY = UUID(int=7)


def _does(*_given: Any) -> None:
    """Stand for a function of a module that returns nothing."""


# What an example takes from the module that it stands for.
OWN: dict[str, Any] = {
    "T": sdk.text_domain("library_loans"),
    "render_template": render_template,
    "Blueprint": Blueprint,
    "__name__": __name__,
    "loans_group": click.Group("library-loans"),
    "remind": _does,
    "reader_rows": _does,
    "books": ["《草房子》"],
    "overdue": [(_NOBODY, 3)],
    "url": "/c/x",
    "n": 1,
    "loan": SimpleNamespace(id=_NOBODY),
    "rows": [["《草房子》"]],
    "strike_from_wish_lists": lambda *_given: 2,
    "record_loans": _does,
    "announce_competition": _does,
    "close_loans": _does,
    "give_back": _does,
    "give_to": _does,
}


def example(of: object) -> str:
    found = _EXAMPLE.search(inspect.getdoc(of) or "")
    assert found, f"{of} shows no example"
    return " ".join(found[1].split())


def test_what_an_example_takes_from_its_module_is_used() -> None:
    """Nothing stands in the list above that no example needs."""
    said = " ".join(example(getattr(hooks, name)) for name in HOOKS)
    assert [name for name in OWN if not re.search(rf"\b{name}\b", said)] == []


@pytest.mark.parametrize("name", list(HOOKS))
def test_the_example_of_a_hook_is_called_by_the_host(
    name: str, app: Flask, school_with: SchoolWith
) -> None:
    """Written as a module's function and called through the plugin manager, it answers rightly."""
    spec = getattr(hooks, name)
    arguments = list(inspect.signature(spec).parameters)
    body = textwrap.indent(example(spec), "    ")
    known = vars(sdk) | OWN
    exec(f"@hookimpl\ndef {name}({', '.join(arguments)}):\n{body}\n", known)  # noqa: S102
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    module = ModuleType("example")
    setattr(module, name, known[name])
    manager.register(module)
    manager.check_pending()
    school = school_with("library_loans")
    with school.world.inside(school.center.scope) as ctx, app.test_request_context():
        event = sdk.Event("child.left", school.child, school.center.schools["north"], ctx.today())
        given = {
            "ctx": ctx, "event": event, "child_id": school.child, "kinds": (), "kind": "x",
            "school_id": event.school_id, "days": 3, "staff_ids": [_NOBODY], "staff_id": _NOBODY,
            "school_ids": [event.school_id], "day": date(2026, 9, 1), "on": date(2026, 9, 1),
            "object_id": _NOBODY, "to_staff_id": _NOBODY, "entry_id": _NOBODY,
        }  # fmt: skip
        answers = getattr(manager.hook, name)(**{word: given[word] for word in arguments})
    wanted = get_type_hints(spec)["return"]
    kind = wanted if isinstance(wanted, UnionType) else get_origin(wanted) or wanted
    if wanted is type(None):
        assert answers == []
    else:
        [answer] = answers
        assert isinstance(answer, kind)


def _mixins() -> dict[str, type]:
    """Return the classes of the SDK that tables are made of."""
    places = ("app.db.mixins", "app.sdk.follow_up")
    found = {name: getattr(sdk, name) for name in sdk.__all__}
    return {
        name: one
        for name, one in found.items()
        if inspect.isclass(one) and one.__module__ in places
        and (name.startswith("FollowUp") or hasattr(one, "__scope_kind__"))
    }  # fmt: skip


def test_the_examples_of_mixins_make_tables_that_are_secured() -> None:
    """In a process of their own, as tables once declared stay."""
    names = (
        'NAMES = "library_loans_step", "library_loans_return"\n'
        "from app.sdk import *\nimport app.models\n"
    )
    ends = (
        "from sqlalchemy.orm import configure_mappers\n"
        "from app.db.ddl import security_of\n"
        "configure_mappers()\n"
        "made = [t for n, t in Base.metadata.tables.items() if n.startswith('library_loans_')]\n"
        "assert not [t.name for t in made if security_of(t).is_global]\n"
        "print(len(made))\n"
    )
    examples = [example(one) for one in _mixins().values()]
    code = names + "\n".join(examples) + "\n" + ends
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) == len(examples) >= 12


def test_the_examples_of_conditions_and_filters_are_what_the_database_takes(
    school_with: SchoolWith,
) -> None:
    school = school_with("library_loans")
    known = vars(sdk) | {"Loan": Loan, "select": select}
    shown = [getattr(sdk, name) for name in ("records", "refers", "of_class")]
    with school.world.inside(school.center.scope) as ctx:
        known |= {"session": ctx.session, "child": SimpleNamespace(id=school.child)}
        for one in shown:
            made = eval(example(one), known)  # noqa: S307
            if isinstance(made, Select):
                ctx.session.execute(made)
