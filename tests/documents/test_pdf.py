"""What holds for every printed paper."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from app.documents import pdf
from app.documents.contact_cards import ContactCard, contact_card
from app.documents.pdf import DocumentError
from app.kernel.errors import Refused
from tests.documents.readers import text

TODAY = date(2026, 9, 1)


@pytest.fixture
def no_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "FONTS", tmp_path)


def _named(name: str) -> ContactCard:
    return ContactCard(child=name, issued_on=TODAY)


@pytest.mark.usefixtures("no_fonts")
def test_without_fonts_nothing_is_printed_and_the_message_says_what_to_do() -> None:
    with pytest.raises(DocumentError, match="qinchao assets build"):
        contact_card(_named("柳依然"))


@pytest.mark.parametrize(
    ("name", "code"), [("𠮷野", "U\\+20BB7"), ("བོད་ལྗོངས", "U\\+0F56"), ("小明😀", "U\\+1F600")]
)
def test_a_character_the_font_lacks_is_refused_with_its_text(name: str, code: str) -> None:
    with pytest.raises(Refused, match=f"{name}.*{code}"):
        contact_card(_named(name))


@pytest.mark.parametrize("name", ["龘㛃", "𰻝面", "䶮·㸆", "禤劼翀", "㙍"])
def test_rare_characters_of_names_are_printed(name: str) -> None:
    assert name in text(contact_card(_named(name)))


def test_invisible_characters_that_came_along_when_copying_are_left_out() -> None:
    assert "柳依然" in text(contact_card(_named("\ufeff柳\u200b依\u202d然\u0001\n")))


def test_the_same_paper_is_the_same_bytes() -> None:
    assert contact_card(_named("柳依然")) == contact_card(_named("柳依然"))


def test_threads_print_at_the_same_time_and_never_mix_children() -> None:
    names = [f"柳{number}号" for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        printed = list(pool.map(lambda name: contact_card(_named(name)), names))

    assert all(name in text(paper) for name, paper in zip(names, printed, strict=True))
