"""Reading a centre's declared objects from the database, and writing them there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, select, text

from app.host.context import Ctx
from app.kernel.ids import uuid7
from app.tenancy.declaration import SCHOOL_COLUMNS, Declaration, Fields, Objects
from app.tenancy.differences import KEPT, Difference, settled
from app.tenancy.models import CalendarDay, Center, Declared, School, Setting, Term

WORDING_MARK = "wording."


def center_state(ctx: Ctx) -> Objects:
    """Return the centre, its values, terms, days and schools as a folder would say them."""
    center = ctx.session.scalars(select(Center).where(Center.id == ctx.scope.center_id)).one()
    objects: Objects = {"center": {"name": center.name, "region": center.region}}
    for setting in ctx.session.scalars(select(Setting).order_by(Setting.key)):
        if set(setting.value) == {"value"}:
            objects[_setting_key(setting.key)] = {"value": setting.value["value"]}
    for term in ctx.session.scalars(select(Term).order_by(Term.starts_on)):
        objects[f"term/{term.code}"] = {
            "starts_on": term.starts_on.isoformat(),
            "ends_on": term.ends_on.isoformat(),
        }
    for day in ctx.session.scalars(select(CalendarDay).order_by(CalendarDay.day)):
        objects[f"day/{day.day.isoformat()}"] = {"kind": day.kind, "title": day.title}
    return objects | _schools(ctx)


def _setting_key(key: str) -> str:
    if key.startswith(WORDING_MARK):
        return f"wording/{key.removeprefix(WORDING_MARK)}"
    return f"setting/{key}"


def _schools(ctx: Ctx) -> Objects:
    schools = ctx.session.scalars(select(School).order_by(School.position, School.code)).all()
    codes = {school.id: school.code for school in schools}
    objects: Objects = {}
    for school in schools:
        fields: Fields = {n: getattr(school, n, None) for n in SCHOOL_COLUMNS[1:]}
        fields["parent"] = codes[school.parent_school_id] if school.parent_school_id else None
        fields["closed_on"] = school.closed_on.isoformat() if school.closed_on else None
        objects[f"school/{school.code}"] = fields | {"position": school.position}
    return objects


def last_applied(ctx: Ctx) -> Objects:
    """Return what the folder said when it was last applied."""
    return {row.key: row.value for row in ctx.session.scalars(select(Declared))}


def ensure_center(owner_url: str, slug: str, name: str, region: str | None) -> UUID:
    """Create the centre or set its name; only the platform's operator holds ``owner_url``."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        found: UUID = connection.execute(
            text(
                "INSERT INTO center (id, slug, name, region) VALUES (:id, :slug, :name, :region)"
                " ON CONFLICT (slug) DO UPDATE SET name = :name, region = :region RETURNING id"
            ),
            {"id": uuid7(), "slug": slug, "name": name, "region": region},
        ).scalar_one()
    engine.dispose()
    return found


def changes(differences: Iterable[Difference]) -> Objects:
    """Return the fields to write by object, without those that are kept."""
    wanted: Objects = {}
    for difference in differences:
        if difference.state != KEPT:
            wanted.setdefault(difference.key, {})[difference.field] = difference.after
    return wanted


def write_center(ctx: Ctx, wanted: Objects) -> None:
    """Write values, terms, days and schools; other kinds of objects are left to others."""
    rows = _Rows(ctx)
    for key, fields in wanted.items():
        kind, _, name = key.partition("/")
        if kind in _WRITERS:
            _WRITERS[kind](rows, name, fields)
    ctx.session.flush()
    for key, fields in wanted.items():
        kind, _, name = key.partition("/")
        if kind == "school" and "parent" in fields:
            parent = fields["parent"]
            rows.schools[name].parent_school_id = rows.schools[str(parent)].id if parent else None
    ctx.session.flush()


def remember(ctx: Ctx, declaration: Declaration, differences: Iterable[Difference]) -> None:
    """Note what has been applied, so that the next apply knows what a page changed."""
    kept: dict[str, set[str]] = {}
    for difference in differences:
        if difference.state == KEPT:
            kept.setdefault(difference.key, set()).add(difference.field)
    rows = {row.key: row for row in ctx.session.scalars(select(Declared))}
    for key, fields in declaration.objects.items():
        row = rows.get(key)
        value = settled(fields, row.value if row else {}, kept.get(key, set()))
        if row is None:
            ctx.session.add(Declared(key=key, value=value))
        elif row.value != value:
            row.value = value
    ctx.session.flush()


class _Rows:
    """The rows that may be changed, read once."""

    def __init__(self, ctx: Ctx) -> None:
        self.session = ctx.session
        self.settings = {row.key: row for row in ctx.session.scalars(select(Setting))}
        self.terms = {row.code: row for row in ctx.session.scalars(select(Term))}
        self.days = {row.day: row for row in ctx.session.scalars(select(CalendarDay))}
        self.schools = {row.code: row for row in ctx.session.scalars(select(School))}


def _write_value(rows: _Rows, key: str, fields: Fields) -> None:
    if key in rows.settings:
        rows.settings[key].value = dict(fields)
    else:
        rows.session.add(Setting(key=key, value=dict(fields)))


def _write_wording(rows: _Rows, name: str, fields: Fields) -> None:
    _write_value(rows, WORDING_MARK + name, fields)


def _write_term(rows: _Rows, code: str, fields: Fields) -> None:
    year, _, number = code.split("-")
    days = {name: date.fromisoformat(str(value)) for name, value in fields.items()}
    if code in rows.terms:
        _set(rows.terms[code], days)
    else:
        rows.session.add(Term(school_year=int(year), number=int(number), **days))


def _write_day(rows: _Rows, name: str, fields: Fields) -> None:
    day = date.fromisoformat(name)
    if day in rows.days:
        _set(rows.days[day], fields)
    else:
        rows.session.add(CalendarDay(day=day, **fields))


def _write_school(rows: _Rows, code: str, fields: Fields) -> None:
    values: dict[str, Any] = {name: v for name, v in fields.items() if name != "parent"}
    if values.get("closed_on"):
        values["closed_on"] = date.fromisoformat(values["closed_on"])
    if code in rows.schools:
        _set(rows.schools[code], values)
    else:
        rows.schools[code] = School(code=code, **values)
        rows.session.add(rows.schools[code])


def _set(row: object, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


_WRITERS: dict[str, Callable[[_Rows, str, Fields], None]] = {
    "setting": _write_value,
    "wording": _write_wording,
    "term": _write_term,
    "day": _write_day,
    "school": _write_school,
}
