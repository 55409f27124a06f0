"""Who may get a scheme by what is known of them: yes, no, or not known, and for which reasons.

One definition, in SQL, for lists, counts and boards. What nobody has asked stays "not known".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, case, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import defer
from sqlalchemy.sql.selectable import TableValuedAlias

from app.sdk import (
    CATEGORIES,
    CLASSIFIED_WHY,
    Child,
    Ctx,
    Declaration,
    Homeroom,
    Placement,
    classified,
    refers,
    visible,
)
from plugins.subsidies.models import Scheme

YES, NO, UNKNOWN = "yes", "no", "unknown"
_LEFT_BEHIND = ("both", "one")
_NOT_BOARDING = ("day", "lodging", "other")


@dataclass(frozen=True)
class Pupil:
    """A pupil as a scheme sees it; ``reasons`` are category:reason of what speaks for it."""

    child: Child
    homeroom_id: UUID | None
    stage: str
    verdict: str
    reasons: Sequence[str]

    @property
    def boarding(self) -> str | None:
        """Return boarding or day, None when it is not known."""
        return boarding_of(self.child)


def boarding_of(child: Child) -> str | None:
    """Return whether a child counts as boarding or day; None when it is not known."""
    if child.boarding in _NOT_BOARDING:
        return "day"
    return child.boarding or None


def verdict(scheme: Scheme, classes: TableValuedAlias) -> ColumnElement[str]:
    """Return the SQL of yes, no or unknown over Child, Homeroom and the classification."""
    parts = [part for part in (_stage(scheme), _boards(scheme), _needs(scheme, classes))
             if part is not None]  # fmt: skip
    if not parts:
        return literal(YES)
    return case(
        (or_(*(part == NO for part in parts)), NO),
        (or_(*(part == UNKNOWN for part in parts)), UNKNOWN),
        else_=YES,
    )


def _stage(scheme: Scheme) -> ColumnElement[str] | None:
    if not scheme.stages:
        return None
    return case(
        (Homeroom.stage.is_(None), UNKNOWN), (Homeroom.stage.in_(scheme.stages), YES), else_=NO
    )


def _boards(scheme: Scheme) -> ColumnElement[str] | None:
    if not scheme.boarding:
        return None
    wanted = ("boarding",) if scheme.boarding == "boarding" else _NOT_BOARDING
    return case((Child.boarding.is_(None), UNKNOWN), (Child.boarding.in_(wanted), YES), else_=NO)


def _needs(scheme: Scheme, classes: TableValuedAlias) -> ColumnElement[str] | None:
    if not scheme.needs:
        return None
    columns = [classes.c[_column(need)] for need in scheme.needs]
    return case(
        (or_(*(column.in_((YES, *_LEFT_BEHIND)) for column in columns)), YES),
        (or_(*(column == UNKNOWN for column in columns)), UNKNOWN),
        else_=NO,
    )


def _column(need: str) -> str:
    return "education" if need == "left_behind" else need


def judged(scheme: Scheme, day: date, *columns: Any) -> tuple[Select[Any], ColumnElement[str]]:
    """Return a select of ``columns`` over present pupils and the verdict to filter by.

    The class is joined from the left: a child without one is there, its stage not known.
    """
    classes = classified(day)
    found = verdict(scheme, classes)
    placed = and_(
        Placement.center_id == Child.center_id,
        Placement.child_id == Child.id,
        Placement.ends_on.is_(None),
    )
    wanted = [
        classes.c[f"{_column(need)}{end}"] for need in scheme.needs for end in ("", "_reason")
    ]
    statement = (
        select(*columns, found.cast(String).label("verdict"), *wanted)
        .select_from(Child)
        .join(classes, and_(classes.c.center_id == Child.center_id, classes.c.child_id == Child.id))
        .outerjoin(Placement, placed)
        .outerjoin(Homeroom, refers(Placement.homeroom_id, Homeroom))
        .where(Child.voided_at.is_(None), Child.merged_into_id.is_(None), Child.left_on.is_(None))
    )
    return statement, found


def pupils(
    ctx: Ctx,
    permission: str | None,
    scheme: Scheme,
    *,
    verdicts: Iterable[str] = (YES,),
    children: Iterable[UUID] | None = None,
) -> list[Pupil]:
    """Return the pupils that ``permission`` reaches with one of the ``verdicts``; two queries.

    In order of class and name; only some children with ``children``. A permission of None is for
    work that nobody signed in does.
    """
    statement, found = judged(
        scheme, ctx.today(), Child, Placement.homeroom_id, Homeroom.stage.label("stage")
    )
    statement = statement.options(defer(Child.address), defer(Child.registered_residence))
    statement = statement.where(found.in_(list(verdicts))).order_by(
        Homeroom.stage.desc(), Homeroom.intake_year.desc(), Homeroom.number,
        Child.name_pinyin, Child.id,
    )  # fmt: skip
    if children is not None:
        statement = statement.where(Child.id.in_(list(children)))
    if permission is not None:
        statement = visible(ctx, permission, statement)
    rows = ctx.session.execute(statement).all()
    kinds = hardships(ctx, [row.Child.id for row in rows]) if "hardship" in scheme.needs else {}
    return [
        Pupil(
            row.Child,
            row.homeroom_id,
            row.stage or "",
            row.verdict,
            _reasons(scheme, row._asdict(), kinds.get(row.Child.id)),
        )
        for row in rows
    ]


def _reasons(scheme: Scheme, row: Mapping[str, Any], hardship: str | None) -> list[str]:
    found = []
    for need in scheme.needs:
        name = _column(need)
        if row[name] in (YES, *_LEFT_BEHIND):
            why = hardship if need == "hardship" and hardship else row[f"{name}_reason"]
            found.append(f"{name}:{why}")
    return found


def hardships(ctx: Ctx, children: Sequence[UUID]) -> dict[UUID, str]:
    """Return the kind of hardship (低保, 脱贫户 …) that was declared last of each child."""
    wanted = (
        select(Declaration.child_id, Declaration.hardship)
        .where(
            Declaration.child_id.in_(children),
            Declaration.hardship.is_not(None),
            Declaration.voided_at.is_(None),
        )
        .ext(distinct_on(Declaration.child_id))
        .order_by(Declaration.child_id, Declaration.as_of.desc(), Declaration.id.desc())
    )
    return {
        child: kind for child, kind in ctx.session.execute(wanted) if kind not in (None, "none")
    }


def reason_words(reason: str) -> str:
    """Return a reason as people read it: "Family in hardship (低保)"."""
    category, _colon, why = reason.partition(":")
    title = str(CATEGORIES.get(category, category))
    if category in ("hardship", "disability"):
        return title if why in ("", "declared") else f"{title}（{why}）"
    words = CLASSIFIED_WHY.get(why)
    return f"{title}：{words}" if words else title
