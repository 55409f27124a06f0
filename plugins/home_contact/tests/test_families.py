"""What families read, say and are sent."""

from __future__ import annotations

from app.sdk.testing.papers import text as pdf_text
from plugins.home_contact.tests.school import School, visit


def test_a_family_reads_visits_not_talks_and_says_whether_the_teacher_came(
    school: School,
) -> None:
    mentor = school.client(school.mentors["石小满"])
    mentor.submit(school.new("石小满", "talk"), visit(text="想爸爸了"))
    mentor.submit(school.new("石小满"), visit(text="没人在", outcome="not_reached"))
    family = school.client(school.fathers["石小满"])
    home = f"/family/{school.center.slug}/"
    assert "来过" not in family.get(home).text
    mentor.submit(school.new("石小满"), visit(text="看了作业"))
    page = family.get(home).text
    assert "看了作业" in page
    assert "想爸爸了" not in page
    assert "老师来家访了吗" in page
    entry = school.entries(kind="home_contact.visit", outcome="done")[0]
    at = f"{home}children/{school.children['石小满']}/entries/{entry.id}/answer"
    assert (
        family.submit(at, {"answer": "contest", "note": "那天没人来"}, page=home).status_code == 302
    )
    assert "老师来家访了吗" not in family.get(home).text
    assert "那天没人来" in mentor.get(school.of("石小满") + "/").text
    assert family.submit(at, {"answer": "yes"}, page=home).status_code == 302
    assert "家长已确认" in mentor.get(f"{school.at}/contacts").text
    other = school.client(school.fathers["柳青青"])
    assert "看了作业" not in other.get(home).text


def test_nobody_is_asked_about_a_visit_that_did_not_take_place(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    mentor.submit(school.new("石小满"), visit(outcome="not_reached"))
    [entry] = school.entries()
    family = school.client(school.fathers["石小满"])
    home = f"/family/{school.center.slug}/"
    at = f"{home}children/{school.children['石小满']}/entries/{entry.id}/answer"
    mentor.submit(school.new("石小满"), visit())
    assert family.submit(at, {"answer": "yes"}, page=home).status_code >= 400
    assert "家长已确认" not in mentor.get(f"{school.at}/contacts").text


def test_a_letter_is_printed_for_a_class_and_written_down_for_each_child(school: School) -> None:
    teacher = school.client(school.teacher)
    page = f"{school.at}/letters/new?homeroom={school.room}"
    shown = teacher.get(page).text
    assert "【孩子】" in shown
    everybody = [str(i) for i in school.children.values()]
    text = {
        "title": "致家长的一封信",
        "body": "【孩子】在【班级】很好。",
        "notices": "1月20日放假。",
    }
    looked = teacher.submit(page, text | {"children": everybody, "preview": "1"})
    assert (looked.status_code, looked.mimetype) == (200, "application/pdf")
    assert school.entries() == []
    sent = teacher.submit(page, text | {"children": everybody})
    assert sent.status_code == 302, sent.text
    entries = school.entries(kind="home_contact.letter")
    assert len(entries) == 2
    assert {entry.text for entry in entries} == {
        "石小满在三（1）班很好。\n1月20日放假。", "柳青青在三（1）班很好。\n1月20日放假。"
    }  # fmt: skip
    assert "打印" in teacher.get(sent.location).text
    words = pdf_text(teacher.get(f"{sent.location}/letters.pdf").data)
    for said in ("石小满", "柳青青", "赵满仓", "1月20日放假"):
        assert said in words.replace(" ", "")
    mentor = school.client(school.mentors["石小满"])
    own = pdf_text(mentor.get(f"{sent.location}/letters.pdf").data)
    assert "柳青青" not in own
    family = school.client(school.fathers["石小满"]).get(f"/family/{school.center.slug}/").text
    assert "石小满在三（1）班很好" in family


def test_a_family_is_told_of_a_visit_to_confirm_and_of_a_letter_once(school: School) -> None:
    mentor = school.client(school.mentors["石小满"])
    for kind in ("visit", "call", "talk"):
        assert mentor.submit(school.new("石小满", kind), visit()).status_code == 302
    vain = visit(outcome="not_reached")
    assert mentor.submit(school.new("石小满", "visit"), vain).status_code == 302
    at = f"/family/{school.center.slug}/notices"
    told = school.client(school.fathers["石小满"]).get(at).text
    assert told.count("学校有新消息") == 1
    assert "石小满" in told
    assert "学校有新消息" not in school.client(school.fathers["柳青青"]).get(at).text
    teacher = school.client(school.teacher)
    letter = f"{school.at}/letters/new"
    fields = {"children": [str(c) for c in school.children.values()], "title": "一封信",
              "body": "您好"}  # fmt: skip
    assert teacher.submit(letter, fields).status_code == 302
    assert school.client(school.fathers["柳青青"]).get(at).text.count("学校有新消息") == 1
