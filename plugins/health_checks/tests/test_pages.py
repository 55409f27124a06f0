"""A school fills in a class, corrects, sends a sheet; families read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import func, select

from app.sdk import Entry, Job
from app.sdk.testing.core import Concern, run_job
from app.sdk.testing.schools import counted
from app.sdk.testing.world import Browser, CenterHandle, World
from plugins.health_checks import demo
from plugins.health_checks.models import CheckUp, Referral
from plugins.health_checks.queries import history

TODAY = date.today()  # noqa: DTZ011


@dataclass
class School:
    world: World
    center: CenterHandle
    room: UUID
    children: dict[str, UUID]
    nurse: Browser

    @property
    def at(self) -> str:
        return f"/c/{self.center.slug}/s/north/m/health_checks"

    def open_round(self, day: date = TODAY, title: str = "秋季体检") -> str:
        sent = self.nurse.submit(
            f"{self.at}/rounds/new",
            {"title": title, "held_on": day.isoformat(), "provider": "镇卫生院"},
        )
        assert sent.status_code == 302, sent.text
        return str(sent.location)

    def fill(self, page: str, **rows: dict[str, Any]) -> Any:
        """Type into the class table as it stands and send it."""
        shown = self.nurse.get(page).text
        data = boxes(shown)
        for name, values in rows.items():
            data |= {f"{k}.{self.children[name]}": str(v) for k, v in values.items()}
        return self.nurse.submit(page, data)

    def send(self, page: str, file: BytesIO, name: str) -> str:
        """Send a spreadsheet to a round; return the address of what it says."""
        sent = self.nurse.submit(f"{page}/sheet", {"file": (file, name)})
        assert sent.status_code == 303, sent.text
        return str(sent.location)

    def measured(self, name: str) -> list[CheckUp]:
        with self.world.inside(self.center.scope) as ctx:
            return [row for row, _entry in history(ctx, self.children[name])]


def boxes(html: str) -> dict[str, str]:
    """Return what a browser would send of the page's inputs, ticks left out."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and "." in name.group(1) and "checkbox" not in tag:
            found[name.group(1)] = value.group(1) if value else ""
    return found


@pytest.fixture
def school(world: World) -> School:
    center = world.center()
    world.enable(center, "north", "health_checks")
    room = world.homeroom(center, "north")
    children = {
        n: world.child(center, "north", name=n, homeroom=room) for n in ("石小满", "柳青青")
    }
    nurse = world.client(world.person(center, "health_worker", "north"))
    return School(world, center, room, children, nurse)


def test_a_class_is_filled_in_and_who_is_missing_is_listed(school: School) -> None:
    page = school.open_round()
    table = f"{page}/classes/{school.room}"
    assert school.fill(table, 石小满={"height_cm": "132.5", "weight_kg": "29"}).status_code == 302
    [row] = school.measured("石小满")
    assert (str(row.height_cm), str(row.bmi)) == ("132.5", "16.5")
    shown = school.nurse.get(page).text
    assert "柳青青" in shown
    assert "石小满" not in shown
    assert "132.5" in school.nurse.get(f"{page}/list").text


def test_a_round_is_not_opened_twice(school: School) -> None:
    school.open_round()
    sent = school.nurse.submit(
        f"{school.at}/rounds/new", {"title": "秋季体检", "held_on": TODAY.isoformat()}
    )
    assert sent.status_code == 422
    assert "已有" in sent.text
    school.open_round(title="复查")


def test_one_wrong_box_saves_nothing_and_keeps_what_was_typed(school: School) -> None:
    table = f"{school.open_round()}/classes/{school.room}"
    back = school.fill(table, 石小满={"height_cm": "132.5"}, 柳青青={"weight_kg": "二十九"})
    assert back.status_code == 422
    kept = boxes(back.text)
    assert kept[f"height_cm.{school.children['石小满']}"] == "132.5"
    assert kept[f"weight_kg.{school.children['柳青青']}"] == "二十九"
    assert 'aria-invalid="true"' in back.text
    assert school.measured("石小满") == []


def test_what_is_unusual_is_asked_once_and_then_saved(school: School) -> None:
    school.fill(
        f"{school.open_round(TODAY - timedelta(days=365), '去年')}/classes/{school.room}",
        石小满={"height_cm": "130"},
    )
    table = f"{school.open_round()}/classes/{school.room}"
    asked = school.fill(table, 石小满={"height_cm": "127"})
    assert asked.status_code == 422
    assert f"sure.{school.children['石小满']}" in asked.text
    assert len(school.measured("石小满")) == 1
    assert school.fill(table, 石小满={"height_cm": "127", "sure": "on"}).status_code == 302
    assert [str(row.height_cm) for row in school.measured("石小满")] == ["127.0", "130.0"]


def test_changing_a_figure_corrects_the_entry_and_keeps_the_former_one(school: School) -> None:
    table = f"{school.open_round()}/classes/{school.room}"
    school.fill(table, 石小满={"height_cm": "132.5"}, 柳青青={"height_cm": "128"})
    school.fill(table, 石小满={"height_cm": "135.2"})
    assert [str(row.height_cm) for row in school.measured("石小满")] == ["135.2"]
    with school.world.inside(school.center.scope) as ctx:
        of_child = Entry.child_id == school.children["石小满"]
        rows = ctx.session.scalars(select(Entry).where(of_child).order_by(Entry.recorded_at)).all()
        assert [row.voided_at is None for row in rows] == [False, True]
        assert rows[1].first_recorded_at == rows[0].recorded_at
        assert ctx.session.scalar(select(func.count()).select_from(Entry)) == 3


def test_two_people_in_one_class_do_not_overwrite_each_other(school: School) -> None:
    table = f"{school.open_round()}/classes/{school.room}"
    stale = boxes(school.nurse.get(table).text)
    school.fill(table, 石小满={"height_cm": "132.5"})
    key = f"height_cm.{school.children['石小满']}"
    back = school.nurse.submit(table, stale | {key: "150"})
    assert back.status_code == 422
    assert [str(row.height_cm) for row in school.measured("石小满")] == ["132.5"]


def test_the_exported_sheet_filled_in_is_read_back(school: School) -> None:
    page = school.open_round()
    book = openpyxl.load_workbook(BytesIO(school.nurse.get(f"{page}/check-ups.xlsx").data))
    sheet = book.active
    assert sheet is not None
    headings = {str(c.value): c.column or 0 for r in sheet.iter_rows() for c in r if c.value}
    height = next(column for text, column in headings.items() if text.startswith("身高"))
    for row in sheet.iter_rows():
        if row[2].value in school.children:
            row[height - 1].value = 131.5
    sheet.append([3, "三（1）班", "没有这人", None, None, None, None, 120])
    out = BytesIO()
    book.save(out)
    batch = school.send(page, BytesIO(out.getvalue()), "体检.xlsx")
    shown = school.nurse.get(batch).text
    assert "没有这人" in shown
    assert school.measured("石小满") == []
    assert school.nurse.submit(f"{batch}/write", {}, page=batch).status_code == 303
    assert [str(school.measured(n)[0].height_cm) for n in school.children] == ["131.5", "131.5"]
    twice = school.nurse.submit(f"{batch}/write", {}, page=page)
    assert twice.status_code == 303
    assert len(school.measured("石小满")) == 1


def test_what_is_no_spreadsheet_is_refused_with_what_to_do(school: School) -> None:
    page = f"{school.open_round()}/sheet"
    back = school.nurse.submit(page, {"file": (BytesIO(b"%PDF-1.4"), "体检.xlsx")})
    assert back.status_code == 422


def test_the_child_page_and_the_family_tell_the_growth(school: School) -> None:
    for days, cm in ((365, "127.5"), (0, "132.5")):
        page = school.open_round(TODAY - timedelta(days=days))
        school.fill(f"{page}/classes/{school.room}", 石小满={"height_cm": cm, "weight_kg": "29"})
    guardian = school.world.guardian(school.center, school.children["石小满"], account=True)
    family = school.world.client(guardian).get(f"/family/{school.center.slug}/").text
    assert "132.5" in family
    assert "5.0" in family
    admin = school.world.client(school.world.person(school.center, "school_admin", "north"))
    address = f"/c/{school.center.slug}/children/{school.children['石小满']}/?tab=health_checks"
    child = admin.get(address).text
    assert "polyline" in child
    assert "127.5" in child


def test_a_class_teacher_sees_who_needs_attention_and_no_figures(school: School) -> None:
    page = school.open_round()
    school.fill(f"{page}/classes/{school.room}", 石小满={"vision_left": "4.5", "vision_right": "5"})
    teacher = school.world.client(
        school.world.person(school.center, "homeroom_teacher", "north", homerooms=(school.room,))
    )
    assert teacher.get(page).status_code == 403
    assert teacher.get(f"{page}/classes/{school.room}").status_code == 403
    listed = teacher.get(f"{school.at}/referrals").text
    assert "石小满" in listed
    assert "视力不良" not in listed
    assert "重度视力不良" in school.nurse.get(f"{school.at}/referrals").text
    child = school.children["石小满"]
    shown = teacher.get(f"/c/{school.center.slug}/children/{child}/?tab=health_checks").text
    assert "需要关注" in shown
    assert "视力不良" not in shown
    growth = f"/c/{school.center.slug}/children/{child}/m/health_checks"
    assert teacher.get(growth).status_code == 403


def test_another_school_does_not_see_the_round(school: School) -> None:
    page = school.open_round()
    school.world.enable(school.center, "south", "health_checks")
    south = school.world.client(school.world.person(school.center, "school_admin", "south"))
    number = page.rsplit("/", 1)[-1]
    assert south.get(page).status_code == 404
    at = f"/c/{school.center.slug}/s/south/m/health_checks"
    assert south.get(f"{at}/rounds/{number}").status_code == 404


def test_a_chinese_csv_with_class_and_name_is_read(school: School) -> None:
    page = school.open_round()
    text = "班级,姓名,身高(cm),体重（kg）,左眼,右眼\n"
    text += "三(1)班,石小满,１３１.５,28,5.0,0.8\n三(1)班,柳青青,高,27,,\n"
    batch = school.send(page, BytesIO(text.encode("gb18030")), "体检.csv")
    shown = school.nurse.get(batch).text
    assert "第 3 行" in shown
    assert "高" in shown
    assert re.findall(r'class="stat-value[^"]*">\s*(\d+)', shown)[:3] == ["2", "1", "1"]
    school.nurse.submit(f"{batch}/write", {}, page=batch)
    [row] = school.measured("石小满")
    assert (str(row.height_cm), str(row.vision_right)) == ("131.5", "4.9")
    assert school.measured("柳青青") == []


def test_a_heading_nobody_knows_is_given_its_meaning_by_hand(school: School) -> None:
    page = school.open_round()
    text = "班级,姓名,个头,身高\n三（1）班,石小满,131.5,正常\n"
    batch = school.send(page, BytesIO(text.encode()), "体检.csv")
    assert "131.5" not in school.nurse.get(batch).text
    chosen = {"column.0.2": "height_cm", "column.0.3": ""}
    assert school.nurse.submit(f"{batch}/columns", chosen, page=batch).status_code == 303
    assert "131.5" in school.nurse.get(batch).text
    school.nurse.submit(f"{batch}/write", {}, page=batch)
    assert [str(row.height_cm) for row in school.measured("石小满")] == ["131.5"]


def test_a_sheet_corrects_what_it_says_otherwise_and_leaves_the_rest(school: School) -> None:
    page = school.open_round()
    values = {"height_cm": "130", "weight_kg": "27", "vision_left": "4.5", "vision_right": "4.6"}
    school.fill(f"{page}/classes/{school.room}", 石小满=values)
    text = "姓名,体重,左眼,右眼\n石小满,28.5,5.0,5.0\n石小满,30,,\n"
    batch = school.send(page, BytesIO(text.encode()), "体检.csv")
    assert "已经出现过" in school.nurse.get(batch).text
    school.nurse.submit(f"{batch}/write", {}, page=batch)
    [row] = school.measured("石小满")
    assert (str(row.height_cm), str(row.weight_kg), row.vision) == ("130.0", "28.5", "正常")
    with school.world.inside(school.center.scope) as ctx:
        [referral] = ctx.session.scalars(select(Referral)).all()
        assert referral.withdrawn_on


def test_a_long_sheet_is_written_by_a_job_once(school: School, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.sdk.sheet_import.SMALL", 1)
    page = school.open_round()
    text = "姓名,身高,左眼,右眼\n石小满,131,4.4,4.4\n柳青青,129,5.0,5.0\n"
    batch = school.send(page, BytesIO(text.encode()), "体检.csv")
    assert school.nurse.submit(f"{batch}/write", {}, page=batch).status_code == 303
    assert school.measured("石小满") == []
    with school.world.inside(school.center.scope) as ctx:
        [job] = ctx.session.scalars(select(Job.id).where(Job.kind == "health_checks.sheet")).all()
    with school.world.app.app_context():
        assert run_job(job) == "done"
        assert run_job(job) == "ended"
    assert [row.vision for row in school.measured("石小满")] == ["重度视力不良"]
    assert "写入" in school.nurse.get(batch).text
    with school.world.inside(school.center.scope) as ctx:
        assert len(ctx.session.scalars(select(Referral)).all()) == 1
        assert len(ctx.session.scalars(select(Concern)).all()) == 1


def test_a_bigger_class_costs_no_more_queries(school: School) -> None:
    page = school.open_round()
    costs = []
    for _more in range(2):
        with counted(school.world.app) as statements:
            for address in (page, f"{page}/list", f"{page}/classes/{school.room}"):
                assert school.nurse.get(address).status_code == 200
        costs.append(len(statements))
        for name in ("白云飞", "赵梓萱", "钱浩然"):
            school.world.child(school.center, "north", name=name, homeroom=school.room)
    assert costs[0] == costs[1]


def test_demonstration_data_are_plausible_and_of_their_day(school: School) -> None:
    with school.world.inside(school.center.school_scope("north")) as ctx:
        demo.load(ctx, school.center.schools["north"], days=800)
    rows = [row for name in school.children for row in school.measured(name)]
    assert rows
    assert all(90 <= (row.height_cm or 0) <= 200 and row.bmi for row in rows)
    with school.world.inside(school.center.scope) as ctx:
        entries = ctx.session.scalars(select(Entry)).all()
        assert all(e.first_recorded_at.date() == e.happened_on for e in entries)


def test_a_mentor_without_the_permission_reads_no_remarks(school: School, world: World) -> None:
    table = f"{school.open_round()}/classes/{school.room}"
    child = school.children["石小满"]
    sent = school.fill(table, 石小满={"height_cm": "132.5", "note": "疑似营养不良"})
    assert sent.status_code == 302
    address = f"/c/{school.center.slug}/children/{child}/?tab=health_checks"
    mentor = world.client(world.person(school.center, "mentor", "north", children=(child,)))
    assert "疑似营养不良" in school.nurse.get(address).text
    assert "疑似营养不良" not in mentor.get(address).text


def test_a_child_who_came_later_is_filled_in_alone(school: School) -> None:
    page = school.open_round()
    one = f"{page}/children/{school.children['柳青青']}"
    shown = school.nurse.get(f"{page}/list?show=missing").text
    assert one.rsplit("/", 1)[1] in shown
    assert school.fill(one, 柳青青={"height_cm": "131"}).status_code == 302
    assert [str(row.height_cm) for row in school.measured("柳青青")] == ["131.0"]
    assert school.measured("石小满") == []
