"""The database functions that erase a child: the only way by which a child's rows are deleted.

``rules`` says by table what stays as a fact: {"set": {column: null | word | object | array}}
empties these columns, {"by": column} names where the child's id stands without being a reference.
Any other row that refers to the child goes with all that hangs on it, whoever made its table: also
the table of a module that is no longer installed.
"""

from __future__ import annotations

from app.db.functions import database_function

ROW_LINKS = database_function(
    "row_links()",
    """
CREATE OR REPLACE FUNCTION row_links()
RETURNS TABLE (name text, key text, bound boolean, target text)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT DISTINCT c.conrelid::regclass::text, a.attname::text, a.attnotnull,
           c.confrelid::regclass::text
    FROM pg_constraint c
    CROSS JOIN LATERAL unnest(c.conkey, c.confkey) k(here, there)
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.here
    JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.there
    WHERE c.contype = 'f' AND b.attname = 'id'
$$
""",
    executors=("qinchao_owner",),
    reason="which column of which table refers to which rows, as the database itself knows it",
)

ERASE_ROWS = database_function(
    "erase_rows(text, text, uuid[], jsonb, text)",
    """
CREATE OR REPLACE FUNCTION erase_rows(
    name text, key text, ids uuid[], rules jsonb, word text
) RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    center uuid := current_setting('app.center_id')::uuid;
    found uuid[];
    emptied text;
    link record;
BEGIN
    EXECUTE format('SELECT coalesce(array_agg(id), ''{}'') FROM %I WHERE center_id = $1'
        ' AND %I = ANY ($2)', name, key) INTO found USING center, ids;
    IF cardinality(found) = 0 THEN
        RETURN 0;
    END IF;
    IF rules -> name ? 'set' THEN
        SELECT string_agg(format('%I = %s', w.key, CASE w.value
            WHEN 'null' THEN 'NULL' WHEN 'word' THEN quote_literal(word)
            WHEN 'object' THEN '''{}''::jsonb' ELSE '''{}''' END), ', ')
        INTO emptied FROM jsonb_each_text(rules -> name -> 'set') w;
        IF emptied IS NOT NULL THEN
            EXECUTE format('UPDATE %I SET %s WHERE center_id = $1 AND id = ANY ($2)',
                name, emptied) USING center, found;
        END IF;
        FOR link IN SELECT l.* FROM row_links() l
            WHERE l.target = erase_rows.name AND rules -> l.name ->> 'through' = erase_rows.name
        LOOP
            PERFORM erase_rows(link.name, link.key, found, rules, word);
        END LOOP;
        RETURN cardinality(found);
    END IF;
    FOR link IN SELECT l.* FROM row_links() l WHERE l.target = erase_rows.name LOOP
        IF link.bound OR rules -> link.name ? 'through' THEN
            IF link.name <> name THEN
                PERFORM erase_rows(link.name, link.key, found, rules, word);
            END IF;
        ELSE
            EXECUTE format('UPDATE %I SET %I = NULL WHERE center_id = $1 AND %I = ANY ($2)',
                link.name, link.key, link.key) USING center, found;
        END IF;
    END LOOP;
    EXECUTE format('DELETE FROM %I WHERE center_id = $1 AND id = ANY ($2)', name)
        USING center, found;
    RETURN cardinality(found);
END $$
""",
    executors=("qinchao_owner",),
    reason="one table's part of a lawful erasure; erase_child alone calls it",
)

ERASE_ABOUT = database_function(
    "erase_about(uuid[], text[], uuid[])",
    """
CREATE OR REPLACE FUNCTION erase_about(ids uuid[], names text[], adults uuid[])
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    center uuid := current_setting('app.center_id')::uuid;
    words text[] := ids::text[] || names;
    accounts uuid[];
BEGIN
    DELETE FROM notice n WHERE n.center_id = center AND EXISTS (
        SELECT 1 FROM unnest(words) w(said) WHERE strpos(n.url, w.said) > 0
        OR strpos(concat(n.title, n.body, n.lines), w.said) > 0);
    DELETE FROM draft d WHERE d.center_id = center AND EXISTS (
        SELECT 1 FROM unnest(ids::text[]) w(said) WHERE strpos(d.key, w.said) > 0);
    UPDATE hand_over_item i SET title = '' WHERE i.center_id = center AND EXISTS (
        SELECT 1 FROM unnest(names) w(said) WHERE strpos(i.title, w.said) > 0);
    UPDATE import_batch b SET
        report = b.report - ARRAY['problems', 'differences', 'likely', 'sample', 'proposals']
    WHERE b.center_id = center AND EXISTS (
        SELECT 1 FROM import_change i WHERE i.center_id = center AND i.batch_id = b.id
        AND (i.created ?| ids::text[] OR i.updated ?| ids::text[]));
    UPDATE import_change SET before = '{}', created = created - ids::text[],
        updated = updated - ids::text[]
    WHERE center_id = center AND (created ?| ids::text[] OR updated ?| ids::text[]);
    -- Whoever still signs in elsewhere keeps the account.
    SELECT array_agg(g.account_id) INTO accounts FROM guardian g
    WHERE g.center_id = center AND g.id = ANY (adults) AND NOT EXISTS (
        SELECT 1 FROM guardian o WHERE o.account_id = g.account_id AND o.id <> ALL (adults));
    UPDATE account SET disabled_at = now(), session_epoch = session_epoch + 1
    WHERE id = ANY (accounts);
    DELETE FROM account_login WHERE account_id = ANY (accounts);
    UPDATE guardian SET account_id = NULL WHERE center_id = center AND id = ANY (adults);
END $$
""",
    executors=("qinchao_owner",),
    reason="what names a person without referring to it; erase_child alone calls it",
)

ERASE_CHILD = database_function(
    "erase_child(uuid, jsonb, text)",
    """
CREATE OR REPLACE FUNCTION erase_child(request uuid, rules jsonb, word text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    center uuid := current_setting('app.center_id')::uuid;
    asked erasure%ROWTYPE;
    ids uuid[]; adults uuid[]; acts uuid[]; alone uuid[];
    names text[]; keys text[];
    counts jsonb := '{}';
    part record;
BEGIN
    SELECT * INTO asked FROM erasure e
    WHERE e.center_id = center AND e.id = request AND e.state = 'confirmed'
      AND e.decided_by_id <> e.asked_by_id FOR UPDATE;
    IF NOT FOUND OR current_setting('role') <> 'qc_center' THEN
        RAISE EXCEPTION 'no erasure that two people of the centre agreed on';
    END IF;
    SELECT array_agg(c.id), array_agg(c.name) INTO ids, names FROM child c
    WHERE c.center_id = center AND (c.id = asked.child_id OR c.merged_into_id = asked.child_id);
    PERFORM 1 FROM child c WHERE c.center_id = center AND c.id = asked.child_id
        AND (c.left_on IS NOT NULL OR c.voided_at IS NOT NULL);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a child at school is not erased';
    END IF;
    -- Adults who are nobody else's.
    SELECT coalesce(array_agg(DISTINCT g.guardian_id), '{}') INTO adults FROM guardianship g
    WHERE g.center_id = center AND g.child_id = ANY (ids) AND NOT EXISTS (
        SELECT 1 FROM guardianship o WHERE o.center_id = center
        AND o.guardian_id = g.guardian_id AND o.child_id <> ALL (ids));
    -- Acts that concern nobody else who is still known.
    SELECT coalesce(array_agg(DISTINCT e.act_id), '{}') INTO acts FROM entry e
    WHERE e.center_id = center
      AND (e.child_id = ANY (ids) OR (e.child_id IS NULL AND e.guardian_id = ANY (adults)));
    SELECT coalesce(array_agg(a.id), '{}') INTO alone FROM unnest(acts) a(id)
    WHERE NOT EXISTS (
        SELECT 1 FROM entry o WHERE o.center_id = center AND o.act_id = a.id
        AND (o.child_id = ANY (ids)
             OR (o.child_id IS NULL AND o.guardian_id = ANY (adults))
             OR EXISTS (SELECT 1 FROM erasure d WHERE d.center_id = center
                        AND d.child_id = o.child_id AND d.state = 'done')) IS NOT TRUE);
    UPDATE act SET place = NULL WHERE center_id = center AND id = ANY (alone);
    WITH removed AS (
        DELETE FROM attachment a WHERE a.center_id = center
        AND a.act_id = ANY (CASE WHEN asked.shared_files THEN acts ELSE alone END)
        RETURNING a.id, a.storage_key
    ) SELECT coalesce(array_agg(DISTINCT r.storage_key), '{}') INTO keys FROM removed r
    WHERE NOT EXISTS (SELECT 1 FROM attachment o WHERE o.center_id = center
        AND o.storage_key = r.storage_key AND o.id NOT IN (SELECT id FROM removed));
    PERFORM erase_about(ids, names, adults);
    FOR part IN
        SELECT l.name, l.key, l.target FROM row_links() l
        WHERE l.target IN ('child', 'guardian') AND l.name NOT IN ('child', 'erasure') AND (
            l.key = l.target || '_id' OR NOT EXISTS (
                SELECT 1 FROM pg_attribute o WHERE o.attrelid = l.name::regclass
                AND o.attname = l.target || '_id'))
        UNION SELECT r.key, r.value ->> 'by', 'child' FROM jsonb_each(rules) r WHERE r.value ? 'by'
        UNION SELECT 'child', 'id', 'child' UNION SELECT 'guardian', 'id', 'guardian'
    LOOP
        counts := counts || jsonb_build_object(part.name,
            coalesce((counts ->> part.name)::bigint, 0) + erase_rows(part.name, part.key,
                CASE part.target WHEN 'child' THEN ids ELSE adults END, rules, word));
    END LOOP;
    UPDATE child SET voided_at = now(), void_reason = word,
        left_on = coalesce(left_on, current_date)
    WHERE center_id = center AND id = ANY (ids);
    RETURN jsonb_build_object('rows', counts, 'files', to_jsonb(keys));
END $$
""",
    executors=("qc_center",),
    reason="nothing else deletes: an erasure that two people agreed on leaves tombstones",
)
