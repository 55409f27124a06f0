"""Work does not outlive the right to it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from app.accounts.models import Staff
from app.db.scope import Scope
from app.jobs.models import Job
from app.jobs.runner import run_job
from app.jobs.services import enqueue
from app.kernel.access import Actor
from tests.support.world import World


def test_work_of_somebody_who_has_left_does_not_run(world: World) -> None:
    center = world.center()
    person = world.person(center, "center_admin")
    scope = Scope.center(center.id, person.account_id)
    with world.inside(scope) as ctx:
        ctx.actor = Actor("林安", person.account_id, person.id)
        job_id = enqueue(ctx, "children.export", title="x", arguments={}).id
        ctx.session.execute(
            update(Staff).where(Staff.id == person.id).values(left_on=date(2026, 1, 1))
        )
    with world.app.app_context():
        assert run_job(job_id) == "failed"
    with world.inside(center.scope) as ctx:
        job = ctx.session.scalars(select(Job).where(Job.id == job_id)).one()
        assert "不再" in (job.error or "")
