"""Names and telephone numbers have one spelling, a search key and a masked form."""

import pytest

from app.kernel import names, phones


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张　三", "张三"),
        (" 李 四 ", "李四"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("阿依古丽 · 买买提", "阿依古丽·买买提"),
        ("Anna  Maria", "Anna Maria"),
        ("Ａnna", "Anna"),
        ("王\u200b五\n", "王五"),
    ],
)
def test_one_spelling(typed: str, name: str) -> None:
    assert names.normalise(typed) == name


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("张三", "zhangsan", "zs"),
        ("单小单", "shanxiaodan", "sxd"),
        ("解放", "xiefang", "xf"),
        ("曾曾", "zengceng", "zc"),
        ("区一", "ouyi", "oy"),
        ("尉迟明", "yuchiming", "ycm"),
        ("长孙明", "zhangsunming", "zsm"),
        ("欧阳乐", "ouyangle", "oyl"),
        ("乐乐", "yuele", "yl"),
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("Anna Maria", "annamaria", "am"),
        ("", "", ""),
    ],
)
def test_pinyin_reads_surnames_as_surnames(name: str, full: str, initials: str) -> None:
    assert names.pinyin(name) == (full, initials)


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("19900000001", ["19900000001"]),
        ("+86 199-0000-0001", ["19900000001"]),
        ("8619900000001", ["19900000001"]),
        ("１９９０００００００１", ["19900000001"]),
        ("19900000001.0", ["19900000001"]),
        (19900000001.0, ["19900000001"]),
        ("19900000001/19900000002", ["19900000001", "19900000002"]),
        ("19900000001、19900000002", ["19900000001", "19900000002"]),
        ("19900000001；19900000002", ["19900000001", "19900000002"]),
        ("19900000001 19900000002", ["19900000001", "19900000002"]),
        ("19900000001 19900000001", ["19900000001"]),
        ("199 0000 0001", ["19900000001"]),
        ("023-6123 4567", ["023-61234567"]),
        ("（0851）6123456", ["0851-6123456"]),
        ("02361234567 19900000001", ["19900000001", "023-61234567"]),
        ("手机：19900000001", ["19900000001"]),
    ],
)
def test_phone_cells(cell: str | float, numbers: list[str]) -> None:
    assert [phone.number for phone in phones.parse(cell) if phone.valid] == numbers


@pytest.mark.parametrize("cell", ["1990000", "12345678901", "61234567", "无", "1.99E+10"])
def test_what_is_no_number_is_kept_and_marked(cell: str) -> None:
    (phone,) = phones.parse(cell)
    assert not phone.valid
    assert phone.number


def test_masked_numbers() -> None:
    assert phones.mask("19900000001") == "199****0001"
    assert phones.mask("023-61234567") == "023-****567"
    assert phones.mask("12345") == "*****"
