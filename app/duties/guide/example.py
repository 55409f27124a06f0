"""A month under a policy, in an invented school year so that it reads the same on every day."""

from __future__ import annotations

from datetime import date

from app.duties.cadence import Every
from app.duties.guide.markdown import items, joined, text
from app.duties.policy import DutyRule, Policy
from app.duties.school_calendar import SchoolCalendar, TermDates, days
from app.duties.windows import Window, concern_window
from app.duties.words import OF_CHILDREN
from app.kernel.text import T, Text

_CALENDAR = SchoolCalendar(
    (
        TermDates(2026, 1, date(2026, 9, 1), date(2027, 1, 22)),
        TermDates(2026, 2, date(2027, 2, 22), date(2027, 7, 9)),
    ),
    frozenset(days(date(2026, 10, 1), date(2026, 10, 7))),
)
_MONTH = (date(2026, 11, 1), date(2026, 11, 30))
_YEAR = (date(2026, 9, 1), date(2027, 8, 31))
_BIRTH = date(2017, 11, 15)
_RAISED = date(2026, 11, 10)
_CHILDREN = 5


def example(policy: Policy) -> str:
    """Return what a policy asks for in November, and of somebody with five children."""
    term = _CALENDAR.terms[0]
    intro = [T("Say the term runs from {first} to {last}.", first=_full(term.starts),
               last=_full(term.ends))]  # fmt: skip
    if any(rule.every.every is Every.BIRTHDAY for rule in policy.duties):
        intro.append(T("The child was born on {birth}.", birth=_full(_BIRTH)))
    lines = items(f"**{rule.title}**：{_in_november(rule)}" for rule in policy.duties)
    load = sum(_closing(rule) for rule in policy.duties if rule.by == "mentor")
    total = T(
        "Somebody who mentors {children} children has {n} acts to write down that fall due in "
        "November.",
        children=_CHILDREN, n=load * _CHILDREN,
    )  # fmt: skip
    return text(["".join(str(words) for words in intro), lines, str(total) if load else ""]).strip()


def _in_november(rule: DutyRule) -> Text:
    if rule.every.every is Every.CONCERN:
        window = concern_window(_RAISED, rule.grace_days)
        return T(
            "raised on {day}: to be answered by {due}.",
            day=_day(_RAISED), due=_day(window.due),
        )  # fmt: skip
    found = rule.windows(_CALENDAR, _MONTH, _BIRTH)
    if not found:
        return _none(rule)
    first = found[0]
    if len(found) == 1:
        return T("{days}, by {due} at the latest.", days=_days(first), due=_day(first.due))
    return T(
        "{n} windows, the first {days}, by {due} at the latest.",
        n=len(found), days=_days(first), due=_day(first.due),
    )  # fmt: skip


def _none(rule: DutyRule) -> Text:
    of_year = rule.windows(_CALENDAR, _YEAR, _BIRTH)
    if not of_year:
        return T("nothing in this school year.")
    listed = joined(_days(window) for window in of_year[:3])
    return T("nothing in November; in this school year {days}.", days=listed)


def _closing(rule: DutyRule) -> int:
    """Return how often a child is owed something whose window closes in November."""
    if rule.every.every is Every.CONCERN or rule.subject not in OF_CHILDREN:
        return 0
    found = rule.windows(_CALENDAR, _MONTH, _BIRTH)
    if rule.every.every is Every.BIRTHDAY:
        return 0
    return rule.min_times * sum(_MONTH[0] <= window.closes <= _MONTH[1] for window in found)


def _days(window: Window) -> str:
    if window.opens == window.closes:
        return _day(window.opens)
    return str(T("{first} to {last}", first=_day(window.opens), last=_day(window.closes)))


def _day(day: date) -> str:
    return str(T("{month}/{day}", month=day.month, day=day.day))


def _full(day: date) -> str:
    return str(T("{year}/{month}/{day}", year=day.year, month=day.month, day=day.day))
