"""Database functions of the ledger: what a family may set going without seeing the staff."""

from __future__ import annotations

from app.db.functions import database_function

TELL_CONTESTED = database_function(
    "tell_contested(uuid, text[], jsonb, text, timestamptz)",
    """
CREATE OR REPLACE FUNCTION tell_contested(
    told_of uuid, roles text[], words jsonb, address text, moment timestamptz
) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
INSERT INTO notice (center_id, id, account_id, kind, title, body, url, lines, created_at)
SELECT DISTINCT ON (s.account_id) e.center_id, gen_random_uuid(), s.account_id,
    'ledger.contested', words, '{"plain": ""}'::jsonb, address, '[]'::jsonb, moment
FROM entry e JOIN staff s ON s.center_id = e.center_id AND (
    s.id IN (e.recorded_by_id, e.on_behalf_of_id) OR s.id IN (
        SELECT m.staff_id FROM role_grant g
        JOIN membership m ON m.center_id = g.center_id AND m.id = g.membership_id
        WHERE g.center_id = e.center_id AND g.school_id = e.school_id AND g.role = ANY (roles)
          AND g.starts_on <= moment AND (g.ends_on IS NULL OR g.ends_on >= moment::date)
          AND m.starts_on <= moment AND (m.ends_on IS NULL OR m.ends_on >= moment::date)))
WHERE e.center_id = current_setting('app.center_id')::uuid AND e.id = told_of
  AND e.child_id = ANY (current_setting('app.child_ids')::uuid[]) AND e.voided_at IS NULL
  AND s.account_id IS NOT NULL AND s.left_on IS NULL
  AND s.account_id <> current_setting('app.account_id')::uuid
  AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.center_id = e.center_id
      AND n.account_id = s.account_id AND n.kind = 'ledger.contested' AND n.url = address)
$$
""",
    executors=("qc_family",),
    reason="who wrote down what a family contests, and the head, are told; staff stay hidden",
)
