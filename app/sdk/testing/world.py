"""A small world for tests: centres, schools, people with accounts, classes, children.

Every call makes new things with names of their own, so tests never meet and never clean up. Rows
are written through the application's own role and scope, never around them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text

from app.accounts.models import Grant, GrantChild, GrantHomeroom, Membership, Staff
from app.accounts.opening import renew_account
from app.accounts.partners import let_in
from app.accounts.roles import ROLES
from app.accounts.secrets import hash_secret
from app.accounts.services import add_staff
from app.accounts.sign_in import login_index
from app.children.models import (
    Child,
    Enrolment,
    Guardian,
    GuardianPhone,
    Guardianship,
    IdentityDocument,
    Placement,
)
from app.children.numbers import phone_tail_index
from app.children.services.mentors import make_mentor
from app.config import Config
from app.db.scope import Scope
from app.db.sealed import blind
from app.db.session import db, scoped
from app.host.context import Ctx
from app.host.enablement import switch_module
from app.kernel.ids import uuid7
from app.kernel.names import pinyin
from app.kernel.national_id import check_character
from app.tenancy.models import Homeroom, School

_numbers = itertools.count(1)
PASSWORD = "quiet-river-27"
PIN = "270163"
BEGIN = date(2026, 9, 1)
_HASHES: dict[str, str] = {}


def _hash(secret: str) -> str:
    # Hashing is slow on purpose; tests need it once per secret.
    return _HASHES.setdefault(secret, hash_secret(secret))


@dataclass
class CenterHandle:
    """A centre of a test, with its schools by code."""

    id: UUID
    slug: str
    schools: dict[str, UUID] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """Return the scope of the whole centre."""
        return Scope.center(self.id)

    def school_scope(self, code: str) -> Scope:
        """Return the scope of one school."""
        return Scope.schools(self.id, self.schools[code])

    def own_scope(self, person: Person, *codes: str) -> Scope:
        """Return the scope of somebody's own pages; at schools, if any are named."""
        if not codes:
            return Scope.center(self.id, person.account_id)
        ids = [self.schools[code] for code in codes]
        return Scope.schools(self.id, *ids, account_id=person.account_id)


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    login: str
    secret: str
    kind: str
    account_id: UUID
    id: UUID


class World:
    """Makes what a test needs."""

    def __init__(self, app: Flask, config: Config) -> None:
        self.app = app
        self.config = config

    @contextmanager
    def inside(self, scope: Scope) -> Iterator[Ctx]:
        """Work in a scope as the system; commits at the end."""
        with self.app.app_context(), scoped(scope):
            extensions = self.app.extensions
            yield Ctx(
                scope, db.session(), extensions["qinchao_registry"], extensions["qinchao_files"]
            )
            db.session.commit()

    def center(self, *codes: str, name: str = "试验教管中心") -> CenterHandle:
        """Make a centre with schools of the given codes (primary, 6-3); default: two schools."""
        number = next(_numbers)
        handle = CenterHandle(uuid7(), f"c{number}-{uuid7().hex[-6:]}")
        assert self.config.owner_url
        engine = create_engine(self.config.owner_url)
        with engine.begin() as connection:
            connection.execute(
                text("INSERT INTO center (id, slug, name) VALUES (:id, :slug, :name)"),
                {"id": handle.id, "slug": handle.slug, "name": name},
            )
        engine.dispose()
        with self.inside(handle.scope) as ctx:
            for position, code in enumerate(codes or ("north", "south")):
                school = School(
                    code=code,
                    name=f"{code}小学",
                    short_name=f"{code}小学",
                    stages=["primary"],
                    system="6-3",
                    position=position,
                )
                ctx.session.add(school)
                ctx.session.flush()
                handle.schools[code] = school.id
        return handle

    def homeroom(
        self, center: CenterHandle, school: str, *, intake: int = 2024, number: int = 1
    ) -> UUID:
        """Make a class: by default the one that is 三（1）班 in the autumn of 2026."""
        with self.inside(center.scope) as ctx:
            row = Homeroom(
                school_id=center.schools[school], stage="primary", intake_year=intake, number=number
            )
            ctx.session.add(row)
            ctx.session.flush()
            return row.id

    def person(
        self,
        center: CenterHandle,
        role: str,
        school: str | None = None,
        *,
        homerooms: tuple[UUID, ...] = (),
        children: tuple[UUID, ...] = (),
        name: str = "林安",
        must_change: bool = False,
    ) -> Person:
        """Make a member of staff with an account and one grant of ``role``."""
        login = f"T{next(_numbers):05d}{uuid7().hex[-5:]}"
        school_id = center.schools[school] if school else None
        reach = ROLES[role].reach
        with self.inside(center.scope) as ctx:
            account_id = self._account(ctx, "staff", PASSWORD, [login], must_change)
            full, initials = pinyin(name)
            staff = Staff(
                number=login,
                name=name,
                name_pinyin=full,
                name_initials=initials,
                account_id=account_id,
            )
            ctx.session.add(staff)
            ctx.session.flush()
            member = Membership(school_id=school_id, staff_id=staff.id, starts_on=BEGIN)
            ctx.session.add(member)
            ctx.session.flush()
            grant = Grant(
                school_id=school_id,
                membership_id=member.id,
                role=role,
                reach=reach,
                starts_on=BEGIN,
            )
            ctx.session.add(grant)
            ctx.session.flush()
            for room in homerooms:
                ctx.session.add(
                    GrantHomeroom(
                        school_id=school_id, grant_id=grant.id, homeroom_id=room, starts_on=BEGIN
                    )
                )
            for child in children:
                ctx.session.add(
                    GrantChild(
                        school_id=school_id, grant_id=grant.id, child_id=child, starts_on=BEGIN
                    )
                )
            return Person(login, PASSWORD, "staff", account_id, staff.id)

    @staticmethod
    def _account(ctx: Ctx, kind: str, secret: str, logins: list[str], change: bool) -> UUID:
        found: UUID = ctx.session.execute(
            text("SELECT open_account(:kind, :hash, :change, :logins)"),
            {
                "kind": kind,
                "hash": _hash(secret),
                "change": change,
                "logins": [login_index(login) for login in logins],
            },
        ).scalar_one()
        return found

    def child(
        self,
        center: CenterHandle,
        school: str,
        *,
        name: str = "石小满",
        homeroom: UUID | None = None,
        sex: str = "female",
        birth: date = date(2017, 5, 4),
        number: str | None = None,
    ) -> UUID:
        """Make a pupil, enrolled on 1 September 2026 and, with ``homeroom``, placed there."""
        full, initials = pinyin(name)
        school_id = center.schools[school]
        now = datetime.now(UTC)
        with self.inside(center.scope) as ctx:
            child = Child(
                school_id=school_id,
                name=name,
                name_pinyin=full,
                name_initials=initials,
                sex=sex,
                birth_date=birth,
                created_at=now,
                updated_at=now,
            )
            ctx.session.add(child)
            ctx.session.flush()
            stay = Enrolment(
                school_id=school_id, child_id=child.id, at_school_id=school_id, starts_on=BEGIN
            )
            ctx.session.add(stay)
            ctx.session.flush()
            if homeroom:
                ctx.session.add(
                    Placement(
                        school_id=school_id,
                        child_id=child.id,
                        enrolment_id=stay.id,
                        homeroom_id=homeroom,
                        starts_on=BEGIN,
                    )
                )
            if number:
                ctx.session.add(
                    IdentityDocument(
                        school_id=school_id,
                        child_id=child.id,
                        number=number,
                        number_index=blind(number, "identity_number"),
                        tail_index=blind(number[-4:], "identity_tail"),
                    )
                )
            return child.id

    def guardian(
        self,
        center: CenterHandle,
        *children: UUID,
        name: str = "石大山",
        relation: str = "father",
        phone: str | None = None,
        account: bool = False,
    ) -> Person:
        """Make a guardian of some children; with ``account``, one who can sign in."""
        phone = phone or f"1990000{next(_numbers) % 10000:04d}"
        with self.inside(center.scope) as ctx:
            account_id = (
                self._account(ctx, "guardian", PIN, [phone], change=False) if account else None
            )
            guardian = Guardian(
                name=name,
                name_pinyin=pinyin(name)[0],
                account_id=account_id,
                created_at=datetime.now(UTC),
            )
            ctx.session.add(guardian)
            ctx.session.flush()
            ctx.session.add(
                GuardianPhone(
                    guardian_id=guardian.id,
                    number=phone,
                    number_index=blind(phone, "phone"),
                    tail_index=phone_tail_index(phone),
                )
            )
            for child_id in children:
                school_id = ctx.session.scalar(select(Child.school_id).where(Child.id == child_id))
                ctx.session.add(
                    Guardianship(
                        school_id=school_id,
                        child_id=child_id,
                        guardian_id=guardian.id,
                        relation=relation,
                        vouched_school_id=school_id if account else None,
                        legal=True,
                        starts_on=BEGIN,
                    )
                )
            return Person(phone, PIN, "guardian", account_id or uuid7(), guardian.id)

    def partner(
        self,
        center: CenterHandle,
        school: str,
        *children: UUID,
        until: date,
        name: str = "周稻香",
    ) -> Person:
        """Make a mentor from outside who signs in on the phone, until a day."""
        phone = f"1990000{next(_numbers) % 10000:04d}"
        school_id = center.schools[school]
        with self.inside(center.scope) as ctx:
            staff = add_staff(ctx, name=name, school_id=school_id, kind="retired", phone=phone)
            grant = make_mentor(ctx, staff, school_id=school_id, until=until)
            given = let_in(ctx, staff, school_id=school_id, until=until)
            renew_account(ctx, given.account_id, secret=PIN, must_change=False)
            ctx.session.add_all(
                GrantChild(school_id=school_id, grant_id=grant.id, child_id=child, starts_on=BEGIN)
                for child in children
            )
            return Person(phone, PIN, "guardian", given.account_id, staff.id)

    def enable(self, center: CenterHandle, school: str, *modules: str) -> None:
        """Switch modules on at a school."""
        with self.inside(center.scope) as ctx:
            for module in modules:
                switch_module(ctx, school_id=center.schools[school], module=module, enabled=True)

    def client(self, person: Person | None = None) -> Browser:
        """Return a client, signed in as ``person`` through the real page."""
        browser = Browser(self.app.test_client())
        # Each has an address of its own: wrong tries of one test do not slow down another.
        browser.client.environ_base["REMOTE_ADDR"] = f"fd00::{uuid7().hex[-4:]}:{next(_numbers):x}"
        if person is not None:
            page = "/sign-in" if person.kind == "staff" else "/family/sign-in"
            answer = browser.submit(page, {"login": person.login, "secret": person.secret})
            assert answer.status_code == 302, answer.text
        return browser


_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    """A client that sends forms as a browser does: it fetches the page's token first."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> Any:
        """Open a page."""
        return self.client.get(path, **options)

    def submit(self, path: str, data: dict[str, Any], *, page: str | None = None) -> Any:
        """Send a form to ``path`` with the token of ``page`` (by default the same address)."""
        found = _TOKEN.search(self.client.get(page or path).text)
        assert found, f"no form at {page or path}"
        return self.client.post(path, data={"csrf_token": found.group(1), **data})

    def token(self) -> str:
        """Return a token for requests that scripts send."""
        found = _META.search(self.client.get("/sign-in").text)
        assert found
        return found.group(1)


_META = re.compile(r'name="csrf-token" content="([^"]+)"')


def identity_number(birth: date, order: int, area: str = "990101") -> str:
    """Return an invented identity number with a right check character."""
    first = f"{area}{birth:%Y%m%d}{order:03d}"
    return first + check_character(first)
