"""``qinchao plugins check`` passes what is whole, and names item and place of what is not."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import Refused
from app.kit.check.findings import FAILED, OK
from app.kit.check.items import ITEMS, look_at
from app.kit.new import write_module
from app.kit.spec import read_spec
from tests.kit.making import ROOT, SPEC

NAME = "kit_planted"
FORK = multiprocessing.get_context("fork")
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/manifest.py"))


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new module, as the kit writes it."""
    return write_module(read_spec(NAME, SPEC), tmp_path_factory.mktemp("whole")).folder


def checked(folder: Path, *only: str) -> tuple[int, dict[str, Any]]:
    """Run the command in a process of its own; return its status and what it tells."""
    words = [word for item in only for word in ("--only", item)]
    program = str(Path(sys.executable).with_name("qinchao"))
    environ = {k: v for k, v in os.environ.items() if k != "QINCHAO_PLUGINS"}
    done = subprocess.run(
        [program, "plugins", "check", str(folder), "--json", *words],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr[-3000:]
    return done.returncode, json.loads(done.stdout)


def faults_of(found: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    return {item["key"]: item["faults"] for item in found["items"] if item["faults"]}


@pytest.mark.parametrize("folder", PLUGINS, ids=lambda path: str(path.name))
def test_the_projects_own_modules_pass(folder: Path) -> None:
    status, found = checked(folder)
    assert faults_of(found) == {}
    assert (status, found["good"]) == (0, True)
    assert [item["key"] for item in found["items"]] == [item.key for item in ITEMS]


def test_what_the_kit_writes_passes(whole: Path) -> None:
    status, found = checked(whole)
    assert faults_of(found) == {}
    assert status == 0


@dataclass(frozen=True)
class Planted:
    """A fault put into a whole module: ``old`` in a file becomes ``new``; without ``old`` it is
    the whole file, without ``new`` the file is gone. ``where`` begins the place that is named."""

    item: str
    file: str
    old: str
    new: str | None
    where: str


# What the files alone show: looked at in this process.
READ = {
    "core": Planted("imports", "services.py", "from datetime import date\n",
                    "from datetime import date\n\nfrom app.db.session import db\n",
                    "services.py:8"),
    "other module": Planted("imports", "queries.py", "from uuid import UUID\n",
                            "from uuid import UUID\n\nfrom plugins.home_contact import kinds\n",
                            "queries.py:8"),
    "core in a test": Planted("imports", "tests/test_pages.py", "from app.sdk import",
                              "from app.kernel.ids import uuid7\nfrom app.sdk import",
                              "tests/test_pages.py:"),
    "import in a function": Planted("imports", "demo.py", "    past, random =",
                                    "    import json\n\n    past, random =", "demo.py:"),
    "made up import": Planted("imports", "words.py", 'T = text_domain',
                              'import importlib\nX = importlib.import_module("y")\nT = text_domain',
                              "words.py:"),
    "relative import": Planted("imports", "views.py", f"from {NAME}.listing", "from .listing",
                               "views.py:"),
    "syntax": Planted("imports", "views.py", "bp = Blueprint(", "bp = = Blueprint(", "views.py:"),
    "inline style": Planted("templates", f"templates/{NAME}/list.html", "{% block content %}\n",
                            '{% block content %}\n<p style="color: red">x</p>\n',
                            f"templates/{NAME}/list.html:7"),
    "another address": Planted("templates", f"templates/{NAME}/list.html", "{% block content %}\n",
                               '{% block content %}\n<img src="https://example.org/a.png">\n',
                               f"templates/{NAME}/list.html:7"),
    "Chinese": Planted("templates", f"templates/{NAME}/list.html", "{% block content %}\n",
                       "{% block content %}\n<p>这里写了中文</p>\n",
                       f"templates/{NAME}/list.html:7"),
    "template outside": Planted("templates", "templates/list.html", "", "<p></p>",
                                "templates/list.html"),
    "static outside": Planted("templates", "static/app.css", "", "p { color: red }",
                              "static/app.css"),
    "untranslated": Planted("translations", "views.py", '"""List what was written down."""',
                            '"""List."""\n    T("Nobody translated this")',
                            "translations/zh_Hans"),
    "left over": Planted("translations", f"templates/{NAME}/form.html", "_('Take back')", "'x'",
                         "translations/zh_Hans"),
    "other places for values": Planted(
        "translations", f"translations/zh_Hans/LC_MESSAGES/{NAME}.po", "最多 {most} 位小数。",
        "最多 {least} 位小数。", "translations/zh_Hans"),
    "no audience": Planted("audience", "manifest.py",
                           '"guardian", "book", ', "", "manifest.py:"),
    "untested audience": Planted("audience", "tests/test_pages.py", "", "def test_x() -> None: ...",
                                 "tests"),
    "no README": Planted("documents", "README.md", "", None, "README.md"),
    "empty README": Planted("documents", "README.md", "", "# Title\n", "README.md"),
    "silent file": Planted("documents", "views.py", "", "bp = None\n", "views.py:1"),
    "no tests": Planted("tests", "tests/test_pages.py", "", None, "tests"),
}  # fmt: skip
# What the plugin declares once it is imported: looked at in a copy of this process.
DECLARED = {
    "unreadable range": Planted("manifest", "manifest.py", ">=0.1,<1", "some", "manifest.py"),
    "another core": Planted("manifest", "manifest.py", ">=0.1,<1", ">=9", "manifest.py"),
    "version": Planted("manifest", "manifest.py", '"0.1.0"', '"first"', "manifest.py"),
    "unknown role": Planted("manifest", "manifest.py", '"mentor")', '"captain")', "manifest.py"),
    "foreign name": Planted("manifest", "manifest.py", f'KIND = "{NAME}.', 'KIND = "others.',
                            "manifest.py"),
    "it raises": Planted("manifest", "listing.py", "from ", "print(1 / 0)\nfrom ", "listing.py:"),
    "no plugin.py": Planted("manifest", "plugin.py", "", None, "plugin.py"),
    "prefix": Planted("tables", "models.py", f'"{NAME}_loan"', '"loan"', "models.py"),
    "no mixin": Planted(
        "tables", "models.py", "class Loan(",
        'class Bare(Base):\n    """Nobody\'s."""\n\n'
        f'    __tablename__ = "{NAME}_bare"\n'
        "    id: Mapped[int] = mapped_column(primary_key=True)\n\n\nclass Loan(", "models.py"),
    "another's table": Planted("tables", "models.py", "    book: Mapped[str]\n",
                               "    book: Mapped[str]\n    from app.sdk import ref\n\n"
                               '    step_id: Mapped[str] = ref("home_contact_next_step")\n',
                               "models.py"),
    "no mark": Planted("routes", "views.py", "@permission(VIEW)\ndef sheet", "def sheet",
                       "views.py:"),
    "unknown permission": Planted("routes", "views.py", "@permission(VIEW)\ndef sheet",
                                  f'@permission("{NAME}.nothing")\ndef sheet', "views.py:"),
    "leads nowhere": Planted("routes", "manifest.py", f'"{NAME}_school.page"',
                             f'"{NAME}_school.nothing"', "manifest.py"),
    "undescribed": Planted("personal_data", "manifest.py", f'            "{NAME}_loan",',
                           f'            "{NAME}_lone",', "manifest.py"),
    "a silent column": Planted("personal_data", "manifest.py",
                               '                "pages": T("Pages"),\n', "", "manifest.py"),
}  # fmt: skip
# Lines of pages that ask for each pupil.
_EACH_PUPIL = (
    "    mates = select(Child.id).where(Child.school_id == child().school_id)\n"
    "    for _one in ctx().session.scalars(mates).all():\n"
    "        one_of(ctx(), child(), row_id)\n"
    "    form = LoanForm(obj=row)"
)
_ROOM_PAGE = '''@bp.get("/rooms/<uuid:homeroom_id>")
@permission(VIEW)
def room(homeroom_id: UUID) -> Any:
    """Show a class, child by child."""
    names = [
        ctx().session.scalar(select(Child.name).where(Child.id == child.id))
        for child, _room in pupils_of(ctx(), None, homeroom_id=homeroom_id)
    ]
    return str(names)


@bp.get("")'''
# What a run shows: looked at by the command.
RUN = {
    "for every page": Planted("module_off", "plugin.py", "@hookimpl\ndef indicator_rows",
                              "@school_bp.before_app_request\ndef noisy() -> None:\n"
                              '    """Hear all."""\n\n\n@hookimpl\ndef indicator_rows',
                              "plugin.py:"),
    "not its own permission": Planted(
        "module_off", "manifest.py", f'"{NAME}_school.page", VIEW,',
        f'"{NAME}_school.page", "children.view",', "manifest.py"),
    "no migration": Planted("migrations", "migrations/0001_first_tables.py", "", None,
                            "migrations"),
    "a column without one": Planted("migrations", "models.py", "    book: Mapped[str]\n",
                                    "    book: Mapped[str]\n    more: Mapped[str]\n", "migrations"),
    "unsecured": Planted("migrations", "migrations/0001_first_tables.py", "    op.secure_table",
                         "    # op.secure_table", "migrations"),
    "it changes the core": Planted(
        "migrations", "migrations/0001_first_tables.py", "    op.secure_table",
        "    op.add_column('child', sa.Column('kit_more', sa.String()))\n    op.secure_table",
        "migrations"),
    "not down": Planted("migrations", "migrations/0001_first_tables.py",
                        f"    op.drop_table('{NAME}_loan')\n", "", "migrations"),
    "a query for each row": Planted(
        "queries", "listing.py", "lambda line: line.record.book,",
        "lambda line: one_more(line),", ""),
    "a query for each row of a class's page": Planted(
        "queries", "views.py", '@bp.get("")', _ROOM_PAGE, ""),
    "a query for each row behind a link with an id": Planted(
        "queries", "child_views.py", "    form = LoanForm(obj=row)",
        _EACH_PUPIL, ""),
    "a query for each entry of a child": Planted(
        "queries", "plugin.py", "    html = render_template(\n",
        "    for _one in entries:\n        latest_of(ctx, child_id)\n    html = render_template(\n",
        ""),
    "broken demonstration": Planted("queries", "demo.py", "    past, random =",
                                    "    print(1 / 0)\n    past, random =", "demo.py:"),
}  # fmt: skip


def planted(whole: Path, fault: Planted, into: Path) -> Path:
    """Return a copy of the whole module with the fault in it."""
    folder = into / NAME
    shutil.copytree(whole, folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / fault.file
    if fault.new is None:
        file.unlink()
        return folder
    text = fault.new
    if fault.old:
        before = file.read_text(encoding="utf-8")
        assert fault.old in before, "the fault has its place"
        text = before.replace(fault.old, fault.new, 1)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", list(READ))
def test_what_files_show_is_named(name: str, whole: Path, tmp_path: Path) -> None:
    fault = READ[name]
    [good] = look_at(whole, [fault.item])
    assert good.state == OK
    [result] = look_at(planted(whole, fault, tmp_path), [fault.item])
    assert result.state == FAILED
    assert [f.where for f in result.faults if f.where.startswith(fault.where)]


@pytest.mark.parametrize("name", list(DECLARED))
def test_what_is_declared_is_named(name: str, whole: Path, tmp_path: Path) -> None:
    fault = DECLARED[name]
    state, places = looked_apart(planted(whole, fault, tmp_path), fault.item)
    assert state == FAILED
    assert [where for where in places if where.startswith(fault.where)]


def looked_apart(folder: Path, item: str) -> tuple[str, list[str]]:
    """Look at one item in a copy of this process, which forgets what it has imported."""
    ours, theirs = FORK.Pipe(duplex=False)
    child = FORK.Process(target=_tell, args=(theirs, folder, item))
    child.start()
    theirs.close()
    state, places = ours.recv()
    child.join()
    return state, places


def _tell(theirs: Connection, folder: Path, item: str) -> None:
    [result] = look_at(folder, [item])
    theirs.send((result.state, [fault.where for fault in result.faults]))


@pytest.mark.parametrize("name", list(RUN))
def test_what_a_run_shows_is_named(name: str, whole: Path, tmp_path: Path) -> None:
    fault = RUN[name]
    folder = planted(whole, fault, tmp_path)
    if name == "a query for each row":
        _plant_queries(folder)
    if fault.new in (_ROOM_PAGE, _EACH_PUPIL):
        _import_more(folder / fault.file)
    status, found = checked(folder, fault.item)
    [item] = found["items"]
    assert (status, item["key"], item["state"]) == (1, fault.item, "failed")
    assert [f["where"] for f in item["faults"] if f["where"].startswith(fault.where)]
    assert item["remedy"]


def _import_more(file: Path) -> None:
    """Import what the planted lines of a page use."""
    names = "from sqlalchemy import select\n\nfrom app.sdk import Child, ctx, pupils_of\n"
    more = f"from __future__ import annotations\n\nfrom uuid import UUID\n\n{names}"
    text = file.read_text(encoding="utf-8").replace("from __future__ import annotations\n", more, 1)
    file.write_text(text, encoding="utf-8")


def _plant_queries(folder: Path) -> None:
    """Let a column of the list ask the database for each of its lines."""
    file = folder / "listing.py"
    text = file.read_text(encoding="utf-8").replace(
        "LIST: RecordList",
        "def one_more(line: RecordLine[Loan]) -> str:\n"
        '    """Ask for each line."""\n'
        "    ctx().session.execute(select(Loan.id).where(Loan.id == line.record.id))\n"
        "    return line.record.book\n\n\nLIST: RecordList", 1,
    )  # fmt: skip
    text = text.replace("from app.sdk import (", "from sqlalchemy import select\n\n"
                        "from app.sdk import (\n    ctx,", 1)  # fmt: skip
    file.write_text(text, encoding="utf-8")


def test_a_failed_item_keeps_those_that_need_it_from_being_looked_at(
    whole: Path, tmp_path: Path
) -> None:
    folder = planted(whole, DECLARED["another core"], tmp_path)
    _status, found = checked(folder, "manifest", "tables")
    assert [item["state"] for item in found["items"]] == ["failed", "skipped"]


def test_every_item_has_a_planted_fault() -> None:
    assert {fault.item for fault in (*READ.values(), *DECLARED.values(), *RUN.values())} == {
        i.key for i in ITEMS
    }


def test_a_folder_without_a_plugin_and_an_unknown_item_are_refused(
    whole: Path, tmp_path: Path
) -> None:
    with pytest.raises(Refused):
        look_at(tmp_path)
    with pytest.raises(Refused):
        look_at(whole, ["beauty"])
