"""Which modules bring a command group, read from their files: importing them takes seconds.

A module whose commands need neither database nor application has them in ``commands.py`` as
``group``, which imports nothing of the application; it is then loaded alone and starts at once.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import click

from app.host.discovery import plugin_packages


def module_groups(extra_packages: Iterable[str] = ()) -> dict[str, str]:
    """Return what each module's group is for, by the group's name."""
    found = {}
    for package in plugin_packages(extra_packages):
        words = _words(package)
        if words is not None:
            found[package.rpartition(".")[2].replace("_", "-")] = words
    return found


def light_group(name: str, extra_packages: Iterable[str] = ()) -> click.Command | None:
    """Return a module's command group that needs no application, if it has one.

    ``name`` is the module's with dashes.
    """
    for package in plugin_packages(extra_packages):
        if package.rpartition(".")[2].replace("_", "-") == name:
            spec = importlib.util.find_spec(f"{package}.commands")
            if spec is not None:
                return cast("click.Group", importlib.import_module(f"{package}.commands").group)
    return None


def _words(package: str) -> str | None:
    """Return the first line of the docstring of the hook ``cli``; None without that hook."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        tree = ast.parse((Path(folder) / "plugin.py").read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == "cli":
                return (ast.get_docstring(node) or "").partition("\n")[0]
    return None
