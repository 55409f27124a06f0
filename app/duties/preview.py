"""What a policy would ask for, before anybody keeps it; nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text

from app.duties.cadence import Every
from app.duties.calendar import school_calendar
from app.duties.layout import spans
from app.duties.policy import DutyRule, Policy
from app.duties.school_calendar import SchoolCalendar, TermDates
from app.duties.words import OF_CHILDREN
from app.host.context import Ctx
from app.kernel.errors import Refused
from app.kernel.text import T

# Where the next term is not known yet.
_LONGEST_VACATION = timedelta(weeks=8)
# Of every group, class and birthday together, so that any rule can be counted from one answer.
_CHILDREN = text("""
SELECT groups, grade, birth_day, count(*) AS n FROM duty_people(:day, :day)
WHERE NOT gone AND (CAST(:school AS uuid) IS NULL OR at_school_id = :school)
GROUP BY 1, 2, 3
""")
_PLACES = text("""
SELECT 'school' AS subject, count(*) AS n FROM school s
WHERE (s.closed_on IS NULL OR s.closed_on > :day) AND (current_setting('role') = 'qc_center'
    OR s.id = ANY (current_setting('app.school_ids')::uuid[]))
    AND (CAST(:school AS uuid) IS NULL OR s.id = :school)
UNION ALL
SELECT 'homeroom', count(DISTINCT p.homeroom_id) FROM placement p
JOIN homeroom h ON h.center_id = p.center_id AND h.id = p.homeroom_id
WHERE p.ends_on IS NULL AND h.stage <> 'kindergarten'
    AND (CAST(:school AS uuid) IS NULL OR p.school_id = :school)
UNION ALL
SELECT 'staff', count(DISTINCT (m.staff_id, m.school_id)) FROM membership m
JOIN staff f ON f.center_id = m.center_id AND f.id = m.staff_id AND f.kind = 'teacher'
WHERE m.school_id IS NOT NULL AND m.starts_on <= :day
    AND (m.ends_on IS NULL OR m.ends_on >= :day)
    AND (CAST(:school AS uuid) IS NULL OR m.school_id = :school)
""")


@dataclass(frozen=True)
class RulePreview:
    """What one rule asks for in a term: ``duties`` is how many acts at least."""

    rule: DutyRule
    windows: int
    children: int
    duties: int

    @property
    def a_child(self) -> float:
        """Return how many acts a child is owed in the term, on average."""
        return self.duties / self.children if self.children else 0.0


@dataclass(frozen=True)
class Group:
    """Children of one grade and birthday in the same groups."""

    groups: frozenset[str]
    grade: int | None
    birth_day: str | None
    n: int


def term_of(ctx: Ctx, code: str) -> TermDates:
    """Return the term of a code such as 2026-2027-1; raises :class:`Refused` with those known."""
    terms = {f"{t.school_year}-{t.school_year + 1}-{t.number}": t for t in _terms(ctx)}
    if code not in terms:
        known = ", ".join(terms) or "-"
        raise Refused(T("There is no term {code}. Known: {known}", code=code, known=known), "term")
    return terms[code]


def _terms(ctx: Ctx) -> tuple[TermDates, ...]:
    return school_calendar(ctx).terms


def preview(
    ctx: Ctx, policy: Policy, term: TermDates, school_id: UUID | None = None
) -> list[RulePreview]:
    """Return what each rule would ask for in a term, at one school or in the whole reach.

    Children are counted as of today, or as of the nearest day of the term. Two queries.
    """
    day = min(max(ctx.today(), term.starts), term.ends)
    values = {"day": day, "school": school_id}
    children = [
        Group(frozenset(row.groups), row.grade, row.birth_day, row.n)
        for row in ctx.session.execute(_CHILDREN, values)
    ]
    places: Mapping[str, int] = {row.subject: row.n for row in ctx.session.execute(_PLACES, values)}
    return [_of_rule(ctx, rule, term, children, places) for rule in policy.duties]


def _of_rule(
    ctx: Ctx,
    rule: DutyRule,
    term: TermDates,
    children: Iterable[Group],
    places: Mapping[str, int],
) -> RulePreview:
    calendar = school_calendar(ctx)
    last = _last(rule, term, calendar)
    found = [
        span
        for span in spans(rule, calendar, (term.starts, last), 0)
        if _first(rule, term) <= span.opens <= last
    ]
    if rule.subject not in OF_CHILDREN:
        duties = len(found) * places[rule.subject] * rule.min_times
        return RulePreview(rule, len(found), 0, duties)
    covered = [group for group in children if covers(rule, group)]
    count = sum(group.n for group in covered)
    if rule.every.every is Every.BIRTHDAY:
        born = [span.birth_day for span in found]
        hit = [g.n * born.count(g.birth_day) for g in covered if g.birth_day]
        windows = len({g.birth_day for g in covered} & set(born))
        return RulePreview(rule, windows, count, sum(hit) * rule.min_times)
    return RulePreview(rule, len(found), count, len(found) * count * rule.min_times)


def _first(rule: DutyRule, term: TermDates) -> date:
    """A festival's or birthday's window may have opened before the term; others belong to it."""
    return max(term.starts, rule.from_) if rule.from_ else term.starts


def _last(rule: DutyRule, term: TermDates, calendar: SchoolCalendar) -> date:
    """A festival in a vacation, as 春节 always is, counts with the term before it."""
    if rule.every.every is not Every.FESTIVAL:
        return term.ends
    later = (t.starts for t in calendar.terms if t.starts > term.ends)
    return min(later, default=term.ends + _LONGEST_VACATION) - timedelta(days=1)


def covers(rule: DutyRule, group: Group) -> bool:
    """Tell whether a rule is about the children of a group."""
    return bool(group.groups & set(rule.covers)) and (not rule.grades or group.grade in rule.grades)
