"""PostgreSQL's own programs for dumping and restoring, told where the database is."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from app.kernel.errors import Refused
from app.kernel.text import T
from app.runtime.binaries import find_postgres, postgres_major

# The roles and extensions are the server's: roles.sql makes them before a restore.
_OF_SERVER = re.compile(r"^\d+; .* (EXTENSION|SCHEMA|COMMENT - (EXTENSION|SCHEMA)) ", re.MULTILINE)


def programs(server_major: int) -> Path:
    """Return the folder of programs that can talk to a server of this major version."""
    folder = find_postgres(os.environ, None)
    have = postgres_major(folder)
    if have < server_major:
        raise Refused(
            T(
                "The database is PostgreSQL {server}, the programs in {folder} are {have}: name"
                " newer ones in QINCHAO_PG_BIN.",
                server=server_major,
                folder=folder,
                have=have,
            )
        )
    return folder


def server_major(connection: Connection) -> int:
    """Return the major version of the server."""
    number = connection.execute(text("SELECT current_setting('server_version_num')::int"))
    return int(number.scalar_one()) // 10000


def dump(folder: Path, owner_url: str, snapshot: str, into: Path) -> None:
    """Write everything that ``snapshot`` shows into the file ``into``, compressed."""
    options = ["--format=custom", f"--snapshot={snapshot}", f"--file={into}"]
    _run([folder / "pg_dump", *options], owner_url)


def restore(folder: Path, owner_url: str, dumped: Path) -> None:
    """Bring a dump into an empty database, whole or not at all."""
    listed = _run([folder / "pg_restore", "--list", dumped], owner_url)
    wanted = "\n".join(line for line in listed.splitlines() if not _OF_SERVER.match(line))
    chosen = dumped.with_suffix(".list")
    chosen.write_text(wanted, encoding="utf-8")
    options = ["--no-owner", "--single-transaction", "--exit-on-error", f"--use-list={chosen}"]
    database = str(make_url(owner_url).database)
    _run([folder / "pg_restore", *options, f"--dbname={database}", dumped], owner_url)


def _run(command: Sequence[Path | str], owner_url: str) -> str:
    """Run a program; the password goes by the environment, where no list of programs shows it."""
    url = make_url(owner_url)
    given = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password else None,
        "PGDATABASE": url.database,
        **{f"PG{name.upper()}": str(value) for name, value in url.query.items()},
    }
    environment = {**os.environ, **{name: value for name, value in given.items() if value}}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip()[-800:]
        name = Path(command[0]).name
        raise Refused(T("{program} failed: {said}", program=name, said=said))
    return done.stdout
