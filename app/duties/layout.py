"""Laying out the windows of rules ahead of time, and anew when the calendar or a rule changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.duties.cadence import Every, parse_cadence
from app.duties.calendar import school_calendar, write_up_days
from app.duties.models import DutyPolicy, DutyPolicyVersion, DutyWindow, StoredRule
from app.duties.policy import DutyRule
from app.duties.school_calendar import SchoolCalendar
from app.duties.windows import Window
from app.host.context import Ctx
from app.kernel.clock import CHINA
from app.kernel.text import Text

AHEAD = timedelta(days=400)


@dataclass(frozen=True)
class Span:
    """A window with what the database keeps of it beside its days."""

    opens: date
    closes: date
    due: date
    settles: date
    middle: date
    next_opens: date | None
    birth_day: str | None = None


def rule_of(stored: StoredRule) -> DutyRule:
    """Return a stored rule as the pure one that computes windows and reads as a sentence."""
    cadence = parse_cadence(stored.every)
    if isinstance(cadence, Text):
        raise TypeError(stored.every)
    return DutyRule(
        key=stored.key,
        title=stored.title,
        entry=tuple(stored.entry),
        by=stored.performer,
        every=cadence,
        subject=stored.subject,
        covers=tuple(stored.covers),
        min_times=stored.min_times,
        max_times=stored.max_times,
        grace_days=stored.grace_days,
        from_=stored.starts_on,
        until=stored.ends_on,
        grades=tuple(stored.grades),
    )


def lay_out(ctx: Ctx, policy: DutyPolicy | None = None) -> int:
    """Lay out the windows of one policy, or of all in reach, for the coming 400 days.

    Frozen windows stay as they are; of the others, those that the calendar or the rules no longer
    give are taken away. Return how many were added.
    """
    versions = select(DutyPolicyVersion).options(
        joinedload(DutyPolicyVersion.policy), joinedload(DutyPolicyVersion.rules)
    )
    if policy is not None:
        versions = versions.where(DutyPolicyVersion.policy_id == policy.id)
    added = 0
    calendar = school_calendar(ctx)
    for version in ctx.session.scalars(versions).unique().all():
        for stored in version.rules:
            added += _lay_out_rule(ctx, calendar, version, stored)
    ctx.session.flush()
    return added


def _lay_out_rule(
    ctx: Ctx, calendar: SchoolCalendar, version: DutyPolicyVersion, stored: StoredRule
) -> int:
    there = {
        (row.opens, row.birth_day): row
        for row in ctx.session.scalars(select(DutyWindow).where(DutyWindow.rule_id == stored.id))
    }
    wanted = {(span.opens, span.birth_day): span for span in _spans(ctx, calendar, version, stored)}
    for key, row in there.items():
        if row.frozen_at is not None:
            continue
        if key not in wanted:
            ctx.session.delete(row)
            continue
        for name, value in vars(wanted[key]).items():
            setattr(row, name, value)
    fresh = [span for key, span in wanted.items() if key not in there]
    ctx.session.add_all(
        DutyWindow(
            school_id=stored.school_id,
            policy_id=stored.policy_id,
            rule_id=stored.id,
            **vars(span),
        )
        for span in fresh
    )
    return len(fresh)


def _spans(
    ctx: Ctx, calendar: SchoolCalendar, version: DutyPolicyVersion, stored: StoredRule
) -> Iterator[Span]:
    """Give the windows that open while the version is in force.

    Nobody is blamed for what was not asked of them yet: a window that had settled before the
    version was written is not laid out.
    """
    last = ctx.today() + AHEAD
    for end in (version.in_force_until, version.policy.ended_on):
        last = min(last, end) if end else last
    written = version.created_at.astimezone(CHINA).date()
    for span in spans(rule_of(stored), calendar, (version.in_force_from, last), write_up_days(ctx)):
        if version.in_force_from <= span.opens <= last and span.settles >= written:
            yield span


def spans(
    rule: DutyRule, calendar: SchoolCalendar, between: tuple[date, date], write_up: int
) -> Iterator[Span]:
    """Give a rule's windows that touch ``between``; a birthday's for every day of the year.

    Grace never reaches past the end of the next window: by then the next one is owed.
    """
    if rule.every.every is Every.CONCERN:
        return
    if rule.every.every is not Every.BIRTHDAY:
        # One window more, so that the last one knows its next.
        first, last = between
        yield from _chained(rule.windows(calendar, (first, last + AHEAD)), last, write_up)
        return
    for day in _days_of_a_year():
        found = rule.windows(calendar, between, day)
        yield from _chained(found, between[1], write_up, f"{day:%m-%d}")


def _days_of_a_year() -> Iterator[date]:
    # Of a leap year, long ago, so that everybody born on that day has had it.
    first = date(1904, 1, 1)
    return (first + timedelta(days=n) for n in range(366))


def _chained(
    found: list[Window], last: date, write_up: int, birth_day: str | None = None
) -> Iterator[Span]:
    for window, following in zip_longest(found, found[1:]):
        if window.opens > last:
            return
        due = min(window.due, following.closes) if following else window.due
        yield Span(
            opens=window.opens,
            closes=window.closes,
            due=due,
            settles=due + timedelta(days=write_up),
            middle=window.opens + (window.closes - window.opens) // 2,
            next_opens=following.opens if following else None,
            birth_day=birth_day,
        )
