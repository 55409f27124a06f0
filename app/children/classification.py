"""Which children are left behind, and which are in difficulty: reading the one SQL definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, Text, Uuid, cast, column, func, select
from sqlalchemy.sql.selectable import TableValuedAlias

from app.children.classification_sql import COLUMNS, function
from app.db.functions import database_function
from app.host.context import Ctx
from app.kernel.text import T
from app.kernel.text import Text as Words

CLASSIFY = database_function(
    "classify(date)",
    function("on_day date"),
    executors=("qc_center", "qc_school"),
    reason="the one definition of every category, under the caller's own policies",
)
CLASSIFY_SOME = database_function(
    "classify(date, uuid[])",
    function("on_day date, these uuid[]", only="these"),
    executors=("qc_center", "qc_school"),
    reason="the same definition for a page of children",
)

CATEGORIES = {
    "education": T("Left behind (education)"),
    "civil": T("Left behind (civil affairs)"),
    "orphan": T("Orphan"),
    "de_facto_unsupported": T("De facto unsupported"),
    "hardship": T("Family in hardship"),
    "disability": T("Disability"),
    "guardianship_gap": T("No guardian"),
}
"""The titles of the categories a child can belong to, by key."""
VALUES = {
    "both": T("Both parents away"),
    "one": T("One parent away"),
    "none": T("Not left behind"),
    "yes": T("Yes"),
    "no": T("No"),
    "unknown": T("Unknown"),
}
REASONS: dict[str, Words] = {
    "both_away": T("Both parents have been away long enough."),
    "both_working_away": T("Both parents work away from home."),
    "both_away_undated": T("Both parents are away; since when is not known for one of them."),
    "father_away": T("The father is away, the mother is at home."),
    "mother_away": T("The mother is away, the father is at home."),
    "one_away_undated": T("One parent is away; since when is not known."),
    "one_away_other_recent": T(
        "One parent has been away for three months or longer, the other for less."
    ),
    "one_away_other_unknown": T("One parent is away; nothing is known of the other."),
    "one_away_other_absent": T("One parent is away; the other is dead or absent otherwise."),
    "away_under_three_months": T("A parent has been away for less than three months."),
    "no_parent_away": T("No parent is away."),
    "parents_gone": T("Both parents are dead or missing."),
    "one_parent_unknown": T("Nothing is known of one parent."),
    "no_facts": T("Nothing is known of the parents."),
    "declared": T("A roster or form says so; nobody has confirmed it."),
    "not_asked": T("Nobody has asked."),
    "conflict": T("What was confirmed and what a roster or form says contradict each other."),
    "sixteen": T("The child is sixteen or older."),
    "eighteen": T("The child is eighteen or older."),
    "birth_unknown": T("The date of birth is not known, so the age limit cannot be checked."),
    "other_cannot_care": T("One parent is away and the other cannot care for the child."),
    "parent_cares": T("A parent at home can care for the child."),
    "capacity_unknown": T(
        "One parent is away; it is not known whether the other can care for the child."
    ),
    "parent_alive": T("A parent is alive."),
    "no_parent_can": T("Each parent is dead, missing or in a condition the rule names."),
    "parent_without_condition": T("A parent is in none of the conditions the rule names."),
    "carer_known": T("Somebody who looks after the child is known."),
    "nobody_cares": T("No parent is at home able to care, and no other carer is recorded."),
    "carer_unknown": T("It is not known who looks after the child."),
}
"""Why a category holds, does not, or is unknown: words by reason code."""


@dataclass(frozen=True)
class Finding:
    """One category of a child: its value and why."""

    category: str
    value: str
    reason: str

    @property
    def title(self) -> Words:
        """Return what the category is called."""
        return CATEGORIES[self.category]

    @property
    def words(self) -> Words:
        """Return the value in words."""
        return VALUES[self.value]

    @property
    def why(self) -> Words:
        """Return the reason in words."""
        return REASONS[self.reason]


Classified = dict[str, Finding]


def classified(day: date, children: Sequence[UUID] | None = None) -> TableValuedAlias:
    """Return the classification as of ``day`` as a table to select from or join.

    Columns: center_id, child_id, school_id, and each category with its ``_reason``. With
    ``children`` only these, by the way that costs a page and not the centre.
    """
    arguments: list[ColumnElement[Any]] = [cast(day, Date)]
    if children is not None:
        arguments.append(cast(list(children), ARRAY(Uuid)))
    columns = [column(name, Uuid) for name in ("center_id", "child_id", "school_id")]
    texts = [column(name, Text) for name in COLUMNS]
    return func.classify(*arguments).table_valued(*columns, *texts, name="classified")


def classify(ctx: Ctx, children: Sequence[UUID], day: date | None = None) -> dict[UUID, Classified]:
    """Return the categories of some children as of ``day`` (today): one query."""
    if not children:
        return {}
    table = classified(day or ctx.today(), children)
    rows = ctx.session.execute(select(table).where(table.c.center_id == ctx.scope.center_id))
    return {row.child_id: findings(row._asdict()) for row in rows}


def findings(row: Mapping[str, Any]) -> Classified:
    """Return a row of :func:`classified` as findings by category."""
    return {name: Finding(name, row[name], row[f"{name}_reason"]) for name in CATEGORIES}
