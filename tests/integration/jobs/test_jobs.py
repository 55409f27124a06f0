"""Jobs run once their cause is committed, in its scope, once, and tell how they ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import func, select

from app.accounts.models import Grant
from app.children.models import Child, ImportBatch
from app.children.roster.batches import APPLY
from app.config import Config
from app.db.scope import Scope
from app.host.context import Ctx
from app.jobs.dispatch import hasty_queue, push_due
from app.jobs.models import Job
from app.jobs.progress import Steps
from app.jobs.runner import HANDLERS, MOST_ATTEMPTS, run_job
from app.jobs.services import enqueue
from app.jobs.worker import ScopedJob, patient_connection, queue_on
from app.kernel.access import Actor
from app.kernel.errors import Refused
from app.kernel.text import T
from tests.support.world import CenterHandle, World

Handle = Callable[..., Any]


@pytest.fixture
def handlers(app: Flask) -> Iterator[dict[str, Handle]]:
    """The table of what jobs do; a test adds its own kinds."""
    table: dict[str, Handle] = app.extensions[HANDLERS]
    before = dict(table)
    yield table
    table.clear()
    table.update(before)


def ask(world: World, scope: Scope, kind: str, **options: Any) -> UUID:
    with world.inside(scope) as ctx:
        return enqueue(ctx, kind, title="Work", arguments={}, **options).id


def row(world: World, scope: Scope, job_id: UUID) -> Job:
    with world.inside(scope) as ctx:
        return ctx.session.scalars(select(Job).where(Job.id == job_id)).one()


def work(world: World, config: Config) -> None:
    """Push what is due and let a worker of ours empty the queue."""
    connection = patient_connection(config.redis_url)
    with world.app.app_context():
        push_due(hasty_queue(config.redis_url))
        worker = SimpleWorker(
            [queue_on(connection)], connection=connection, job_class=ScopedJob,
            serializer=JSONSerializer,
        )  # fmt: skip
        worker.work(burst=True, logging_level="ERROR")


def nothing(ctx: Ctx, progress: Steps) -> None:
    """Do no work at all."""


def test_a_job_runs_through_the_queue_and_leaves_its_result(
    world: World, config: Config, handlers: dict[str, Handle]
) -> None:
    def add(ctx: Ctx, progress: Steps, one: int, two: int) -> dict[str, int]:
        return {"sum": one + two}

    handlers["t.add"] = add
    center = world.center()
    with world.inside(center.scope) as ctx:
        job_id = enqueue(ctx, "t.add", title=T("Add"), arguments={"one": 2, "two": 3}).id
    work(world, config)
    job = row(world, center.scope, job_id)
    assert (job.state, job.result, job.attempts) == ("done", {"sum": 5}, 1)


def test_a_job_whose_cause_is_rolled_back_never_runs(
    world: World, config: Config, handlers: dict[str, Handle]
) -> None:
    ran = []

    def mark(ctx: Ctx, progress: Steps) -> None:
        ran.append(1)

    handlers["t.mark"] = mark
    center = world.center()

    def fail_after_asking() -> None:
        with world.inside(center.scope) as ctx:
            enqueue(ctx, "t.mark", title="Work", arguments={})
            raise Refused(T("Something else is wrong"))

    with pytest.raises(Refused):
        fail_after_asking()
    work(world, config)
    assert ran == []


def test_a_school_job_sees_its_school_and_no_other(
    world: World, handlers: dict[str, Handle]
) -> None:
    def count(ctx: Ctx, progress: Steps) -> dict[str, Any]:
        found = ctx.session.scalar(select(func.count()).select_from(Child))
        return {"children": found, "by": ctx.actor.name}

    handlers["t.count"] = count
    center = world.center("a", "b")
    for school in ("a", "b", "b"):
        world.child(center, school)
    person = world.person(center, "school_admin", "a", name="方序")
    with world.inside(center.school_scope("a")) as ctx:
        ctx.actor = Actor("方序", person.account_id, person.id)
        job_id = enqueue(ctx, "t.count", title="Count", arguments={}).id
    with world.app.app_context():
        assert run_job(job_id) == "done"
    with world.inside(center.school_scope("b")) as ctx:
        assert ctx.session.scalar(select(Job).where(Job.id == job_id)) is None
    job = row(world, center.scope, job_id)
    assert job.result == {"children": 1, "by": "方序"}


def test_a_job_of_a_module_that_is_off_fails_and_says_so(
    world: World, handlers: dict[str, Handle]
) -> None:
    handlers["dormitory.count"] = nothing
    center = world.center("a")
    scope = center.school_scope("a")
    job_id = ask(world, scope, "dormitory.count", module="dormitory")
    with world.app.app_context():
        assert run_job(job_id) == "failed"
    assert "dormitory" in (row(world, scope, job_id).error or "")


def test_a_second_job_with_the_same_key_is_the_first(world: World) -> None:
    center = world.center("a", "b")
    first = ask(world, center.school_scope("a"), "t.x", unique_key="monthly")
    again = ask(world, center.school_scope("a"), "t.x", unique_key="monthly")
    elsewhere = ask(world, center.school_scope("b"), "t.x", unique_key="monthly")
    assert first == again
    assert elsewhere != first


def test_progress_is_seen_while_the_work_is_open_and_a_cancelled_job_writes_nothing(
    world: World, handlers: dict[str, Handle]
) -> None:
    center = world.center("a")
    seen: list[tuple[int, int]] = []

    def rename(ctx: Ctx, progress: Steps) -> None:
        for child in ctx.session.scalars(select(Child)):
            child.name = "改名"
        ctx.session.flush()
        progress.step(1, 3, "one")
        ask_to_stop()
        progress.step(3, 3)

    def ask_to_stop() -> None:
        def other() -> None:
            with world.inside(center.scope) as ctx:
                job = ctx.session.scalars(select(Job)).one()
                seen.append((job.done, job.total))
                job.cancel_asked = True

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    handlers["t.rename"] = rename
    world.child(center, "a", name="石小满")
    job_id = ask(world, center.scope, "t.rename")
    with world.app.app_context():
        assert run_job(job_id) == "cancelled"
    assert seen == [(1, 3)]
    with world.inside(center.scope) as ctx:
        assert ctx.session.scalars(select(Child.name)).all() == ["石小满"]


def test_what_fails_is_tried_three_times_and_what_is_refused_once(
    world: World, handlers: dict[str, Handle]
) -> None:
    tries = []

    def broken(ctx: Ctx, progress: Steps) -> None:
        tries.append(1)
        raise RuntimeError("the disk is full")

    def refuse(ctx: Ctx, progress: Steps) -> None:
        raise Refused(T("The file is gone"))

    handlers.update({"t.broken": broken, "t.refuse": refuse})
    center = world.center()
    one, two = (ask(world, center.scope, kind) for kind in ("t.broken", "t.refuse"))
    with world.app.app_context():
        states = [run_job(one) for _ in range(MOST_ATTEMPTS + 1)]
        assert run_job(two) == "failed"
    assert states == ["waiting", "waiting", "failed", "ended"]
    assert len(tries) == MOST_ATTEMPTS
    assert "RuntimeError" in (row(world, center.scope, one).error or "")
    assert row(world, center.scope, two).attempts == 1


def test_two_runners_never_run_one_job_at_once(world: World, handlers: dict[str, Handle]) -> None:
    started, go = threading.Event(), threading.Event()

    def slow(ctx: Ctx, progress: Steps) -> None:
        started.set()
        assert go.wait(10)

    handlers["t.slow"] = slow
    center = world.center()
    job_id = ask(world, center.scope, "t.slow")
    states: list[str] = []

    def run() -> None:
        with world.app.app_context():
            states.append(run_job(job_id))

    first = threading.Thread(target=run)
    first.start()
    assert started.wait(10)
    run()
    go.set()
    first.join()
    assert states == ["busy", "done"]


def test_a_dead_queue_loses_nothing(world: World, config: Config) -> None:
    center = world.center()
    job_id = ask(world, center.scope, "t.later")
    with world.app.app_context():
        assert push_due(hasty_queue("redis://127.0.0.1:1/0")) == 0
    assert row(world, center.scope, job_id).pushed_at is None
    with world.app.app_context():
        assert push_due(hasty_queue(config.redis_url)) >= 1
    assert row(world, center.scope, job_id).pushed_at is not None


def own_job(world: World, center: CenterHandle, kind: str) -> tuple[Any, UUID]:
    """Return a browser of somebody at school a, and a job they have asked for."""
    person = world.person(center, "school_admin", "a")
    with world.inside(center.school_scope("a")) as ctx:
        ctx.actor = Actor("林安", person.account_id, person.id)
        job_id = enqueue(ctx, kind, title="数一数", arguments={}).id
    return world.client(person), job_id


def test_who_asked_sees_cancels_and_restarts_and_nobody_else(
    world: World, handlers: dict[str, Handle]
) -> None:
    handlers["t.quick"] = nothing
    center = world.center("a")
    browser, job_id = own_job(world, center, "t.quick")
    address = f"/c/{center.slug}/s/a/jobs/{job_id}"
    assert "数一数" in browser.get(address).text
    stranger = world.client(world.person(center, "school_admin", "a"))
    assert stranger.get(address).status_code == 404

    assert browser.submit(f"{address}/cancel", {}, page=address).status_code == 303
    assert row(world, center.scope, job_id).state == "cancelled"
    with world.app.app_context():
        assert run_job(job_id) == "ended"
    assert browser.submit(f"{address}/retry", {}, page=address).status_code == 303
    with world.app.app_context():
        assert run_job(job_id) == "done"
    fragment = browser.get(address, headers={"HX-Request": "true"})
    assert fragment.headers["HX-Refresh"] == "true"
    assert "<html" not in fragment.text


def test_an_import_does_not_outlive_the_right_to_it(world: World) -> None:
    center = world.center("a")
    person = world.person(center, "school_admin", "a")
    with world.inside(center.school_scope("a")) as ctx:
        ctx.actor = Actor("林安", person.account_id, person.id)
        batch = ImportBatch(
            school_id=center.schools["a"], file_name="a.xlsx", file_hash="-", state="applying",
            storage_key=ctx.files.put(center.id, "imports", b"a"), created_at=ctx.now(),
        )  # fmt: skip
        ctx.session.add(batch)
        ctx.session.flush()
        arguments = {"batch_id": str(batch.id), "take_file": False, "answers": {}}
        job_id = enqueue(ctx, APPLY, title="Import", arguments=arguments).id
        for grant in ctx.session.scalars(select(Grant)):
            grant.role, grant.reach = "mentor", "children"
    with world.app.app_context():
        assert run_job(job_id) == "failed"
    assert "不能再导入" in (row(world, center.scope, job_id).error or "")
