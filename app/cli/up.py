"""Running an installation: up, prepare, worker, scheduler."""

from __future__ import annotations

import os
import sys

import click

from app.cli.work import application, config, owner_url
from app.db.migrate import upgrade
from app.runtime.up import standard_plan
from app.runtime.up import up as run_up


@click.command()
def up() -> None:
    """Run servers, web, worker and scheduler together until Ctrl-C."""
    sys.exit(run_up(standard_plan(os.environ)))


@click.command()
def prepare() -> None:
    """Migrate the database; load the demonstration centre into an empty one."""
    settings = config()
    with application() as flask:
        upgrade(owner_url(settings), flask.extensions["qinchao_registry"].owners())


@click.command()
def worker() -> None:
    """Run jobs."""
    raise NotImplementedError


@click.command()
def scheduler() -> None:
    """Push waiting jobs to the queue."""
    raise NotImplementedError
