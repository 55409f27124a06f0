"""A new edition of a standard screens later examinations, and nothing that was screened before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from plugins.health_checks.screening import tables
from plugins.health_checks.tests.test_pages import TODAY, School, school

__all__ = ["school"]
BEFORE = TODAY - timedelta(days=30)


@pytest.fixture
def editions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder of sets in which another edition can be put."""
    shutil.copytree(tables.DATA, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(tables, "DATA", tmp_path)
    tables._all.cache_clear()
    yield tmp_path
    tables._all.cache_clear()


def new_edition(editions: Path) -> None:
    """Let a set begin today that calls eyesight of 5.0 mildly poor."""
    folder = editions / "next"
    shutil.copytree(editions / "2018", folder)
    (folder / "set.toml").write_text(f"since = {TODAY.isoformat()}\n")
    vision = folder / "vision.csv"
    vision.write_text(vision.read_text().replace("正常,5.0", "正常,5.1"))
    tables._all.cache_clear()


def test_a_new_edition_screens_what_is_examined_from_its_day_on(
    school: School, editions: Path
) -> None:
    eyes = {"vision_left": "5.0", "vision_right": "5.0"}
    earlier = f"{school.open_round(BEFORE)}/classes/{school.room}"
    school.fill(earlier, 石小满=eyes)
    new_edition(editions)
    assert [row.vision for row in school.measured("石小满")] == ["正常"]
    school.fill(f"{school.open_round(TODAY, '冬季')}/classes/{school.room}", 石小满=eyes)
    # Correcting the earlier one screens it by the tables of its own day.
    school.fill(earlier, 石小满=eyes | {"height_cm": "131"})
    found = [(row.standards, row.vision) for row in school.measured("石小满")]
    assert found == [("next", "轻度视力不良"), ("2018", "正常")]
