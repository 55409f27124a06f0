"""The pages of one scene, walked by everybody who has a part in it."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from app.sdk import Clock, Job, Term
from app.sdk.testing.core import run_job
from app.sdk.testing.world import Browser, World
from plugins.subsidies.models import PublicList, SubsidyRound
from plugins.subsidies.pay_models import Batch
from plugins.subsidies.tests.scene import Scene, make_scene

TODAY = Clock().today()
NUMBER = "9901 0000 0000 0001"


def scene_of_today(world: World) -> Scene:
    """Make the scene in a term of today."""
    made = make_scene(world)
    with world.inside(made.center.scope) as ctx:
        term = ctx.session.scalars(select(Term)).one()
        term.starts_on, term.ends_on = TODAY - timedelta(days=80), TODAY + timedelta(days=60)
    return made


class Walk:
    """The pages of one scene, with everybody signed in as they are needed."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.school = f"/c/{scene.center.slug}/s/north/m/subsidies"
        self.center = f"/c/{scene.center.slug}/m/subsidies"
        self.clients: dict[str, Browser] = {}

    def as_(self, who: str) -> Browser:
        if who not in self.clients:
            self.clients[who] = self.scene.world.client(self.scene.people[who])
        return self.clients[who]

    def child(self, name: str) -> str:
        return f"/c/{self.scene.center.slug}/children/{self.scene.children[name]}/m/subsidies"

    def one(self, model: Any) -> Any:
        with self.scene.world.inside(self.scene.center.scope) as ctx:
            return ctx.session.scalars(select(model).order_by(model.id.desc())).first()

    def cases(self, page: str, name: str) -> list[str]:
        return re.findall(rf'name="{name}"[^>]*value="([^"]+)"', page)

    def opened(self, code: str = "living_boarder") -> str:
        """Adopt a usual scheme and open a round of it; return the round's page at the school."""
        admin = self.as_("center_admin")
        sent = admin.submit(f"{self.center}/schemes/adopt", {"code": [code]},
                            page=f"{self.center}/schemes")  # fmt: skip
        assert sent.status_code == 302
        page = admin.get(f"{self.center}/schemes").text
        links = re.findall(r'href="([^"]+/schemes/[^"/]+/open)"', page)
        form = admin.get(links[-1]).text
        term = re.search(r'<option selected value="([^"]+)"', form)
        assert term
        sent = admin.submit(links[-1], {"term": term[1]})
        assert sent.status_code == 302, sent.text
        return f"{self.school}/rounds/{self.one(SubsidyRound).id}"

    def published(self, at: str) -> UUID:
        officer, head = self.as_("subsidy_officer"), self.as_("school_admin")
        children = self.cases(officer.get(at).text, "child")
        sent = officer.submit(at + "/propose", {"child": children}, page=at)
        assert sent.status_code == 302
        ticked = self.cases(officer.get(at + "/check").text, "case")
        fields = {"case": ticked, "kind": "form", "on": TODAY.isoformat()}
        assert officer.submit(at + "/check", fields).status_code == 302
        page = head.get(at + "/review").text
        said = dict.fromkeys(re.findall(r'name="(passes-[^"]+)"', page), "yes")
        fields = {"on": TODAY.isoformat(), "members": "班主任、家长代表", **said}
        assert head.submit(at + "/review", fields).status_code == 302
        assert officer.submit(at + "/publish", {}).status_code == 302
        found: PublicList = self.one(PublicList)
        return found.id

    def waited(self, list_id: UUID) -> None:
        """Let the days of publicity pass."""
        with self.scene.world.inside(self.scene.center.scope) as ctx:
            row = ctx.session.scalars(select(PublicList).where(PublicList.id == list_id)).one()
            row.published_on = TODAY - timedelta(days=14)
            row.until_on = TODAY - timedelta(days=1)

    def approved(self, at: str) -> UUID:
        list_id = self.published(at)
        self.waited(list_id)
        here = f"{self.school}/lists/{list_id}"
        sent = self.as_("subsidy_officer").submit(here + "/submit", {}, page=here)
        assert sent.status_code == 302
        there = f"{self.center}/lists/{list_id}"
        sent = self.as_("center_admin").submit(there + "/approve", {}, page=there)
        assert sent.status_code == 302, sent.text
        return list_id

    def account(self, name: str, number: str = NUMBER) -> None:
        fields = {"holder": "石大山", "bank": "乡信用社", "number": number}
        sent = self.as_("subsidy_officer").submit(self.child(name) + "/account", fields)
        assert sent.status_code == 302, sent.text

    def released(self, at: str, way: str = "bank") -> str:
        round_page = f"{self.center}/rounds/{at.rpartition('/')[2]}"
        sent = self.as_("center_admin").submit(round_page + "/batches", {"way": way},
                                               page=round_page)  # fmt: skip
        assert sent.status_code == 302
        batch = f"{self.center}/batches/{self.one(Batch).id}"
        sent = self.as_("center_admin2").submit(batch + "/release", {}, page=batch)
        assert sent.status_code == 302, sent.text
        return batch

    def sheet(self, batch: str) -> Any:
        sent = self.as_("center_admin").submit(batch + "/bank-sheet", {}, page=batch)
        assert sent.status_code == 200
        return load_workbook(io.BytesIO(sent.data)).active

    def answer(self, batch: str, rows: list[list[Any]]) -> Any:
        book = Workbook()
        assert book.active
        for row in rows:
            book.active.append(row)
        body = io.BytesIO()
        book.save(body)
        body.seek(0)
        fields = {"file": (body, "回执.xlsx"), "day": TODAY.isoformat()}
        return self.as_("center_admin").submit(batch + "/results", fields, page=batch)

    def worked(self) -> list[str]:
        """Let a worker do everything that was asked for; return how each piece ended."""
        with self.scene.world.inside(self.scene.center.scope) as ctx:
            waiting = list(ctx.session.scalars(select(Job.id).where(Job.state == "waiting")))
        with self.scene.world.app.app_context():
            return [run_job(job_id) for job_id in waiting]
