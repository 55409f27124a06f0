"""A sheet sent by mistake is taken back, with everything it set going."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import select

from app.sdk import Child, Entry, void
from app.sdk.testing.core import Concern
from plugins.health_checks.models import Referral
from plugins.health_checks.referrals import answer, close
from plugins.health_checks.tests.test_pages import TODAY, School, school

__all__ = ["school"]
BOTH = "姓名,身高,左眼,右眼\n石小满,131,4.4,4.4\n柳青青,129,4.4,4.5\n"


def written(school: School, page: str, text: str) -> str:
    """Send a sheet and write it; return its page."""
    batch = school.send(page, BytesIO(text.encode()), "体检.csv")
    assert school.nurse.submit(f"{batch}/write", {}, page=batch).status_code == 303
    return batch


def undo(school: School, batch: str) -> str:
    """Press the button, and return what the page says then."""
    sent = school.nurse.submit(f"{batch}/undo", {}, page=batch)
    assert sent.status_code == 303
    return str(school.nurse.get(batch).text)


def waiting(school: School) -> tuple[list[str], int]:
    """Return who has an open referral, and how many concerns are open."""
    with school.world.inside(school.center.scope) as ctx:
        names = ctx.session.scalars(
            select(Child.name)
            .join(Referral, Referral.child_id == Child.id)
            .where(Referral.closed_on.is_(None), Referral.withdrawn_on.is_(None))
            .order_by(Child.name)
        )
        open_ = Concern.closed_on.is_(None) & Concern.voided_at.is_(None)
        return list(names), len(ctx.session.scalars(select(Concern).where(open_)).all())


def test_everything_a_sheet_wrote_is_taken_back_and_nothing_is_deleted(school: School) -> None:
    page = school.open_round()
    batch = written(school, page, BOTH)
    assert waiting(school) == (["柳青青", "石小满"], 2)
    shown = undo(school, batch)
    assert "共 2 人" in shown
    assert waiting(school) == ([], 0)
    assert [school.measured(name) for name in school.children] == [[], []]
    assert "石小满" in school.nurse.get(f"{page}/list?show=missing").text
    with school.world.inside(school.center.scope) as ctx:
        rows = ctx.session.scalars(select(Entry)).all()
        assert [(row.void_reason, row.voided_at is not None) for row in rows] == [
            ("import undone", True)
        ] * 2
    school.nurse.submit(f"{batch}/undo", {}, page=batch)
    assert "才能撤" in school.nurse.get(batch).text
    assert "以前上传的表格" in school.nurse.get(f"{page}/sheet").text


def test_who_was_followed_up_meanwhile_stays_and_is_named(school: School) -> None:
    batch = written(school, school.open_round(), BOTH)
    with school.world.inside(school.center.school_scope("north")) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.name == "石小满")).one()
        row = ctx.session.scalars(select(Referral).where(Referral.child_id == child.id)).one()
        answer(ctx, row, child, step="told", text="电话告诉了爷爷")
    shown = undo(school, batch)
    assert "石小满（之后已跟进）" in shown
    assert waiting(school) == (["石小满"], 1)
    assert len(school.measured("石小满")) == 1
    assert school.measured("柳青青") == []


def test_where_everybody_was_worked_with_nothing_is_taken_back(school: School) -> None:
    page = school.open_round()
    batch = written(school, page, "姓名,身高\n石小满,131\n")
    written(school, page, "姓名,身高\n石小满,132\n")
    school.nurse.submit(f"{batch}/undo", {}, page=batch)
    assert "石小满（之后已更正或撤回）" in school.nurse.get(batch).text
    assert [str(row.height_cm) for row in school.measured("石小满")] == ["132.0"]


def test_what_a_sheet_had_corrected_stands_as_before(school: School) -> None:
    page = school.open_round()
    written(school, page, BOTH)
    wrong = written(school, page, "姓名,身高,左眼,右眼\n石小满,135,5.0,5.0\n柳青青,129,4.4,4.5\n")
    assert waiting(school) == (["柳青青"], 1)
    undo(school, wrong)
    assert [str(row.height_cm) for row in school.measured("石小满")] == ["131.0"]
    assert waiting(school) == (["柳青青", "石小满"], 2)
    worse = written(school, page, "姓名,身高,恒牙龋齿\n石小满,131,2\n")
    undo(school, worse)
    assert waiting(school) == (["柳青青", "石小满"], 2)
    with school.world.inside(school.center.scope) as ctx:
        found = ctx.session.scalars(
            select(Referral.findings).where(Referral.withdrawn_on.is_(None))
        ).all()
        assert found == [["重度视力不良"]] * 2


def test_a_check_up_taken_back_by_hand_takes_its_findings_along(school: School) -> None:
    page = school.open_round()
    school.fill(f"{page}/classes/{school.room}", 石小满={"vision_left": "4.4"})
    assert waiting(school) == (["石小满"], 1)
    with school.world.inside(school.center.school_scope("north")) as ctx:
        void(ctx, ctx.session.scalars(select(Entry)).one(), reason="写错人了")
    assert waiting(school) == ([], 0)


def test_correcting_a_slip_of_the_pen_calls_the_visit_off_and_on_again(school: School) -> None:
    table = f"{school.open_round()}/classes/{school.room}"
    school.fill(table, 石小满={"vision_left": "4.4"})
    school.fill(table, 石小满={"vision_left": "4.9"})
    assert waiting(school) == (["石小满"], 0)
    school.fill(table, 石小满={"vision_left": "4.3"})
    assert waiting(school) == (["石小满"], 1)


def test_a_closing_taken_back_opens_the_referral_again(school: School) -> None:
    school.fill(f"{school.open_round()}/classes/{school.room}", 石小满={"vision_left": "4.8"})
    with school.world.inside(school.center.school_scope("north")) as ctx:
        row = ctx.session.scalars(select(Referral)).one()
        child = ctx.session.scalars(select(Child).where(Child.id == row.child_id)).one()
        entry = close(ctx, row, child, outcome="healthy", happened_on=TODAY)
        ctx.session.flush()
        assert not row.is_open
        void(ctx, entry, reason="点错了")
    assert waiting(school)[0] == ["石小满"]
