"""A module's list is found, sorted, paged, sent as a sheet; and costs the same for any number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from library_loans import listing
from library_loans.models import Loan
from sqlalchemy import event, select

from app.children.models import Child
from app.db.session import db
from app.kernel.clock import Clock
from app.ledger.services import EntryFor, record
from tests.support.world import Browser, CenterHandle, World

TODAY = Clock().today()
ROOT = Path(__file__).parents[3]


@dataclass
class Library:
    """A school with two classes, and who may see the whole of it."""

    world: World
    center: CenterHandle
    rooms: Sequence[UUID]
    admin: Browser

    @property
    def at(self) -> str:
        return f"/c/{self.center.slug}/s/north/m/library_loans"

    def lent(self, name: str, book: str, *, room: int = 0, days_ago: int = 0) -> None:
        """Let a new child take a book home."""
        child_id = self.world.child(self.center, "north", name=name, homeroom=self.rooms[room])
        with self.world.inside(self.center.school_scope("north")) as ctx:
            child = ctx.session.scalars(select(Child).where(Child.id == child_id)).one()
            act = record(
                ctx,
                kind="library_loans.loan",
                happened_on=TODAY - timedelta(days=days_ago),
                title="Took a book home",
                entries=[EntryFor(child)],
            )
            entry = act.entries[0]
            ctx.session.add(
                Loan(id=entry.id, school_id=entry.school_id, child_id=child_id, book=book)
            )

    def books(self, query: str = "", reader: Browser | None = None) -> list[str]:
        """Return the books on the page, in its order."""
        page = (reader or self.admin).get(f"{self.at}?{query}")
        assert page.status_code == 200
        return re.findall(r"《[^》]+》", page.text.split("<tbody", 1)[-1])


@pytest.fixture
def library(world: World) -> Library:
    center = world.center()
    world.enable(center, "north", "library_loans")
    rooms = [world.homeroom(center, "north", number=number) for number in (1, 2)]
    admin = world.client(world.person(center, "school_admin", "north"))
    return Library(world, center, rooms, admin)


def test_a_list_is_sorted_by_its_headings_and_says_so(library: Library) -> None:
    library.lent("石小满", "《草房子》", days_ago=2)
    library.lent("柳青青", "《城南旧事》", days_ago=9)
    library.lent("白云飞", "《三毛流浪记》", days_ago=5)
    assert library.books() == ["《草房子》", "《三毛流浪记》", "《城南旧事》"]
    assert library.books("sort=name") == ["《三毛流浪记》", "《城南旧事》", "《草房子》"]
    assert library.books("sort=-name") == ["《草房子》", "《城南旧事》", "《三毛流浪记》"]
    assert library.books("sort=nothing") == library.books()
    page = library.admin.get(f"{library.at}?sort=name&q=").text
    assert 'aria-sort="ascending"' in page
    assert "sort=-name" in page


def test_filters_narrow_together_and_a_wrong_one_breaks_nothing(library: Library) -> None:
    library.lent("石小满", "《草房子》", days_ago=2)
    library.lent("柳青青", "《城南旧事》", room=1, days_ago=9)
    assert library.books("q=liuqing") == ["《城南旧事》"]
    assert library.books("q=石") == ["《草房子》"]
    assert library.books(f"homeroom={library.rooms[1]}") == ["《城南旧事》"]
    since = (TODAY - timedelta(days=3)).isoformat()
    assert library.books(f"day_from={since}") == ["《草房子》"]
    assert library.books(f"day_to={since}&homeroom={library.rooms[0]}") == []
    assert library.books("homeroom=nonsense") == []
    assert len(library.books("day_from=nonsense&page=99&other=1")) == 2


def test_pages_keep_what_was_asked_for(library: Library) -> None:
    for number in range(listing.LOANS.size + 1):
        library.lent("石小满", f"《第{number}册》", days_ago=number)
    first, second = library.books("q=石&sort=day"), library.books("q=石&sort=day&page=2")
    assert (len(first), len(second)) == (listing.LOANS.size, 1)
    assert not set(first) & set(second)
    links = re.findall(r'rel="next" href="([^"]+)"', library.admin.get(f"{library.at}?q=石").text)
    assert links == [f"{library.at}?q=%E7%9F%B3&amp;page=2"]


def test_the_sheet_has_the_same_rows_under_title_unit_and_day(library: Library) -> None:
    library.lent("石小满", "《草房子》")
    library.lent("柳青青", "《城南旧事》", room=1)
    answer = library.admin.get(f"{library.at}/loans.xlsx?homeroom={library.rooms[0]}")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "north小学" in str(rows[1])
    assert TODAY.isoformat() in str(rows[1])
    assert [row[0] for row in rows[3:]] == ["石小满"]
    assert "《草房子》" in rows[3]


def test_a_teacher_sees_only_the_own_class(library: Library) -> None:
    library.lent("石小满", "《草房子》")
    library.lent("柳青青", "《城南旧事》", room=1)
    teacher = library.world.person(
        library.center, "homeroom_teacher", "north", homerooms=(library.rooms[0],)
    )
    assert library.books(reader=library.world.client(teacher)) == ["《草房子》"]


def test_more_rows_cost_no_more_queries(library: Library) -> None:
    statements: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with library.world.app.app_context():
        engine = db.engine
    costs = []
    for _time in range(2):
        library.lent("石小满", "《草房子》")
        library.lent("柳青青", "《城南旧事》", room=1)
        event.listen(engine, "before_cursor_execute", note)
        library.books()
        event.remove(engine, "before_cursor_execute", note)
        costs.append(len(statements))
        statements.clear()
    assert costs[0] == costs[1]


def test_the_list_of_the_documentation_is_the_one_that_runs() -> None:
    text = (ROOT / "docs/first-plugin.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    [shown] = [block for block in blocks if "RecordList[" in block]
    runs = Path(listing.__file__).read_text(encoding="utf-8").split('"""\n\n', 1)[1]
    assert shown.replace("plugins.library_loans", "library_loans") == runs
