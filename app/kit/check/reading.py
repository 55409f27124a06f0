"""What the files alone show: imports, templates, translations, documents, tests, audiences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from app.host.discovery import plugin_packages
from app.kernel.text import T, Text
from app.kit.catalogues import Catalogue
from app.kit.check.findings import Fault
from app.kit.check.subject import Source, Subject

_INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*src=)|javascript:")
_ELSEWHERE = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//")
_CHINESE = re.compile("[\u4e00-\u9fff]{4,}")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_FIELDS = re.compile(r"\{\w+\}|%\(\w+\)s|%\(\w+\)d")
_DYNAMIC = {"import_module", "__import__"}
_FEWEST_LINES = 5


def imports(subject: Subject) -> Iterator[Fault]:
    """Nothing of the core but ``app.sdk``, no other plugin, nothing inside a function."""
    others = {p.rpartition(".")[2] for p in plugin_packages()} - {subject.name}
    for source in subject.sources:
        for node in ast.walk(source.tree):
            for name in _imported(node):
                fault = _import_fault(subject, others, name)
                if fault:
                    yield Fault(fault, source.place, getattr(node, "lineno", 0))
    for source in subject.code():
        yield from _hidden_imports(source)


def _hidden_imports(source: Source) -> Iterator[Fault]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    what = T("An import stands inside the function {name}.", name=node.name)
                    yield Fault(what, source.place, inner.lineno)
        if isinstance(node, ast.Call) and _called(node) in _DYNAMIC:
            what = T("It imports by a name that is made up while it runs.")
            yield Fault(what, source.place, node.lineno)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = "." * node.level + (node.module or "")
        # `from app import db` and `from plugins import other` name a package each.
        spread = base in ("app", "plugins")
        return [f"{base}.{alias.name}" for alias in node.names] if spread else [base]
    return []


def _import_fault(subject: Subject, others: set[str], name: str) -> Text | None:
    parts = name.split(".")
    if name.startswith("."):
        return T("A relative import; write the whole name.")
    if parts[0] in ("app", "tests") and parts[:2] != ["app", "sdk"]:
        return T("It imports {name}; a module imports app.sdk alone.", name=name)
    own = name == subject.package or name.startswith(f"{subject.package}.")
    if not own and (parts[0] == "plugins" or parts[0] in others):
        return T("It imports the plugin {name}; modules meet in the ledger.", name=name)
    return None


def _called(node: ast.Call) -> str:
    found = node.func
    return found.attr if isinstance(found, ast.Attribute) else getattr(found, "id", "")


def templates(subject: Subject) -> Iterator[Fault]:
    """Templates and static files lie in a folder of the module's name; nothing is inline."""
    for folder in ("templates", "static"):
        for path in subject.files(folder):
            place = subject.place(path)
            if not place.startswith(f"{folder}/{subject.name}/"):
                what = T("It lies outside of {folder}/{name}/ and may hide another module's.",
                         folder=folder, name=subject.name)  # fmt: skip
                yield Fault(what, place)
    for path in subject.files("templates", ".html"):
        text = _COMMENT.sub(lambda m: "\n" * m[0].count("\n"), path.read_text(encoding="utf-8"))
        for number, line in enumerate(text.splitlines(), start=1):
            for pattern, what in (
                (_INLINE, T("Inline style or script: browsers refuse it.")),
                (_ELSEWHERE, T("It loads from another address: browsers refuse it.")),
                (_CHINESE, T("Chinese stands in the template instead of the catalogue.")),
            ):
                if pattern.search(line):
                    yield Fault(what, subject.place(path), number)


def translations(subject: Subject) -> Iterator[Fault]:
    """Each message has Chinese with the same places for values, and nothing is left over."""
    catalogue = Catalogue(subject.name, subject.folder, subject.folder / "translations")
    place = subject.place(catalogue.po)
    for message in catalogue.missing():
        yield Fault(T("No Chinese for “{text}”.", text=_short(message)), place)
    for message in catalogue.stale():
        yield Fault(T("No longer said: “{text}”.", text=_short(message)), place)
    for found in catalogue.stored():
        texts = [found.id] if isinstance(found.id, str) else list(found.id)
        chinese = [found.string] if isinstance(found.string, str) else list(found.string or ())
        wanted = {name for text in texts for name in _FIELDS.findall(text)}
        given = {name for text in chinese for name in _FIELDS.findall(text)}
        if found.id and any(chinese) and given - wanted:
            what = T("The Chinese of “{text}” has other places for values.", text=_short(texts[0]))
            yield Fault(what, place)


def _short(text: str) -> str:
    """Return a message as a line names it."""
    return text if len(text) < 80 else text[:80] + "…"


def documents(subject: Subject) -> Iterator[Fault]:
    """A README says what the module is for; each file says in its first line what it holds."""
    readme = subject.folder / "README.md"
    if not readme.is_file():
        yield Fault(T("There is none."), "README.md")
    else:
        lines = [line for line in readme.read_text(encoding="utf-8").splitlines() if line.strip()]
        if not lines or not lines[0].startswith("# ") or len(lines) < _FEWEST_LINES:
            yield Fault(T("It has a title and says in a few lines what the module does."),
                        "README.md")  # fmt: skip
    for source in subject.code():
        if not ast.get_docstring(source.tree):
            yield Fault(T("The file does not say what it holds."), source.place, 1)


def tests(subject: Subject) -> Iterator[Fault]:
    """There are tests, and one of them says who reads what the module writes down."""
    found = [source for source in subject.sources if source.is_test]
    if not any(_tests_in(source) for source in found):
        yield Fault(T("There is no test."), "tests")


def _tests_in(source: Source) -> list[str]:
    return [
        node.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def audience(subject: Subject) -> Iterator[Fault]:
    """Each entry kind says who reads it, and a test shows it."""
    kinds = [
        (source, node)
        for source in subject.code()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and _called(node) == "EntryKind"
    ]
    for source, node in kinds:
        if len(node.args) < 3 and "audience" not in {word.arg for word in node.keywords}:
            what = T("An entry kind does not say who reads it: guardian, staff or a permission.")
            yield Fault(what, source.place, node.lineno)
    words = re.compile(r"audience|guardian|/family/")
    shown = any(words.search(path.read_text("utf-8")) for path in subject.files("tests", ".py"))
    if kinds and not shown:
        yield Fault(T("No test shows what families read and what they do not."), "tests")
