"""Writing a new module: the files that its author would write by hand, and no more."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.kernel.errors import Refused
from app.kernel.text import T
from app.kit.catalogues import Catalogue
from app.kit.spec import FieldSpec, ModuleSpec
from app.kit.words import chinese

PROJECT = Path(__file__).parents[2]
_FILES = Path(__file__).parent / "module"
_PROJECT_FILE = Path(__file__).with_name("pyproject.toml.j2")
_LINE = 100


@dataclass(frozen=True)
class Written:
    """What was written: the folder, its files below it, and their lines without the catalogue's.

    ``project`` is the file that makes it a package of its own; None where none was written.
    """

    folder: Path
    files: Sequence[str]
    lines: int
    project: Path | None = None


def write_module(spec: ModuleSpec, into: Path | None = None) -> Written:
    """Write the module's folder into ``into``, by default the project's ``plugins``.

    Elsewhere a ``pyproject.toml`` is put beside it where there is none, so that a wheel can be
    built of it. Raises :class:`Refused` when the module's folder is there already.
    """
    base = into or PROJECT / "plugins"
    folder = base / spec.name
    if folder.exists():
        raise Refused(T("{folder} is there already; choose another name.", folder=str(folder)))
    project = base / "pyproject.toml"
    inside = base.resolve() == PROJECT / "plugins"
    alone = not inside and not project.exists()
    env = _environment()
    written = dict(_texts(env, spec, f"plugins.{spec.name}" if inside else spec.name))
    for place, text in written.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if alone:
        text = env.from_string(_PROJECT_FILE.read_text(encoding="utf-8")).render(spec=spec)
        project.write_text(text, encoding="utf-8")
    _tidy(folder)
    catalogue = Catalogue(spec.name, folder, folder / "translations")
    catalogue.fill(chinese(spec))
    catalogue.compile()
    lines = sum((folder / place).read_text(encoding="utf-8").count("\n") for place in written)
    return Written(folder, sorted(written), lines, project if alone else None)


def _tidy(folder: Path) -> None:
    """Let ruff break what long names have made too long a line; without ruff it stays."""
    ruff = Path(sys.executable).with_name("ruff")
    if ruff.is_file():
        files = [path for path in folder.rglob("*.py") if path.parent.name != "migrations"]
        # What fits into one line stands in one.
        short = "format.skip-magic-trailing-comma=true"
        style = ["--quiet", "--config", str(PROJECT / "pyproject.toml"), "--config", short]
        subprocess.run([ruff, "format", *style, *files], check=True)


def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(_FILES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 (it writes code; every word of it was looked at)
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    env.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    env.filters["words_of"] = lambda name: f"{name}_WORDS"
    return env


def _texts(env: Environment, spec: ModuleSpec, package: str) -> Iterable[tuple[str, str]]:
    values = {
        "spec": spec,
        "package": package,
        "record": spec.cls,
        "table": f"{spec.name}_{_snake(spec.cls)}",
        "one": _snake(spec.cls),
        "list": f"{_snake(spec.cls)}s",
        "imports": _imports,
        "has": frozenset(one.kind for one in spec.fields),
        "annotation": annotation,
        "column": _column,
    }
    for path in sorted(_FILES.rglob("*.j2")):
        place = path.relative_to(_FILES).as_posix()
        text = env.get_template(place).render(values)
        if text.strip():
            yield place.removesuffix(".j2").replace("NAME", spec.name), text


def _imports(place: str, names: Mapping[str, bool] | Sequence[str]) -> str:
    """Return the line (or lines) that import those of ``names`` that are wanted."""
    wanted = [n for n in names if not isinstance(names, Mapping) or names[n]]
    wanted.sort(key=lambda n: (0 if n.isupper() else 1 if n[0].isupper() else 2, n))
    if not wanted:
        return ""
    line = f"from {place} import {', '.join(wanted)}"
    if len(line) <= _LINE:
        return line
    return f"from {place} import (\n" + "".join(f"    {name},\n" for name in wanted) + ")"


def annotation(one: FieldSpec) -> str:
    """Return the Python type of a field."""
    if one.kind == "yes_no":
        return "bool"
    plain = {"number": "Decimal" if one.decimals else "int", "date": "date"}.get(one.kind, "str")
    return plain if one.required else f"{plain} | None"


def _column(one: FieldSpec) -> str:
    """Return what a migration says of a field's column."""
    types = {
        "number": f"sa.Numeric(precision=10, scale={one.decimals})"
        if one.decimals
        else "sa.Integer()",
        "date": "sa.Date()",
        "yes_no": "sa.Boolean()",
    }
    nullable = not one.required and one.kind != "yes_no"
    return f"sa.Column('{one.name}', {types.get(one.kind, 'sa.String()')}, nullable={nullable})"


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")
