"""A preview counts what a policy would make, those of the vacation with the term before it."""

from __future__ import annotations

from datetime import date

import pytest

from app.duties.policy_file import parse_policy
from app.duties.preview import preview, term_of
from tests.integration.duties.conftest import RULE, Year


@pytest.mark.parametrize(
    ("festival", "first", "second"),
    [("mid_autumn", 1, 0), ("spring", 1, 0), ("dragon_boat", 0, 1)],
)
def test_a_festival_belongs_to_one_term(year: Year, festival: str, first: int, second: int) -> None:
    rule = RULE.format(covers="all", every=f"festival:{festival}", times=1, grace=3)
    with year.on(date(2026, 9, 10)) as ctx:
        found = [
            preview(ctx, parse_policy(rule), term_of(ctx, term))[0]
            for term in ("2026-2027-1", "2026-2027-2")
        ]
    assert [row.windows for row in found] == [first, second]
    assert [row.duties for row in found] == [first, second]
