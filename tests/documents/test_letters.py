"""Letters to families."""

from __future__ import annotations

from datetime import date

import pytest

from app.documents.letters import Letter, letters
from app.kernel.errors import Refused
from tests.documents.readers import page_sizes, text

TODAY = date(2026, 9, 1)


def letter(child: str, body: str = "您好！\n请每周打一次电话。") -> Letter:
    """Return a letter to the family of a child."""
    signed = ("清溪镇中心小学", "班主任：赵满仓")
    return Letter("致家长的一封信", f"尊敬的{child}家长：", body, child, "三（1）班", signed)


def test_each_child_gets_a_page_with_its_own_words_and_a_slip() -> None:
    printed = letters([letter("石小满"), letter("柳青青")], on=TODAY)
    assert page_sizes(printed) == [(210, 297)] * 2
    words = text(printed)
    for said in ("尊敬的石小满家长：", "尊敬的柳青青家长：", "请每周打一次电话。", "赵满仓"):
        assert said in words
    assert words.count("Replyslip") == 2


def test_a_long_letter_runs_on_to_a_second_page_and_keeps_its_slip() -> None:
    printed = letters([letter("石小满", "学校的事。" * 400)], on=TODAY)
    assert len(page_sizes(printed)) > 1
    assert text(printed).count("Replyslip") == 1


def test_no_letter_is_refused() -> None:
    with pytest.raises(Refused):
        letters([], on=TODAY)
