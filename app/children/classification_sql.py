"""The one SQL definition of how a child is classified, as of any day.

It reads facts first (who is a parent, where the parent was, whether the parent can care) and fills
gaps with what a roster or form declared. Sources: 国发〔2016〕13号 (civil meaning), the education
statistic and the pupil register's wording (education meaning), 民发〔2019〕62号 (de facto
unsupported), 国办发〔2010〕54号 (orphans).
"""

from __future__ import annotations

from string import Template

COLUMNS = (
    "education", "education_reason", "civil", "civil_reason", "orphan", "orphan_reason",
    "de_facto_unsupported", "de_facto_unsupported_reason", "hardship", "hardship_reason",
    "disability", "disability_reason", "guardianship_gap", "guardianship_gap_reason",
)  # fmt: skip

# The place of a parent in one number, so that one pass over the adults is enough. Ones:
#   0 not known · 1 dead or missing · 2 away three months or longer · 3 away, not known since when
#   4 away for less than three months · 5 at home, cannot care · 6 at home, not known whether able
#   7 at home, can care · 8 absent for another reason (prison, rehabilitation, out of contact …)
# Tens: 1 when a condition of 民发〔2019〕62号 holds.
_PLACE = """CASE
    WHEN s.condition IN ('deceased', 'missing') THEN 1
    WHEN s.condition IN ('imprisoned', 'compulsory_rehab', 'out_of_contact', 'deported') THEN 18
    WHEN s.condition IN ('severe_disability', 'severe_illness', 'guardianship_revoked') THEN 10
    ELSE 0 END + CASE
    WHEN s.condition IN ('deceased', 'missing', 'imprisoned', 'compulsory_rehab',
        'out_of_contact', 'deported') THEN 0
    WHEN s.away = 'yes' THEN CASE
        WHEN s.away_since IS NULL THEN 3
        WHEN s.away_since <= (on_day - interval '3 months')::date THEN 2 ELSE 4 END
    WHEN s.away = 'no' OR s.condition IS NOT NULL THEN CASE
        WHEN s.can_care = 'no' OR s.condition IS NOT NULL OR g.barred THEN 5
        WHEN s.can_care = 'yes' THEN 7 ELSE 6 END
    ELSE 0 END"""

# The latest row counts: a maximum over (days since 2000, what it says) needs no sorting. Of two
# rows of one day the graver counts; services void the earlier one.
_LATEST = f"""CASE WHEN u.died_on <= on_day THEN 10000001
    ELSE (s.confirmed_on - DATE '2000-01-01') * 100 + {_PLACE} END"""

_ADULTS = f"""
SELECT g.center_id, g.child_id,
    max({_LATEST}) FILTER (WHERE g.relation = 'father') % 100 AS father,
    max({_LATEST}) FILTER (WHERE g.relation = 'mother') % 100 AS mother,
    max(coalesce(s.confirmed_on, u.died_on)) AS known_on,
    bool_or(g.relation NOT IN ('father', 'mother') AND NOT g.barred
        AND (u.died_on <= on_day) IS NOT TRUE AND (g.cares_daily OR g.entrusted OR g.legal)
    ) AS other_carer
FROM guardianship g
LEFT JOIN guardian u ON u.center_id = g.center_id AND u.id = g.guardian_id
    AND (u.died_on IS NOT NULL OR u.voided_at IS NOT NULL)
LEFT JOIN parent_status s ON s.center_id = g.center_id AND s.guardian_id = g.guardian_id
    AND s.confirmed_on <= on_day AND s.voided_at IS NULL AND g.relation IN ('father', 'mother')
WHERE g.starts_on <= on_day AND (g.ends_on IS NULL OR g.ends_on >= on_day)
    AND u.voided_at IS NULL $only_adults
GROUP BY g.center_id, g.child_id"""  # noqa: S608 (constants of this module)

_SAID = """
SELECT d.center_id, d.child_id,
    max((d.as_of - DATE '2000-01-01') * 4
        + CASE d.left_behind WHEN 'both' THEN 2 WHEN 'one' THEN 1 ELSE 0 END)
        FILTER (WHERE d.left_behind IS NOT NULL) AS left_behind,
    max((d.as_of - DATE '2000-01-01') * 4 + (d.civil = 'yes')::int) AS civil,
    max((d.as_of - DATE '2000-01-01') * 4 + (d.orphan = 'yes')::int) AS orphan,
    max((d.as_of - DATE '2000-01-01') * 4 + (d.disability <> 'none')::int) AS disability,
    max((d.as_of - DATE '2000-01-01') * 4 + (d.hardship <> 'none')::int) AS hardship
FROM declaration d
WHERE d.as_of <= on_day AND d.voided_at IS NULL $only_said
GROUP BY d.center_id, d.child_id"""

_COUNTED = f"""
SELECT c.center_id, c.id, c.school_id,
    c.birth_date, coalesce(a.father, 0) % 10 AS f, coalesce(a.mother, 0) % 10 AS m,
    (coalesce(a.father, 0) % 10 IN (2, 3))::int + (coalesce(a.mother, 0) % 10 IN (2, 3))::int
        AS away,
    (coalesce(a.father, 0) % 10 = 4)::int + (coalesce(a.mother, 0) % 10 = 4)::int AS recent,
    (coalesce(a.father, 0) = 0)::int + (coalesce(a.mother, 0) = 0)::int AS open,
    (coalesce(a.father, 0) = 1)::int + (coalesce(a.mother, 0) = 1)::int AS gone,
    (coalesce(a.father, 0) >= 10)::int + (coalesce(a.mother, 0) >= 10)::int AS stuck,
    a.other_carer, d.left_behind % 4 AS said,
    d.left_behind / 4 >= a.known_on - DATE '2000-01-01' AS said_later,
    CASE WHEN (d.civil / 4 < a.known_on - DATE '2000-01-01') IS NOT TRUE THEN d.civil % 4 END
        AS said_civil,
    d.orphan % 4 AS said_orphan, d.disability % 4 AS said_disability,
    d.hardship % 4 AS said_hardship
FROM child c
LEFT JOIN $each ({_ADULTS}) a ON a.center_id = c.center_id AND a.child_id = c.id
LEFT JOIN $each ({_SAID}) d ON d.center_id = c.center_id AND d.child_id = c.id
WHERE c.voided_at IS NULL AND c.merged_into_id IS NULL $only_children"""  # noqa: S608 (constants)

_CONFLICT = "said_later AND NOT said BETWEEN away AND away + open"
_DECLARED = "open > 0 AND said BETWEEN away AND away + open"

_EDUCATION = f"""CASE
    WHEN open = 0 THEN (ARRAY['none', 'one', 'both'])[away + 1]
    WHEN {_DECLARED} THEN (ARRAY['none', 'one', 'both'])[said + 1]
    WHEN away = 1 THEN 'one' ELSE 'unknown' END"""
_EDUCATION_REASON = f"""CASE
    WHEN {_CONFLICT} THEN 'conflict'
    WHEN {_DECLARED} THEN 'declared'
    WHEN open = 2 THEN 'no_facts'
    WHEN away = 2 THEN CASE WHEN 3 IN (f, m) THEN 'both_away_undated' ELSE 'both_away' END
    WHEN away = 1 AND open = 1 THEN 'one_away_other_unknown'
    WHEN away = 1 AND (f IN (1, 8) OR m IN (1, 8)) THEN 'one_away_other_absent'
    WHEN away = 1 AND 3 IN (f, m) THEN 'one_away_undated'
    WHEN away = 1 AND recent = 1 THEN 'one_away_other_recent'
    WHEN away = 1 THEN CASE WHEN f IN (2, 3) THEN 'father_away' ELSE 'mother_away' END
    WHEN open = 1 THEN 'one_parent_unknown'
    WHEN recent > 0 THEN 'away_under_three_months'
    WHEN gone = 2 THEN 'parents_gone' ELSE 'no_parent_away' END"""

_OLD = "birth_date <= (on_day - interval '16 years')::date"
_CIVIL = f"""CASE
    WHEN {_OLD} THEN 'no'
    WHEN away + recent = 2 OR (away + recent = 1 AND (f IN (1, 5, 8) OR m IN (1, 5, 8)))
        OR (open > 0 AND said = 2 AND away + recent + open = 2)
        THEN CASE WHEN birth_date IS NULL THEN 'unknown' ELSE 'yes' END
    WHEN 7 IN (f, m) OR (away + recent = 0 AND (open = 0 OR said = 0)) OR said_civil = 0 THEN 'no'
    ELSE 'unknown' END"""
_CIVIL_REASON = f"""CASE
    WHEN {_OLD} THEN 'sixteen'
    WHEN {_CONFLICT} THEN 'conflict'
    WHEN birth_date IS NULL AND away + recent + open = 2 AND (open = 0 OR said = 2)
        THEN 'birth_unknown'
    WHEN away + recent = 2 THEN 'both_working_away'
    WHEN away + recent = 1 AND (f IN (1, 5, 8) OR m IN (1, 5, 8))
        THEN CASE WHEN birth_date IS NULL THEN 'birth_unknown' ELSE 'other_cannot_care' END
    WHEN 7 IN (f, m) THEN 'parent_cares'
    WHEN open = 0 AND away + recent = 0 THEN 'no_parent_away'
    WHEN open > 0 AND (said = 2 AND away + recent + open = 2 OR said = 0 AND away + recent = 0)
        THEN 'declared'
    WHEN said_civil = 0 THEN 'declared'
    WHEN open = 2 THEN CASE WHEN said = 1 THEN 'capacity_unknown' ELSE 'no_facts' END
    WHEN open = 1 THEN 'one_parent_unknown'
    ELSE 'capacity_unknown' END"""

_GROWN = "birth_date <= (on_day - interval '18 years')::date"
_ALIVE = "(f > 1 OR m > 1)"
_ORPHAN = f"""CASE
    WHEN {_GROWN} THEN 'no' WHEN gone = 2 THEN 'yes' WHEN {_ALIVE} THEN 'no'
    WHEN said_orphan IS NOT NULL THEN (ARRAY['no', 'yes'])[said_orphan + 1]
    ELSE 'unknown' END"""
_ORPHAN_REASON = f"""CASE
    WHEN {_GROWN} THEN 'eighteen' WHEN gone = 2 THEN 'parents_gone'
    WHEN {_ALIVE} THEN CASE WHEN said_orphan = 1 THEN 'conflict' ELSE 'parent_alive' END
    WHEN said_orphan IS NOT NULL THEN 'declared' ELSE 'no_facts' END"""
_UNSUPPORTED = f"""CASE
    WHEN {_GROWN} OR gone = 2 THEN 'no' WHEN gone + stuck = 2 THEN 'yes'
    WHEN gone + stuck + open < 2 THEN 'no' ELSE 'unknown' END"""
_UNSUPPORTED_REASON = f"""CASE
    WHEN {_GROWN} THEN 'eighteen' WHEN gone = 2 THEN 'parents_gone'
    WHEN gone + stuck = 2 THEN 'no_parent_can'
    WHEN gone + stuck + open < 2 THEN 'parent_without_condition'
    WHEN open = 2 THEN 'no_facts' ELSE 'one_parent_unknown' END"""
_CARED = "other_carer OR f IN (6, 7) OR m IN (6, 7)"
_GAP = f"""CASE WHEN {_CARED} THEN 'no' WHEN open = 0 THEN 'yes' ELSE 'unknown' END"""
_GAP_REASON = f"""CASE
    WHEN {_CARED} THEN 'carer_known' WHEN open = 0 THEN 'nobody_cares' ELSE 'carer_unknown' END"""


def _said(name: str) -> tuple[str, str]:
    return (
        f"CASE {name} WHEN 1 THEN 'yes' WHEN 0 THEN 'no' ELSE 'unknown' END",
        f"CASE WHEN {name} IS NULL THEN 'not_asked' ELSE 'declared' END",
    )


_VALUES = (
    _EDUCATION, _EDUCATION_REASON, _CIVIL, _CIVIL_REASON, _ORPHAN, _ORPHAN_REASON,
    _UNSUPPORTED, _UNSUPPORTED_REASON, *_said("said_hardship"), *_said("said_disability"),
    _GAP, _GAP_REASON,
)  # fmt: skip


def function(arguments: str, only: str = "") -> str:
    """Return the CREATE statement of ``classify`` with these ``arguments``.

    ``only`` names the uuid array argument that limits the children, so that a page of a list costs
    a page and not the whole centre.
    """
    one = "AND {0}.center_id = c.center_id AND {0}.child_id = c.id" if only else ""
    rows = Template(_COUNTED).substitute(
        each="LATERAL" if only else "",
        only_adults=one.format("g"),
        only_said=one.format("d"),
        only_children=f"AND c.id = ANY ({only})" if only else "",
    )
    values = ", ".join(_VALUES)
    columns = ", ".join(f"{column} text" for column in COLUMNS)
    return f"""
CREATE OR REPLACE FUNCTION classify({arguments})
RETURNS TABLE (center_id uuid, child_id uuid, school_id uuid, {columns})
LANGUAGE sql STABLE AS $$
SELECT center_id, id, school_id, {values} FROM ({rows}) counted
$$
"""  # noqa: S608 (made of constants)
