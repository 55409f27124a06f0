"""Photos and papers of an application and of a home visit: sent, and seen by who decides."""

from __future__ import annotations

import io
import re
from typing import Any

from sqlalchemy import select

from app.sdk import Attachment
from plugins.subsidies.models import Application
from plugins.subsidies.tests.walking import TODAY, Walk

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PAPER = b"%PDF-1.7\n" + bytes(40)


def file(body: bytes, name: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(body), name


def checked(walk: Walk, at: str, files: list[tuple[io.BytesIO, str]]) -> Any:
    officer = walk.as_("subsidy_officer")
    fields = {"all": "1", "kind": "visit", "on": TODAY.isoformat(), "text": "房屋老旧",
              "file": files}  # fmt: skip
    return officer.submit(at + "/check", fields)


def test_a_visit_s_photos_are_seen_by_the_class_and_the_centre(walk: Walk) -> None:
    walk.scene.add("石小满", "柳青青")
    at = walk.opened()
    officer = walk.as_("subsidy_officer")
    children = walk.cases(officer.get(at).text, "child")
    officer.submit(at + "/propose", {"child": children}, page=at)
    sent = checked(walk, at, [file(PNG, "房屋.png"), file(PAPER, "低保证.pdf")])
    assert sent.status_code == 302, sent.text
    review = walk.as_("school_admin").get(at + "/review").text
    assert review.count("房屋.png") == 2, "one visit, both children"
    page = walk.as_("school_admin").get(walk.child("石小满")).text
    address = re.search(r'href="([^"]+/attachments/[^"]+)"', page)
    assert address
    shown = walk.as_("school_admin").get(address[1])
    assert shown.data == PNG
    strange = walk.as_("subsidy_officer_at_south").get(address[1])
    assert strange.status_code in (403, 404)
    said = dict.fromkeys(re.findall(r'name="(passes-[^"]+)"', review), "yes")
    fields = {"on": TODAY.isoformat(), "members": "班主任", **said}
    assert walk.as_("school_admin").submit(at + "/review", fields).status_code == 302
    assert officer.submit(at + "/publish", {}).status_code == 302
    found = walk.one(Application)
    centre = walk.as_("center_admin").get(f"{walk.center}/lists/{found.list_id}").text
    assert "低保证.pdf" in centre


def test_what_is_no_photo_and_no_pdf_is_refused_and_nothing_is_written(walk: Walk) -> None:
    walk.scene.add("石小满")
    at = walk.opened()
    officer = walk.as_("subsidy_officer")
    officer.submit(at + "/propose", {"child": walk.cases(officer.get(at).text, "child")}, page=at)
    sent = checked(walk, at, [file(b"MZ" + bytes(9), "证明.exe")])
    assert sent.status_code == 422
    assert "PDF" in sent.text
    assert walk.one(Application).state == "proposed"
    assert walk.one(Attachment) is None


def test_a_family_s_application_keeps_its_papers(walk: Walk) -> None:
    walk.scene.add("石小满", hardship="none")
    at = walk.opened()
    form = f"{walk.child('石小满')}/apply/{at.rpartition('/')[2]}"
    fields = {"text": "父亲住院", "file": [file(PAPER, "诊断书.pdf")]}
    assert walk.as_("subsidy_officer").submit(form, fields).status_code == 302
    assert "诊断书.pdf" in walk.as_("subsidy_officer").get(walk.child("石小满")).text
    with walk.scene.world.inside(walk.scene.center.scope) as ctx:
        assert ctx.session.scalars(select(Application.applied_act_id)).one() is not None
