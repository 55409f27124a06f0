"""What a module's tests ask for most: a school with the module on, and somebody signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from app.accounts.roles import ROLES
from app.db.session import db
from app.host.enablement import switch_module
from app.jobs.models import Job
from app.jobs.runner import run_job
from app.kernel.clock import CHINA, Clock
from app.sdk.testing.world import Browser, CenterHandle, Person, World


@dataclass(frozen=True)
class SchoolHandle:
    """A school of one class with one child and its father, who can sign in."""

    world: World
    center: CenterHandle
    code: str
    room: UUID
    child: UUID
    father: Person

    @property
    def url(self) -> str:
        """Return the address of the school's pages, without a slash at the end."""
        return f"/c/{self.center.slug}/s/{self.code}"

    @property
    def child_url(self) -> str:
        """Return the address of the child's pages, without a slash at the end."""
        return f"/c/{self.center.slug}/children/{self.child}"

    def person(self, role: str) -> Person:
        """Make somebody who holds ``role`` here and reaches the child; the father is the guardian.

        Raises ``KeyError`` for a role that does not exist.
        """
        reach = ROLES[role].reach
        if role == "partner":
            until = Clock().today() + timedelta(days=30)
            return self.world.partner(self.center, self.code, self.child, until=until)
        if reach == "family":
            return self.father
        return self.world.person(
            self.center,
            role,
            None if reach == "center" else self.code,
            homerooms=(self.room,) if reach == "homerooms" else (),
            children=(self.child,) if reach == "children" else (),
        )


SchoolWith = Callable[..., SchoolHandle]
AsRole = Callable[[SchoolHandle, str], Browser]
Enabled = Callable[..., AbstractContextManager[None]]
At = Callable[[date], AbstractContextManager[None]]
QueryCount = Callable[[], AbstractContextManager[list[str]]]
RunJobs = Callable[[CenterHandle], dict[str, str]]


@pytest.fixture
def center(world: World) -> CenterHandle:
    """Return a centre with the schools north and south."""
    return world.center()


@pytest.fixture
def two_centers(world: World) -> tuple[CenterHandle, CenterHandle]:
    """Return two centres that must never meet."""
    return world.center(), world.center()


@pytest.fixture
def school_with(world: World) -> SchoolWith:
    """Make a school with modules on: ``school_with("library_loans")``; each in its own centre."""

    def make(*modules: str) -> SchoolHandle:
        center = world.center()
        room = world.homeroom(center, "north")
        child = world.child(center, "north", homeroom=room)
        father = world.guardian(center, child, account=True)
        world.enable(center, "north", *modules)
        return SchoolHandle(world, center, "north", room, child, father)

    return make


@pytest.fixture
def as_role(world: World) -> AsRole:
    """Sign somebody in who holds a role at a school: ``as_role(school, "mentor").get(url)``."""

    def sign_in(school: SchoolHandle, role: str) -> Browser:
        return world.client(school.person(role))

    return sign_in


@pytest.fixture
def client(world: World) -> Browser:
    """Return a client that nobody has signed in with."""
    return world.client()


@pytest.fixture
def enabled(world: World) -> Enabled:
    """Switch a module on for as long as a block.

    Example: ``with enabled(center, "north", "library_loans"): …``
    """

    @contextmanager
    def during(center: CenterHandle, school: str, module: str) -> Iterator[None]:
        world.enable(center, school, module)
        yield
        with world.inside(center.scope) as ctx:
            switch_module(ctx, school_id=center.schools[school], module=module, enabled=False)

    return during


@pytest.fixture
def at() -> At:
    """Let it be noon of a day in China for as long as a block.

    Example: ``with at(date(2026, 9, 1)): …``
    """

    @contextmanager
    def on(day: date) -> Iterator[None]:
        with time_machine.travel(datetime.combine(day, time(12), CHINA), tick=True):
            yield

    return on


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that the application sends meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def query_count(app: Flask) -> QueryCount:
    """Collect the statements of a block.

    Example: ``with query_count() as seen: …`` and then ``assert len(seen) < 20``
    """
    return lambda: counted(app)


@pytest.fixture
def run_jobs(world: World) -> RunJobs:
    """Run what waits in a centre, and return the states by kind: ``run_jobs(center)``."""

    def run(center: CenterHandle) -> dict[str, str]:
        with world.inside(center.scope) as ctx:
            waiting = ctx.session.execute(
                select(Job.id, Job.kind).where(Job.state == "waiting").order_by(Job.id)
            ).all()
        with world.app.app_context():
            return {kind: run_job(job_id) for job_id, kind in waiting}

    return run
