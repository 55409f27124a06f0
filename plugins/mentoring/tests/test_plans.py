"""Support plans, individual education plans, pupils who help."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.sdk import Child
from app.sdk.testing.core import gathered, person_of
from app.sdk.testing.papers import text as pdf_text
from plugins.mentoring.models import Helper, Plan
from plugins.mentoring.tests.school import TODAY, School


def test_a_support_plan_has_goals_and_reviews_and_is_printed(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    plans = school.of("石小满") + "/m/mentoring"
    begun = mentor.submit(
        plans + "/plans/new/support",
        {"situation": "数学跟不上，爱画画", "starts_on": TODAY.isoformat()},
    )
    assert begun.status_code == 302
    page = begun.location
    goal = {"goal": "每天完成口算", "steps": "午间辅导", "due_on": TODAY.isoformat()}
    assert mentor.submit(page + "/goals", goal, page=page).status_code == 302
    with school.world.inside(school.center.scope) as ctx:
        [plan] = ctx.session.scalars(select(Plan)).all()
        goal_id = plan.goals[0].id
    fields = {"goal": str(goal_id), "result": "better", "text": "错题少了一半"}
    fields["happened_on"] = (TODAY + timedelta(days=2)).isoformat()
    future = mentor.submit(page + "/reviews", fields, page=page)
    assert future.status_code == 422
    fields["happened_on"] = TODAY.isoformat()
    assert mentor.submit(page + "/reviews", fields, page=page).status_code == 302
    [entry] = school.entries("mentoring.plan_review")
    assert (entry.text, entry.audience) == ("错题少了一半", "staff")
    for words in ("错题少了一半", "每天完成口算"):
        assert words in mentor.get(page).text
        assert words in pdf_text(mentor.get(page + ".pdf").data)
    assert "帮扶计划" in mentor.get(school.of("石小满") + "/").text
    assert mentor.submit(page + "/close", {"outcome": "跟上了"}, page=page).status_code == 302
    assert mentor.submit(page + "/goals", goal, page=plans + "/plans/new/support").status_code == (
        422
    )


def test_an_individual_plan_is_read_by_few(school: School) -> None:
    head = school.client(school.head)
    plans = school.of("石小满") + "/m/mentoring"
    begun = head.submit(
        plans + "/plans/new/individual",
        {"situation": "多次逃课", "starts_on": TODAY.isoformat()},
    )
    page = begun.location
    fields = {"result": "same", "text": "仍有一次", "happened_on": TODAY.isoformat()}
    assert head.submit(page + "/reviews", fields, page=page).status_code == 302
    [entry] = school.entries("mentoring.individual_review")
    assert entry.audience_permission == "mentoring.plan_restricted"
    mentor = school.client(school.mentors["石小满"])
    assert mentor.get(page).status_code == 404
    assert mentor.get(page + ".pdf").status_code == 404
    assert mentor.get(plans + "/plans/new/individual").status_code == 403
    for path in (plans, school.of("石小满") + "/", school.of("石小满") + "/timeline"):
        assert "逃课" not in mentor.get(path).text
        assert "仍有一次" not in mentor.get(path).text
    assert "仍有一次" in head.get(page).text
    with school.world.inside(school.center.scope) as ctx:
        wanted = select(Child).where(Child.id == school.children["石小满"])
        about = person_of(ctx, ctx.session.scalars(wanted).one())
        for restricted in (False, True):
            copied = str([each.rows for each in gathered(ctx, about, restricted=restricted)])
            assert ("逃课" in copied, "仍有一次" in copied) == (restricted, restricted)


def test_a_pupil_helps_and_nobody_sees_more_for_it(school: School) -> None:
    head = school.client(school.head)
    page = school.of("石小满") + "/m/mentoring"
    helper = school.children["柳青青"]
    sent = head.submit(page + "/helpers/new", {"helper": str(helper), "kind": "hand_in_hand"})
    assert sent.status_code == 302
    assert "手拉手" in head.get(page).text
    mentor = school.client(school.mentors["石小满"])
    assert "柳青青" not in mentor.get(page).text
    with school.world.inside(school.center.scope) as ctx:
        row = ctx.session.scalars(select(Helper)).one()
    assert head.submit(f"{page}/helpers/{row.id}/end", {}, page=page).status_code == 302
    with school.world.inside(school.center.scope) as ctx:
        assert ctx.session.scalars(select(Helper)).one().ends_on is not None
