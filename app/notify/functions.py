"""Database functions of notices: what is known across schools and centres."""

from __future__ import annotations

from app.db.functions import database_function

STAFF_IN_ROLES = database_function(
    "staff_in_roles(uuid[], text[], date)",
    """
CREATE OR REPLACE FUNCTION staff_in_roles(schools uuid[], roles text[], today date)
RETURNS TABLE (school_id uuid, staff_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT DISTINCT g.school_id, m.staff_id FROM role_grant g
JOIN membership m ON m.center_id = g.center_id AND m.id = g.membership_id
JOIN staff s ON s.center_id = m.center_id AND s.id = m.staff_id
WHERE g.center_id = current_setting('app.center_id')::uuid
  AND (g.school_id IS NULL OR g.school_id = ANY (schools)) AND g.role = ANY (roles)
  AND s.account_id IS NOT NULL AND (s.left_on IS NULL OR s.left_on >= today)
  AND g.starts_on <= today AND (g.ends_on IS NULL OR g.ends_on >= today)
  AND m.starts_on <= today AND (m.ends_on IS NULL OR m.ends_on >= today)
$$
""",
    executors=("qc_center", "qc_school"),
    reason="a school tells those who answer for something at another school of the centre",
)

CENTERS_TO_NOTIFY = database_function(
    "centers_to_notify(timestamptz, date, integer)",
    """
CREATE OR REPLACE FUNCTION centers_to_notify(moment timestamptz, today date, now_hour integer)
RETURNS TABLE (center_id uuid, digest boolean, mail boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT * FROM (
  SELECT c.id,
    now_hour BETWEEN wanted.hour AND wanted.hour + 8 AND EXISTS (
      SELECT 1 FROM term t WHERE t.center_id = c.id AND today BETWEEN t.starts_on AND t.ends_on)
    AND NOT EXISTS (
      SELECT 1 FROM job j WHERE j.center_id = c.id
        AND j.unique_key = 'center:notify.digest ' || today::text) AS digest,
    EXISTS (
      SELECT 1 FROM notice_delivery d
      WHERE d.center_id = c.id AND d.state = 'waiting' AND d.due_at <= moment)
    AND NOT EXISTS (
      SELECT 1 FROM job j WHERE j.center_id = c.id AND j.kind = 'notify.deliver'
        AND j.state IN ('waiting', 'running')) AS mail
  FROM center c CROSS JOIN LATERAL (
    SELECT coalesce((
      SELECT (s.value ->> 'value')::integer FROM setting s WHERE s.center_id = c.id
        AND s.key = 'digest_hour' AND s.value ->> 'value' ~ '^[0-9]{1,2}$'), 7) AS hour) wanted
) found WHERE digest OR mail
$$
""",
    executors=("qinchao_app",),
    reason="the scheduler serves all centres",
)

FORGET_NOTICES = database_function(
    "forget_notices(timestamptz)",
    """
CREATE OR REPLACE FUNCTION forget_notices(written_before timestamptz)
RETURNS bigint LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
WITH gone AS (
    DELETE FROM notice WHERE center_id = current_setting('app.center_id')::uuid
    AND created_at < written_before RETURNING 1)
SELECT count(*) FROM gone
$$
""",
    executors=("qc_center",),
    reason="nobody reads a notice after a year; readers may mark theirs, not remove them",
)
