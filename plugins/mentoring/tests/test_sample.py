"""Drawing contacts by lot: the same words draw the same records, and only for who sees all."""

from __future__ import annotations

from datetime import timedelta

from plugins.mentoring.tests.school import TODAY, School


def _written(school: School, count: int) -> None:
    for number in range(count):
        day = TODAY - timedelta(days=number + 1)
        school.note("石小满", school.mentors["石小满"], day, text=f"谈了第{number}回")


def _drawn(page: str) -> list[int]:
    return [number for number in range(12) if f"谈了第{number}回" in page]


def test_the_same_words_draw_the_same_records_and_others_others(school: School) -> None:
    _written(school, 12)
    head = school.client(school.head)
    at = f"{school.at}/assessment/sample?size=4"
    first = head.get(f"{at}&draw=一号").text
    assert len(_drawn(first)) == 4
    assert "石小满" in first
    assert "赵满仓" in first
    assert _drawn(head.get(f"{at}&draw=一号").text) == _drawn(first)
    others = [_drawn(head.get(f"{at}&draw={word}").text) for word in ("二号", "三号", "四号")]
    assert any(found != _drawn(first) for found in others)


def test_a_mentor_draws_nothing_and_nothing_strange_is_drawn(school: School) -> None:
    _written(school, 2)
    mentor = school.client(school.mentors["石小满"])
    assert mentor.get(f"{school.at}/assessment/sample").status_code == 403
    head = school.client(school.head)
    for asked in ("size=0", "size=900", "size=x", "draw=", "term=1"):
        assert len(_drawn(head.get(f"{school.at}/assessment/sample?{asked}").text)) in (1, 2)
