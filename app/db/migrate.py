"""Schema versions: one Alembic version table for the core and one for each plugin.

A plugin that is missing from the disk never blocks the others: its tables simply stay.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, text

from app.db.base import Base
from app.db.functions import registered
from app.db.versions import CORE_OWNER, SHARED, Owner, owner_of


def _config(engine: Engine, owner: Owner, owners: Sequence[Owner]) -> Config:
    # What Alembic has to say is progress: standard output is for answers.
    config = Config(stdout=sys.stderr)
    config.set_main_option("script_location", str(SHARED))
    config.set_main_option("version_locations", str(owner.versions))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(
        engine=engine,
        metadata=Base.metadata,
        owner=owner.name,
        owner_of=lambda table: owner_of(owners, table),
        version_table=f"alembic_{owner.name}",
    )
    return config


@contextmanager
def _engine(owner_url: str) -> Iterator[Engine]:
    engine = create_engine(owner_url)
    try:
        yield engine
    finally:
        engine.dispose()


def upgrade(owner_url: str, plugins: Sequence[Owner] = ()) -> None:
    """Bring the core and every plugin to their newest revision, the core first.

    The core's functions are created anew each time; versions become readable to the application,
    so that it can tell whether it is behind.
    """
    owners = [CORE_OWNER, *plugins]
    with _engine(owner_url) as engine:
        command.upgrade(_config(engine, CORE_OWNER, owners), "heads")
        with engine.begin() as connection:
            for function in registered():
                for statement in function.statements():
                    connection.execute(text(statement))
        for owner in plugins:
            command.upgrade(_config(engine, owner, owners), "heads")
        with engine.begin() as connection:
            for owner in owners:
                connection.execute(text(f"GRANT SELECT ON alembic_{owner.name} TO qinchao_app"))


def downgrade(owner_url: str, owner: Owner, plugins: Sequence[Owner], to: str = "base") -> None:
    """Take one owner back to revision ``to``."""
    with _engine(owner_url) as engine:
        command.downgrade(_config(engine, owner, [CORE_OWNER, *plugins]), to)


def check(owner_url: str, plugins: Sequence[Owner] = (), *, quiet: bool = False) -> None:
    """Raise when a model, a key or a policy differs from what the migrations made.

    Says of each owner that it does not, but for ``quiet``.
    """
    owners = [CORE_OWNER, *plugins]
    with _engine(owner_url) as engine:
        for owner in owners:
            config = _config(engine, owner, owners)
            if quiet:
                config.stdout = StringIO()
            command.check(config)


def revision(owner_url: str, owner: Owner, plugins: Sequence[Owner], message: str) -> None:
    """Write a new revision of ``owner`` from the difference between models and database.

    Its file is numbered after the last one: 0002_…; a first one makes the folder.
    """
    owner.versions.mkdir(exist_ok=True)
    number = sum(1 for _ in owner.versions.glob("[0-9]*.py")) + 1
    with _engine(owner_url) as engine:
        config = _config(engine, owner, [CORE_OWNER, *plugins])
        config.set_main_option("file_template", f"{number:04}_%%(slug)s")
        command.revision(
            config,
            message,
            autogenerate=True,
            version_path=str(owner.versions),
            rev_id=f"{owner.name}_{number:04}",
        )
