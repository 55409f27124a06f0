"""Two people erase a child who has left: the person is gone, the facts stay, nothing else goes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from library_loans.models import Loan
from library_loans.services import lend
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.audit.models import AuditEvent
from app.children.models import Child, Guardian, GuardianPhone, Guardianship
from app.duties.schedule import close_job
from app.host.context import Ctx
from app.jobs.models import Job
from app.jobs.progress import Silent
from app.jobs.runner import run_job
from app.kernel.clock import Clock
from app.ledger.models import Attachment, Entry
from app.ledger.services import EntryFor, Upload, attach, record
from app.privacy.erasing import rules
from app.privacy.models import Erasure
from tests.integration.ledger.test_ledger import PNG
from tests.support.world import Browser, CenterHandle, World, identity_number

TODAY = Clock().today()
NAME, PHONE = "石离离", "19900007701"
_CALL = text("SELECT erase_child(:id, CAST(:rules AS jsonb), 'x')")
_ALONE = update(Erasure).values(state="confirmed", decided_by_id=Erasure.asked_by_id)


@dataclass(frozen=True)
class Scene:
    """A child who has left, a brother who has not, and two administrators of the centre."""

    world: World
    center: CenterHandle
    child: UUID
    brother: UUID
    first: Browser
    second: Browser

    def ask(self, **values: str) -> str:
        given = {"ground": "request", "reason": "家长来信", **values}
        page = f"/c/{self.center.slug}/children/{self.child}/personal-data/erase"
        answer = self.first.submit(page, given)
        assert answer.status_code == 302, answer.text
        listed = self.first.get(f"/c/{self.center.slug}/personal-data").text
        found = re.search(r"/personal-data/([0-9a-f-]{36})", listed)
        assert found
        return f"/c/{self.center.slug}/personal-data/{found.group(1)}"

    def erase(self, **values: str) -> None:
        page = self.ask(**values)
        assert self.second.submit(f"{page}/confirm", {}, page=page).status_code == 302
        with self.world.inside(self.center.scope) as ctx:
            job = ctx.session.scalars(select(Job.id).where(Job.kind == "privacy.erase")).one()
        with self.world.app.app_context():
            assert run_job(job) == "done"


@pytest.fixture
def scene(world: World) -> Scene:
    center = world.center("north")
    world.enable(center, "north", "library_loans")
    room = world.homeroom(center, "north")
    number = identity_number(date(2017, 5, 4), 771)
    child = world.child(center, "north", name=NAME, homeroom=room, number=number)
    brother = world.child(center, "north", name="石留留", homeroom=room)
    people = [world.client(world.person(center, "center_admin", name=n)) for n in ("林安", "方远")]
    with world.inside(center.scope) as ctx:
        ctx.session.scalars(select(Child).where(Child.id == child)).one().left_on = TODAY
    return Scene(world, center, child, brother, *people)


def _visit(ctx: Ctx, *children: UUID) -> None:
    rows = ctx.session.scalars(select(Child).where(Child.id.in_(children))).all()
    act = record(
        ctx,
        kind="note",
        happened_on=TODAY,
        title=f"走访{NAME}",
        place=f"{NAME}家",
        entries=[EntryFor(row, text=f"{NAME}在家。") for row in rows],
    )
    attach(ctx, act, Upload("照片.png", PNG))


def test_the_person_is_gone_and_the_facts_stay(scene: Scene) -> None:
    world, center = scene.world, scene.center
    mother = world.guardian(center, scene.child, name="石阿秀", phone=PHONE, account=True)
    with world.inside(center.school_scope("north")) as ctx:
        _visit(ctx, scene.child)
        here = ctx.session.scalars(select(Child).where(Child.id == scene.child)).one()
        lend(ctx, here, "《草房子》")
        key = ctx.session.scalars(select(Attachment.storage_key)).one()
    scene.erase()
    with world.inside(center.scope) as ctx:
        assert ctx.session.scalars(select(Loan)).all() == []
        entries = ctx.session.scalars(select(Entry).where(Entry.child_id == scene.child)).all()
        assert {(entry.kind, entry.happened_on, entry.text) for entry in entries} == {
            ("note", TODAY, None),
            ("library_loans.loan", TODAY, None),
        }
        assert {entry.act.place for entry in entries} == {None}
        assert not any(NAME in entry.title for entry in entries)
        child = ctx.session.scalars(select(Child).where(Child.id == scene.child)).one()
        assert child.voided_at
        assert child.birth_date is None
        adult = ctx.session.scalars(select(Guardian).where(Guardian.id == mother.id)).one()
        assert (adult.name, adult.account_id) == (None, None)
        assert ctx.session.scalars(select(GuardianPhone)).all() == []
        row = ctx.session.scalars(select(Erasure)).one()
        assert (row.state, row.files) == ("done", [])
        told = set(ctx.session.scalars(select(AuditEvent.action)))
        with pytest.raises(FileNotFoundError):
            ctx.files.get(key)
    assert {f"privacy.erasure_{what}" for what in ("asked", "confirmed", "done")} <= told
    assert scene.first.get(f"/c/{center.slug}/children/{scene.child}/").status_code == 404
    assert NAME not in scene.first.get(f"/c/{center.slug}/personal-data").text
    answer = world.client().submit("/family/sign-in", {"login": PHONE, "secret": mother.secret})
    assert answer.status_code != 302


def test_files_that_could_not_be_removed_are_removed_the_next_night(scene: Scene) -> None:
    world, center = scene.world, scene.center
    with world.inside(center.school_scope("north")) as ctx:
        _visit(ctx, scene.child)
        key = ctx.session.scalars(select(Attachment.storage_key)).one()
    # What stands in the file's place cannot be removed as a file.
    place = next(Path(world.config.data).rglob(key.rpartition("/")[2]))
    place.unlink()
    place.mkdir()
    scene.erase()
    for left in ([key], []):
        with world.inside(center.scope) as ctx:
            night = close_job(ctx, Silent(), TODAY.isoformat())
            assert night["files_left"] == len(left)
            assert ctx.session.scalars(select(Erasure)).one().files == left
        if left:
            place.rmdir()
            place.write_bytes(b"x")
    assert not place.exists()


def test_what_belongs_to_others_too_stays(scene: Scene) -> None:
    world, center = scene.world, scene.center
    father = world.guardian(center, scene.child, scene.brother, phone=PHONE)
    with world.inside(center.school_scope("north")) as ctx:
        _visit(ctx, scene.child, scene.brother)
    scene.erase()
    with world.inside(center.scope) as ctx:
        assert ctx.session.scalars(select(Guardian.name).where(Guardian.id == father.id)).one()
        assert ctx.session.scalars(select(Guardianship.child_id)).all() == [scene.brother]
        texts = dict(ctx.session.execute(select(Entry.child_id, Entry.text)).all())
        assert texts[scene.brother]
        assert texts[scene.child] is None
        assert ctx.files.get(ctx.session.scalars(select(Attachment.storage_key)).one()) == PNG


def test_a_picture_of_several_goes_when_that_was_asked(scene: Scene) -> None:
    with scene.world.inside(scene.center.school_scope("north")) as ctx:
        _visit(ctx, scene.child, scene.brother)
    scene.erase(shared_files="y")
    with scene.world.inside(scene.center.scope) as ctx:
        assert ctx.session.scalars(select(Attachment)).all() == []


def test_nobody_erases_alone(scene: Scene) -> None:
    page = scene.ask()
    assert "/confirm" not in scene.first.get(page).text
    assert "/confirm" in scene.second.get(page).text
    assert scene.first.submit(f"{page}/confirm", {}, page=page).status_code == 422
    assert scene.first.submit(f"{page}/withdraw", {}, page=page).status_code == 302
    listed = f"/c/{scene.center.slug}/modules"
    assert scene.second.submit(f"{page}/confirm", {}, page=listed).status_code == 422
    with scene.world.inside(scene.center.scope) as ctx:
        assert ctx.session.scalars(select(Child.name).where(Child.id == scene.child)).one() == NAME


def test_a_child_at_school_is_not_erased(scene: Scene) -> None:
    page = f"/c/{scene.center.slug}/children/{scene.brother}/personal-data/erase"
    answer = scene.first.submit(page, {"ground": "expired", "reason": "到期"})
    assert answer.status_code == 422


def test_the_database_deletes_nothing_without_two_people(scene: Scene) -> None:
    world, scope = scene.world, scene.center.scope
    with pytest.raises(DBAPIError, match="permission denied"), world.inside(scope) as ctx:
        ctx.session.execute(text("DELETE FROM entry"))
    scene.ask()
    with world.inside(scope) as ctx:
        row = ctx.session.scalars(select(Erasure)).one()
        given = {"id": row.id, "rules": json.dumps(rules(ctx.registry))}
    with pytest.raises(DBAPIError, match="two people"), world.inside(scope) as ctx:
        ctx.session.execute(_CALL, given)
    with pytest.raises(DBAPIError, match="two_people"), world.inside(scope) as ctx:
        ctx.session.execute(_ALONE)


def test_a_school_cannot_ask(scene: Scene) -> None:
    admin = scene.world.client(scene.world.person(scene.center, "school_admin", "north"))
    page = f"/c/{scene.center.slug}/children/{scene.child}/personal-data"
    assert admin.get(page).status_code in (403, 404)
    assert admin.get(f"{page}/erase").status_code in (403, 404)


def test_an_account_used_elsewhere_stays_open(scene: Scene) -> None:
    mother = scene.world.guardian(scene.center, scene.child, phone=PHONE, account=True)
    with scene.world.inside(scene.world.center().scope) as ctx:
        ctx.session.add(Guardian(name="石阿秀", account_id=mother.account_id, created_at=ctx.now()))
    scene.erase()
    answer = scene.world.client().submit(
        "/family/sign-in", {"login": PHONE, "secret": mother.secret}
    )
    assert answer.status_code == 302
