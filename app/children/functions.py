"""Database functions of children that reach past the caller's schools."""

from __future__ import annotations

from app.db.functions import database_function

IDENTITY_ELSEWHERE = database_function(
    "identity_elsewhere(bytea[])",
    """
CREATE OR REPLACE FUNCTION identity_elsewhere(numbers bytea[])
RETURNS TABLE (number_index bytea, school_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT DISTINCT d.number_index, s.name FROM identity_document d
JOIN child k ON k.center_id = d.center_id AND k.id = d.child_id AND k.voided_at IS NULL
  AND k.merged_into_id IS NULL
JOIN school s ON s.center_id = k.center_id AND s.id = k.school_id
WHERE d.center_id = current_setting('app.center_id')::uuid AND d.voided_at IS NULL
  AND d.number_index = ANY (numbers)
  AND k.school_id <> ALL (current_setting('app.school_ids')::uuid[])
$$
""",
    executors=("qc_center", "qc_school"),
    reason="a school may learn that a child is at another school: a yes and its name, no more",
)

GUARDIANS_ELSEWHERE = database_function(
    "guardians_elsewhere(uuid[])",
    """
CREATE OR REPLACE FUNCTION guardians_elsewhere(ids uuid[]) RETURNS TABLE (guardian_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT DISTINCT g.guardian_id FROM guardianship g
WHERE g.center_id = current_setting('app.center_id')::uuid AND g.guardian_id = ANY (ids)
  AND current_setting('role') <> 'qc_center'
  AND g.school_id <> ALL (current_setting('app.school_ids')::uuid[])
$$
""",
    executors=("qc_center", "qc_school"),
    reason="an adult of another school's child, too, is not joined to somebody else by one school",
)

IMPORTS_TO_FORGET = database_function(
    "imports_to_forget(integer, integer)",
    """
CREATE OR REPLACE FUNCTION imports_to_forget(at_most integer, days integer) RETURNS SETOF text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
UPDATE import_batch b SET storage_key = NULL FROM (
    SELECT i.center_id, i.id, i.storage_key FROM import_batch i
    LEFT JOIN setting s ON s.center_id = i.center_id AND s.key = 'import_files_days'
      AND jsonb_typeof(s.value -> 'value') = 'number'
    WHERE i.storage_key IS NOT NULL AND i.state <> 'applying'
      AND coalesce(i.undone_at, i.applied_at, i.created_at)
        < now() - make_interval(days => coalesce((s.value ->> 'value')::integer, days))
    LIMIT at_most FOR UPDATE OF i SKIP LOCKED
) old WHERE b.center_id = old.center_id AND b.id = old.id RETURNING old.storage_key
$$
""",
    executors=("qinchao_app",),
    reason="the scheduler removes the workbooks of all centres' imports when their time is over",
)

MOVE_CUSTODY = database_function(
    "move_custody(uuid)",
    """
CREATE OR REPLACE FUNCTION move_custody(which uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    center uuid := current_setting('app.center_id')::uuid;
    moving transfer%ROWTYPE;
    name text;
    moved integer := 0;
    n integer;
BEGIN
    SELECT * INTO moving FROM transfer t
    WHERE t.center_id = center AND t.id = which AND t.state = 'requested' FOR UPDATE;
    IF NOT FOUND OR NOT (
        current_setting('role') = 'qc_center'
        OR moving.to_school_id = ANY (current_setting('app.school_ids')::uuid[])
    ) THEN
        RAISE EXCEPTION 'no such open transfer to this school';
    END IF;
    -- A child's rows name its school in one key with it: checked when all have moved.
    SET CONSTRAINTS ALL DEFERRED;
    UPDATE child SET school_id = moving.to_school_id, version = version + 1
    WHERE center_id = center AND id = moving.child_id AND school_id = moving.from_school_id;
    IF NOT FOUND THEN RAISE EXCEPTION 'the child is no longer at the giving school'; END IF;
    FOR name IN
        SELECT c.conrelid::regclass::text FROM pg_constraint c
        WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace
          AND split_part(obj_description(c.oid, 'pg_constraint'), ' ', 1)
              IN ('child', 'child-staff', 'child-family', 'entry', 'record')
    LOOP
        EXECUTE format('UPDATE %s SET school_id = $1 WHERE center_id = $2 AND child_id = $3', name)
        USING moving.to_school_id, center, moving.child_id;
        GET DIAGNOSTICS n = ROW_COUNT;
        moved := moved + n;
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
    UPDATE grant_child SET ends_on = current_date - 1
    WHERE center_id = center AND child_id = moving.child_id AND ends_on IS NULL;
    RETURN moved;
END $$
""",
    executors=("qc_center", "qc_school"),
    reason="accepting a transfer moves rows the accepting school cannot see yet",
)
