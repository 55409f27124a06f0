"""Functions inside the database, created anew at every upgrade.

A handful of SECURITY DEFINER functions work before a scope exists or reach past it; each is
declared here with the roles that may run it, and each has a test.
"""

from __future__ import annotations

from dataclasses import dataclass

_REGISTERED: dict[str, DatabaseFunction] = {}


@dataclass(frozen=True)
class DatabaseFunction:
    """One function: its signature, its whole text, who may run it, and why it exists."""

    signature: str
    sql: str
    executors: tuple[str, ...]
    reason: str

    def statements(self) -> list[str]:
        """Return the SQL that creates it and narrows who may run it."""
        return [
            self.sql,
            f"REVOKE ALL ON FUNCTION {self.signature} FROM PUBLIC",
            f"GRANT EXECUTE ON FUNCTION {self.signature} TO {', '.join(self.executors)}",
        ]


def database_function(
    signature: str, sql: str, *, executors: tuple[str, ...], reason: str
) -> DatabaseFunction:
    """Declare a function; :func:`app.db.migrate.upgrade` creates it."""
    function = DatabaseFunction(signature, sql, executors, reason)
    _REGISTERED[signature] = function
    return function


def registered() -> tuple[DatabaseFunction, ...]:
    """Return every declared function in order of declaration."""
    return tuple(_REGISTERED.values())


BIND_SCOPE = database_function(
    "bind_scope(text, uuid, uuid[], uuid[], uuid)",
    """
CREATE OR REPLACE FUNCTION bind_scope(
    reach text, center uuid, schools uuid[], children uuid[], account uuid
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF reach NOT IN ('qc_center', 'qc_school', 'qc_family') THEN
        RAISE EXCEPTION 'unknown reach %', reach;
    END IF;
    EXECUTE format('SET LOCAL app.center_id = %L', center);
    EXECUTE format('SET LOCAL app.school_ids = %L', schools);
    EXECUTE format('SET LOCAL app.child_ids = %L', children);
    EXECUTE format('SET LOCAL app.account_id = %L', account);
    PERFORM set_config('role', reach, true);
END $$
""",
    executors=("qinchao_app", "qinchao_owner"),
    reason="binds role and lists to a transaction in one round trip",
)

GATHER_STATISTICS = database_function(
    "gather_statistics()",
    """
CREATE OR REPLACE FUNCTION gather_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE name text;
BEGIN
    FOR name IN
        SELECT oid::regclass::text FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    LOOP
        -- An import gathers before it ends: another one need not wait for it.
        EXECUTE 'ANALYZE (SKIP_LOCKED) ' || name;
    END LOOP;
END $$
""",
    executors=("qc_center", "qc_school"),
    reason="after very many new rows the planner must know at once; only an owner may ANALYZE",
)
