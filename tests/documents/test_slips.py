"""Slips for the first sign-in."""

from __future__ import annotations

from datetime import date

import pytest

from app.documents.slips import GuardianSlip, StaffSlip, guardian_slips, staff_slips
from app.kernel.errors import Refused
from tests.documents.readers import page_sizes, spans, text

TODAY = date(2026, 9, 1)
GUARDIAN = GuardianSlip(
    child="柳依然",
    guardian="王桂英（奶奶）",
    phone="199 0000 8765",
    code="7K4M-92XQ",
    url="https://care.example.edu.cn/family/activate?code=7K4M-92XQ",
    address="care.example.edu.cn/family",
    valid_until=date(2026, 9, 30),
    school="清溪镇中心小学",
    homeroom="三（2）班",
)
LONG = "阿布都热合曼·买买提依明·吐尔逊江·艾合买提"


def test_ten_staff_slips_to_a_sheet_with_all_it_takes_to_sign_in() -> None:
    slips = [
        StaffSlip(
            f"陈立{number}", f"T26{number:03}", f"Kx7-mQ{number:03}", "https://care.example/c"
        )
        for number in range(11)
    ]
    printed = staff_slips(slips, on=TODAY)

    assert page_sizes(printed) == [(210, 297)] * 2
    words = text(printed)
    for slip in slips:
        assert slip.number in words
        assert slip.password in words
    assert words.count("https://care.example/c") == 11
    assert words.count("ownpassword") == 11


def test_a_long_name_and_address_stay_on_their_slip() -> None:
    address = "https://a-very-long-host-name.education.example.edu.cn/c/qingxi-township/"
    long = StaffSlip(LONG, "T20260010000012345", "correct-horse-battery", address, "希望小学" * 8)
    printed = staff_slips([long], on=TODAY)

    assert {LONG, address} <= {span.text for span in spans(printed)} | {text(printed)[: len(LONG)]}
    assert all(7 < span.x < 98 and 297 - 59.4 < span.y < 292 for span in spans(printed))


def test_a_guardian_slip_leads_through_three_steps() -> None:
    printed = guardian_slips([GUARDIAN] * 3, on=TODAY)

    assert page_sizes(printed) == [(210, 297)] * 2
    words = text(printed)
    for part in (
        "柳依然",
        "7K4M-92XQ",
        "care.example.edu.cn/family",
        "王桂英（奶奶）",
        "2026-09-30",
    ):
        assert part in words


def test_a_guardian_slip_keeps_the_digits_that_are_asked_to_itself() -> None:
    words = text(guardian_slips([GUARDIAN], on=TODAY))

    assert "199****" in words
    assert "8765" not in words
    assert "0000" not in words


def test_no_slip_at_all_is_refused() -> None:
    with pytest.raises(Refused, match="nothing to print"):
        staff_slips([], on=TODAY)
    with pytest.raises(Refused, match="nothing to print"):
        guardian_slips([], on=TODAY)
