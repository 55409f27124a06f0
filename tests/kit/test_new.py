"""What ``qinchao plugins new`` writes is whole: it passes style, types and its own tests."""

from __future__ import annotations

import json
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
        assert written["lines"] < 1300
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


@pytest.mark.parametrize("name", ["Loans", "loans-2", "2loans", "class", "l" * 31, "", "a b"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        default_spec(name)
