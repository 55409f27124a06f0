"""A contact is corrected in its place; what followed from the wrong words follows no more."""

from __future__ import annotations

import re
from datetime import timedelta

from app.sdk.testing.world import Browser
from plugins.home_contact.tests.school import TODAY, School, visit

NAME = "石小满"


def of_number(school: School) -> str:
    """Return how the form names the father on his number."""
    return f"{school.fathers[NAME].id}.{school.phone(NAME).id}"


def correction(school: School) -> str:
    """Return the address that corrects the one contact that stands."""
    [entry] = school.entries(voided_at=None)
    return f"{school.of(NAME)}/m/home_contact/{entry.id}/correct"


def wrote(school: School, kind: str, **values: object) -> Browser:
    """Let the mentor write a contact down; return the mentor."""
    mentor = school.client(school.mentors[NAME])
    assert mentor.submit(school.new(NAME, kind), visit(**values)).status_code == 302
    return mentor


def test_a_correction_keeps_who_wrote_it_down_first_and_all_that_was_right(school: School) -> None:
    father = str(school.fathers[NAME].id)
    mentor = wrote(school, "visit", adult=father, text="家里安好", ticks=["cared_for"],
                   next_step="下周再去", next_on=TODAY.isoformat())  # fmt: skip
    [first] = school.entries()
    page = correction(school)
    form = mentor.get(page).text
    assert "家里安好" in form
    assert "下周再去" in form
    for value in (father, "cared_for"):
        assert re.search(rf'<input checked[^>]*value="{value}"', form), value
    assert page in mentor.get(school.of(NAME) + "/").text
    fields = visit(adult=father, text="家里很好", ticks=["cared_for"], next_step="下周再去",
                   next_on=TODAY.isoformat())  # fmt: skip
    assert mentor.submit(page, fields).status_code == 422
    assert mentor.submit(page, fields | {"reason": "写错字"}).status_code == 302
    [now] = school.entries(voided_at=None)
    assert (now.root_id, now.first_recorded_at) == (first.id, first.first_recorded_at)
    assert (now.text, now.guardian_id) == ("家里很好", school.fathers[NAME].id)
    shown = mentor.get(school.of(NAME) + "/").text
    assert "家里安好" not in shown
    board = mentor.get(school.at).text
    assert board.split('id="steps"')[1].count("下周再去") >= 1
    assert school.entries(id=first.id)[0].void_reason == "写错字"


def test_a_call_corrected_to_answered_wipes_its_try_off_the_number(school: School) -> None:
    value = of_number(school)
    mentor = wrote(school, "call", outcome="not_reached", adult=value)
    assert school.phone(NAME).failed_tries == 1
    fields = visit(adult=value, outcome="done", reason="其实打通了")
    assert mentor.submit(correction(school), fields).status_code == 302
    phone = school.phone(NAME)
    assert (phone.failed_tries, phone.last_reached_on) == (0, TODAY)


def test_mending_words_of_a_call_in_vain_counts_it_once(school: School) -> None:
    value = of_number(school)
    mentor = wrote(school, "call", outcome="not_reached", adult=value)
    fields = visit(adult=value, outcome="not_reached", text="关机", reason="补充")
    assert mentor.submit(correction(school), fields).status_code == 302
    assert school.phone(NAME).failed_tries == 1


def test_a_call_taken_back_lowers_the_tries_of_its_number_again(school: School) -> None:
    value = of_number(school)
    mentor = school.client(school.mentors[NAME])
    for days in (2, 1, 0):
        day = (TODAY - timedelta(days=days)).isoformat()
        fields = visit(outcome="not_reached", adult=value, happened_on=day)
        assert mentor.submit(school.new(NAME, "call"), fields).status_code == 302
    assert "石小满" in mentor.get(f"{school.at}?ask=1").text.split("<tbody")[-1]
    entry = school.entries()[-1]
    back = f"{school.of(NAME)}/entries/{entry.id}/void"
    assert mentor.submit(back, {"reason": "打错号码"}).status_code == 302
    assert school.phone(NAME).failed_tries == 2
    assert "向家里要新号码" not in mentor.get(school.of(NAME) + "/").text


def test_an_answered_call_taken_back_leaves_the_tries_before_it(school: School) -> None:
    value = of_number(school)
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    mentor = wrote(school, "call", outcome="not_reached", adult=value, happened_on=yesterday)
    assert mentor.submit(school.new(NAME, "call"), visit(adult=value)).status_code == 302
    answered = school.entries()[-1]
    back = f"{school.of(NAME)}/entries/{answered.id}/void"
    assert mentor.submit(back, {"reason": "不是这家"}).status_code == 302
    phone = school.phone(NAME)
    assert (phone.failed_tries, phone.last_reached_on) == (1, None)


def test_what_a_family_contested_stays_contested_after_a_correction(school: School) -> None:
    mentor = wrote(school, "visit", text="见到奶奶")
    [entry] = school.entries()
    father = school.client(school.fathers[NAME])
    home = f"/family/{school.center.slug}/"
    answer = f"{home}children/{entry.child_id}/entries/{entry.id}/answer"
    assert father.submit(answer, {"answer": "contest"}, page=home).status_code == 302
    fields = visit(text="见到奶奶和弟弟", reason="补充")
    assert mentor.submit(correction(school), fields).status_code == 302
    assert "家长说没有这回事" in mentor.get(school.of(NAME) + "/").text
    moved = visit(happened_on=(TODAY - timedelta(days=1)).isoformat(), reason="日期写错")
    assert mentor.submit(correction(school), moved).status_code == 302
    assert "家长说没有这回事" not in mentor.get(school.of(NAME) + "/").text
    assert "老师来家访了吗" in father.get(home).text


def test_only_who_wrote_it_and_who_runs_the_school_correct_a_contact(school: School) -> None:
    wrote(school, "visit")
    page = correction(school)
    other = school.client(school.mentors["柳青青"])
    assert other.get(page).status_code == 404
    assert school.client(school.teacher).get(page).status_code == 403
    admin = school.client(school.world.person(school.center, "school_admin", "north"))
    assert admin.get(page).status_code == 200
