"""Whatever the code writes into the audit has words for the people who read the log."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.audit.actions import ACTIONS, VERBS
from app.ledger.services import ANSWERS

ROOT = Path(__file__).parents[2]
# Functions of the project that take an action, or in a module its last part.
_WRITERS = {"record", "audit", "_audit", "_note", "_changed", "_finish"}
_ACTION = re.compile(r"[a-z_]+(\.[a-z_]+)+")


def _written(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            given = node.args if name in _WRITERS else []
        elif isinstance(node, ast.Assign) and "action" in map(ast.unparse, node.targets):
            given = [node.value]
        for argument in given:
            values = [argument]
            if isinstance(argument, ast.IfExp):
                values = [argument.body, argument.orelse]
            for value in values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


def _in(folder: str) -> set[str]:
    files = sorted((ROOT / folder).rglob("*.py"))
    return {found for file in files for found in _written(ast.parse(file.read_text("utf-8")))}


def test_every_action_of_the_core_has_a_title() -> None:
    written = {found for found in _in("app") if _ACTION.fullmatch(found)}
    written |= {f"ledger.{answer}" for answer in ANSWERS}
    assert {"child.read", "module.withdraw", "duties.adopt"} <= written, "the search finds them"
    assert sorted(written - set(ACTIONS)) == []


def test_every_action_of_a_module_ends_with_a_known_verb() -> None:
    verbs = {found.rpartition(".")[2] for found in _in("plugins")}
    assert {"export", "sign", "goal"} <= verbs, "the search finds them"
    assert sorted(verbs - set(VERBS)) == []
