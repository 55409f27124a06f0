"""``qinchao backup``: create, verify, restore."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import click
from sqlalchemy import Connection, Engine, create_engine, text

from app.cli import dump
from app.cli.archive import Archive, Manifest, write
from app.cli.options import JSON, print_json
from app.cli.work import application, config, owner_url
from app.files.store import FileStore
from app.kernel.errors import Refused
from app.kernel.text import T
from app.runtime.servers import Servers

_TABLES = text(
    "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p')"
    " AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
)
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def backup() -> None:
    """Everything in one file: the database and the file store, but not the keys."""


@backup.command()
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path))
@JSON
def create(output: Path, as_json: bool) -> None:
    """Write a backup to a new file; people may go on working meanwhile."""
    with application() as flask, _aside(output.absolute().parent) as folder:
        if output.exists():
            raise Refused(T("{file} is there already.", file=output))
        with _owner(owner_url(config())) as engine:
            manifest = _dumped(engine, folder / "database.dump")
        # After the database: a file is stored before the row that names it.
        files: FileStore = flask.extensions["qinchao_files"]
        write(output, manifest, folder / "database.dump", files.sealed())
        _tell(_figures(output, manifest), as_json=as_json, proved=False)


@backup.command()
@_FILE
@JSON
def verify(file: Path, as_json: bool) -> None:
    """Restore a backup into a server of its own, count, and throw it away."""
    with application(), _opened(file) as archive, _aside(None) as folder:
        servers = Servers.start(folder / "servers", valkey=False, durable=False)
        try:
            url = servers.credentials.database_url("qinchao_owner")
            _restore(archive, url, folder)
        finally:
            servers.stop()
        _tell(_figures(file, archive.manifest), as_json=as_json)


@backup.command()
@_FILE
@JSON
def restore(file: Path, as_json: bool) -> None:
    """Bring a backup back, into an empty database and an empty file store only."""
    with application() as flask, _opened(file) as archive, _aside(None) as folder:
        files: FileStore = flask.extensions["qinchao_files"]
        _refuse_occupied(files)
        _restore(archive, owner_url(config()), folder)
        for key, body in archive.files():
            files.put_back(key, body)
        _tell(_figures(file, archive.manifest), as_json=as_json)
        if not as_json:
            click.echo(str(T("Now run “qinchao db upgrade”, then “qinchao doctor”.")), err=True)


def _dumped(engine: Engine, into: Path) -> Manifest:
    """Dump and count in one snapshot, so that both speak of the same moment."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        server = dump.server_major(connection)
        rows = counted(connection)
        if "alembic_core" not in rows:
            raise Refused(T("There is nothing to back up: the database has no tables of ours."))
        url = engine.url.render_as_string(hide_password=False)
        dump.dump(dump.programs(server), url, str(snapshot), into)
        return Manifest(datetime.now(UTC).isoformat(), server, _versions(connection, rows), rows)


def counted(connection: Connection) -> dict[str, int]:
    """Return the exact number of rows of each table."""
    names = connection.execute(_TABLES).scalars().all()
    return {n: connection.execute(text(f"SELECT count(*) FROM {n}")).scalar_one() for n in names}  # noqa: S608 (names from the catalogue, quoted by it)


def _versions(connection: Connection, tables: dict[str, int]) -> dict[str, list[str]]:
    found = {}
    for name in tables:
        if name.startswith("alembic_"):
            heads = connection.execute(text(f"SELECT version_num FROM {name}"))  # noqa: S608 (as above)
            found[name.removeprefix("alembic_")] = list(heads.scalars())
    return found


def _restore(archive: Archive, url: str, folder: Path) -> None:
    manifest = archive.manifest
    damaged = archive.damaged()
    if damaged:
        raise Refused(T("The backup is damaged: {names}", names=", ".join(damaged[:5])))
    with _owner(url) as engine:
        with engine.connect() as connection:
            if counted(connection):
                raise Refused(T("The database is not empty: restore into a new one."))
            major = dump.server_major(connection)
        if manifest.server > major:
            raise Refused(
                T("The backup is of PostgreSQL {n}: the server must be as new.", n=manifest.server)
            )
        dumped = folder / "database.dump"
        archive.take_dump(dumped)
        dump.restore(dump.programs(major), url, dumped)
        with engine.connect() as connection:
            now = counted(connection)
    differing = [n for n in now.keys() | manifest.rows.keys() if now.get(n) != manifest.rows.get(n)]
    if differing:
        names = ", ".join(sorted(differing))
        raise Refused(T("Rows are missing after the restore: {names}", names=names))


def _refuse_occupied(files: FileStore) -> None:
    if next(files.sealed(), None) is not None:
        raise Refused(T("The file store is not empty: restore into a new one."))


@contextmanager
def _owner(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _opened(file: Path) -> Iterator[Archive]:
    archive = Archive.open(file)
    try:
        yield archive
    finally:
        archive.close()


@contextmanager
def _aside(parent: Path | None) -> Iterator[Path]:
    """Lend a folder; beside the output, where there is room for it."""
    folder = Path(mkdtemp(prefix=".qinchao-", dir=parent))
    try:
        # The servers' account must be able to walk through it.
        folder.chmod(0o711)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _figures(file: Path, manifest: Manifest) -> dict[str, object]:
    return {
        "file": file.name,
        "bytes": file.stat().st_size,
        "made_at": manifest.made_at,
        "tables": len(manifest.rows),
        "rows": sum(manifest.rows.values()),
        "files": len(manifest.sums) - 1,
        "children": manifest.rows.get("child", 0),
    }


def _tell(found: dict[str, object], *, as_json: bool, proved: bool = True) -> None:
    if as_json:
        print_json(found)
        return
    line = T(
        "{file}: {rows} rows in {tables} tables ({children} children), {files} files",
        **found,
    )
    click.echo(str(line))
    if proved:
        click.echo(str(T("Every sum and every count is right.")))
