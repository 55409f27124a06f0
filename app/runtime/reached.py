"""The address under which a running installation is reached, kept in its data folder."""

from __future__ import annotations

from pathlib import Path

_NAME = "address"


def remember_address(data: Path, address: str) -> None:
    """Note where the web server answers."""
    (data / _NAME).write_text(f"{address}\n")


def forget_address(data: Path) -> None:
    """Note that nothing answers any more."""
    (data / _NAME).unlink(missing_ok=True)


def running_address(data: Path) -> str | None:
    """Return the address to open in a browser, with a slash at its end; None when unknown."""
    path = data / _NAME
    return path.read_text().strip() if path.exists() else None
