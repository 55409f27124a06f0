"""What a family may know of the school's staff: who teaches its own children."""

from __future__ import annotations

from app.db.functions import database_function

OWN_CLASSES = database_function(
    "own_classes(date)",
    """
CREATE OR REPLACE FUNCTION own_classes(today date)
RETURNS TABLE (child_id uuid, homeroom_id uuid, name text, phone bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT p.child_id, p.homeroom_id, teacher.name, teacher.phone
FROM placement p
LEFT JOIN LATERAL (
    SELECT DISTINCT s.id, s.name, s.phone FROM grant_homeroom h
    JOIN role_grant g ON g.center_id = h.center_id AND g.id = h.grant_id
    JOIN membership m ON m.center_id = g.center_id AND m.id = g.membership_id
    JOIN staff s ON s.center_id = m.center_id AND s.id = m.staff_id
    WHERE h.center_id = p.center_id AND h.homeroom_id = p.homeroom_id
      AND g.role = 'homeroom_teacher'
      AND h.starts_on <= today AND (h.ends_on IS NULL OR h.ends_on >= today)
      AND g.starts_on <= today AND (g.ends_on IS NULL OR g.ends_on >= today)
      AND m.starts_on <= today AND (m.ends_on IS NULL OR m.ends_on >= today)
) teacher ON true
WHERE p.center_id = current_setting('app.center_id')::uuid
  AND p.child_id = ANY (current_setting('app.child_ids')::uuid[]) AND p.ends_on IS NULL
$$
""",
    executors=("qc_family",),
    reason="a family may know its child's class and teacher; placements and grants stay hidden",
)
