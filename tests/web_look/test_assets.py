"""Front-end files come from the lock file, once, and without `data:` images."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.kernel.errors import Refused
from app.web import assets

ROOT = Path(__file__).parents[2]


def test_built_files_fit_the_policy_and_the_stamp() -> None:
    assets.build(ROOT)
    assert assets.is_built(ROOT)
    vendor = ROOT / assets.VENDOR
    style = next(vendor.glob("bootstrap-*.css")).read_text(encoding="utf-8")
    assert "data:" not in style
    assert "sourceMappingURL" not in style
    assert len(list(vendor.glob("*.svg"))) > 10
    assert (ROOT / assets.FONTS / "NotoSansSC_700Bold.ttf").stat().st_size > 5_000_000


def test_changed_lock_file_asks_for_a_new_build(tmp_path: Path) -> None:
    assets.build(ROOT)
    for folder in (assets.VENDOR, assets.FONTS):
        (tmp_path / folder).parent.mkdir(parents=True)
        (tmp_path / folder).symlink_to(ROOT / folder)
    lock = shutil.copy(ROOT / "package-lock.json", tmp_path)
    assert assets.is_built(tmp_path)
    Path(lock).write_text("{}", encoding="utf-8")
    assert not assets.is_built(tmp_path)


@pytest.mark.parametrize("path", ["/usr/bin:/bin:/usr/local/bin", ""])
def test_failing_npm_is_reported_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """With the node of the machine and, where there is none, with the one of the wheel."""
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv("PATH", path)
    with pytest.raises(Refused, match="npm"):
        assets.build(tmp_path)
