"""A contact is written down: quickly, with all that was told, for several at once."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.sdk import Attachment, Child
from plugins.home_contact.kinds import KINDS
from plugins.home_contact.models import Contact, NextStep
from plugins.home_contact.tests.school import PNG, TODAY, School, visit


def test_a_mentor_writes_a_visit_down_with_nothing_but_save(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    page = mentor.get(school.of("石小满") + "/").text
    assert f"{school.of('石小满')}/m/home_contact/new" in page
    assert f'href="{school.at}"' in page
    shown = mentor.get(school.new("石小满")).text
    assert f'value="{TODAY.isoformat()}"' in shown
    checked = re.findall(r'<input checked[^>]*name="(\w+)"', shown)
    assert {"outcome", "adult"} <= set(checked)
    sent = mentor.submit(school.new("石小满"), visit())
    assert (sent.status_code, sent.location) == (302, school.of("石小满") + "/")
    [entry] = school.entries(kind="home_contact.visit")
    assert (entry.child_id, entry.happened_on) == (school.children["石小满"], TODAY)
    assert entry.recorded_by_id == school.mentors["石小满"].id


def test_a_visit_keeps_all_that_was_told(school: School) -> None:
    teacher = school.client(school.teacher)
    colleague = school.mentors["柳青青"]
    sent = teacher.submit(
        school.new("石小满"),
        visit(
            adult=str(school.fathers["石小满"].id), text="奶奶身体好", ticks=["alone", "hardship"],
            next_step="帮助申请补助", next_on=(TODAY + timedelta(days=7)).isoformat(),
            on_behalf_of=str(colleague.id), photo=(BytesIO(PNG), "门口.png"),
        ),
    )  # fmt: skip
    assert sent.status_code == 302, sent.text
    [entry] = school.entries()
    assert (entry.guardian_id, entry.text) == (school.fathers["石小满"].id, "奶奶身体好")
    assert entry.on_behalf_of_id == colleague.id
    with school.world.inside(school.center.scope) as ctx:
        row = ctx.session.scalars(select(Contact)).one()
        step = ctx.session.scalars(select(NextStep)).one()
        assert row.ticks == ["alone", "hardship"]
        assert (step.text, step.due_on) == ("帮助申请补助", TODAY + timedelta(days=7))
        assert ctx.session.scalars(select(Attachment)).one().media_type == "image/png"
    tab = teacher.get(school.of("石小满") + "/?tab=home_contact").text
    for words in ("奶奶身体好", "帮助申请补助"):
        assert words in tab
    assert "门口.png" in teacher.get(school.of("石小满") + "/").text


def test_wrong_input_is_refused_at_its_field_and_writes_nothing(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    page = school.new("石小满", "call")
    stranger = str(school.fathers["柳青青"].id)
    wrong: dict[str, dict[str, Any]] = {
        "happened_on": {"happened_on": (TODAY + timedelta(days=1)).isoformat()},
        "outcome": {"outcome": "won"},
        "adult": {"adult": stranger},
        "minutes": {"minutes": "5000"},
        "next_on": {"next_step": "再去", "next_on": (TODAY - timedelta(days=1)).isoformat()},
        "next_step": {"next_on": TODAY.isoformat()},
        "photo": {"photo": (BytesIO(b"MZ"), "a.exe")},
        "on_behalf_of": {"on_behalf_of": str(UUID(int=7))},
    }
    for name, values in wrong.items():
        back = mentor.submit(page, visit(**values))
        assert back.status_code == 422, name
        assert f'href="#{name}' in back.text, name
    assert school.entries() == []


def test_brothers_and_sisters_share_one_act(school: School) -> None:
    father = school.fathers["石小满"]
    with school.world.inside(school.center.scope) as ctx:
        ours = ctx.session.get_one(Child, (school.center.id, school.children["柳青青"]))
        bond = type(ours.guardianships[0])
        ctx.session.add(
            bond(school_id=ours.school_id, child_id=ours.id, guardian_id=father.id,
                 relation="other", starts_on=date(2026, 9, 1))
        )  # fmt: skip
    teacher = school.client(school.teacher)
    assert str(school.children["柳青青"]) in teacher.get(school.new("石小满")).text
    sent = teacher.submit(
        school.new("石小满"),
        visit(children=str(school.children["柳青青"]), adult=str(father.id)),
    )
    assert sent.status_code == 302, sent.text
    entries = school.entries()
    assert len(entries) == 2
    assert len({entry.act_id for entry in entries}) == 1
    assert {entry.guardian_id for entry in entries} == {father.id}


def test_a_class_is_told_in_one_go(school: School) -> None:
    teacher = school.client(school.teacher)
    page = f"{school.at}/new?kind=round_table&homeroom={school.room}"
    none = teacher.submit(page, visit())
    assert none.status_code == 422
    sent = teacher.submit(page, visit(children=[str(i) for i in school.children.values()]))
    assert sent.status_code == 302, sent.text
    entries = school.entries(kind="home_contact.round_table")
    assert {entry.child_id for entry in entries} == set(school.children.values())
    assert len({entry.act_id for entry in entries}) == 1


def test_a_later_contact_closes_the_step_that_is_ticked(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    mentor.submit(school.new("石小满"), visit(next_step="再去看奶奶"))
    mentor.submit(school.new("石小满", "call"), visit(next_step="问成绩"))
    shown = mentor.get(school.new("石小满")).text
    steps = {
        text: value
        for value, text in re.findall(r'name="closes"[^>]*value="([^"]+)"><span>([^<]+)', shown)
    }
    assert set(steps) == {"再去看奶奶", "问成绩"}
    away = visit(closes=list(steps.values()), outcome="not_reached")
    assert mentor.submit(school.new("石小满"), away).status_code == 302
    assert "再去看奶奶" in mentor.get(school.at).text
    assert (
        mentor.submit(school.new("石小满"), visit(closes=[steps["再去看奶奶"]])).status_code == 302
    )
    board = mentor.get(school.at).text
    assert "再去看奶奶" not in board
    assert "问成绩" in board
    done = f"{school.at}/steps/{steps['问成绩']}/done"
    stranger = school.client(school.mentors["柳青青"])
    assert stranger.submit(done, {}, page="/account/secret").status_code in (404, 403)
    assert mentor.submit(done, {}, page=school.at).status_code == 302
    assert "已办完：问成绩" in mentor.get(school.at).text
    assert "问成绩" not in mentor.get(school.at).text


def test_a_visit_that_met_nobody_names_nobody(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    father = str(school.fathers["石小满"].id)
    sent = mentor.submit(school.new("石小满"), visit(outcome="not_reached", adult=father))
    assert sent.status_code == 302
    assert school.entries()[0].guardian_id is None


def test_a_counsellor_writes_a_talk_down_for_any_child_of_the_school(school: School) -> None:
    counsellor = school.client(school.world.person(school.center, "counsellor", "north"))
    for kind in KINDS:
        assert counsellor.get(school.new("石小满", kind)).status_code == 200, kind
        assert counsellor.get(f"{school.at}/new?kind={kind}").status_code == 200, kind
        sent = counsellor.submit(school.new("石小满", kind), visit())
        assert sent.status_code == 302, kind
    assert len(school.entries()) == len(KINDS)
