"""What ``qinchao plugins new`` writes is whole: it passes style, types and its own tests."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.plugins import plugins
from app.kernel.errors import Refused
from app.kit.spec import KINDS, default_spec, read_spec
from tests.kit.making import ROOT, SPEC, ran

NAMES = ("kit_loans", "kit_walks")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two new modules: one of a file with every kind of field, one of defaults."""
    folder = tmp_path_factory.mktemp("made")
    for name, how in zip(NAMES, (["--spec", str(SPEC)], ["--yes"]), strict=True):
        words = ["new", name, *how, "--into", str(folder), "--json"]
        answer = CliRunner().invoke(plugins, words, catch_exceptions=False)
        assert answer.exit_code == 0
        written = json.loads(answer.stdout)
        assert written["lines"] < 1100
    return folder


def test_the_example_has_every_kind_of_field() -> None:
    assert {one.kind for one in read_spec("loans", SPEC).fields} == set(KINDS)


def test_style_and_types_are_as_in_the_project(made: Path) -> None:
    ran(made, "ruff", "format", "--check", *NAMES)
    ran(made, "ruff", "check", *NAMES)
    config, cache = str(ROOT / "pyproject.toml"), str(ROOT / ".mypy_cache")
    ran(made, "mypy", "--config-file", config, "--cache-dir", cache, *NAMES)


def test_its_own_tests_pass(made: Path) -> None:
    config = str(ROOT / "pyproject.toml")
    where = [f"{made / name}/tests" for name in NAMES]
    told = ran(
        made, "pytest", "-q", "-c", config, "--rootdir", str(ROOT), "-p", "app.sdk.testing", *where,
        plugins=" ".join(NAMES),
    )  # fmt: skip
    assert "18 passed" in told


def test_a_wheel_of_it_is_found_by_its_entry_point_and_holds_what_it_needs(made: Path) -> None:
    ran(made, "python", "-m", "hatchling", "build", "-t", "wheel")
    [wheel] = (made / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = {name.partition("/")[2] for name in packed.namelist()}
        [points] = [n for n in packed.namelist() if n.endswith("/entry_points.txt")]
        assert f"{NAMES[0]} = {NAMES[0]}" in packed.read(points).decode()
    assert {
        "manifest.py",
        "migrations/0001_first_tables.py",
        f"templates/{NAMES[0]}/list.html",
        f"translations/zh_Hans/LC_MESSAGES/{NAMES[0]}.mo",
    } <= names
    assert not [name for name in names if name.startswith("tests/")]


ANSWERS = (
    ("Title (English) [Kit asked]", ""),
    ("Title (Chinese)", "图书'角"),
    ('["Book"', None),
    ("Title (English) [Kit asked]", "Reading corner"),
    ("Title (Chinese)", "图书角"),
    ("One entry is called (English) [Record]", "Loan"),
    ("One entry is called (Chinese)", "借书"),
    ("Do families read it? [Y/n]", "n"),
    ("Name of a field:", ""),
    ("Name of a field:", "child_id"),
    ("Kind (text,", ""),
    ("Title (English) [child id]", ""),
    ("Title (Chinese)", "学生"),
    ("Must it be filled in? [Y/n]", ""),
    ("fields[1].name", None),
    ("Name of a field:", "state"),
    ("Kind (text,", "choice"),
    ("Title (English) [state]", "State"),
    ("Title (Chinese)", "书况"),
    ("Must it be filled in? [Y/n]", ""),
    ("Names of the choices", "good worn"),
    ("good (English) [Good]", ""),
    ("good (Chinese)", "完好"),
    ("worn (English) [Worn]", ""),
    ("worn (Chinese)", "破损"),
    ("Name of a field:", ""),
    ("files,", None),
)


def _hear(terminal: int, words: str) -> None:
    """Read what the terminal shows, up to these words."""
    heard = b""
    while words.encode() not in heard:
        assert select.select([terminal], [], [], 20)[0], f"no “{words}” after: {heard.decode()}"
        heard += os.read(terminal, 1)


def test_questions_at_a_terminal_make_what_a_file_makes(tmp_path: Path) -> None:
    """Each answer is looked at at once: a wrong one is asked for again, none is lost."""
    terminal, theirs = pty.openpty()
    program = str(Path(sys.executable).with_name("qinchao"))
    words = [program, "plugins", "new", "kit_asked", "--into", str(tmp_path)]
    environ = os.environ | {"LC_ALL": "C.UTF-8"}
    asked = subprocess.Popen(words, cwd=ROOT, env=environ, stdin=theirs, stdout=theirs,
                             stderr=theirs)  # fmt: skip
    os.close(theirs)
    try:
        for question, answer in ANSWERS:
            _hear(terminal, question)
            if answer is not None:
                os.write(terminal, f"{answer}\n".encode())
        assert asked.wait(30) == 0
    finally:
        asked.kill()
        asked.wait()
        os.close(terminal)
    manifest = (tmp_path / "kit_asked/manifest.py").read_text(encoding="utf-8")
    assert 'T("Reading corner")' in manifest
    assert '"staff"' in manifest
    assert "借书" in (tmp_path / "kit_asked/README.md").read_text(encoding="utf-8")
    words_of = (tmp_path / "kit_asked/words.py").read_text(encoding="utf-8")
    assert '"worn": T("Worn")' in words_of


def test_nothing_is_overwritten(made: Path) -> None:
    before = (made / NAMES[0] / "models.py").read_text(encoding="utf-8")
    words = ["new", NAMES[0], "--yes", "--into", str(made)]
    assert isinstance(CliRunner().invoke(plugins, words).exception, Refused)
    assert (made / NAMES[0] / "models.py").read_text(encoding="utf-8") == before


def test_questions_need_a_terminal() -> None:
    assert CliRunner().invoke(plugins, ["new", "loans"]).exit_code == 2
    assert CliRunner().invoke(plugins, ["new", "loans", "--yes", "--spec", __file__]).exit_code == 2


WRONG = {
    "title": 'title = "Books"',
    "fields": 'title = ["Books", "书"]',
    "strange": "strange = 1",
    "class": 'class = "loan"\n[[fields]]\nname = "book"',
    "icon": 'icon = "No Word"\n[[fields]]\nname = "book"',
    "families_read": 'families_read = "yes"\n[[fields]]\nname = "book"',
    "fields[1].name": '[[fields]]\nname = "child_id"',
    "fields[2].kind": '[[fields]]\nname = "a"\n[[fields]]\nname = "b"\nkind = "picture"',
    "fields.a": '[[fields]]\nname = "a"\n[[fields]]\nname = "a"',
    "fields[1].options": '[[fields]]\nname = "a"\nkind = "choice"',
    "fields[1].options.g": '[[fields]]\nname="a"\nkind="choice"\noptions={g="好", h=["H", "坏"]}',
    "fields[1].min": '[[fields]]\nname = "a"\nkind = "number"\nmin = 3\nmax = 2',
    "fields[1].max": '[[fields]]\nname = "a"\nkind = "number"\nmax = "2"',
    "fields[1].decimals": '[[fields]]\nname = "a"\nkind = "number"\ndecimals = 9',
    "fields[1]": '[[fields]]\nname = "a"\nunit = ["cm", "厘米"]',
    "fields[1].title": "[[fields]]\nname = \"a\"\ntitle = ['say \"a\"', '说']",
}


@pytest.mark.parametrize("place", list(WRONG))
def test_what_is_wrong_in_a_file_is_named_by_its_place(place: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(WRONG[place], encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_spec("loans", file)
    assert str(refused.value).startswith(f"{place}: right is ")


@pytest.mark.parametrize(
    "name", ["Loans", "loans-2", "2loans", "class", "l" * 31, "", "a b", "app", "json"]
)
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        default_spec(name)
