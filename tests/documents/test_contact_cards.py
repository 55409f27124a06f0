"""The contact card: what stands on it, whatever the family is like."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
import segno

from app.documents import pdf as pdf_module
from app.documents.contact_cards import (
    ContactCard,
    GuardianLine,
    Hotline,
    SchoolContact,
    _data,
    contact_card,
    contact_cards,
)
from app.kernel.errors import Refused
from tests.documents.readers import dark_dots, page_sizes, spans, text

URL = "https://care.example.edu.cn/family/activate?code=7K4M-92XQ"
LONG_NAME = "阿布都热合曼·买买提依明·吐尔逊江·艾合买提"
LONG_PLACE = "广东省东莞市长安镇某某电子科技有限公司第三厂区员工宿舍十二栋"

PLAIN = ContactCard(
    child="柳依然",
    sex="女",
    birth=date(2016, 5, 12),
    school="清溪镇中心小学",
    homeroom="三（2）班",
    boards=True,
    school_phone="0990-1234567",
    teacher=SchoolContact("陈立群", "199 0000 0101"),
    mentor=SchoolContact("周雅文", "199 0000 0102"),
    guardians=(
        GuardianLine("父亲", "柳建国", "199 0000 0201", "广东省东莞市"),
        GuardianLine("奶奶", "王桂英", "199 0000 0203"),
    ),
    address="清溪镇石桥村四组17号",
    hotlines=(Hotline("110", "报警"), Hotline("120", "急救"), Hotline("12355", "青少年热线")),
    activation_url=URL,
    slogan="有事就打电话，老师一直在。",
    issued_on=date(2026, 9, 1),
)
LARGEST = replace(
    PLAIN,
    child=LONG_NAME,
    school="清溪镇民族团结九年一贯制寄宿制希望中心学校（石桥教学点）",
    school_phone="0990-1234567转8001，0990-7654321",
    teacher=SchoolContact(LONG_NAME, "199 0000 0101 / 0990-1234567"),
    mentor=SchoolContact(LONG_NAME, "199 0000 0102 / 0990-1234567"),
    guardians=tuple(
        GuardianLine("临时监护人（姑妈）", LONG_NAME, f"199 0000 021{number}", LONG_PLACE)
        for number in range(6)
    ),
    address="某某自治州清溪镇石桥民族团结示范村第四村民小组向阳大道一百二十七号附三号院内二楼东侧",
    slogan="有事就打电话，老师一直在你身边，学校、村里、镇上都在关心你，说出来，总有办法。",
)


def test_a_card_says_whom_to_call() -> None:
    printed = contact_card(PLAIN)

    assert page_sizes(printed) == [(148, 105)]
    for part in (
        "柳依然",
        "三（2）班",
        "陈立群",
        "19900000201",
        "广东省东莞市",
        "12355",
        "石桥村四组17号",
    ):
        assert part in text(printed)


def test_the_largest_family_loses_not_a_word_and_stays_on_the_paper() -> None:
    printed = contact_card(LARGEST)

    assert len(page_sizes(printed)) == 1
    words = text(printed)
    assert words.count(LONG_NAME) == 3 + 6
    assert words.count(LONG_PLACE) == 6
    for part in (LARGEST.school, LARGEST.address, LARGEST.slogan, "1990000021" + "5"):
        assert part in words
    assert all(7 < span.x < 141 and 7 < span.y < 98 for span in spans(printed))


def test_where_nothing_is_known_a_card_still_prints() -> None:
    printed = contact_card(ContactCard(child="", issued_on=date(2026, 9, 1)))

    assert "None" not in text(printed)
    assert page_sizes(printed) == [(148, 105)]


@pytest.mark.parametrize(
    "name",
    ["#panic(1)", "$a^2$", '李"四"', "\\n王", "*粗*_斜_", "`#let`", "<a>@b", "// 赵", "[a](b)"],
)
def test_a_name_is_never_read_as_markup(name: str) -> None:
    card = replace(PLAIN, child=name, address=name, guardians=(GuardianLine("父亲", name),))

    assert text(contact_card(card)).count("".join(name.split())) == 3


def test_a_class_gets_four_cards_to_a_sheet_each_in_its_quarter() -> None:
    names = [f"柳{number}号" for number in range(1, 7)]
    printed = contact_cards([replace(LARGEST, child=name) for name in names])

    assert page_sizes(printed) == [(297, 210)] * 2
    quarters = {
        span.text: (span.page, span.x > 148.5, span.y > 105)
        for span in spans(printed)
        if span.text in names
    }
    assert [quarters[name] for name in names] == [
        (1, False, True),
        (1, True, True),
        (1, False, False),
        (1, True, False),
        (2, False, True),
        (2, True, True),
    ]


def test_an_empty_class_is_refused() -> None:
    with pytest.raises(Refused, match="nothing to print"):
        contact_cards([])


def test_more_text_than_a_card_holds_is_refused_with_the_childs_name() -> None:
    family = tuple(GuardianLine("亲戚", LONG_NAME, "", LONG_PLACE * 3) for _ in range(30))

    with pytest.raises(Refused, match="柳依然: there is more text"):
        contact_card(replace(PLAIN, guardians=family))


def test_the_code_on_paper_is_the_address_module_by_module() -> None:
    data = json.dumps({**_data([PLAIN]), "title": "x"}, ensure_ascii=False, default=str)
    png = pdf_module._compiler().compile(
        input=str(pdf_module.TEMPLATES / "contact_card.typ"),
        format="png",
        ppi=300,
        sys_inputs={"data": data},
    )
    assert isinstance(png, bytes)
    per_mm = 300 / 25.4
    area = [
        row[int(103.5 * per_mm) : int(140.5 * per_mm)]
        for row in dark_dots(png)[int(20 * per_mm) : int(46 * per_mm)]
    ]
    rows = [number for number, row in enumerate(area) if any(row)]
    columns = [number for number in range(len(area[0])) if any(row[number] for row in area)]
    code = [list(map(bool, row)) for row in segno.make_qr(URL, error="m").matrix]
    side = (columns[-1] - columns[0] + 1) / len(code)

    assert side / per_mm >= 0.4
    assert (len(code) + 8) * side / per_mm >= 22
    assert code == [
        [
            area[int(rows[0] + (y + 0.5) * side)][int(columns[0] + (x + 0.5) * side)]
            for x in range(len(code))
        ]
        for y in range(len(code))
    ]


def test_an_address_too_long_for_a_readable_code_is_refused() -> None:
    with pytest.raises(Refused, match="too long for a QR code"):
        contact_card(replace(PLAIN, activation_url=URL + "x" * 400))
