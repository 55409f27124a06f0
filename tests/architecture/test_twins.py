"""What two modules would both write stands once, in the SDK."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

PLUGINS = Path(__file__).parents[2] / "plugins"
_MOST = 10
_ASIDE = {"migrations", "translations", "data"}


def _lines(file: Path) -> list[str]:
    """Return what a file says: no empty lines, no imports, however they are broken."""
    kept, importing = [], False
    for line in map(str.strip, file.read_text(encoding="utf-8").splitlines()):
        if importing:
            importing = line != ")"
        elif line.startswith(("from ", "import ")):
            importing = line.endswith("(")
        elif line:
            kept.append(line)
    return kept


def _runs() -> Iterator[tuple[str, str]]:
    """Yield every run of lines that is too long to stand twice, and the module it stands in."""
    for file in sorted([*PLUGINS.rglob("*.py"), *PLUGINS.rglob("*.html")]):
        parts = file.relative_to(PLUGINS).parts
        if len(parts) > 1 and not _ASIDE & set(parts):
            lines = _lines(file)
            for at in range(len(lines) - _MOST):
                yield "\n".join(lines[at : at + _MOST + 1]), parts[0]


def test_no_two_modules_share_more_than_ten_lines() -> None:
    seen: dict[str, str] = {}
    twins = {(seen.setdefault(run, module), module, run) for run, module in _runs()}
    assert [found for found in sorted(twins) if found[0] != found[1]] == []
