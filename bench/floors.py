"""One statement a page: the rows it shows, found as directly as the tables allow.

Given: center, school, child, round, room, guardian, few, many (staff numbers), day, since.
"""

from __future__ import annotations

_LIST = """
WITH shown AS (
    SELECT c.center_id, c.id, c.name, s.short_name, h.stage, h.intake_year, h.number, c.sex,
        c.birth_date, c.boarding, c.name_pinyin
    FROM child c
    JOIN school s ON s.center_id = c.center_id AND s.id = c.school_id
    LEFT JOIN placement p ON p.center_id = c.center_id AND p.child_id = c.id AND p.ends_on IS NULL
    LEFT JOIN homeroom h ON h.center_id = p.center_id AND h.id = p.homeroom_id
    WHERE c.center_id = %(center)s AND c.voided_at IS NULL AND c.merged_into_id IS NULL
    AND c.left_on IS NULL AND {where} ORDER BY {order} LIMIT 50)
SELECT shown.*, k.education, k.civil, EXISTS (
    SELECT FROM guardianship g JOIN guardian_phone n
    ON n.center_id = g.center_id AND n.guardian_id = g.guardian_id AND n.dead_on IS NULL
    WHERE g.center_id = shown.center_id AND g.child_id = shown.id)
FROM shown JOIN classify(%(day)s, ARRAY(SELECT id FROM shown)) k ON k.child_id = shown.id
"""
_CHILD = """
SELECT 'adult', g.relation, a.name, g.starts_on::text FROM guardianship g
JOIN guardian a ON a.center_id = g.center_id AND a.id = g.guardian_id
WHERE g.center_id = %(center)s AND g.child_id = %(child)s
UNION ALL
SELECT 'fact', k.education, k.civil, k.hardship FROM classify(%(day)s, ARRAY[%(child)s]) k
UNION ALL
SELECT 'duty', f.rule_key, f.state, f.opens::text FROM duty_result f
WHERE f.center_id = %(center)s AND f.subject_id = %(child)s AND f.opens >= %(since)s
UNION ALL
SELECT * FROM (SELECT 'entry', e.title, e.text, e.happened_on::text FROM entry e
    WHERE e.center_id = %(center)s AND e.child_id = %(child)s ORDER BY e.happened_on DESC LIMIT 20
) newest
"""
_COUNTS = """count(*), count(*) FILTER (WHERE c.sex = 'male'),
    count(*) FILTER (WHERE k.education IN ('one', 'both')),
    count(*) FILTER (WHERE k.education = 'both'), count(*) FILTER (WHERE k.civil = 'yes'),
    count(*) FILTER (WHERE k.education = 'unknown')"""
_SCHOOL_HOME = f"""
SELECT p.homeroom_id, {_COUNTS}
FROM child c JOIN placement p
    ON p.center_id = c.center_id AND p.child_id = c.id AND p.ends_on IS NULL
JOIN classify(%(day)s, ARRAY(SELECT id FROM child WHERE center_id = %(center)s
    AND school_id = %(school)s AND left_on IS NULL)) k ON k.child_id = c.id
WHERE c.center_id = %(center)s AND c.school_id = %(school)s GROUP BY 1
"""  # noqa: S608 (constants)
_CENTER_HOME = f"""
SELECT s.short_name, {_COUNTS}
FROM child c JOIN school s ON s.center_id = c.center_id AND s.id = c.school_id
JOIN classify(%(day)s) k ON k.center_id = c.center_id AND k.child_id = c.id
WHERE c.center_id = %(center)s AND c.left_on IS NULL GROUP BY 1
"""  # noqa: S608 (constants)
_ATTENTION = """
SELECT (SELECT count(*) FROM child c WHERE c.left_on IS NULL AND NOT EXISTS (
        SELECT FROM guardianship g JOIN guardian_phone n ON n.center_id = g.center_id
        AND n.guardian_id = g.guardian_id AND n.dead_on IS NULL
        WHERE g.center_id = c.center_id AND g.child_id = c.id)),
    (SELECT count(*) FROM classify(%(day)s) WHERE education = 'unknown'),
    (SELECT count(DISTINCT g.child_id) FROM guardianship g JOIN (
        SELECT center_id, guardian_id FROM parent_status GROUP BY 1, 2
        HAVING max(confirmed_on) < %(since)s) old
        ON old.center_id = g.center_id AND old.guardian_id = g.guardian_id),
    (SELECT count(DISTINCT child_id) FROM identity_document WHERE state = 'to_verify'),
    (SELECT count(*) FROM (SELECT g.name, n.number_index FROM guardian g
        JOIN guardian_phone n ON n.center_id = g.center_id AND n.guardian_id = g.id
        GROUP BY 1, 2 HAVING count(*) > 1) twice)
"""
_TODO = """
SELECT c.name, r.title, w.opens, w.closes, w.due, count(e.id)
FROM staff f
JOIN membership m ON m.center_id = f.center_id AND m.staff_id = f.id
JOIN role_grant g ON g.center_id = m.center_id AND g.membership_id = m.id
JOIN grant_child k ON k.center_id = g.center_id AND k.grant_id = g.id AND k.ends_on IS NULL
JOIN child c ON c.center_id = k.center_id AND c.id = k.child_id
JOIN duty_rule r ON r.center_id = c.center_id AND r.performer = 'mentor'
JOIN duty_window w ON w.center_id = r.center_id AND w.rule_id = r.id AND w.frozen_at IS NULL
    AND w.opens <= %(day)s
LEFT JOIN entry e ON e.center_id = c.center_id AND e.child_id = c.id AND e.kind = ANY (r.entry)
    AND e.happened_on BETWEEN w.opens AND w.due
WHERE f.center_id = %(center)s AND f.number = {number}
GROUP BY 1, 2, 3, 4, 5, r.min_times HAVING count(e.id) < r.min_times ORDER BY w.due, c.name
"""
BOARD = """
SELECT f.school_id, f.policy_id, f.rule_key, count(*) FILTER (WHERE f.state = 'done'),
    count(*) FILTER (WHERE f.state = 'missed'), count(*) FILTER (WHERE f.state = 'excused')
FROM duty_result f WHERE f.center_id = %(center)s AND f.opens >= %(since)s {of_results}
GROUP BY 1, 2, 3
UNION ALL
SELECT school_id, policy_id, key, count(*) FILTER (WHERE made), count(*) FILTER (WHERE NOT made), 0
FROM (
    SELECT b.school_id, w.policy_id, r.key, b.child_id, w.id, count(e.id) >= r.min_times AS made
    FROM bench_left_behind b
    JOIN duty_rule r ON 'left_behind' = ANY (r.covers)
    JOIN duty_window w ON w.rule_id = r.id AND w.frozen_at IS NULL AND w.opens <= %(day)s
    LEFT JOIN entry e ON e.center_id = %(center)s AND e.child_id = b.child_id
        AND e.kind = ANY (r.entry) AND e.happened_on BETWEEN w.opens AND w.due
    {of_children}
    GROUP BY 1, 2, 3, 4, 5, r.min_times) live
GROUP BY 1, 2, 3
"""
"""The raw aggregate: results as they lie and open windows by entries, of a list of children that
somebody has made before; who is covered, excused or answers is not asked."""
_FAMILY = """
SELECT c.name, e.title, e.text, e.happened_on FROM guardianship g
JOIN child c ON c.center_id = g.center_id AND c.id = g.child_id
LEFT JOIN LATERAL (SELECT * FROM entry e WHERE e.center_id = c.center_id AND e.child_id = c.id
    AND e.audience = 'guardian' ORDER BY e.happened_on DESC LIMIT 20) e ON true
WHERE g.center_id = %(center)s AND g.guardian_id = %(guardian)s
"""
_GRID = """
SELECT c.name, u.* FROM placement p JOIN child c ON c.center_id = p.center_id AND c.id = p.child_id
LEFT JOIN health_checks_check_up u ON u.center_id = c.center_id AND u.child_id = c.id
    AND u.round_id = %(round)s
WHERE p.center_id = %(center)s AND p.homeroom_id = %(room)s AND p.ends_on IS NULL
ORDER BY c.name_pinyin
"""
_OF_SCHOOL = {
    "of_results": "AND f.school_id = %(school)s",
    "of_children": "WHERE b.school_id = %(school)s",
}

FLOORS = {
    "school_list": _LIST.format(
        where="c.school_id = %(school)s",
        order="h.stage DESC, h.intake_year DESC, h.number, c.name_pinyin, c.id",
    ),
    "search": _LIST.format(
        where="c.name_initials >= 'zs' AND c.name_initials < 'zt'", order="c.name_pinyin, c.id"
    ),
    "child": _CHILD,
    "school_home": _SCHOOL_HOME,
    "center_home": _CENTER_HOME,
    "attention": _ATTENTION,
    "todo_few": _TODO.format(number="%(few)s"),
    "todo_many": _TODO.format(number="%(many)s"),
    "school_board": BOARD.format(**_OF_SCHOOL),
    "center_board": BOARD.format(of_results="", of_children=""),
    "family": _FAMILY,
    "grid": _GRID,
}
