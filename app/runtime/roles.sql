-- Roles, ownership and extensions of a Qinchao database. Safe to run again.
--
-- Run it as superuser, connected to the database concerned:
--     createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8 qinchao
--     psql -d qinchao -f roles.sql
--     psql -d qinchao -c '\password qinchao_owner' -c '\password qinchao_app'
--
-- qinchao_owner  owns every table; migrations and backups (DATABASE_OWNER_URL)
-- qinchao_app    requests and jobs (DATABASE_URL); owns nothing, and inherits nothing: what it
--                sees it sees as one of the three roles below, one per reach
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['qinchao_owner', 'qinchao_app'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', name);
        END IF;
    END LOOP;
    FOREACH name IN ARRAY ARRAY['qc_center', 'qc_school', 'qc_family'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
        EXECUTE format('GRANT %I TO qinchao_owner, qinchao_app', name);
    END LOOP;
    EXECUTE format('ALTER DATABASE %I OWNER TO qinchao_owner', current_database());
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- The owner of a database that was made by an older PostgreSQL does not own its schema.
ALTER SCHEMA public OWNER TO qinchao_owner;

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
