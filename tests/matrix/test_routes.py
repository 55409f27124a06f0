"""Routes × roles, generated: nobody opens what is not theirs, everybody opens what is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from app.accounts.permissions import permissions_of
from app.accounts.roles import ROLES
from app.config import Config
from app.host.registry import Registry
from app.kernel.clock import Clock
from tests.matrix.routes import Route, routes
from tests.support.world import Browser, CenterHandle, World

_REFUSED = 403
_GONE = 404
_SERVER_ERROR = 500


@dataclass(frozen=True)
class Stage:
    """A centre with everybody in it, all modules on, and a second one beside it."""

    app: Flask
    world: World
    center: CenterHandle
    other: CenterHandle
    child: UUID
    homeroom: UUID
    browsers: dict[str, Browser]
    other_child: UUID

    def places(self, **changed: object) -> dict[str, object]:
        """Return the places of this world that addresses ask for."""
        usual = {
            "center": self.center.slug,
            "school": "north",
            "child_id": self.child,
            "homeroom_id": self.homeroom,
        }
        return usual | changed


@pytest.fixture(scope="module")
def stage(app: Flask, config: Config) -> Stage:
    world = World(app, config)
    center, other = world.center(), world.center()
    room = world.homeroom(center, "north")
    child = world.child(center, "north", homeroom=room)
    other_child = world.child(other, "north")
    registry: Registry = app.extensions["qinchao_registry"]
    world.enable(center, "north", *registry.plugins)
    browsers = {}
    for role in ROLES.values():
        if role.name == "partner":
            until = Clock().today() + timedelta(days=30)
            person = world.partner(center, "north", child, until=until)
        elif role.reach == "family":
            person = world.guardian(center, child, account=True)
        else:
            person = world.person(
                center,
                role.name,
                None if role.reach == "center" else "north",
                homerooms=(room,) if role.reach == "homerooms" else (),
                children=(child,) if role.reach == "children" else (),
            )
        browsers[role.name] = world.client(person)
    return Stage(app, world, center, other, child, room, browsers, other_child)


def _call(browser: Browser, route: Route, address: str) -> int:
    """Call a route with an empty form and a right token; return the status."""
    if route.method == "GET":
        status: int = browser.get(address).status_code
        return status
    token = browser.token()
    answer = browser.client.open(
        address, method=route.method, headers={"X-CSRFToken": token}, data={}
    )
    return int(answer.status_code)


def _holds(app: Flask, role: str, route: Route) -> bool:
    registry: Registry = app.extensions["qinchao_registry"]
    return route.mark.permission in permissions_of(role, registry.permissions, {})


def _in_its_area(role: str, route: Route) -> bool:
    family = ROLES[role].reach == "family"
    return family == (route.area == "family")


@pytest.mark.parametrize("role", list(ROLES))
def test_a_role_opens_what_it_may_and_nothing_else(stage: Stage, role: str) -> None:
    wrong = []
    for route in routes(stage.app):
        if not route.mark.permission or route.endpoint == "accounts.sign_out":
            continue
        status = _call(stage.browsers[role], route, route.address(stage.app, **stage.places()))
        if not _in_its_area(role, route):
            fine = status in (_GONE, _REFUSED)
        elif _holds(stage.app, role, route):
            fine = status != _REFUSED and status < _SERVER_ERROR
        else:
            fine = status in (_REFUSED, _GONE) if route.area == "child" else status == _REFUSED
        if not fine:
            wrong.append(f"{role} {route.method} {route.rule.rule}: {status}")
    assert wrong == []


def test_a_stranger_is_asked_to_sign_in(stage: Stage) -> None:
    wrong = []
    nobody = stage.world.client()
    for route in routes(stage.app):
        if route.mark.public_reason:
            continue
        status = _call(nobody, route, route.address(stage.app, **stage.places()))
        if status not in (302, 401):
            wrong.append(f"{route.method} {route.rule.rule}: {status}")
    assert wrong == []


@pytest.mark.parametrize("role", list(ROLES))
def test_another_centre_does_not_exist(stage: Stage, role: str) -> None:
    wrong = []
    elsewhere = stage.places(center=stage.other.slug, child_id=stage.other_child)
    for route in routes(stage.app):
        if "center" not in route.rule.arguments:
            continue
        status = _call(stage.browsers[role], route, route.address(stage.app, **elsewhere))
        if status != _GONE:
            wrong.append(f"{role} {route.method} {route.rule.rule}: {status}")
    assert wrong == []


@pytest.mark.parametrize("role", [r.name for r in ROLES.values() if r.reach != "center"])
def test_another_school_does_not_exist(stage: Stage, role: str) -> None:
    """Neither its pages nor, in one's own pages, another centre's child."""
    wrong = []
    for route in routes(stage.app):
        places = stage.places(school="south", child_id=stage.other_child)
        if not {"school", "child_id"} & route.rule.arguments:
            continue
        status = _call(stage.browsers[role], route, route.address(stage.app, **places))
        allowed = (_GONE, _REFUSED) if "school" not in route.rule.arguments else (_GONE,)
        if status not in allowed:
            wrong.append(f"{role} {route.method} {route.rule.rule}: {status}")
    assert wrong == []


@pytest.mark.parametrize("role", ["mentor", "homeroom_teacher", "guardian"])
def test_a_child_of_somebody_else_does_not_exist(stage: Stage, role: str) -> None:
    """Two mentors, two class teachers, two families of one school: each sees their own only."""
    neighbour = stage.world.child(stage.center, "north", name="别家子")
    wrong = []
    for route in routes(stage.app):
        if "child_id" not in route.rule.arguments or not _in_its_area(role, route):
            continue
        places = stage.places(child_id=neighbour)
        status = _call(stage.browsers[role], route, route.address(stage.app, **places))
        if status not in (_GONE, _REFUSED):
            wrong.append(f"{role} {route.method} {route.rule.rule}: {status}")
    assert wrong == []
    for route in routes(stage.app):
        if route.method == "GET" and _in_its_area(role, route) and route.mark.permission:
            page = stage.browsers[role].get(route.address(stage.app, **stage.places()))
            assert "别家子".encode() not in page.data, route.rule.rule


def test_a_module_that_is_off_does_not_exist(stage: Stage) -> None:
    """Its pages answer 404 to everybody, and nothing of it stands in the navigation."""
    world = stage.world
    center = world.center()
    room = world.homeroom(center, "north")
    child = world.child(center, "north", homeroom=room)
    people = [
        world.client(world.person(center, "school_admin", "north")),
        world.client(world.person(center, "center_inspector")),
    ]
    places = {"center": center.slug, "school": "north", "child_id": child, "homeroom_id": room}
    wrong = []
    for route in routes(stage.app):
        if route.module is None or route.area == "family":
            continue
        for browser in people:
            status = _call(browser, route, route.address(stage.app, **places))
            # Who may do nothing with a child is refused before anybody asks about modules.
            if status != _GONE and not (route.area == "child" and status == _REFUSED):
                wrong.append(f"{route.method} {route.rule.rule}: {status}")
    assert wrong == []
    assert all("/m/" not in who.get(f"/c/{center.slug}/s/north/").text for who in people)


def test_every_route_states_who_may_open_it(app: Flask) -> None:
    for route in routes(app):
        stated = [route.mark.permission, route.mark.public_reason, route.mark.signed_in]
        assert sum(value is not None for value in stated) == 1
        if route.mark.permission:
            assert route.mark.permission in app.extensions["qinchao_registry"].permissions
