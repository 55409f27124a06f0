"""The one SQL definition of what became of every duty, as of any day.

A duty is one window of one rule for one subject. Who is covered is decided on the window's middle
day (before it, on the day asked about), so that a list does not grow on its last day. Its state is

* done: enough acts of the rule's kinds took place between ``opens`` and ``due``, and were written
  down by ``settles``;
* excused: an exemption covers half of the window or more, or the child has left;
* due: not done, and ``due`` has not passed;
* missed: not done, and it has.

A school whose modules record none of a rule's kinds owes nothing by it: it waits for the module.

An act in the days of grace belongs to the next window unless this one lacks it: ``taken`` says how
many acts of the next window made up for this one, and the next one counts without them.

The definition is written once and made into three functions: of all that the caller may see; of
some subjects only (``these``), which costs them and not the school; and of the windows that a night
closes, whose neighbours are frozen before them or not asked for.
"""

from __future__ import annotations

from string import Template

CARRY_STEP = """
CREATE OR REPLACE FUNCTION duty_carry_step(
    before integer, own integer, late integer, least_times integer
) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
SELECT least(late, greatest(least_times - (own - before), 0))
$$
"""

CARRY = """
CREATE OR REPLACE AGGREGATE duty_carry(integer, integer, integer) (
    SFUNC = duty_carry_step, STYPE = integer, INITCOND = '0'
)
"""

_ALIVE = """
SELECT w.center_id, w.id, w.school_id, w.policy_id, w.rule_id, r.key, r.entry, r.performer,
    r.subject, r.covers, r.min_times, r.grades, w.birth_day, w.opens, w.closes, w.due, w.settles,
    w.next_opens, least(on_day, w.middle) AS ref, least(on_day, w.closes) AS hold
FROM duty_window w
JOIN duty_rule r ON r.center_id = w.center_id AND r.id = w.rule_id
WHERE w.opens BETWEEN since AND on_day AND (w.frozen_at IS NULL OR w.due >= on_day)
    $only_windows"""

# Where a window's kinds can be recorded: kinds without a dot are the core's own, and those of its
# parts that have kinds.
_USABLE = """
SELECT w.center_id, w.id, s.id AS school_id FROM alive w
JOIN school s ON s.center_id = w.center_id
WHERE EXISTS (SELECT 1 FROM unnest(w.entry) AS k (kind)
    LEFT JOIN module_switch m ON m.center_id = s.center_id AND m.school_id = s.id AND m.enabled
        AND m.module = split_part(k.kind, '.', 1)
    LEFT JOIN module_offer o ON o.center_id = m.center_id AND o.module = m.module
    WHERE k.kind NOT LIKE '%.%' OR split_part(k.kind, '.', 1) IN ('duties', 'reports')
        OR (m.enabled AND o.offered IS NOT FALSE))"""

# Everybody once for each pair of days that windows ask about, not once for each window.
_PEOPLE_THEN = """
SELECT d.ref, d.hold, q.* FROM (
    SELECT DISTINCT ref, hold FROM alive WHERE subject IN ('child', 'guardian')
) d, LATERAL duty_people(d.ref, d.hold$given) q"""

# One row for each subject that a window covers.
_COVERED = """
SELECT w.*, p.child_id AS subject_id, coalesce(w.school_id, p.school_id) AS held_by,
    p.homeroom_id, p.gone OR p.school_id <> coalesce(w.school_id, p.school_id) AS gone
FROM alive w
JOIN people p ON p.center_id = w.center_id AND p.ref = w.ref AND p.hold = w.hold
WHERE w.subject IN ('child', 'guardian') AND p.groups && w.covers
    AND (w.school_id IS NULL OR p.at_school_id = w.school_id)
    AND (w.birth_day IS NULL OR w.birth_day = p.birth_day)
    AND (w.grades = '{}' OR p.grade = ANY (w.grades))
UNION ALL
SELECT w.*, h.id, h.school_id, h.id, false
FROM alive w
JOIN homeroom h ON h.center_id = w.center_id AND (h.closed_on IS NULL OR h.closed_on > w.ref)
    $only_rooms
JOIN school s ON s.center_id = h.center_id AND s.id = h.school_id
CROSS JOIN LATERAL (SELECT extract(year FROM w.ref - interval '8 months')::integer
    - h.intake_year + 1 AS year, left(s.system, 1)::integer AS primary_years) g
WHERE w.subject = 'homeroom' AND (w.school_id IS NULL OR h.school_id = w.school_id)
    AND h.stage <> 'kindergarten'
    AND g.year BETWEEN 1 AND CASE h.stage WHEN 'junior' THEN 9 - g.primary_years
        ELSE g.primary_years END
    AND (w.grades = '{}' OR g.year + CASE h.stage WHEN 'junior' THEN g.primary_years ELSE 0 END
        = ANY (w.grades))
UNION ALL
SELECT w.*, s.id, s.id, NULL, false
FROM alive w
JOIN school s ON s.center_id = w.center_id AND (s.closed_on IS NULL OR s.closed_on > w.ref)
    $only_schools
WHERE w.subject = 'school' AND (w.school_id IS NULL OR s.id = w.school_id)
    AND (current_setting('role') = 'qc_center'
        OR s.id = ANY (current_setting('app.school_ids')::uuid[]))
UNION ALL
SELECT w.*, m.staff_id, m.school_id, NULL, false
FROM alive w
JOIN (SELECT DISTINCT d.ref, b.center_id, b.staff_id, b.school_id
    FROM (SELECT DISTINCT ref FROM alive WHERE subject = 'staff') d
    JOIN membership b ON b.school_id IS NOT NULL AND b.starts_on <= d.ref
        AND (b.ends_on IS NULL OR b.ends_on >= d.ref)
    JOIN staff f ON f.center_id = b.center_id AND f.id = b.staff_id AND f.kind = 'teacher'
    $only_staff
) m ON m.center_id = w.center_id AND m.ref = w.ref
WHERE w.subject = 'staff' AND (w.school_id IS NULL OR m.school_id = w.school_id)
    AND (w.performer = 'staff' OR EXISTS (
        SELECT 1 FROM role_grant g JOIN membership b
        ON b.center_id = g.center_id AND b.id = g.membership_id
        WHERE b.center_id = m.center_id AND b.staff_id = m.staff_id AND b.school_id = m.school_id
        AND g.role = w.performer AND g.starts_on <= w.ref
        AND (g.ends_on IS NULL OR g.ends_on >= w.ref)))"""

# The acts that count, by the part of the window they fall into.
_IN_TIME = """e.kind = ANY (w.entry) AND e.voided_at IS NULL
    AND e.happened_on BETWEEN w.opens AND least(w.due, on_day)
    AND (e.first_recorded_at AT TIME ZONE 'Asia/Shanghai')::date <= least(w.settles, on_day)"""
_ACTS = f"""
SELECT w.center_id, w.id, e.child_id AS subject_id, e.act_id AS counted, e.happened_on, e.outcome
FROM alive w JOIN entry e ON e.center_id = w.center_id AND {_IN_TIME}
WHERE w.subject IN ('child', 'guardian') AND e.child_id IS NOT NULL $only_entries
UNION ALL
SELECT w.center_id, w.id, g.child_id, e.act_id, e.happened_on, e.outcome
FROM alive w JOIN entry e ON e.center_id = w.center_id AND {_IN_TIME}
JOIN guardianship g ON g.center_id = e.center_id AND g.guardian_id = e.guardian_id
    AND g.starts_on <= e.happened_on AND (g.ends_on IS NULL OR g.ends_on >= e.happened_on)
WHERE w.subject = 'guardian' AND e.child_id IS NULL $only_bonds
UNION ALL
SELECT w.center_id, w.id, CASE w.subject WHEN 'homeroom' THEN e.homeroom_id
    WHEN 'school' THEN e.origin_school_id ELSE coalesce(e.on_behalf_of_id, e.recorded_by_id) END,
    CASE w.subject WHEN 'staff' THEN coalesce(e.child_id, e.act_id) ELSE e.act_id END,
    e.happened_on, e.outcome
FROM alive w JOIN entry e ON e.center_id = w.center_id AND {_IN_TIME}
WHERE w.subject IN ('homeroom', 'school', 'staff') $only_others"""  # noqa: S608 (constants of this module)

_HITS = f"""
SELECT a.center_id, a.id, a.subject_id,
    count(DISTINCT a.counted) FILTER (WHERE a.outcome = 'done' AND a.happened_on <= w.closes)
        AS own,
    count(DISTINCT a.counted) FILTER (WHERE a.outcome = 'done' AND a.happened_on > w.closes
        AND (a.happened_on < w.next_opens) IS NOT FALSE) AS between,
    count(DISTINCT a.counted) FILTER (WHERE a.outcome = 'done' AND a.happened_on > w.closes
        AND a.happened_on >= w.next_opens) AS late,
    count(DISTINCT a.counted) FILTER (WHERE a.outcome <> 'done') AS tries
FROM ({_ACTS}) a
JOIN alive w ON w.center_id = a.center_id AND w.id = a.id
WHERE a.subject_id IS NOT NULL GROUP BY 3, 2, 1"""  # noqa: S608 (constants of this module)

_EXCUSED = """
SELECT w.center_id, w.id, x.subject, x.subject_id, min(x.reason) AS reason
FROM alive w
JOIN duty_exemption x ON x.center_id = w.center_id AND x.voided_at IS NULL
    AND (x.policy_id IS NULL OR x.policy_id = w.policy_id)
    AND (x.rule_key IS NULL OR x.rule_key = w.key)
    AND 2 * (least(x.ends_on, w.closes) - greatest(x.starts_on, w.opens) + 1)
        >= w.closes - w.opens + 1
GROUP BY 1, 2, 3, 4"""

# What was done in the window before counts there first. All that is asked of other tables is asked
# here, so that one sorting serves both ways of looking along a row of windows; it begins with what
# differs most.
_COUNTED = """
SELECT c.*, coalesce(h.tries, 0) AS tries, coalesce(b.taken, 0) AS before,
    coalesce(h.own, 0)::integer AS own, coalesce(h.between, 0)::integer AS between,
    coalesce(h.late, 0)::integer AS late,
    coalesce(x.reason, y.reason, z.reason, CASE WHEN c.gone THEN 'left' END) AS why,
    duty_carry((coalesce(h.own, 0) + coalesce(h.between, 0) - coalesce(b.taken, 0))::integer,
        coalesce(h.late, 0)::integer, c.min_times::integer) OVER series AS taken
FROM covered c
JOIN usable u ON u.center_id = c.center_id AND u.id = c.id AND u.school_id = c.held_by
LEFT JOIN hits h ON h.center_id = c.center_id AND h.id = c.id AND h.subject_id = c.subject_id
LEFT JOIN duty_result b ON b.center_id = c.center_id AND b.policy_id = c.policy_id
    AND b.next_opens = c.opens AND b.rule_key = c.key AND b.subject_id = c.subject_id
    AND b.taken > 0
LEFT JOIN excused x ON x.center_id = c.center_id AND x.id = c.id AND x.subject_id = c.subject_id
    AND x.subject IN ('child', 'staff')
LEFT JOIN excused y ON y.center_id = c.center_id AND y.id = c.id AND y.subject = 'homeroom'
    AND y.subject_id = c.homeroom_id
LEFT JOIN excused z ON z.center_id = c.center_id AND z.id = c.id AND z.subject = 'school'
    AND z.subject_id = c.held_by
WINDOW series AS (PARTITION BY c.subject_id, c.policy_id, c.key, c.held_by, c.center_id
    ORDER BY c.opens)"""

_JUDGED = """
SELECT n.*, n.own + n.between - n.before + n.taken - coalesce(lag(n.taken) OVER series, 0) AS made
FROM counted n
WINDOW series AS (PARTITION BY n.subject_id, n.policy_id, n.key, n.held_by, n.center_id
    ORDER BY n.opens)"""

# A concern is a window of its own: from the day it was raised to its deadline.
_CONCERNS = """
SELECT c.center_id, c.school_id, r.policy_id, r.id, r.key, NULL::uuid, c.id, 'child', c.child_id,
    p.homeroom_id, r.performer, c.raised_on, c.due_on, c.due_on, NULL::date,
    (c.closed_on <= least(c.due_on, on_day)) IS TRUE, 0, 0,
    CASE WHEN k.left_on <= on_day THEN 'left' END, least(on_day, c.due_on)
FROM concern c
JOIN child k ON k.center_id = c.center_id AND k.id = c.child_id
JOIN duty_rule r ON r.center_id = c.center_id AND r.every = 'concern:' || c.kind
    AND (r.school_id IS NULL OR r.school_id = c.school_id)
JOIN duty_policy_version v ON v.center_id = r.center_id AND v.id = r.version_id
    AND v.in_force_from <= c.raised_on
    AND (v.in_force_until IS NULL OR v.in_force_until >= c.raised_on)
LEFT JOIN placement p ON p.center_id = c.center_id AND p.child_id = c.child_id
    AND p.ends_on IS NULL
WHERE c.voided_at IS NULL AND c.raised_on BETWEEN since AND on_day $only_concerns
    AND NOT EXISTS (SELECT 1 FROM duty_result f WHERE f.center_id = c.center_id
        AND f.concern_id = c.id AND f.rule_id = r.id AND f.due < on_day)"""

_TABLE = """TABLE (
    center_id uuid, school_id uuid, policy_id uuid, rule_id uuid, rule_key text, window_id uuid,
    concern_id uuid, subject text, subject_id uuid, homeroom_id uuid, owed_by uuid[],
    stand_in boolean, opens date, closes date, due date, next_opens date, done integer,
    tries integer, taken integer, state text, excuse text, frozen boolean
)"""

_LIVE = f"""
CREATE OR REPLACE FUNCTION $name(on_day date, since date$argument) RETURNS {_TABLE}
LANGUAGE sql STABLE $planned
AS $$$$
WITH alive AS MATERIALIZED ({_ALIVE}), usable AS MATERIALIZED ({_USABLE}),
people AS MATERIALIZED ({_PEOPLE_THEN}), covered AS ({_COVERED}),
hits AS MATERIALIZED ({_HITS}),
excused AS MATERIALIZED ({_EXCUSED}), counted AS ({_COUNTED}), judged AS ({_JUDGED}),
live AS (
    SELECT center_id, held_by AS school_id, policy_id, rule_id, key, id AS window_id,
        NULL::uuid AS concern_id, subject, subject_id, homeroom_id, performer, opens, closes, due,
        next_opens, made >= min_times AS enough, made::integer AS made, tries::integer AS tries,
        taken, why, hold
    FROM judged
    UNION ALL
    SELECT center_id, school_id, policy_id, id, key, NULL, concern_id, subject, child_id,
        homeroom_id, performer, opens, closes, due, next_opens, enough, enough::integer, tries,
        taken, why, hold
    FROM ({_CONCERNS}) AS x (center_id, school_id, policy_id, id, key, window_id, concern_id,
        subject, child_id, homeroom_id, performer, opens, closes, due, next_opens, enough, tries,
        taken, why, hold)
),
owed AS (
    SELECT l.*, CASE l.role WHEN 'mentor' THEN l.subject_id
        WHEN 'homeroom_teacher' THEN l.homeroom_id ELSE l.school_id END AS of_id
    FROM (SELECT *, CASE WHEN performer IN ('guardian', 'parent', 'child', 'staff')
        THEN 'homeroom_teacher' ELSE performer END AS role FROM live) l
),
holders AS MATERIALIZED (
    SELECT d.hold, h.* FROM (SELECT DISTINCT hold FROM live) d, LATERAL duty_holders(d.hold) h
    $only_holders
)
SELECT l.center_id, l.school_id, l.policy_id, l.rule_id, l.key, l.window_id, l.concern_id,
    l.subject, l.subject_id, l.homeroom_id,
    CASE WHEN l.subject = 'staff' THEN ARRAY[l.subject_id]
        ELSE coalesce(o.staff, t.staff, a.staff, '{{}}') END,
    l.subject <> 'staff' AND o.staff IS NULL,
    l.opens, l.closes, l.due, l.next_opens, l.made, l.tries, l.taken,
    CASE WHEN l.enough THEN 'done' WHEN l.why IS NOT NULL THEN 'excused'
        WHEN on_day <= l.due THEN 'due' ELSE 'missed' END,
    CASE WHEN NOT l.enough THEN l.why END, false
FROM owed l
LEFT JOIN holders o ON o.center_id = l.center_id AND o.hold = l.hold AND o.role = l.role
    AND o.of_id = l.of_id
LEFT JOIN holders t ON t.center_id = l.center_id AND t.hold = l.hold
    AND t.role = 'homeroom_teacher' AND t.of_id = l.homeroom_id
LEFT JOIN holders a ON a.center_id = l.center_id AND a.hold = l.hold
    AND a.role = 'school_admin' AND a.of_id = l.school_id
$$$$
"""  # noqa: S608 (constants of this module)
_EVERYBODY = dict.fromkeys(
    (
        "argument", "given", "only_windows", "only_rooms", "only_schools", "only_staff",
        "only_entries", "only_bonds", "only_others", "only_concerns", "only_holders",
    ),
    "",
)  # fmt: skip
_THESE = {
    "name": "duty_live",
    "only_windows": "",
    "argument": ", these uuid[]",
    "given": ", these",
    "only_rooms": "AND h.id = ANY (these)",
    "only_schools": "AND s.id = ANY (these)",
    "only_staff": "AND b.staff_id = ANY (these)",
    "only_entries": "AND e.child_id = ANY (these)",
    "only_bonds": "AND g.child_id = ANY (these)",
    "only_others": "AND (e.homeroom_id = ANY (these) OR e.origin_school_id = ANY (these)"
    " OR coalesce(e.on_behalf_of_id, e.recorded_by_id) = ANY (these))",
    "only_concerns": "AND c.child_id = ANY (these)",
    "only_holders": "",
}
# The planner cannot guess how many subjects a window covers: of a whole school or centre it must
# not go through them one by one, of a few it must.
_WHOLE = "ROWS 50000 SET enable_nestloop = off SET enable_mergejoin = off"
LIVE = Template(_LIVE).substitute(_EVERYBODY, name="duty_live", planned=_WHOLE)
CLOSING = Template(_LIVE).substitute(
    _EVERYBODY
    | {
        "name": "duty_closing",
        "argument": ", windows uuid[]",
        "only_windows": "AND w.id = ANY (windows)",
    },
    planned=_WHOLE,
)
SOME_LIVE = Template(_LIVE).substitute(_THESE, planned="ROWS 50 SET enable_mergejoin = off")

# Without settings of its own the planner takes it into the query that asks: what is frozen is
# counted where it lies.
_STATES = f"""
CREATE OR REPLACE FUNCTION duty_states(on_day date, since date$argument) RETURNS {_TABLE}
LANGUAGE sql STABLE AS $$$$
SELECT * FROM duty_live(on_day, since$given)
UNION ALL
SELECT f.center_id, f.school_id, f.policy_id, f.rule_id, f.rule_key, f.window_id, f.concern_id,
    f.subject, f.subject_id, f.homeroom_id, f.owed_by, f.stand_in, f.opens, f.closes, f.due,
    f.next_opens, f.done, f.tries, f.taken, f.state, f.excuse, true
FROM duty_result f WHERE f.opens >= since AND f.due < on_day $only
$$$$
"""  # noqa: S608 (constants of this module)
STATES = Template(_STATES).substitute(argument="", given="", only="")
SOME_STATES = Template(_STATES).substitute(
    argument=", these uuid[]", given=", these", only="AND f.subject_id = ANY (these)"
)
