"""Pages of the full centre against bare Flask and psycopg that send as many bytes of the same rows.

The floor is what nobody can do without: one statement that finds the rows the page shows, a
template of cells, and filling up to the page's size. It knows no sign-in, no isolation, no
permissions, no frame, no encryption and no translation: that is what the page costs more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import psycopg
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from app.demo.people import PASSWORD, PIN
from bench.center import FEW, MANY, FullCenter
from bench.floors import FLOORS
from bench.measuring import Compared, Meter, compare, counted

ROUNDS = 7
MOST = {"list": 12.0, "one": 20.0, "parts": 28.0, "counts": 6.0}
"""How many times the floor a page may take.

Lists; one person's work or class; a child's or family's, put together from what the core and every
module tell; counts of a school or centre.
"""
BOARD, MOST_QUERIES = "center_board", 10
_ENTERING = "SELECT bind_scope"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_CELLS = (
    "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>"
    "{% endfor %}</table>"
)


@dataclass(frozen=True)
class Page:
    """A page: what it is called (and its floor), what kind it is, who opens it and where."""

    name: str
    kind: str
    login: str
    url: str


@dataclass(frozen=True)
class Result:
    """What a page took."""

    page: Page
    found: Compared
    queries: int
    bytes: int

    @property
    def kept(self) -> bool:
        """Tell whether the promise for pages of its kind is kept."""
        few = self.page.name != BOARD or self.queries <= MOST_QUERIES
        return few and self.found.times <= MOST[self.page.kind]


def measure(at: FullCenter) -> list[Result]:
    """Open every page several times, in turns with its floor."""
    given = _chosen(at)
    floor = _floor(at, given)
    meter = Meter.of(at.place.servers)
    clients: dict[str, FlaskClient] = {}
    results = []
    for page in _pages(given):
        client = clients.get(page.login) or signed_in(at, page.login)
        clients[page.login] = client
        with counted(at.place.flask) as seen:
            answer = client.get(page.url)
        assert answer.status_code == 200, (page.url, answer.status_code)
        size = len(answer.data)
        sent = partial(floor.get, f"/{page.name}/{size}")
        found = compare(meter, sent, partial(client.get, page.url), ROUNDS)
        results.append(Result(page, found, statements(seen), size))
    return results


def statements(seen: Sequence[str]) -> int:
    """Count statements, but for the one that binds a transaction to its scope."""
    return sum(not statement.startswith(_ENTERING) for statement in seen)


def signed_in(at: FullCenter, login: str) -> FlaskClient:
    """Sign in through the real page: staff by number, guardians by telephone number."""
    client = at.place.flask.test_client()
    page, secret = ("/family/sign-in", PIN) if login.isdigit() else ("/sign-in", PASSWORD)
    token = _TOKEN.search(client.get(page).text)
    assert token
    data = {"login": login, "secret": secret, "csrf_token": token[1]}
    assert client.post(page, data=data).status_code < 400
    return client


def _pages(given: Mapping[str, object]) -> list[Page]:
    center, first = "/c/jinnan", "/c/jinnan/s/JN01"
    grid = f"{first}/m/health_checks/rounds/{given['round']}/classes/{given['room']}"
    return [
        Page("school_list", "list", "D0003", f"{first}/children"),
        Page("search", "list", "D0001", f"{center}/children?q=zs"),
        Page("child", "parts", "D0003", f"{center}/children/{given['child']}/"),
        Page("school_home", "counts", "D0003", f"{first}/"),
        Page("center_home", "counts", "D0001", f"{center}/"),
        Page("attention", "counts", "D0001", f"{center}/children/attention"),
        Page("todo_few", "one", f"B{FEW:04}", f"{center}/todo"),
        Page("todo_many", "one", f"B{MANY:04}", f"{center}/todo"),
        Page("school_board", "counts", "D0003", f"{first}/duties"),
        Page("center_board", "counts", "D0001", f"{center}/duties"),
        Page("family", "parts", "19900000003", "/family/jinnan/"),
        Page("grid", "one", "D0003", grid),
    ]


def _chosen(at: FullCenter) -> dict[str, object]:
    """Return what floors are given: the busiest child, a class with a round, the mentors."""
    given: dict[str, object] = {
        "center": at.place.scope.center_id,
        "school": at.at_school("JN01"),
        "day": at.today,
        "since": at.since,
        "few": f"B{FEW:04}",
        "many": f"B{MANY:04}",
    }
    with psycopg.connect(at.place.servers.url_for("postgres")) as connection:
        for name in ("child", "round", "room", "guardian"):
            row = connection.execute(CHOICES[name], given).fetchone()
            assert row, name
            given[name] = row[0]
    return given


CHOICES = {
    "child": """SELECT e.child_id FROM entry e WHERE e.school_id = %(school)s
        AND e.child_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1""",
    "round": "SELECT id FROM health_checks_round WHERE school_id = %(school)s ORDER BY 1 LIMIT 1",
    "room": """SELECT p.homeroom_id FROM placement p WHERE p.school_id = %(school)s
        AND p.ends_on IS NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1""",
    "guardian": """SELECT g.id FROM guardian g WHERE g.account_id IS NOT NULL
        ORDER BY (SELECT count(*) FROM guardianship s WHERE s.guardian_id = g.id) DESC LIMIT 1""",
}


def _floor(at: FullCenter, given: Mapping[str, object]) -> FlaskClient:
    """Return a client of an application that is nothing but one statement and a template."""
    flask = Flask("floor")
    connection = psycopg.connect(at.place.servers.url_for("postgres"), autocommit=True)

    @flask.get("/<name>/<int:size>")
    def page(name: str, size: int) -> str:
        rows = connection.execute(FLOORS[name], given, prepare=True).fetchall()
        return render_template_string(_CELLS, rows=rows).ljust(size)

    return flask.test_client()


def report(results: Sequence[Result]) -> None:
    """Print a table with the promises, and which are kept."""
    print("pages: 16,856 children, a term of history, processor time of page and database")
    print(f"promised: the centre's board asks at most {MOST_QUERIES} queries")
    print("page           floor ms   page ms  times  at most  queries   bytes")
    for result in results:
        found = result.found
        print(
            f"{result.page.name:<14}{1000 * found.floor:>9.1f}{1000 * found.ours:>10.1f}"
            f"{found.times:>7.1f}{MOST[result.page.kind]:>9.0f}{result.queries:>9}"
            f"{result.bytes:>8}  {'kept' if result.kept else 'NOT KEPT'}"
        )
