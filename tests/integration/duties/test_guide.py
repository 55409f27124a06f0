"""The pages about the policies stand in the documentation as the policies are now."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.duties.guide.pages import pages
from app.duties.packs import packs

FOLDER = Path(__file__).parents[3] / "docs" / "policies"


@pytest.fixture
def written(app: Flask) -> dict[str, str]:
    with app.app_context():
        return pages(app.extensions["qinchao_registry"], packs())


def test_every_pack_has_a_page_and_the_index_names_it(written: dict[str, str]) -> None:
    assert {path.name for path in FOLDER.glob("*.md")} == set(written)
    assert set(written) == {"README.md", *(f"{key}.md" for key in packs())}
    for key, policy in packs().items():
        assert f"[{policy.name}]({key}.md)" in written["README.md"]


@pytest.mark.parametrize("key", ["README", *packs()])
def test_a_page_is_what_the_command_writes(written: dict[str, str], key: str) -> None:
    kept = (FOLDER / f"{key}.md").read_text(encoding="utf-8")
    assert kept == written[f"{key}.md"], "write them anew: qinchao duties pages docs/policies"


def test_the_two_readings_of_a_system_name_what_the_other_asks(written: dict[str, str]) -> None:
    assert "还要求监护人培训" in written["wu_ge_yi.md"]
    assert "不要求监护人培训" in written["wu_ge_yi_full.md"]
