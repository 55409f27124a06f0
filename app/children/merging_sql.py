"""The database function that moves what hangs on a child to the record that stands for it."""

from __future__ import annotations

from app.db.functions import database_function

MERGE_ROWS = database_function(
    "merge_rows(uuid, uuid, text[], text)",
    """
CREATE OR REPLACE FUNCTION merge_rows(hidden uuid, stands uuid, but text[], reason text)
RETURNS TABLE (name text, id uuid, moved boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    center uuid := current_setting('app.center_id')::uuid;
    custody uuid;
    kind text;
BEGIN
    SELECT c.school_id INTO custody FROM child c
    JOIN child s ON s.center_id = c.center_id AND s.id = stands AND s.school_id = c.school_id
    WHERE c.center_id = center AND c.id = hidden AND hidden <> stands
      AND c.merged_into_id IS NULL AND s.merged_into_id IS NULL;
    IF NOT FOUND OR NOT (
        current_setting('role') = 'qc_center'
        OR custody = ANY (current_setting('app.school_ids')::uuid[])
    ) THEN
        RAISE EXCEPTION 'no such two records of one school';
    END IF;
    -- A module's rows come before the entries they belong to.
    FOR name, kind IN
        SELECT t.name, t.kind FROM (
            SELECT c.conrelid::regclass::text AS name,
                   split_part(obj_description(c.oid, 'pg_constraint'), ' ', 1) AS kind
            FROM pg_constraint c
            WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace
        ) t
        WHERE t.name <> ALL (but) AND (
            t.kind IN ('child', 'child-staff', 'child-family', 'entry', 'record')
            OR t.name IN ('transfer', 'activation')
        )
        ORDER BY t.kind = 'record' DESC, t.name
    LOOP
        FOR id IN EXECUTE format('SELECT id FROM %s WHERE center_id = $1 AND child_id = $2', name)
            USING center, hidden
        LOOP
            BEGIN
                EXECUTE format(
                    'UPDATE %s SET child_id = $1 WHERE center_id = $2 AND id = $3', name
                ) USING stands, center, id;
                moved := true;
            EXCEPTION WHEN unique_violation THEN
                moved := false;
                IF kind = 'record' THEN
                    UPDATE entry e SET voided_at = now(), void_reason = reason
                    WHERE e.center_id = center AND e.id = merge_rows.id AND e.voided_at IS NULL;
                END IF;
            END;
            RETURN NEXT;
        END LOOP;
    END LOOP;
END $$
""",
    executors=("qc_center", "qc_school"),
    reason="acts are immutable to everybody; joining two records of one child moves them whole",
)
