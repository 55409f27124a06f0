"""Whoever starts an import and goes away reads how it ended."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.children.exports import ask_export
from app.children.models import ImportBatch
from app.children.roster.batches import APPLY
from app.children.search import Wanted
from app.db.scope import Scope
from app.jobs.runner import run_job
from app.jobs.services import enqueue
from app.kernel.access import Actor
from app.kernel.ids import uuid7
from tests.support.world import World


def test_a_failed_import_is_told_to_who_asked(world: World) -> None:
    center = world.center()
    person, other = (world.person(center, "school_admin", "north") for _ in range(2))
    scope = Scope.schools(center.id, center.schools["north"], account_id=person.account_id)
    with world.inside(scope) as ctx:
        ctx.actor = Actor("林安", person.account_id, person.id)
        batch = ImportBatch(
            id=uuid7(), school_id=center.schools["north"], file_name="名册.xlsx", file_hash="x",
            state="applying", created_at=ctx.now(),
        )  # fmt: skip
        ctx.session.add(batch)
        arguments = {"batch_id": str(batch.id), "take_file": False, "answers": {}}
        job = enqueue(ctx, APPLY, title="导入 名册.xlsx", arguments=arguments)
        batch.job_id = job.id
        ctx.session.flush()
        job_id, batch_id = job.id, batch.id
    with world.app.app_context():
        assert run_job(job_id) == "failed"
    page = f"/c/{center.slug}/s/north/notices"
    told = world.client(person).get(page).text
    assert "导入 名册.xlsx" in told
    assert "导入 名册.xlsx" not in world.client(other).get(page).text
    with world.inside(scope) as ctx:
        assert ctx.session.scalar(select(ImportBatch.id)) == batch_id
    link = re.search(rf'href="({page}/[0-9a-f-]{{36}})"', told)
    assert link
    answer = world.client(person).get(link[1])
    assert answer.headers["Location"].endswith(f"/s/north/imports/{batch_id}")


def test_a_finished_list_is_told_to_who_asked(world: World) -> None:
    center = world.center()
    person = world.person(center, "school_admin", "north")
    scope = Scope.schools(center.id, center.schools["north"], account_id=person.account_id)
    with world.inside(scope) as ctx:
        ctx.actor = Actor("林安", person.account_id, person.id)
        job_id = ask_export(ctx, Wanted(), "north").id
    with world.app.app_context():
        assert run_job(job_id) == "done"
    told = world.client(person).get(f"/c/{center.slug}/s/north/notices").text
    assert "已完成" in told
