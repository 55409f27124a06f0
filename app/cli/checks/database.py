"""The database: version, roles, grants, migrations, policies, clock."""

from __future__ import annotations

from contextlib import redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from zoneinfo import ZoneInfo

from alembic.util.exc import CommandError
from sqlalchemy import text

from app.cli.checks.finding import BAD, DOUBTFUL, GOOD, NOT_ASKED, Finding, Patient
from app.db.base import Base
from app.db.migrate import check
from app.db.scope import Reach
from app.db.versions import pending
from app.kernel.text import T

_OLDEST = 15
_APP = "qinchao_app"
_ME = text(
    "SELECT current_user, rolsuper, rolbypassrls, rolinherit,"
    " (SELECT count(*) FROM pg_class WHERE relowner = r.oid),"
    " ARRAY(SELECT rolname::text FROM pg_roles g WHERE pg_has_role(r.oid, g.oid, 'MEMBER')"
    " AND g.oid <> r.oid) FROM pg_roles r WHERE rolname = current_user"
)
_SETTINGS = text(
    "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version'),"
    " current_setting('server_encoding')"
)
_OPEN = text(
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
    " AND c.relkind = 'r' AND c.relname = ANY (:names)"
    " AND has_table_privilege(:who, c.oid, 'SELECT, INSERT, UPDATE, DELETE')"
)
_UNGUARDED = text(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    " AND relname = ANY (:names) AND NOT relrowsecurity"
)
_STEP, _BREAK = 2, 60  # seconds of difference between the clocks


def answers(patient: Patient) -> Finding:
    """Look whether PostgreSQL answers, is new enough, and stores UTF-8."""
    with patient.engine.connect() as connection:
        major, version, encoding = connection.execute(_SETTINGS).one()
    told = f"{version}, {encoding}"
    if major < _OLDEST or encoding != "UTF8":
        todo = T("Use PostgreSQL {oldest} or newer with a UTF8 database.", oldest=_OLDEST)
        return Finding(BAD, told, todo)
    return Finding(GOOD, told)


def owner(patient: Patient) -> Finding:
    """Look whether the owner's address works; migrations and backups need it."""
    if patient.owner is None:
        return NOT_ASKED
    with patient.owner.connect() as connection:
        name = connection.execute(text("SELECT current_user")).scalar_one()
    return Finding(GOOD, str(name))


def roles(patient: Patient) -> Finding:
    """Look whether the application's role is as narrow as it must be."""
    with patient.engine.connect() as connection:
        name, superuser, bypass, inherit, owns, groups = connection.execute(_ME).one()
    faults = []
    if superuser or bypass:
        faults.append(T("may pass row-level security"))
    if inherit:
        faults.append(T("inherits rights"))
    if owns:
        faults.append(T("owns {n} tables", n=owns))
    missing = {str(reach) for reach in Reach} - set(groups)
    if missing:
        faults.append(T("is no member of {names}", names=", ".join(sorted(missing))))
    if not faults:
        return Finding(GOOD, str(name))
    todo = T("DATABASE_URL must name the role {role}; run app/runtime/roles.sql.", role=_APP)
    told = f"{name}: {'; '.join(map(str, faults))}"
    return Finding(BAD, told, todo)


def grants(patient: Patient) -> Finding:
    """Look whether tables of centres are closed to the application unless it has a scope."""
    tables = Base.metadata.sorted_tables
    names = [t.name for t in tables if not t.info["security"].is_global]
    with patient.engine.connect() as connection:
        given = {"names": names, "who": _APP}
        found = set(connection.execute(_OPEN, given).scalars())
        found |= set(connection.execute(_UNGUARDED, {"names": names}).scalars())
    if not found:
        return Finding(GOOD, T("{n} guarded by row-level security", n=len(names)))
    told = T("open without a scope: {names}", names=", ".join(sorted(found)))
    return Finding(BAD, told, T("Run “qinchao db upgrade” as the owner."))


def migrations(patient: Patient) -> Finding:
    """Look whether every owner of tables is at its newest version."""
    owners = patient.registry.owners()
    behind = pending(patient.engine, owners)
    if behind:
        told = T("behind: {names}", names=", ".join(behind))
        return Finding(BAD, told, T("Run “qinchao db upgrade” as the owner."))
    return Finding(GOOD, ", ".join(["core", *(o.name for o in owners)]))


def policies(patient: Patient) -> Finding:
    """Look whether tables, keys and policies are those of this version."""
    if patient.config.owner_url is None:
        return NOT_ASKED
    try:
        with redirect_stderr(StringIO()):
            check(patient.config.owner_url, patient.registry.owners())
    except CommandError as error:
        todo = T("Run “qinchao db upgrade”; if it stays, this is not the program's database.")
        return Finding(BAD, str(error)[:300], todo)
    return Finding(GOOD, T("as declared"))


def clock(patient: Patient) -> Finding:
    """Look whether this machine and the database agree on the time, and know China's."""
    with patient.engine.connect() as connection:
        theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    china = theirs.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")
    if apart <= _STEP:
        return Finding(GOOD, T("{moment} in China", moment=china))
    told = T("{n} seconds between this machine and the database", n=round(apart))
    todo = T("Let both take the time from one server (NTP).")
    return Finding(BAD if apart > _BREAK else DOUBTFUL, told, todo)
