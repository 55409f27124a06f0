"""Closing: by the scheduler, once, for good."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select, text

from app.children.models import Child
from app.db.session import db, scoped
from app.duties.closing import close_until
from app.duties.models import DutyResult
from app.duties.policy_file import parse_policy
from app.duties.raising import raise_concern
from app.duties.schedule import CLOSE_JOB, ask_to_close
from app.duties.services import adopt
from app.jobs.models import Job
from app.jobs.runner import run_job
from app.kernel.clock import Clock
from tests.integration.duties.conftest import Year

NIGHT = Clock(lambda: datetime(2026, 10, 8, 20, tzinfo=UTC))


def test_the_scheduler_closes_what_has_settled_once_a_day(year: Year) -> None:
    year.keep(date(2026, 9, 1))
    with year.world.app.app_context():
        ask_to_close(NIGHT)
        ask_to_close(NIGHT)
        with scoped(year.center.scope):
            jobs = db.session.scalars(select(Job).where(Job.kind == CLOSE_JOB)).all()
            assert len(jobs) == 1
            job_id = jobs[0].id
        assert run_job(job_id) == "done"
        with scoped(year.center.scope):
            rows = db.session.execute(select(DutyResult.opens, DutyResult.state)).all()
            assert rows == [(date(2026, 9, 1), "missed")]


def test_what_is_frozen_cannot_be_changed_by_the_application(year: Year) -> None:
    year.keep(date(2026, 9, 1))
    with year.on(date(2026, 10, 8)) as ctx:
        assert ctx.session.scalar(text("SELECT has_table_privilege('duty_result', 'INSERT')"))
        for right in ("UPDATE", "DELETE"):
            held = text("SELECT has_table_privilege('duty_result', :right)")
            assert ctx.session.scalar(held, {"right": right}) is False


def test_a_concern_that_two_policies_ask_about_closes_for_both(year: Year) -> None:
    text = """
name = "必访"
[[duty]]
key = "mood"
title = "情绪不好必访"
entry = ["note"]
by = "homeroom_teacher"
for = "all"
every = "concern:mood"
"""
    year.keep(date(2026, 9, 1), text=text)
    with year.on(date(2026, 9, 1)) as ctx:
        school_id = year.center.schools["north"]
        pack = parse_policy(text)
        adopt(ctx, pack, key="own", in_force_from=ctx.today(), school_id=school_id)
    with year.on(date(2026, 9, 10)) as ctx:
        raise_concern(ctx, ctx.session.get_one(Child, (year.center.id, year.child)), "mood")
    with year.on(date(2026, 10, 8)) as ctx:
        assert close_until(ctx, ctx.today()).duties == 2
        assert close_until(ctx, ctx.today()).duties == 0
