"""``qinchao audit verify``: whether the log can have been changed, and whether it has been.

The database forbids changes to everybody but the owner of the tables. What the owner might change
is found by sums taken before and kept elsewhere: a sum for each closed day of each centre.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection, create_engine, text

from app.cli.options import JSON
from app.cli.work import application, config, owner_url
from app.kernel.errors import Refused
from app.kernel.text import T, Text

Sums = dict[str, dict[str, list[Any]]]

_MAY_CHANGE = text(
    "SELECT DISTINCT r.rolname::text FROM pg_roles r, pg_class c"
    " WHERE c.oid = 'audit_event'::regclass AND r.oid <> c.relowner AND NOT r.rolsuper"
    " AND r.rolname NOT LIKE 'pg\\_%'"
    " AND (has_table_privilege(r.oid, c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')"
    " OR has_any_column_privilege(r.oid, c.oid, 'UPDATE')) ORDER BY 1"
)
_GUARDED = text(
    "SELECT relrowsecurity AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid"
    " AND NOT t.tgisinternal) AND NOT EXISTS (SELECT 1 FROM pg_rewrite w WHERE w.ev_class = c.oid)"
    " FROM pg_class c WHERE c.oid = 'audit_event'::regclass"
)
# The first 48 bits of an id are the milliseconds of its making (RFC 9562).
_TIMES = text(
    "SELECT count(*), min(at), max(at), count(*) FILTER (WHERE at > now() + interval '1 minute'),"
    " count(*) FILTER (WHERE abs(extract(epoch FROM at)"
    " - ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) > 600)"
    " FROM audit_event"
)
# A day is closed when nothing that began in it can still be running.
_SUMS = text(
    "SELECT c.slug, (e.at AT TIME ZONE 'Asia/Shanghai')::date::text AS day, count(*),"
    " encode(sha256(string_agg(sha256(convert_to(jsonb_build_array(e.id, extract(epoch FROM e.at),"
    " e.school_id, e.account_id, e.actor, e.action, e.object_type, e.object_id, e.child_id,"
    " e.detail, e.address)::text, 'UTF8')), ''::bytea ORDER BY e.id)), 'hex')"
    " FROM audit_event e JOIN center c ON c.id = e.center_id"
    " WHERE e.at < date_trunc('day', now() AT TIME ZONE 'Asia/Shanghai')"
    " AT TIME ZONE 'Asia/Shanghai' - interval '1 day'"
    " GROUP BY c.slug, day ORDER BY c.slug, day"
)


@click.group()
def audit() -> None:
    """The log of who did what."""


@audit.command()
@click.option("--sums", type=click.Path(path_type=Path), help="Write the sums of closed days here.")
@click.option(
    "--against", type=click.Path(exists=True, path_type=Path), help="Compare with sums kept before."
)
@JSON
def verify(sums: Path | None, against: Path | None, as_json: bool) -> None:
    """Look whether the log is append-only, in order, and what it was when sums were taken."""
    with application():
        engine = create_engine(owner_url(config()))
        try:
            with engine.connect() as connection:
                found, faults, doubts = examine(connection, _kept(against))
        finally:
            engine.dispose()
        if sums is not None:
            sums.write_text(json.dumps(found["sums"], indent=1), encoding="utf-8")
        told = _told(found, faults, doubts, as_json=as_json)
    click.echo(told)
    if faults:
        sys.exit(1)


def examine(
    connection: Connection, kept: Sums | None = None
) -> tuple[dict[str, Any], list[Text], list[Text]]:
    """Return figures and sums, what is wrong, and what only the reader can judge.

    ``connection`` is the owner's; ``kept`` are sums taken before.
    """
    faults: list[Text] = []
    changers = list(connection.execute(_MAY_CHANGE).scalars())
    if changers:
        faults.append(T("These roles may change the log: {names}", names=", ".join(changers)))
    if not connection.execute(_GUARDED).scalar_one():
        faults.append(T("The log is without row-level security, or has a trigger or rule."))
    count, first, last, future, apart = connection.execute(_TIMES).one()
    if future:
        faults.append(T("{n} lines are dated in the future.", n=future))
    sums: Sums = {}
    for slug, day, lines, digest in connection.execute(_SUMS):
        sums.setdefault(slug, {})[day] = [lines, digest]
    faults += _differences(kept, sums) if kept is not None else []
    doubts = [T("{n} lines are dated otherwise than they were written.", n=apart)] if apart else []
    period = {"first": str(first or ""), "last": str(last or "")}
    return {"lines": count, **period, "sums": sums}, faults, doubts


def _differences(kept: Sums, now: Sums) -> list[Text]:
    return [
        T("{center}, {day}: the log is not what it was.", center=slug, day=day)
        for slug, days in kept.items()
        for day, was in days.items()
        if now.get(slug, {}).get(day) != was
    ]


def _kept(path: Path | None) -> Sums | None:
    if path is None:
        return None
    try:
        found: Sums = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refused(T("{file} holds no sums.", file=path.name)) from error
    return found


def _told(found: dict[str, Any], faults: list[Text], doubts: list[Text], *, as_json: bool) -> str:
    if as_json:
        words = {"faults": [*map(str, faults)], "doubts": [*map(str, doubts)]}
        return json.dumps({"good": not faults, **words, **found}, ensure_ascii=False, indent=1)
    head = T("{n} lines, {first} to {last}", n=found["lines"], first=found["first"],
             last=found["last"])  # fmt: skip
    well = [] if faults else [T("Nobody but the owner of the tables can change the log.")]
    marks = [(" ", head), *(("✓", x) for x in well), *(("✗", x) for x in faults)]
    return "\n".join(f"{mark} {line}" for mark, line in [*marks, *(("!", x) for x in doubts)])
