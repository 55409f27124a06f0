"""The documentation builds without the network, no link is dead, and no name is left out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app import sdk
from app.host import hooks

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built site; a dead link or a page outside the menu fails it."""
    folder = tmp_path_factory.mktemp("site")
    nowhere = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)],
        cwd=ROOT, env=os.environ | nowhere | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def _names(page: Path, module: str) -> set[str]:
    found = re.findall(rf'id="{re.escape(module)}\.(\w+)"', page.read_text(encoding="utf-8"))
    return set(found)


def test_the_site_has_start_pages_a_search_index_and_its_own_diagrams(site: Path) -> None:
    assert "留守" in (site / "index.html").read_text(encoding="utf-8")
    assert "left-behind" in (site / "en.html").read_text(encoding="utf-8")
    assert (site / "search" / "search_index.json").stat().st_size > 0
    page = (site / "architecture.html").read_text(encoding="utf-8")
    assert 'class="mermaid"' in page
    assert (site / "assets" / "mermaid.js").stat().st_size > 0


def test_no_page_of_the_site_loads_anything_from_elsewhere(site: Path) -> None:
    loads = re.compile(r"<(?:script|link|img)[^>]+(?:src|href)=\"?(https?:[^\" >]+)")
    found = {
        str(page.relative_to(site)): sorted(set(loads.findall(page.read_text(encoding="utf-8"))))
        for page in site.rglob("*.html")
    }
    assert {page: links for page, links in found.items() if links} == {}


def test_every_hook_stands_in_the_reference(site: Path) -> None:
    assert set(hooks.sequence_of_hooks()) <= _names(site / "reference/hooks.html", "app.host.hooks")


def test_every_name_of_the_sdk_stands_in_the_reference(site: Path) -> None:
    assert set(sdk.__all__) - _names(site / "reference/sdk.html", "app.sdk") == set()
