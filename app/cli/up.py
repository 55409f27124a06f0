"""Running an installation: up, prepare, worker, scheduler."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click

from app.children.roster.keeping import forget_workbooks
from app.cli.demo import DEMO_CENTER, TENANTS, load_center, nothing_but_demo
from app.cli.tenants import carry_out, plan_folder
from app.cli.work import application, config, owner_url
from app.db.migrate import upgrade
from app.duties.schedule import ask_to_close
from app.jobs.dispatch import hasty_queue
from app.jobs.scheduler import Chore, run_scheduler
from app.jobs.worker import run_worker
from app.notify.schedule import ask_for_notices
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
        if nothing_but_demo():
            carry_out(flask, plan_folder(flask, TENANTS / DEMO_CENTER))
            load_center(flask, DEMO_CENTER, "quick", TENANTS / DEMO_CENTER)


@click.command()
def worker() -> None:
    """Run jobs until a signal comes."""
    with application():
        run_worker(config().redis_url)


@click.command()
def scheduler() -> None:
    """Push waiting jobs to the queue until a signal comes."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with application() as flask:
        files = flask.extensions["qinchao_files"]
        chores: tuple[Chore, ...] = (ask_for_notices, ask_to_close, forget_workbooks)
        run_scheduler(hasty_queue(config().redis_url), files, stop, chores=chores)
