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

WHO_READS = database_function(
    "who_reads(date)",
    """
CREATE OR REPLACE FUNCTION who_reads(today date)
RETURNS TABLE (child_id uuid, guardian_id uuid, name text, relation text, own boolean,
               activation_id uuid, printed_at timestamptz, printed_by text, used_at timestamptz,
               disputed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT r.child_id, g.id, g.name, r.relation,
    g.account_id = current_setting('app.account_id')::uuid, a.id, a.made_at,
    s.name, a.used_at, a.disputed_at
FROM guardianship r
JOIN guardian g ON g.center_id = r.center_id AND g.id = r.guardian_id
LEFT JOIN LATERAL (
    SELECT x.* FROM activation x
    WHERE x.center_id = r.center_id AND x.guardian_id = g.id AND x.used_at IS NOT NULL
    AND (x.child_id = r.child_id OR x.school_id = r.school_id)
    ORDER BY x.used_at DESC LIMIT 1) a ON true
LEFT JOIN staff s ON s.center_id = a.center_id AND s.id = a.made_by_id
WHERE r.center_id = current_setting('app.center_id')::uuid
  AND r.child_id = ANY (current_setting('app.child_ids')::uuid[])
  AND NOT r.barred AND r.starts_on <= today AND (r.ends_on IS NULL OR r.ends_on >= today)
  AND g.voided_at IS NULL AND g.account_id IS NOT NULL
  AND bond_opened(r.center_id, r.guardian_id, r.school_id, r.vouched_school_id)
UNION ALL
SELECT k.id, s.id, s.name, 'partner', false, NULL, NULL, NULL, NULL, NULL
FROM child k
JOIN grant_child p ON p.center_id = k.center_id AND p.child_id = k.id
JOIN role_grant o ON o.center_id = p.center_id AND o.id = p.grant_id AND o.reach = 'family'
JOIN membership m ON m.center_id = o.center_id AND m.id = o.membership_id
JOIN staff s ON s.center_id = m.center_id AND s.id = m.staff_id
JOIN partner_grants(m.center_id, m.staff_id, today) g ON g.id = o.id
WHERE k.center_id = current_setting('app.center_id')::uuid
  AND k.id = ANY (current_setting('app.child_ids')::uuid[]) AND k.school_id = o.school_id
  AND (k.left_on IS NULL OR k.left_on >= today)
  AND p.starts_on <= today AND (p.ends_on IS NULL OR p.ends_on >= today)
ORDER BY 9, 2
$$
""",
    executors=("qc_family",),
    reason="a family sees who reads of its child and whose slip opened it; grants stay hidden",
)

DISPUTE_SLIP = database_function(
    "dispute_slip(uuid, timestamptz)",
    """
CREATE OR REPLACE FUNCTION dispute_slip(slip uuid, moment timestamptz)
RETURNS TABLE (child_id uuid, guardian_id uuid, school_id uuid)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
UPDATE activation a SET disputed_at = coalesce(a.disputed_at, moment)
WHERE a.center_id = current_setting('app.center_id')::uuid AND a.id = slip
  AND a.used_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM guardianship r WHERE r.center_id = a.center_id
    AND r.guardian_id = a.guardian_id
    AND r.child_id = ANY (current_setting('app.child_ids')::uuid[]))
RETURNING a.child_id, a.guardian_id, a.school_id
$$
""",
    executors=("qc_family",),
    reason="a family says that a slip was not used by the guardian; it writes nothing else",
)
