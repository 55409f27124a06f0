"""Who was where on a day, and who held the roles that rules name: what states are made of."""

from __future__ import annotations

from string import Template

# Children with their school, class, grade (1 to 9) and the groups a rule may name. ``ref`` decides
# who is there and in which group; ``hold`` is the day of the class and of leaving.
_PEOPLE = """
CREATE OR REPLACE FUNCTION duty_people(ref date, hold date$argument) RETURNS TABLE (
    center_id uuid, child_id uuid, school_id uuid, at_school_id uuid, homeroom_id uuid,
    grade integer, birth_day text, groups text[], gone boolean
) LANGUAGE sql STABLE AS $$$$
SELECT DISTINCT ON (c.center_id, c.id)
    c.center_id, c.id, c.school_id, e.at_school_id, p.homeroom_id,
    extract(year FROM ref - interval '8 months')::integer - h.intake_year + 1
        + CASE h.stage WHEN 'junior' THEN left(s.system, 1)::integer ELSE 0 END,
    to_char(c.birth_date, 'MM-DD'),
    array_remove(ARRAY[
        'all',
        CASE WHEN k.education IN ('one', 'both') THEN 'left_behind' END,
        CASE WHEN k.education = 'both' THEN 'both_parents_away' END,
        CASE WHEN c.boarding = 'boarding' THEN 'boarders' END,
        CASE WHEN 'yes' IN (k.orphan, k.de_facto_unsupported, k.hardship, k.disability,
            k.guardianship_gap) THEN 'priority' END
    ], NULL),
    coalesce(c.left_on <= hold, false)
FROM enrolment e
JOIN child c ON c.center_id = e.center_id AND c.id = e.child_id
    AND c.voided_at IS NULL AND c.merged_into_id IS NULL
JOIN classify(ref$given) k ON k.center_id = c.center_id AND k.child_id = c.id
LEFT JOIN placement p ON p.center_id = e.center_id AND p.child_id = e.child_id
    AND p.starts_on <= hold AND (p.ends_on IS NULL OR p.ends_on >= hold)
LEFT JOIN homeroom h ON h.center_id = p.center_id AND h.id = p.homeroom_id
LEFT JOIN school s ON s.center_id = h.center_id AND s.id = h.school_id
WHERE e.starts_on <= ref AND (e.ends_on IS NULL OR e.ends_on >= ref) $only
ORDER BY c.center_id, c.id, e.starts_on DESC, p.starts_on DESC
$$$$
"""
PEOPLE = Template(_PEOPLE).substitute(argument="", given="", only="")
SOME_PEOPLE = Template(_PEOPLE).substitute(
    argument=", these uuid[]", given=", these", only="AND e.child_id = ANY (these)"
)

# Who holds the roles that rules name, on a day: of a child (mentors), a class (class teachers), a
# school (everybody else).
HOLDERS = """
CREATE OR REPLACE FUNCTION duty_holders(hold date) RETURNS TABLE (
    center_id uuid, role text, of_id uuid, staff uuid[]
) LANGUAGE sql STABLE AS $$
SELECT g.center_id, g.role, coalesce(k.child_id, r.homeroom_id, g.school_id),
    array_agg(DISTINCT m.staff_id)
FROM role_grant g
JOIN membership m ON m.center_id = g.center_id AND m.id = g.membership_id
    AND (m.ends_on IS NULL OR m.ends_on >= hold)
LEFT JOIN grant_child k ON k.center_id = g.center_id AND k.grant_id = g.id AND g.role = 'mentor'
    AND k.starts_on <= hold AND (k.ends_on IS NULL OR k.ends_on >= hold)
LEFT JOIN grant_homeroom r ON r.center_id = g.center_id AND r.grant_id = g.id
    AND g.role = 'homeroom_teacher'
    AND r.starts_on <= hold AND (r.ends_on IS NULL OR r.ends_on >= hold)
WHERE g.starts_on <= hold AND (g.ends_on IS NULL OR g.ends_on >= hold)
    AND CASE g.role WHEN 'mentor' THEN k.child_id IS NOT NULL
        WHEN 'homeroom_teacher' THEN r.homeroom_id IS NOT NULL ELSE g.school_id IS NOT NULL END
GROUP BY 1, 2, 3
$$
"""
