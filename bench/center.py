"""The demonstration centre at full size for a measurement, with duties and a term of history.

16,856 invented children in 31 schools. Ten rules ask for something of each of the 12,285 left
behind; what was done since the term began is written as plain rows, a fifth of it left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import psycopg
from sqlalchemy import func, select, text

from app.accounts.models import Grant, GrantChild, Membership, Staff
from app.accounts.opening import open_account
from app.cli.demo import DEMO_CENTER, TENANTS, center_id, load_center
from app.cli.tenants import carry_out, plan_folder
from app.cli.work import inside
from app.db.scope import Scope
from app.demo.load import DAYS
from app.demo.people import PASSWORD
from app.duties.packs import packs
from app.duties.services import adopt
from app.duties.states import term_begin
from app.host.context import Ctx
from app.host.enablement import active_modules, switch_module
from app.host.facade import tell
from app.kernel.clock import Clock
from app.tenancy.models import School
from bench.support import Installation, served

CHILDREN, LEFT_BEHIND, SCHOOLS = 16_856, 12_285, 31
PACKS = ("wu_ge_yi", "round_table")
"""Four rules and one more for each left-behind child, beside the five that the centre keeps."""
SCHOOL = "JN02"
FEW, MANY = 3, 30

# A child has each kind as often as in a month, four times in five.
_HISTORY = """
CREATE TEMPORARY TABLE written ON COMMIT DROP AS
SELECT gen_random_uuid() AS act_id, gen_random_uuid() AS id, k.center_id, k.school_id,
    k.child_id, e.at_school_id, n.kind, least(d.day::date + n.shift, :today) AS day,
    (SELECT m.staff_id FROM role_grant g
        JOIN membership m ON m.center_id = g.center_id AND m.id = g.membership_id
        WHERE g.center_id = k.center_id AND g.school_id = k.school_id
        AND g.role = 'homeroom_teacher' ORDER BY m.staff_id LIMIT 1) AS staff_id
FROM classify(:today) k
JOIN enrolment e ON e.center_id = k.center_id AND e.child_id = k.child_id AND e.ends_on IS NULL
CROSS JOIN (VALUES ('visit', 28, 3), ('call', 28, 8), ('talk', 28, 4), ('round_table', 28, 10),
    ('letter', 91, 4), ('family_call', 7, 5), ('carer_call', 7, 5)) AS n (kind, every, shift)
CROSS JOIN LATERAL generate_series(:since, :today, make_interval(days => n.every)) AS d (day)
WHERE k.education IN ('one', 'both')
    AND hashtextextended(k.child_id::text || n.kind || d.day::text, 0) % 5 <> 0
"""
_ACTS = """
INSERT INTO act (center_id, id, kind, happened_on, recorded_by_id)
SELECT center_id, act_id, 'home_contact.' || kind, day, staff_id FROM written
"""
_ENTRIES = """
INSERT INTO entry (center_id, id, school_id, child_id, act_id, origin_school_id, kind,
    happened_on, outcome, audience, title, root_id, first_recorded_at, recorded_at, recorded_by_id)
SELECT center_id, id, school_id, child_id, act_id, at_school_id, 'home_contact.' || kind, day,
    'done', 'staff', kind, id, day + time '09:20', day + time '09:20', staff_id
FROM written
"""

_RAW_LIST = """
CREATE TABLE bench_left_behind AS
SELECT child_id, school_id FROM classify(%(today)s) WHERE education IN ('one', 'both')
"""


@dataclass(frozen=True)
class FullCenter:
    """The centre and who signs in to look at it: logins by what they do there."""

    place: Installation
    today: date
    since: date
    mentors: dict[int, str]

    def at_school(self, code: str = SCHOOL) -> UUID:
        """Return a school's id."""
        with self.place.inside() as ctx:
            return ctx.session.scalars(select(School.id).where(School.code == code)).one()


@contextmanager
def full_center() -> Iterator[FullCenter]:
    """Load the centre, keep the policies since the term began and write what was done.

    No window is closed yet.
    """
    with served() as (flask, servers):
        # Left before pages are asked for: each request has a context of its own.
        with flask.app_context():
            carry_out(flask, plan_folder(flask, TENANTS / DEMO_CENTER))
            load_center(flask, DEMO_CENTER, "pupils", TENANTS / DEMO_CENTER)
            found = center_id(DEMO_CENTER)
        assert found is not None
        place = Installation(flask, servers.owner_url, Scope.center(found), servers)
        yield _prepare(place)


def gather_statistics(at: FullCenter) -> None:
    """Let the planner know what was written."""
    with at.place.inside() as ctx:
        ctx.session.execute(select(func.gather_statistics()))


def _prepare(place: Installation) -> FullCenter:
    """Switch the modules on, adopt the policies, write the history and two mentors."""
    with place.inside() as ctx:
        today = ctx.today()
        since = term_begin(ctx, today)
        begun = datetime.combine(since - timedelta(days=7), time(9), UTC)
        for school in ctx.session.scalars(select(School.id)).all():
            for module in sorted(ctx.registry.plugins):
                switch_module(ctx, school_id=school, module=module, enabled=True)
        then = Ctx(ctx.scope, ctx.session, ctx.registry, ctx.files, clock=Clock(lambda: begun))
        for name in PACKS:
            adopt(then, packs()[name], key=name, in_force_from=since)
    with place.inside() as ctx:
        days = {"since": since, "today": today}
        for statement in (_HISTORY, _ACTS, _ENTRIES):
            ctx.session.execute(text(statement), days)
    with psycopg.connect(place.servers.url_for("postgres")) as connection:
        connection.execute(_RAW_LIST, days)
    _tell_first_school(place)
    mentors = {number: f"B{number:04}" for number in (FEW, MANY)}
    at = FullCenter(place, today, since, mentors)
    _add_mentors(at)
    gather_statistics(at)
    return at


def _tell_first_school(place: Installation) -> None:
    """Let the modules invent what they do for one school: rounds of check-ups, answers, steps."""
    with place.inside() as ctx:
        school = ctx.session.scalars(select(School.id).order_by(School.position).limit(1)).one()
        days, active = DAYS["quick"], active_modules(ctx)[school]
        tell(ctx.registry, "demo_center", active, ctx=ctx, days=days)
    here = Scope.schools(place.scope.center_id, school)
    with place.flask.app_context(), inside(place.flask, here) as ctx:
        tell(ctx.registry, "demo_data", active, ctx=ctx, school_id=school, days=days)


def _add_mentors(at: FullCenter) -> None:
    school = at.at_school()
    with at.place.inside() as ctx:
        children = ctx.session.scalars(
            text("SELECT child_id FROM classify(:today) WHERE school_id = :school"
                 " AND education IN ('one', 'both') ORDER BY child_id LIMIT :most"),
            {"today": at.today, "school": school, "most": FEW + MANY},
        ).all()  # fmt: skip
        for number, login in at.mentors.items():
            mine, children = children[:number], children[number:]
            grant = _mentor(ctx, school, login, at.since)
            ctx.session.add_all(
                GrantChild(school_id=school, grant_id=grant, child_id=child, starts_on=at.since)
                for child in mine
            )


def _mentor(ctx: Ctx, school: UUID, login: str, since: date) -> UUID:
    account = open_account(ctx, kind="staff", secret=PASSWORD, logins=[login], must_change=False)
    staff = Staff(
        number=login, name="石清", name_pinyin="shiqing", name_initials="sq", account_id=account
    )
    ctx.session.add(staff)
    ctx.session.flush()
    member = Membership(school_id=school, staff_id=staff.id, starts_on=since)
    ctx.session.add(member)
    ctx.session.flush()
    grant = Grant(
        school_id=school, membership_id=member.id, role="mentor", reach="children", starts_on=since
    )
    ctx.session.add(grant)
    ctx.session.flush()
    return grant.id
