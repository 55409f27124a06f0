"""The database's own catalogue: every table is protected, or is global for a stated reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, text

from app.config import Config
from app.db.base import Base
from app.db.ddl import security_of
from app.db.functions import registered
from tests.support.world import World

_TABLES = """
SELECT c.relname, c.relrowsecurity,
  ARRAY(SELECT a.attname FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(n, o)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.n
        WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.o)::text[],
  ARRAY(SELECT p.polname FROM pg_policy p WHERE p.polrelid = c.oid)::text[]
FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
  AND c.relname NOT LIKE 'alembic%'
"""
_FOREIGN = """
SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
  (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = c.conkey[1])
FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
"""
_INDEXES = """
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, a.attname
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique
"""
_GRANTS = """
SELECT table_name, privilege_type FROM information_schema.role_table_grants
WHERE grantee IN ('qinchao_app', 'PUBLIC') AND table_schema = 'public'
"""


@pytest.fixture
def owner(config: Config, world: World) -> Iterator[Connection]:
    assert config.owner_url
    engine = create_engine(config.owner_url)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def _faults(owner: Connection) -> list[str]:
    """Return everything about the tables that is not as it must be."""
    securities = {t.name: security_of(t) for t in Base.metadata.sorted_tables}
    global_tables = {name for name, s in securities.items() if s.is_global}
    faults = []
    for name, secured, key, policies in owner.execute(text(_TABLES)):
        if name in global_tables:
            if not securities[name].reason:
                faults.append(f"{name} is global without a reason")
            continue
        if not secured or "qc_center_all" not in policies:
            faults.append(f"{name} has no row-level security")
        if key[:1] != ["center_id"]:
            faults.append(f"{name}'s primary key does not begin with center_id")
    for name, target, first in owner.execute(text(_FOREIGN)):
        if name not in global_tables and target not in global_tables and first != "center_id":
            faults.append(f"{name} refers to {target} without center_id")
    for name, index, first in owner.execute(text(_INDEXES)):
        if name not in global_tables and first != "center_id" and "alembic" not in name:
            faults.append(f"{index} is unique across centres")
    faults += [
        f"qinchao_app or PUBLIC may {what} {name}"
        for name, what in owner.execute(text(_GRANTS))
        if name not in global_tables and not name.startswith("alembic")
    ]
    return faults


def test_every_table_is_protected(owner: Connection) -> None:
    assert _faults(owner) == []


def test_a_planted_unprotected_table_is_found(owner: Connection) -> None:
    owner.execute(text("CREATE TABLE planted (id uuid PRIMARY KEY, center_id uuid, child_id uuid)"))
    owner.execute(text("GRANT SELECT ON planted TO qinchao_app"))
    assert len([f for f in _faults(owner) if "planted" in f]) >= 3


def test_the_application_role_owns_nothing(owner: Connection) -> None:
    owned = owner.execute(
        text("SELECT count(*) FROM pg_class WHERE relowner = 'qinchao_app'::regrole")
    )
    assert owned.scalar_one() == 0


def test_definer_functions_are_exactly_the_declared_ones(owner: Connection) -> None:
    """Each is listed with a reason, pins its search path, and is closed to PUBLIC."""
    rows = owner.execute(
        text(
            "SELECT p.proname, p.proconfig, has_function_privilege('public', p.oid, 'EXECUTE')"
            " FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
        )
    ).all()
    declared = {f.signature.split("(")[0]: f for f in registered()}
    for name, settings, open_to_all in rows:
        assert name in declared
        assert declared[name].reason
        assert any("search_path" in s for s in settings)
        assert not open_to_all


@pytest.mark.parametrize("role", ["qinchao_app", "qc_center", "qc_school", "qc_family"])
def test_no_role_may_delete_or_change_the_audit(owner: Connection, role: str) -> None:
    for what in ("UPDATE", "DELETE", "TRUNCATE"):
        allowed = owner.execute(
            text("SELECT has_table_privilege(:role, 'audit_event', :what)"),
            {"role": role, "what": what},
        )
        assert not allowed.scalar_one()
