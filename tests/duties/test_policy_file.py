"""A policy is read as it is meant, or refused line by line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.duties.cadence import Cadence, Every
from app.duties.policy import DutyRule
from app.duties.policy_file import parse_policy, read_policy
from app.duties.problems import PolicyRefused, Problem
from app.duties.school_calendar import SchoolCalendar, TermDates

DUTY = """[[duty]]
key = "visit"
title = "家访"
entry = ["home_contact.visit"]
by = "mentor"
for = "left_behind"
every = "month"
"""
HEAD = 'name = "三个一"\n\n'  # so that the first duty stands on line 3


def refusal(content: str) -> str:
    with pytest.raises(PolicyRefused) as caught:
        parse_policy(content)
    return str(caught.value)


def with_line(line: str) -> str:
    """Return the refusal of a sound duty with one more line, which is line 10."""
    return refusal(f"{HEAD}{DUTY}{line}\n")


def test_what_is_not_written_has_its_plain_meaning() -> None:
    policy = parse_policy(HEAD + DUTY)
    assert (policy.name, policy.slogan, policy.text) == ("三个一", "", "")
    assert policy.duties == (
        DutyRule(
            "visit",
            "家访",
            ("home_contact.visit",),
            "mentor",
            Cadence(Every.MONTH),
            covers=("left_behind",),
        ),
    )


def test_everything_that_may_be_written() -> None:
    content = """
name = "全"
slogan = "口号"
text = '''
第一条
[[duty]] is only text here
'''

[[duty]]
key = "letter"
title = "一封信"
entry = ["home_contact.letter", "home_contact.call"]
by = "school_admin"
subject = "guardian"
for = ["boarders",
       "priority"]
every = "date:03-01"
min = 1
max = 3
grace_days = 5
from = 2026-09-01
until = "2027-07-10"
grades = [3, 1]
"""
    (rule,) = parse_policy(content).duties
    assert rule == DutyRule(
        "letter",
        "一封信",
        ("home_contact.letter", "home_contact.call"),
        "school_admin",
        Cadence(Every.DATE, "03-01"),
        "guardian",
        ("boarders", "priority"),
        1,
        3,
        5,
        date(2026, 9, 1),
        date(2027, 7, 10),
        (1, 3),
    )


def test_times_is_both_ends_and_min_alone_has_no_upper_end() -> None:
    (twice,) = parse_policy(f"{HEAD}{DUTY}times = 2\n").duties
    assert (twice.min_times, twice.max_times) == (2, 2)
    (some,) = parse_policy(f"{HEAD}{DUTY}min = 2\n").duties
    assert (some.min_times, some.max_times) == (2, None)


def test_a_duty_to_a_class_needs_no_children_named() -> None:
    content = DUTY.replace("mentor", "homeroom_teacher").replace(
        'for = "left_behind"', 'subject = "homeroom"'
    )
    (rule,) = parse_policy(HEAD + content).duties
    assert (rule.subject, rule.covers) == ("homeroom", ("all",))


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ('tittle = "x"', "Line 10: “tittle” is no key here: key, title, entry, by, subject, for"),
        ("fors = [\n  'all',\n]", "Line 10: “fors” is no key here"),
        ("fors = '''\n]\n'''\nx = 1", "Line 13: “x” is no key here"),
        ("times = 0", "Line 10: “times” must be a number from 1 to"),
        ("times = true", "Line 10: “times” must be a number"),
        ('times = "2"', "Line 10: “times” must be a number"),
        ("times = 2\nmin = 1", "Line 10: “times” says it all"),
        ("max = 2", "Line 10: “max” needs “min”"),
        ("min = 3\nmax = 2", "Line 11: “max” 2 is less than “min” 3"),
        ("grace_days = -1", "Line 10: “grace_days” must be a number from 0"),
        ("from = 2026-09-01T08:00:00", "Line 10: “from” must be a day like 2026-09-01"),
        ('until = "soon"', "Line 10: “until” must be a day"),
        ("from = 2026-09-02\nuntil = 2026-09-01", "Line 11: “until” is before “from”"),
        ("grades = [0]", "Line 10: “grades” must be numbers from 1 to 9"),
        ("grades = 3", "Line 10: “grades” must be numbers"),
        ('subject = "school"', "Line 10: what “mentor” owes is about a child: write child,"),
        ('subject = "dog"', "write child, guardian, homeroom, staff, school"),
        (DUTY, "Line 11: “visit” is already the key on line 4"),
        ('[duty.more]\nkey = "x"', "Line 10: “more” is no key here"),
    ],
)  # fmt: skip
def test_a_line_too_much_is_refused_where_it_stands(line: str, answer: str) -> None:
    assert answer in with_line(line)


@pytest.mark.parametrize(
    ("right", "wrong", "answer"),
    [
        ('key = "visit"', 'key = "Home visit"', "Line 4: “Home visit” cannot be “key”"),
        ('key = "visit"\n', "", "Line 3: “key” is missing"),
        ('title = "家访"', 'title = " "', "Line 5: “title” must be a text"),
        ('title = "家访"', f'title = "{"访" * 41}"', "Line 5: “title” is longer than 40 char"),
        ('title = "家访"', 'title = "家\\u0000访"', "Line 5: “title” has a character that nobody"),
        ('title = "家访"', 'title = "家\\u202e访"', "Line 5: “title” has a character that nobody"),
        ('["home_contact.visit"]', "[]", "Line 6: “entry” must be a word or a list"),
        ('["home_contact.visit"]', '["Visit!"]', "Line 6: “Visit!” cannot be “entry”"),
        ('"mentor"', '"teacher"', "Line 7: “teacher” is no word for “by”: write mentor, home"),
        ('for = "left_behind"\n', "", "Line 3: “for” is missing"),
        ('"left_behind"', '"orphans"', "Line 8: “orphans” is no word for “for”: write left_"),
        ('"left_behind"', '["all", 1]', "Line 8: “for” must be a word or a list"),
        ('"month"', '"fortnight"', "Line 9: “fortnight” is no cadence: write day, week"),
        ('"month"', "1", "Line 9: “every” must be a text"),
        ('"month"', '"birthday"\nsubject = "guardian"', "Line 9: “birthday” is about a child"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_refused_where_it_stands(right: str, wrong: str, answer: str) -> None:
    assert right in DUTY
    assert answer in refusal(HEAD + DUTY.replace(right, wrong))


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (f'slogn = "x"\n{HEAD}{DUTY}', "Line 1: “slogn” is no key here: name, slogan, text, duty"),
        (DUTY, "“name” is missing"),
        (HEAD, "there is no duty"),
        (f"{HEAD}duty = 3", "Line 3: begin each duty with a line [[duty]]"),
        (f'{HEAD}[duty]\nkey = "x"', "Line 3: begin each duty with a line [[duty]]"),
        (f"{HEAD}{DUTY}by == 3", "Line 10: this is not written as TOML asks"),
        (f"{HEAD}[[duty]]\nkey = ", "Line 4: this is not written as TOML asks"),
        (f"{HEAD}{DUTY}by = “mentor”", "Line 10: this is not written as TOML asks"),
        (f"{HEAD}{DUTY}by = 'x'\nby = 'y'\n# end\n", "Line 10: this is not written"),
        (f"{HEAD}duty = [{{key = 'a'}}, {{key = 'a'}}]", "Line 3: “a” is already the key on"),
        (f"{HEAD}{DUTY}\n[extra]\na = 1", "Line 11: “extra” is no key here"),
        (f"[extra]\na = 1\n{DUTY}", "Line 1: “extra” is no key here"),
        (f"{HEAD}{DUTY}x = {'[' * 9000}", "Line 10: this is not written as TOML asks"),
        ("\n" * 1001, "longer than 1000 lines"),
        (f'name = "{"x" * 60000}"', "longer than 1000 lines"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_policy_is_refused(content: str, answer: str) -> None:
    assert answer in refusal(content)


def test_all_that_is_wrong_is_said_at_once_in_order() -> None:
    content = HEAD + DUTY.replace("mentor", "teacher").replace("month", "often") + "time = 1\n"
    with pytest.raises(PolicyRefused) as caught:
        parse_policy(content)
    assert [problem.line for problem in caught.value.problems] == [7, 9, 10]


def test_files_as_windows_saves_them(tmp_path: Path) -> None:
    file = tmp_path / "pack.toml"
    file.write_bytes(b"\xef\xbb\xbf" + (HEAD + DUTY).replace("\n", "\r\n").encode())
    assert read_policy(file).name == "三个一"
    file.write_bytes((HEAD + DUTY + "x = 1\n").replace("\n", "\r\n").encode())
    with pytest.raises(PolicyRefused, match="Line 10: “x” is no key"):
        read_policy(file)
    file.write_bytes(HEAD.encode("gb18030"))
    with pytest.raises(PolicyRefused, match="not UTF-8"):
        read_policy(file)
    with pytest.raises(PolicyRefused, match=r"none\.toml is missing"):
        read_policy(tmp_path / "none.toml")


@settings(max_examples=200, deadline=None)
@given(cut=st.integers(0, len(DUTY)), junk=st.text(max_size=8))
def test_a_damaged_file_is_read_or_refused_with_its_lines(cut: int, junk: str) -> None:
    content = HEAD + DUTY[:cut] + junk + DUTY[cut:]
    problems: tuple[Problem, ...] = ()
    try:
        parse_policy(content)
    except PolicyRefused as refused:
        problems = refused.problems
    for problem in problems:
        assert problem.line or "there is no duty" in str(problem)
        assert problem.line <= content.count("\n") + 1


def test_a_rule_asks_only_of_windows_that_opened_while_it_was_in_force() -> None:
    rule = parse_policy(
        f"{HEAD}{DUTY}grace_days = 3\nfrom = 2026-11-01\nuntil = 2026-12-01\n"
    ).duties[0]
    calendar = SchoolCalendar((TermDates(2026, 1, date(2026, 9, 1), date(2027, 1, 22)),))
    found = rule.windows(calendar, (date(2026, 9, 1), date(2027, 1, 22)))
    assert [window.opens for window in found] == [date(2026, 11, 1), date(2026, 12, 1)]
    assert found[1].due == date(2027, 1, 3)
