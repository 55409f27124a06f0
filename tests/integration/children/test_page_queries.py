"""A child's and a family's page ask the database the same few questions, whatever there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.children.models import Child
from app.db.session import db
from app.ledger.services import EntryFor, record
from tests.support.counting import statements
from tests.support.world import CenterHandle, Person, World

MOST = 25
SILENT = ("health_checks", "home_contact", "mentoring", "subsidies")
KINDS = ("note", "home_contact.visit", "health_checks.check_up")


@dataclass
class Here:
    """A school with one child, its parents and everybody who looks at its page."""

    world: World
    center: CenterHandle
    child: UUID
    readers: dict[str, Person]
    father: Person

    def asked(self, who: Person, path: str) -> list[str]:
        """Return what a page asks, opened for the second time."""
        client = self.world.client(who)
        assert client.get(path).status_code == 200
        with statements(self.world.app) as seen:
            assert client.get(path).status_code == 200
        return seen

    def page(self, **query: str) -> str:
        more = "".join(f"?{name}={value}" for name, value in query.items())
        return f"/c/{self.center.slug}/children/{self.child}/{more}"

    def write(self, *kinds: str, times: int = 1) -> None:
        """Write entries of kinds about the child."""
        with self.world.inside(self.center.school_scope("north")) as ctx:
            child = ctx.session.scalars(select(Child).where(Child.id == self.child)).one()
            for kind in kinds * times:
                told = [EntryFor(child, text="谈了近况")]
                record(ctx, kind=kind, happened_on=date(2026, 10, 9), title="记录", entries=told)


@pytest.fixture
def here(world: World) -> Here:
    center = world.center()
    room = world.homeroom(center, "north")
    child = world.child(center, "north", homeroom=room)
    brother = world.child(center, "north", homeroom=room, name="石小山")
    father = world.guardian(center, child, brother, account=True)
    readers = {
        "school_admin": world.person(center, "school_admin", "north"),
        "homeroom_teacher": world.person(center, "homeroom_teacher", "north", homerooms=(room,)),
        "mentor": world.person(center, "mentor", "north", children=(child,)),
        "center_admin": world.person(center, "center_admin"),
    }
    found = Here(world, center, child, readers, father)
    found.write("note")
    return found


@pytest.mark.parametrize("role", ["school_admin", "homeroom_teacher", "mentor", "center_admin"])
def test_a_childs_page_asks_few_questions_of_whoever_opens_it(here: Here, role: str) -> None:
    assert len(here.asked(here.readers[role], here.page())) <= MOST


def test_a_childs_page_asks_no_more_with_more_rows_and_more_modules(here: Here) -> None:
    world, center = here.world, here.center
    few = len(here.asked(here.readers["school_admin"], here.page()))
    modules = sorted(world.app.extensions["qinchao_registry"].plugins)
    world.enable(center, "north", *modules)
    assert len(here.asked(here.readers["school_admin"], here.page())) == few
    here.write(*KINDS, times=15)
    mother = world.guardian(center, here.child, relation="mother", name="柳青")
    world.child(center, "north", name="石小河")
    world.guardian(center, here.child, relation="grandmother", name="白云")
    assert mother.id
    many = here.asked(here.readers["school_admin"], here.page())
    assert len(many) == few, "\n".join(many)


def test_a_module_is_asked_only_for_the_part_that_is_opened(here: Here) -> None:
    here.world.enable(here.center, "north", "home_contact", "health_checks")
    here.write(*KINDS)
    admin = here.readers["school_admin"]
    browser = here.world.client(admin)
    first = browser.get(here.page()).text
    assert 'id="timeline"' in first
    assert 'id="home_contact"' not in first
    assert "tab=home_contact" in first
    opened = browser.get(here.page(tab="home_contact")).text
    assert 'id="home_contact"' in opened
    assert 'id="timeline"' not in opened
    assert not any("home_contact" in asked for asked in here.asked(admin, here.page()))


def test_a_part_is_fetched_by_itself_and_without_scripts_with_its_page(here: Here) -> None:
    here.world.enable(here.center, "north", "home_contact")
    here.write(*KINDS[:2])
    browser = here.world.client(here.readers["school_admin"])
    part = f"{here.page()}parts?tab=home_contact"
    fetched = browser.get(part, headers={"HX-Request": "true"})
    assert fetched.text.strip().startswith('<div id="parts">')
    assert 'id="home_contact"' in fetched.text
    assert browser.get(part).location.endswith(here.page(tab="home_contact"))
    unknown = browser.get(here.page(tab="no_such_module"))
    assert 'id="timeline"' in unknown.text


def test_a_familys_page_asks_no_more_with_more_rows_or_silent_modules(here: Here) -> None:
    world, path = here.world, f"/family/{here.center.slug}/"
    few = len(here.asked(here.father, path))
    world.enable(here.center, "north", *SILENT)
    assert len(here.asked(here.father, path)) == few
    # A module whose invitations are no entries yet has to look for them.
    world.enable(here.center, "north", *sorted(world.app.extensions["qinchao_registry"].plugins))
    assert len(here.asked(here.father, path)) <= MOST
    here.write("home_contact.visit")
    told = len(here.asked(here.father, path))
    here.write("home_contact.visit", times=5)
    assert len(here.asked(here.father, path)) == told <= MOST


def test_a_connection_keeps_what_it_has_prepared_from_page_to_page(here: Here) -> None:
    """Planning each statement anew would cost the database three times what the page does."""
    with here.world.app.app_context():
        engine = db.engine
    engine.dispose()
    for _ in range(8):
        here.asked(here.readers["school_admin"], here.page())
    with engine.connect() as connection:
        prepared = connection.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
    assert prepared is not None
    assert prepared > len(here.asked(here.readers["school_admin"], here.page())) / 2
