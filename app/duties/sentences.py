"""A duty rule as a sentence a head understands."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from app.duties.cadence import Cadence, Every
from app.duties.festivals import FESTIVALS
from app.duties.policy import DutyRule
from app.duties.words import CONCERNS, FAMILY, GROUPS, OF_CHILDREN, PERFORMERS, SUBJECTS
from app.kernel.text import T, Text

_OFTEN = {
    Every.DAY: T("every school day"),
    Every.WEEK: T("every week"),
    Every.MONTH: T("every month"),
    Every.TERM: T("every term"),
    Every.TERM_START: T("at the start of every term"),
    Every.TERM_MIDDLE: T("in the middle of every term"),
    Every.TERM_END: T("at the end of every term"),
    Every.SCHOOL_YEAR: T("every school year"),
    Every.BIRTHDAY: T("around the child's birthday"),
}
# Kinds of entries with a verb of their own, by the last part of their name.
_VERBS = {
    "visit": T("visits {whom} at home"),
    "talk": T("talks with {whom}"),
}
# Where the performer is or stands for the subject, "for whom" would only repeat it.
_OWN = {
    "homeroom_teacher": ("homeroom", "school"),
    "staff": ("staff", "school"),
    "school_admin": ("school",),
    "counsellor": ("school",),
    "health_worker": ("school",),
    "dormitory_teacher": ("school",),
    "subsidy_officer": ("school",),
}


def sentence(rule: DutyRule) -> Text:
    """Return the rule in words: 每位代理家长每月家访每名结对儿童一次，宽限3天."""
    said = T(
        "{who} {deed} {times} {often}",
        who=who(rule),
        deed=_deed(rule),
        times=times(rule.min_times, rule.max_times),
        often=often(rule.every),
    )
    return reduce(_add, _conditions(rule), said)


def often(cadence: Cadence) -> Text:
    """Return a cadence in words: 每月, 每学期期初, 春节前后."""
    match cadence.every:
        case Every.TERM_DAY:
            return T("on school day {n} of every term", n=cadence.argument)
        case Every.DATE:
            month, day = cadence.month_day
            return T("every year from {month}/{day} on", month=month, day=day)
        case Every.FESTIVAL:
            return T("around {festival}", festival=FESTIVALS[cadence.argument].title)
        case Every.CONCERN:
            concern = CONCERNS.get(cadence.argument, cadence.argument)
            return T("when {concern}", concern=concern)
        case _:
            return _OFTEN[cadence.every]


def who(rule: DutyRule) -> Text:
    """Return who owes it: 每位代理家长, 每名留守儿童."""
    performer = PERFORMERS[rule.by]
    if rule.by not in FAMILY:
        return performer
    return _filled(performer, group=_group(rule))


def _deed(rule: DutyRule) -> Text:
    whom = whom_of(rule)
    if whom is None:
        return T("completes “{title}”", title=rule.title)
    verbs = {_VERBS.get(kind.rpartition(".")[2]) for kind in rule.entry}
    verb = verbs.pop() if len(verbs) == 1 else None
    if verb is None:
        return T("completes “{title}” for {whom}", title=rule.title, whom=whom)
    return _filled(verb, whom=whom)


def whom_of(rule: DutyRule) -> Text | None:
    """Return whom it is owed to; None where who owes it is or stands for the subject."""
    if rule.by in FAMILY or rule.subject in _OWN.get(rule.by, ()):
        return None
    return _filled(SUBJECTS[rule.subject], group=_group(rule))


def _group(rule: DutyRule) -> Text | str:
    if rule.by == "mentor" and rule.covers == ("all",):
        return T("paired child")
    groups = _any(GROUPS[word] for word in rule.covers)
    return T("paired {group}", group=groups) if rule.by == "mentor" else groups


def _filled(template: Text, **values: Text | str) -> Text:
    """Return a message of a table with its blanks filled in."""
    return T(template.msgid, **values)


def _any(words: Iterable[Text | str]) -> Text | str:
    def either(first: Text | str, second: Text | str) -> Text:
        return T("{first} or {second}", first=first, second=second)

    return reduce(either, words)


def times(low: int, high: int | None) -> Text:
    """Return how many times in words: 一次, 2至3次, 至少一次."""
    if high is None:
        return T("at least {times}", times=times(low, low))
    if low == high:
        return T("once") if low == 1 else T("{n} times", n=low)
    return T("{low} to {high} times", low=low, high=high)


def counted(done: int, low: int, high: int | None) -> Text:
    """Return how often something was done beside how often it is asked for.

    More than ``high`` is said, never judged: a record must not be a fault.
    """
    asked = times(low, high)
    if high is not None and low < high < done:
        return T("{done} times, more than the {asked} asked for", done=done, asked=asked)
    return T("{done} times, asked for: {asked}", done=done, asked=asked)


def _conditions(rule: DutyRule) -> list[Text]:
    found = []
    if rule.subject not in OF_CHILDREN and rule.covers != ("all",):
        found.append(T("concerning every {group}", group=_group(rule)))
    if rule.grades:
        found.append(T("only in grade {grades}", grades=_any(map(str, rule.grades))))
    if rule.from_:
        found.append(T("from {day} on", day=rule.from_.isoformat()))
    if rule.until:
        found.append(T("until {day}", day=rule.until.isoformat()))
    if rule.grace_days:
        one = T("with one day of grace")
        found.append(
            one if rule.grace_days == 1 else T("with {n} days of grace", n=rule.grace_days)
        )
    return found


def _add(said: Text, condition: Text) -> Text:
    return T("{said}, {condition}", said=said, condition=condition)
