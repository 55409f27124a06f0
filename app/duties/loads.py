"""How much a policy would ask of each person in a month, before anybody keeps it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text

from app.accounts.models import Staff
from app.duties.policy import DutyRule
from app.duties.preview import Group, RulePreview, covers
from app.duties.school_calendar import TermDates
from app.duties.words import FAMILY, OF_CHILDREN
from app.host.context import Ctx
from app.tenancy.settings import setting

LOAD_LIMIT = "duties_load_per_month"
DEFAULT_LOAD_LIMIT = 20
_DAYS_A_MONTH = 30

_HELD = text("""
SELECT h.role, s.staff_id, p.groups, p.grade, p.birth_day, count(*) AS n
FROM duty_people(:day, :day) p
JOIN duty_holders(:day) h ON h.center_id = p.center_id
    AND h.of_id = CASE h.role WHEN 'mentor' THEN p.child_id ELSE p.homeroom_id END
    AND h.role IN ('mentor', 'homeroom_teacher')
CROSS JOIN LATERAL unnest(h.staff) AS s (staff_id)
WHERE NOT p.gone AND (CAST(:school AS uuid) IS NULL OR p.at_school_id = :school)
GROUP BY 1, 2, 3, 4, 5
""")


@dataclass(frozen=True)
class Load:
    """Somebody would owe ``duties`` acts in an ordinary month."""

    name: str
    duties: int


def load_limit(ctx: Ctx) -> int:
    """Return how many acts a month are thought bearable for one person."""
    return max(setting(ctx, LOAD_LIMIT, DEFAULT_LOAD_LIMIT), 1)


def heavy_loads(
    ctx: Ctx, found: Iterable[RulePreview], term: TermDates, school_id: UUID | None = None
) -> list[Load]:
    """Return who would owe more than the limit in an ordinary month of the term, most first.

    Mentors and class teachers are looked at: only their work grows with the children. Two queries.
    """
    day = min(max(ctx.today(), term.starts), term.ends)
    months = ((term.ends - term.starts).days + 1) / _DAYS_A_MONTH
    rows = ctx.session.execute(_HELD, {"day": day, "school": school_id}).all()
    owed: Counter[UUID] = Counter()
    rules = [row for row in found if row.rule.subject in OF_CHILDREN]
    for held in rows:
        group = Group(frozenset(held.groups), held.grade, held.birth_day, held.n)
        for row in rules:
            if _role(row.rule) == held.role and covers(row.rule, group):
                owed[held.staff_id] += held.n * row.a_child / months
    limit = load_limit(ctx)
    heavy = {staff: round(n) for staff, n in owed.most_common() if round(n) > limit}
    names = dict(ctx.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(heavy))).all())
    return [Load(names[staff], n) for staff, n in heavy.items()]


def _role(rule: DutyRule) -> str:
    """What a family owes is nobody's load."""
    return "" if rule.by in FAMILY else rule.by
