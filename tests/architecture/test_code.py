"""Rules of the code that no other tool holds."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.i18n import domains, missing
from app.host import hooks

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("plugins/**/*.py")])
_TEMPLATES = sorted([*ROOT.glob("app/**/*.html"), *ROOT.glob("plugins/**/*.html")])


def _inner_imports(path: Path) -> list[int]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        inner.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def test_no_import_stands_inside_a_function() -> None:
    found = {str(p.relative_to(ROOT)): _inner_imports(p) for p in SOURCES}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("domain", list(domains()))
def test_every_message_has_chinese(domain: str) -> None:
    assert missing(domain) == []


@pytest.mark.parametrize("name", list(hooks.sequence_of_hooks()))
def test_every_hook_is_documented(name: str) -> None:
    """A hook says when it is called, in which order, what a failure does, and shows an example."""
    hook = getattr(hooks, name)
    text = inspect.getdoc(hook) or ""
    for word in ("When:", "On failure:", "Example:"):
        assert word in text
    assert inspect.signature(hook).return_annotation is not inspect.Signature.empty


def test_the_list_of_hooks_is_complete() -> None:
    marked = {n for n, f in vars(hooks).items() if hasattr(f, "qinchao_spec")}
    assert marked == set(hooks.sequence_of_hooks())


def test_no_template_has_inline_style_or_script() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*src=)|javascript:")
    found = [str(p.relative_to(ROOT)) for p in _TEMPLATES if inline.search(p.read_text())]
    assert found == []


def test_no_macro_hides_what_every_page_is_given() -> None:
    """A macro at the top of a page stands in its layout too, in the place of the reader's name."""
    given = "who|nav|crumbs|bell|can|locale|site_title|other_language|language_url|draft_done"
    hidden = re.compile(rf"{{%-?\s*macro (?:{given})\b")
    assert [p.name for p in _TEMPLATES if hidden.search(p.read_text(encoding="utf-8"))] == []


def test_no_chinese_sentence_stands_in_a_template() -> None:
    """Screen text goes through the catalogue; the templates' own language is English."""
    chinese = re.compile(r"[\u4e00-\u9fff]{4,}")
    found = [str(p.relative_to(ROOT)) for p in _TEMPLATES if chinese.search(_visible(p))]
    assert found == []


def _visible(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_production_never_imports_the_testing_kit() -> None:
    """The web application and the commands start without pytest, whoever installs them."""
    asked = "import sys, app.web.factory, app.cli; print('pytest' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
