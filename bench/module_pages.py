"""Every page of three modules at full size: how often it asks the database.

Each page that shows something is opened by whoever may open it at the first school, in the centre
or at home, with ids of rows that are there; the one who costs most counts. A page that asked once a
row would ask hundreds of times here: a school has 1,400 pupils, a round as many check-ups.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import psycopg
from flask.testing import FlaskClient
from psycopg import sql

from app.db.base import Base
from app.sdk.testing.routes import Route, routes
from bench.center import FullCenter
from bench.measuring import counted
from bench.pages import signed_in, statements

MODULES = ("guardian_training", "health_checks", "subsidies")
MOST_QUERIES = 12
SCHOOL = "JN01"
LOGINS = {
    "center": ("D0001", "D0002"),
    "school": ("D0003", "D0004", "D0008", "D0009"),
    "child": ("D0003", "D0004", "D0008", "D0009"),
    "family": ("19900000003",),
}
"""Who opens pages: the centre's heads; administrator, class teacher, doctor, subsidy officer."""
_TRIES, _TIMES = 30, 3
_ELSEWHERE = ("door", "file", "sheet_page")
"""Pages that need what the demonstration has not: an open door, a photo, a sheet that was sent."""
_ASKED = {"guardian_training_school.to_home": "guardian"}
_CORE = {
    "of_child": "child",
    "child_id": "child",
    "homeroom_id": "homeroom",
    "guardian": "guardianship",
}


@dataclass(frozen=True)
class Opened:
    """A page, and the most it asked of the database; None when nobody could open it."""

    rule: str
    login: str
    queries: int | None

    @property
    def kept(self) -> bool:
        """Tell whether somebody can open it, and it asks no more than promised."""
        return self.queries is not None and self.queries <= MOST_QUERIES


def measure(at: FullCenter) -> list[Opened]:
    """Open every page that shows something."""
    clients = {login: signed_in(at, login) for known in LOGINS.values() for login in known}
    with psycopg.connect(at.place.servers.url_for("postgres")) as connection:
        ids = _Ids(connection, at)
        return [
            _opened(at, route, ids, clients)
            for route in routes(at.place.flask)
            if route.module in MODULES and route.method == "GET" and route.area in LOGINS
            and not route.endpoint.endswith(_ELSEWHERE)
        ]  # fmt: skip


def _opened(at: FullCenter, route: Route, ids: _Ids, clients: dict[str, FlaskClient]) -> Opened:
    worst = Opened(route.rule.rule, "", None)
    for login in LOGINS[route.area]:
        times = 0
        for address in islice(ids.addresses(route), _TRIES):
            with counted(at.place.flask) as seen:
                status = clients[login].get(address).status_code
            if status == 200:
                times += 1
                worst = max(worst, Opened(route.rule.rule, login, statements(seen)), key=_cost)
            if status == 403 or times == _TIMES:
                break
    return worst


def _cost(one: Opened) -> int:
    return one.queries or 0


class _Ids:
    """What can stand in the addresses of pages."""

    def __init__(self, connection: psycopg.Connection[Any], at: FullCenter) -> None:
        self._connection, self._flask = connection, at.place.flask
        self._given = {"center": "jinnan", "school": SCHOOL}
        self._school = at.at_school(SCHOOL)

    def addresses(self, route: Route) -> Iterator[str]:
        """Yield addresses of a page, those of the newest rows first."""
        names = sorted(route.rule.arguments - self._given.keys())
        asked = _ASKED.get(route.endpoint, "")
        for row in self._rows(str(route.module), [*names, asked] if asked else names):
            address = route.address(self._flask, **self._given, **row)
            yield f"{address}?{asked}={row[asked]}" if asked else address

    def _rows(self, module: str, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield ids by name; a child is the one of whom the other row speaks."""
        found: list[list[dict[str, Any]]] = []
        for name in names:
            table = Base.metadata.tables[_CORE.get(name) or f"{module}_{name.removesuffix('_id')}"]
            wanted = {name: "guardian_id" if name == "guardian" else "id"}
            if "child_id" in names and "child_id" in table.c:
                wanted["child_id"] = "child_id"
            query = sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY id DESC LIMIT %s").format(
                sql.SQL(", ").join(map(sql.Identifier, wanted.values())),
                sql.Identifier(table.name),
                sql.SQL("school_id = %s" if "school_id" in table.c else "%s IS NOT NULL"),
            )
            rows = self._connection.execute(query, [self._school, _TRIES])
            found.append([dict(zip(wanted, row, strict=True)) for row in rows])
        if any("child_id" in row for name, rows in zip(names, found, strict=True)
               for row in rows if name != "child_id"):  # fmt: skip
            found[names.index("child_id")] = [{}] * _TRIES
        for rows_alike in zip(*found, strict=False) if found else [()]:
            yield dict(pair for row in rows_alike for pair in row.items())


def report(opened: Sequence[Opened]) -> None:
    """Print what every page asks, the most first."""
    print(f"pages of {', '.join(MODULES)}: at most {MOST_QUERIES} queries promised")
    for one in sorted(opened, key=lambda one: -(one.queries or 0)):
        print(f"{'not opened' if one.queries is None else one.queries:>10}  "
              f"{one.login:<12}{one.rule}{'' if one.kept else '  NOT KEPT'}")  # fmt: skip
