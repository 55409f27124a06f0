"""The plugin that is looked at: its files, and what it declares once it is imported."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import app.models  # noqa: F401  (modules relate to the core's tables)
from app.accounts.permissions import CORE_PERMISSIONS
from app.config import Config
from app.db.sealed import KeyRing
from app.host.loading import build_registry
from app.host.manifest import Module
from app.host.registry import Registry
from app.ledger.kinds import CORE_ENTRY_KINDS
from app.privacy.words import CORE_PERSONAL


@dataclass(frozen=True)
class Source:
    """A Python file: its place below the plugin's folder, and what it says."""

    place: str
    tree: ast.Module

    @property
    def is_test(self) -> bool:
        """Tell whether it is one of the tests."""
        return self.place.startswith("tests/")


class Subject:
    """A plugin on the disk, by its folder. What needs it imported is read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.name = self.folder.name
        top = self.folder
        while (top.parent / "__init__.py").is_file():
            top = top.parent
        self.package = ".".join(self.folder.relative_to(top.parent).parts)
        self._path = str(top.parent)
        self.ends = ExitStack()
        """What is to be stopped after the check."""
        self.kept: dict[str, Any] = {}

    @cached_property
    def sources(self) -> list[Source]:
        """Return the Python files, migrations apart; raises ``SyntaxError`` for what is none."""
        found = []
        for path in sorted(self.folder.rglob("*.py")):
            place = path.relative_to(self.folder).as_posix()
            if not place.startswith("migrations/"):
                text = path.read_text(encoding="utf-8")
                found.append(Source(place, ast.parse(text, filename=place)))
        return found

    def code(self) -> Iterator[Source]:
        """Yield the Python files that are no tests."""
        return (source for source in self.sources if not source.is_test)

    def files(self, folder: str, *ends: str) -> list[Path]:
        """Return the files below one of its folders that end so; all without ``ends``."""
        found = sorted(path for path in (self.folder / folder).rglob("*") if path.is_file())
        return [path for path in found if not ends or path.suffix in ends]

    def place(self, path: Path) -> str:
        """Return where a file lies below the folder."""
        return path.relative_to(self.folder).as_posix()

    @cached_property
    def registry(self) -> Registry:
        """Return everything declared, the plugin's among it; imports the plugin."""
        return build_registry(
            CORE_PERMISSIONS, CORE_ENTRY_KINDS, self._extra(), personal=CORE_PERSONAL
        )

    @property
    def module(self) -> Module:
        """Return the plugin's manifest."""
        return self.registry.plugins[self.name].module

    def config(
        self, database_url: str, redis_url: str, data: Path, owner_url: str | None = None
    ) -> Config:
        """Return the settings of an installation that has the plugin."""
        return Config(
            database_url=database_url,
            redis_url=redis_url,
            secret_key="of a trial",  # noqa: S106 (nothing is kept behind it)
            keys=KeyRing.generate(),
            data=data,
            owner_url=owner_url,
            extra_plugins=self._extra(),
        )

    def _extra(self) -> tuple[str, ...]:
        """Return the plugin as the application must be told of it."""
        if self._path not in sys.path:
            sys.path.insert(0, self._path)
        return () if self.package.startswith("plugins.") else (self.package,)
