"""A place to try a plugin in: servers, an empty database, a centre with three schools.

The module is on at ``few`` (3 pupils) and ``many`` (33), and off at ``off``. Each of three people
holds every role at all of them, so that only switches, never rights, decide what is shown.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, text

from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership, Staff
from app.accounts.roles import ROLES
from app.accounts.secrets import hash_secret
from app.accounts.sign_in import login_index
from app.children.models import Child, Enrolment, Placement
from app.config import Config
from app.db.migrate import upgrade
from app.db.scope import Scope
from app.db.session import db
from app.host.context import Ctx
from app.host.enablement import switch_module
from app.host.facade import tell
from app.host.registry import Registry
from app.host.work import at_work
from app.kernel.grades import school_year
from app.kernel.ids import uuid7
from app.kernel.names import pinyin
from app.kit.check.subject import Subject
from app.runtime.servers import Servers
from app.tenancy.models import Homeroom, School, Term
from app.web.factory import create_app

SLUG, LOGIN, SECRET, PEOPLE = "trial", "T0000", "quiet-river-27", 3
PUPILS = {"few": 3, "many": 33, "off": 3}
DEMO_DAYS = 200
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@contextmanager
def servers() -> Iterator[Servers]:
    """Run a PostgreSQL and a Valkey of our own, with an empty database, as long as the block."""
    with tempfile.TemporaryDirectory(prefix="qinchao-check-") as folder:
        Path(folder).chmod(0o711)
        running = Servers.start(Path(folder) / "data", durable=False)
        try:
            yield running
        finally:
            running.stop()


class Stage:
    """The centre of a trial; get it by :func:`stage_of`."""

    def __init__(self, flask: Flask, module: str, config: Config) -> None:
        self.flask, self.module, self.config = flask, module, config
        self.center_id = uuid7()
        self.schools: dict[str, UUID] = {}
        self.pupils: dict[str, list[UUID]] = {}
        self.rooms: dict[str, UUID] = {}
        self._began = date(date.today().year - 1, 9, 1)  # noqa: DTZ011 (any day long ago does)

    @property
    def registry(self) -> Registry:
        """Return what is installed."""
        found: Registry = self.flask.extensions["qinchao_registry"]
        return found

    @contextmanager
    def inside(self, *schools: str) -> Iterator[Ctx]:
        """Work as the system in the centre, or in schools of it; commits at the end."""
        chosen = [self.schools[code] for code in schools]
        scope = Scope.schools(self.center_id, *chosen) if chosen else Scope.center(self.center_id)
        with self.flask.app_context(), at_work(self.flask.extensions, scope) as ctx:
            yield ctx

    def fill(self) -> None:
        """Make the centre, its schools, pupils and the person with every role."""
        assert self.config.owner_url is not None  # noqa: S101 (a trial's own servers)
        owner = create_engine(self.config.owner_url)
        with owner.begin() as connection:
            row = {"id": self.center_id, "slug": SLUG, "name": "试验教管中心"}
            connection.execute(
                text("INSERT INTO center (id, slug, name) VALUES (:id, :slug, :name)"), row
            )
        owner.dispose()
        with self.inside() as ctx:
            ctx.session.add(_term_of(ctx.today()))
            rooms = [self._school(ctx, code, at) for at, code in enumerate(PUPILS)]
            for number in range(PEOPLE):
                self._person(ctx, rooms, f"{LOGIN}{number}")
            for code in ("few", "many"):
                for needed in [*self.registry.plugins[self.module].module.requires, self.module]:
                    switch_module(ctx, school_id=self.schools[code], module=needed, enabled=True)

    def _school(self, ctx: Ctx, code: str, position: int) -> Homeroom:
        school = School(code=code, name=f"{code}小学", short_name=code, stages=["primary"],
                        system="6-3", position=position + 3)  # fmt: skip
        ctx.session.add(school)
        ctx.session.flush()
        self.schools[code] = school.id
        room = Homeroom(school_id=school.id, stage="primary", number=1,
                        intake_year=self._began.year - 1)  # fmt: skip
        ctx.session.add(room)
        ctx.session.flush()
        self.rooms[code] = room.id
        self.pupils[code] = [self._pupil(ctx, school, room, n) for n in range(PUPILS[code])]
        return room

    def _pupil(self, ctx: Ctx, school: School, room: Homeroom, number: int) -> UUID:
        name, now = f"石小{'一二三四五六七八九十'[number % 10]}", ctx.now()
        full, initials = pinyin(name)
        child = Child(school_id=school.id, name=name, name_pinyin=full, name_initials=initials,
                      sex="female", birth_date=date(self._began.year - 8, 5, 4), created_at=now,
                      updated_at=now)  # fmt: skip
        ctx.session.add(child)
        ctx.session.flush()
        whose: dict[str, Any] = {"school_id": school.id, "child_id": child.id}
        stay = Enrolment(**whose, at_school_id=school.id, starts_on=self._began)
        ctx.session.add(stay)
        ctx.session.flush()
        ctx.session.add(
            Placement(**whose, enrolment_id=stay.id, homeroom_id=room.id, starts_on=self._began)
        )
        return child.id

    def _person(self, ctx: Ctx, rooms: Sequence[Homeroom], login: str) -> None:
        opened = text("SELECT open_account('staff', :hash, false, :logins)")
        values = {"hash": hash_secret(SECRET), "logins": [login_index(login)]}
        account = ctx.session.execute(opened, values).scalar_one()
        staff = Staff(number=login, name="林安", name_pinyin="linan", name_initials="la",
                      account_id=account)  # fmt: skip
        ctx.session.add(staff)
        ctx.session.flush()
        for room in [None, *rooms]:
            school = room.school_id if room else None
            member = Membership(school_id=school, staff_id=staff.id, starts_on=self._began)
            ctx.session.add(member)
            ctx.session.flush()
            for role in ROLES.values():
                if role.reach != "family" and (role.reach == "center") == (room is None):
                    self._grant(ctx, member, role.name, room)

    def _grant(self, ctx: Ctx, member: Membership, role: str, room: Homeroom | None) -> None:
        reach = ROLES[role].reach
        about: dict[str, Any] = {"school_id": member.school_id, "starts_on": self._began}
        grant = Grant(**about, membership_id=member.id, role=role, reach=reach)
        ctx.session.add(grant)
        ctx.session.flush()
        if reach == "homerooms" and room is not None:
            ctx.session.add(GrantHomeroom(**about, grant_id=grant.id, homeroom_id=room.id))
        if reach == "children" and room is not None:
            code = next(c for c, found in self.schools.items() if found == room.school_id)
            for child in self.pupils[code]:
                ctx.session.add(GrantChild(**about, grant_id=grant.id, child_id=child))

    def invent(self) -> None:
        """Let the module write its demonstration: the centre's part, then that of two schools."""
        mine = frozenset({self.module})
        with self.inside() as ctx:
            tell(self.registry, "demo_center", mine, ctx=ctx, days=DEMO_DAYS)
        for code in ("few", "many"):
            with self.inside(code) as ctx:
                tell(self.registry, "demo_data", mine, ctx=ctx, school_id=self.schools[code],
                     days=DEMO_DAYS)  # fmt: skip

    def client(self) -> FlaskClient:
        """Return a client that has signed in as the person with every role."""
        client = self.flask.test_client()
        token = _TOKEN.search(client.get("/sign-in").text)
        form = {"login": f"{LOGIN}0", "secret": SECRET, "csrf_token": token[1] if token else ""}
        client.post("/sign-in", data=form)
        return client

    def close(self) -> None:
        """Let the database go."""
        with self.flask.app_context():
            db.engine.dispose()

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """Give the statements that run within the block."""
        with self.flask.app_context():
            engine = db.engine
        statements: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)


def _term_of(day: date) -> Term:
    """Return the term that a day lies in, the holidays after it included."""
    year = school_year(day)
    if day < date(year + 1, 2, 1):
        return Term(school_year=year, number=1, starts_on=date(year, 9, 1),
                    ends_on=date(year + 1, 1, 31))  # fmt: skip
    return Term(school_year=year, number=2, starts_on=date(year + 1, 2, 1),
                ends_on=date(year + 1, 8, 31))  # fmt: skip


def servers_of(subject: Subject) -> Servers:
    """Return the servers of a check, started by the first item that asks for them."""
    if "servers" not in subject.kept:
        subject.kept["servers"] = subject.ends.enter_context(servers())
    found: Servers = subject.kept["servers"]
    return found


def stage_of(subject: Subject) -> Stage:
    """Return the centre of a check, with the application that has the plugin."""
    if "stage" not in subject.kept:
        running = servers_of(subject)
        config = subject.config(
            running.app_url, running.redis_url, running.data / "files", running.owner_url
        )
        flask = create_app(config)
        upgrade(running.owner_url, flask.extensions["qinchao_registry"].owners())
        made = Stage(flask, subject.name, config)
        subject.ends.callback(made.close)
        made.fill()
        subject.kept["stage"] = made
    found: Stage = subject.kept["stage"]
    return found


def pages(trial: Stage, school: str, child: UUID | None = None) -> list[str]:
    """Return the addresses of the module's pages at a school, of its class and of a child.

    Without ``child`` they are those of the first one.
    """
    given: dict[str, Any] = {
        "center": SLUG,
        "school": school,
        "child_id": child or trial.pupils[school][0],
        "homeroom_id": trial.rooms[school],
    }
    found = []
    with trial.flask.test_request_context():
        for rule in trial.flask.url_map.iter_rules():
            blueprint = rule.endpoint.split(".")[0]
            wanted = blueprint in {f"{trial.module}_{area}" for area in ("school", "child")}
            if wanted and "GET" in (rule.methods or ()) and rule.arguments <= set(given):
                values = {name: given[name] for name in rule.arguments}
                found.append(url_for(rule.endpoint, **values))
    return sorted(found)
