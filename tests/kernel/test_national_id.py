"""Identity numbers: what is accepted, what is only a warning, what a spreadsheet destroyed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import xueji
from app.kernel.national_id import IdState, check_character, parse

TODAY = date(2026, 11, 22)


def number(birth: date, sequence: int = 11, place: str = "990101") -> str:
    first = f"{place}{birth:%Y%m%d}{sequence:03d}"
    return first + check_character(first)


def test_the_example_of_the_standard() -> None:
    found = parse("11010519491231002X", today=TODAY)
    assert (found.state, found.birth, found.sex) == (IdState.OK, date(1949, 12, 31), "female")


@given(
    birth=st.dates(date(1900, 1, 1), TODAY),
    sequence=st.integers(1, 999),
    place=st.sampled_from(["990101", "500101", "810000", "830000"]),
)
def test_every_right_number_gives_birth_and_sex(birth: date, sequence: int, place: str) -> None:
    found = parse(number(birth, sequence, place), today=TODAY)
    assert (found.state, found.birth) == (IdState.OK, birth)
    assert found.sex == ("male" if sequence % 2 else "female")


@given(birth=st.dates(date(1930, 1, 1), TODAY), position=st.integers(0, 16), step=st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(birth: date, position: int, step: int) -> None:
    right = number(birth)
    wrong = str((int(right[position]) + step) % 10)
    changed = right[:position] + wrong + right[position + 1 :]
    assert parse(changed, today=TODAY).state is not IdState.OK


@pytest.mark.parametrize(
    "written",
    [
        "９９０１０１２０１５０３０１００１Ｘ",
        "990101 20150301 001x",
        "\u200b99010120150301001X\ufeff",
    ],
)
def test_width_spaces_and_case_do_not_matter(written: str) -> None:
    assert parse(written, today=TODAY).number == "99010120150301001X"


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("9901012015030100", IdState.BAD_LENGTH),
        ("990101150301001", IdState.BAD_LENGTH),
        ("身份证丢失", IdState.BAD_LENGTH),
        (number(date(2015, 3, 1))[:-1] + "Z", IdState.BAD_LENGTH),
        ("990101201513010011"[:17] + check_character("99010120151301001"), IdState.BAD_DATE),
        (number(TODAY + timedelta(days=1)), IdState.FUTURE_BIRTH),
        (9.90101201503010e17, IdState.DAMAGED),
        (12345.0, IdState.BAD_LENGTH),
        ("1.1E+17", IdState.DAMAGED),
        ("9.90101E+17", IdState.DAMAGED),
        ("990101201503011000", IdState.DAMAGED),
        ("990101201503010000", IdState.OK),  # text, and its check digit is right
    ],
)
def test_states(value: str | float, state: IdState) -> None:
    assert parse(value, today=TODAY).state is state


def test_an_unknown_place_is_not_an_error() -> None:
    found = parse(number(date(2015, 3, 1), place="970101"), today=TODAY)
    assert found.state is IdState.OK
    assert not found.place_known


def test_a_wrong_check_digit_still_tells_birth_and_sex() -> None:
    right = number(date(2015, 3, 1), 11)
    wrong = right[:17] + ("1" if right[17] != "1" else "2")
    found = parse(wrong, today=TODAY)
    assert (found.state, found.birth, found.sex) == (
        IdState.BAD_CHECK_DIGIT,
        date(2015, 3, 1),
        "male",
    )


@pytest.mark.parametrize(
    ("value", "valid", "identity"),
    [
        ("G99010120150301001x", True, "99010120150301001X"),
        (" ｇ99010120150301001X ", True, "99010120150301001X"),
        ("J990101201503010017", True, None),
        ("L990101201503011234", True, None),
        ("99010120150301001X", False, None),
        (9.9e17, False, None),
    ],
)
def test_pupil_numbers(value: str | float, valid: bool, identity: str | None) -> None:
    found = xueji.parse(value)
    assert (found.valid, found.identity_number) == (valid, identity)
