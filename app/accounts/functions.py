"""Database functions of accounts: what must be known or done before or beyond a scope."""

from __future__ import annotations

from app.db.functions import database_function

# Whether the page of a child is open to an adult: the child's school, or an earlier one, has
# vouched for the adult, or this school has for a brother or sister. A school writes only bonds of
# its own children, so none can vouch for another.
BOND_OPENED = database_function(
    "bond_opened(uuid, uuid, uuid, uuid)",
    """
CREATE OR REPLACE FUNCTION bond_opened(center uuid, adult uuid, school uuid, vouched uuid)
RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT vouched IS NOT NULL OR EXISTS (
    SELECT 1 FROM guardianship v WHERE v.center_id = center AND v.guardian_id = adult
    AND v.school_id = school AND v.vouched_school_id = school)
$$
""",
    executors=("qc_center",),
    reason="says once what opens a child's page; runs with the rights of whoever asks",
)

PARTNER_GRANTS = database_function(
    "partner_grants(uuid, uuid, date)",
    """
CREATE OR REPLACE FUNCTION partner_grants(center uuid, who uuid, today date)
RETURNS TABLE (id uuid, school_id uuid, ends_on date) LANGUAGE sql STABLE AS $$
SELECT g.id, g.school_id, least(g.ends_on, m.ends_on) FROM role_grant g
JOIN membership m ON m.center_id = g.center_id AND m.id = g.membership_id
WHERE g.center_id = center AND m.staff_id = who AND g.reach = 'family'
  AND g.starts_on <= today AND g.ends_on >= today
  AND m.starts_on <= today AND (m.ends_on IS NULL OR m.ends_on >= today)
$$
""",
    executors=("qc_center",),
    reason="says once which grants let a mentor from outside in; runs with the asker's rights",
)

PRINCIPAL_OF = database_function(
    "principal_of(uuid, date)",
    """
CREATE OR REPLACE FUNCTION principal_of(who uuid, today date) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT jsonb_build_object(
  'kind', a.kind, 'epoch', a.session_epoch, 'ended', a.ended_sessions,
  'must_change', a.must_change,
  'disabled', a.disabled_at IS NOT NULL, 'locale', a.locale,
  'staff', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'center_id', c.id, 'slug', c.slug, 'center', c.name, 'staff_id', s.id, 'name', s.name,
      'schools', coalesce((
        SELECT jsonb_agg(jsonb_build_array(x.id, x.code, x.short_name) ORDER BY x.position, x.code)
        FROM school x WHERE x.center_id = s.center_id AND x.closed_on IS NULL AND EXISTS (
          SELECT 1 FROM role_grant g
          JOIN membership m ON m.center_id = g.center_id AND m.id = g.membership_id
          WHERE g.center_id = s.center_id AND m.staff_id = s.id AND g.reach <> 'family'
            AND (g.school_id = x.id OR g.school_id IS NULL)
            AND g.starts_on <= today AND (g.ends_on IS NULL OR g.ends_on >= today)
            AND m.starts_on <= today AND (m.ends_on IS NULL OR m.ends_on >= today))), '[]'),
      'overrides', coalesce((
        SELECT jsonb_agg(jsonb_build_array(o.role, o.permission, o.allowed))
        FROM role_permission o WHERE o.center_id = c.id), '[]'),
      'grants', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
          'id', g.id, 'role', g.role, 'reach', g.reach, 'school_id', g.school_id,
          'homerooms', coalesce((
            SELECT jsonb_agg(h.homeroom_id) FROM grant_homeroom h
            WHERE h.center_id = g.center_id AND h.grant_id = g.id AND h.starts_on <= today
              AND (h.ends_on IS NULL OR h.ends_on >= today)), '[]'),
          'children', coalesce((
            SELECT jsonb_agg(k.child_id) FROM grant_child k
            WHERE k.center_id = g.center_id AND k.grant_id = g.id AND k.starts_on <= today
              AND (k.ends_on IS NULL OR k.ends_on >= today)), '[]')
        ) ORDER BY g.id)
        FROM role_grant g
        JOIN membership m ON m.center_id = g.center_id AND m.id = g.membership_id
        WHERE g.center_id = s.center_id AND m.staff_id = s.id AND g.reach <> 'family'
          AND g.starts_on <= today AND (g.ends_on IS NULL OR g.ends_on >= today)
          AND m.starts_on <= today AND (m.ends_on IS NULL OR m.ends_on >= today)), '[]')
    ) ORDER BY c.slug)
    FROM staff s JOIN center c ON c.id = s.center_id
    WHERE a.kind = 'staff' AND s.account_id = a.id
      AND (s.left_on IS NULL OR s.left_on >= today)), '[]'),
  'partners', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'center_id', c.id, 'slug', c.slug, 'center', c.name, 'staff_id', s.id, 'name', s.name,
      'until', o.until, 'children', coalesce((
        SELECT jsonb_agg(DISTINCT jsonb_build_array(k.id, k.school_id))
        FROM partner_grants(s.center_id, s.id, today) g
        JOIN grant_child p ON p.center_id = s.center_id AND p.grant_id = g.id
        JOIN child k ON k.center_id = p.center_id AND k.id = p.child_id
        WHERE k.school_id = g.school_id AND k.voided_at IS NULL AND p.starts_on <= today
          AND (k.left_on IS NULL OR k.left_on >= today)
          AND (p.ends_on IS NULL OR p.ends_on >= today)), '[]')
    ) ORDER BY c.slug)
    FROM staff s JOIN center c ON c.id = s.center_id
    CROSS JOIN LATERAL (
      SELECT max(g.ends_on) AS until FROM partner_grants(s.center_id, s.id, today) g) o
    WHERE a.kind = 'guardian' AND s.account_id = a.id AND o.until IS NOT NULL
      AND (s.left_on IS NULL OR s.left_on >= today)), '[]'),
  'families', coalesce((
    SELECT jsonb_agg(jsonb_build_object(
      'center_id', c.id, 'slug', c.slug, 'center', c.name, 'guardian_id', g.id, 'name', g.name,
      'children', coalesce((
        SELECT jsonb_agg(jsonb_build_array(k.id, k.school_id)) FROM guardianship r
        JOIN child k ON k.center_id = r.center_id AND k.id = r.child_id
        WHERE r.center_id = g.center_id AND r.guardian_id = g.id AND NOT r.barred
          AND k.voided_at IS NULL AND r.starts_on <= today
          AND bond_opened(r.center_id, r.guardian_id, r.school_id, r.vouched_school_id)
          AND (r.ends_on IS NULL OR r.ends_on >= today)), '[]')
    ) ORDER BY c.slug)
    FROM guardian g JOIN center c ON c.id = g.center_id
    WHERE g.account_id = a.id AND g.voided_at IS NULL), '[]'))
FROM account a WHERE a.id = who
$$
""",
    executors=("qinchao_app",),
    reason="who an account is in each centre must be known before a scope can be chosen",
)

ACTIVATION_OF = database_function(
    "activation_of(bytea)",
    """
CREATE OR REPLACE FUNCTION activation_of(code bytea)
RETURNS TABLE (center_id uuid, activation_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT center_id, id FROM activation WHERE code_index = code
$$
""",
    executors=("qinchao_app",),
    reason="a guardian without an account holds nothing but the code",
)

OPEN_ACCOUNT = database_function(
    "open_account(text, text, boolean, bytea[])",
    """
CREATE OR REPLACE FUNCTION open_account(
    kind_ text, hash text, change boolean, logins bytea[]
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE fresh uuid := gen_random_uuid();
BEGIN
    INSERT INTO account (id, kind, secret_hash, must_change, session_epoch, failed_count)
    VALUES (fresh, kind_, hash, change, 0, 0);
    INSERT INTO account_login (account_id, login_index) SELECT DISTINCT fresh, unnest(logins);
    RETURN fresh;
END $$
""",
    executors=("qc_center", "qc_school"),
    reason="scoped roles hold no grant on accounts",
)

LOGIN_CROWDED = database_function(
    "login_crowded(bytea[], uuid, integer)",
    """
CREATE OR REPLACE FUNCTION login_crowded(logins bytea[], but uuid, most integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT EXISTS (
    SELECT 1 FROM account_login l
    WHERE l.login_index = ANY (logins) AND l.account_id IS DISTINCT FROM but AND (
        EXISTS (SELECT 1 FROM staff s WHERE s.account_id = l.account_id
                AND s.center_id = current_setting('app.center_id')::uuid)
        OR EXISTS (SELECT 1 FROM guardian g WHERE g.account_id = l.account_id
                AND g.center_id = current_setting('app.center_id')::uuid))
    GROUP BY l.login_index HAVING count(*) >= most)
$$
""",
    executors=("qc_center", "qc_school"),
    reason="each sign-in tries all accounts of a login; scoped roles hold no grant on accounts",
)

STAFF_IN_REACH = database_function(
    "staff_in_reach(uuid)",
    """
CREATE OR REPLACE FUNCTION staff_in_reach(who uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT EXISTS (
    SELECT 1 FROM staff s
    WHERE s.id = who AND s.center_id = current_setting('app.center_id')::uuid
    AND (current_setting('role') = 'qc_center' OR (
        EXISTS (
            SELECT 1 FROM membership m WHERE m.center_id = s.center_id AND m.staff_id = s.id
            AND m.school_id = ANY (current_setting('app.school_ids')::uuid[]))
        AND NOT EXISTS (
            SELECT 1 FROM membership m WHERE m.center_id = s.center_id AND m.staff_id = s.id
            AND (m.school_id IS NULL
                 OR m.school_id <> ALL (current_setting('app.school_ids')::uuid[]))
            AND (m.ends_on IS NULL
                 OR m.ends_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date)))))
$$
""",
    executors=("qc_center", "qc_school"),
    reason="who works elsewhere too, or at the centre, is beyond a school's reach",
)

STAFF_FREE = database_function(
    "staff_free(uuid)",
    """
CREATE OR REPLACE FUNCTION staff_free(who uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT current_setting('role') = 'qc_center' OR NOT EXISTS (
    SELECT 1 FROM membership m
    WHERE m.center_id = current_setting('app.center_id')::uuid AND m.staff_id = who
    AND (m.school_id IS NULL OR m.school_id <> ALL (current_setting('app.school_ids')::uuid[]))
    AND (m.ends_on IS NULL OR m.ends_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date))
$$
""",
    executors=("qc_center", "qc_school"),
    reason="who works at another school is shared by the centre alone; its memberships stay hidden",
)

ACCOUNT_IN_REACH = database_function(
    "account_in_reach(uuid)",
    """
CREATE OR REPLACE FUNCTION account_in_reach(who uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
WITH bond AS (
    SELECT r.school_id = ANY (current_setting('app.school_ids')::uuid[]) AS ours,
        NOT r.barred AND bond_opened(r.center_id, r.guardian_id, r.school_id, r.vouched_school_id)
            AS opened
    FROM guardian g
    JOIN guardianship r ON r.center_id = g.center_id AND r.guardian_id = g.id
    WHERE g.account_id = who AND g.center_id = current_setting('app.center_id')::uuid
    AND (r.ends_on IS NULL OR r.ends_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date))
SELECT EXISTS (SELECT 1 FROM staff s WHERE s.account_id = who AND staff_in_reach(s.id))
    OR (current_setting('role') = 'qc_center' AND EXISTS (
        SELECT 1 FROM guardian g
        WHERE g.account_id = who AND g.center_id = current_setting('app.center_id')::uuid))
    OR (EXISTS (SELECT 1 FROM bond WHERE ours)
        AND NOT EXISTS (SELECT 1 FROM bond WHERE opened AND NOT ours))
$$
""",
    executors=("qc_center", "qc_school"),
    reason="whose account an administrator may renew: a family's, with all children it opens",
)

ACCOUNT_KIND = database_function(
    "account_kind(uuid)",
    """
CREATE OR REPLACE FUNCTION account_kind(who uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT a.kind FROM staff s JOIN account a ON a.id = s.account_id
WHERE s.id = who AND s.center_id = current_setting('app.center_id')::uuid
$$
""",
    executors=("qc_center", "qc_school"),
    reason="a password and a PIN are never mixed up; scoped roles hold no grant on accounts",
)

ACCOUNT_STATES = database_function(
    "account_states(uuid[])",
    """
CREATE OR REPLACE FUNCTION account_states(accounts uuid[])
RETURNS TABLE (account_id uuid, disabled boolean, must_change boolean, last_sign_in_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT a.id, a.disabled_at IS NOT NULL, a.must_change, a.last_sign_in_at FROM account a
WHERE a.id = ANY (accounts) AND (
    EXISTS (SELECT 1 FROM staff s
            WHERE s.account_id = a.id AND s.center_id = current_setting('app.center_id')::uuid)
    OR EXISTS (SELECT 1 FROM guardian g
            WHERE g.account_id = a.id AND g.center_id = current_setting('app.center_id')::uuid))
$$
""",
    executors=("qc_center", "qc_school"),
    reason="an administrator sees who has signed in; scoped roles hold no grant on accounts",
)

RENEW_ACCOUNT = database_function(
    "renew_account(uuid, text, boolean, bytea[], boolean)",
    """
CREATE OR REPLACE FUNCTION renew_account(
    who uuid, hash text, change boolean, logins bytea[], disabled boolean
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT account_in_reach(who) THEN RETURN false; END IF;
    UPDATE account SET
        secret_hash = coalesce(hash, secret_hash),
        secret_set_at = CASE WHEN hash IS NULL THEN secret_set_at ELSE now() END,
        must_change = CASE WHEN hash IS NULL THEN must_change ELSE change END,
        session_epoch = session_epoch + CASE WHEN hash IS NULL AND disabled IS NOT TRUE
                                             THEN 0 ELSE 1 END,
        failed_count = CASE WHEN hash IS NULL THEN failed_count ELSE 0 END,
        locked_until = CASE WHEN hash IS NULL THEN locked_until END,
        disabled_at = CASE WHEN disabled IS NULL THEN disabled_at WHEN disabled THEN now() END
    WHERE id = who;
    IF logins IS NOT NULL THEN
        DELETE FROM account_login WHERE account_id = who;
        INSERT INTO account_login (account_id, login_index)
        SELECT DISTINCT who, unnest(logins);
    END IF;
    RETURN true;
END $$
""",
    executors=("qc_center", "qc_school"),
    reason="resetting needs the account row; only for people of the caller's own reach",
)
