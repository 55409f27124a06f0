"""Run in the other environment: make a centre, lend a book, open pages. Prints JSON."""

from __future__ import annotations

import json
import os
import sys
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, select, text

from app.children.models import Child
from app.config import Config
from app.sdk.testing.world import CenterHandle, Person, World
from app.tenancy.models import School
from app.web.factory import create_app


def begin(world: World) -> Any:
    """Make a centre with a child, its father and an administrator."""
    center = world.center("north")
    child = world.child(center, "north")
    father = world.guardian(center, child, account=True)
    admin = world.person(center, "school_admin", "north")
    return {
        "center": str(center.id),
        "slug": center.slug,
        "child": str(child),
        "people": [[p.login, p.secret, p.kind] for p in (admin, father)],
    }


def lend(world: World, made: dict[str, Any]) -> Any:
    """Lend a book with the service of the module that is installed here."""
    services = __import__("library_loans.services", fromlist=["lend"])
    center = CenterHandle(UUID(made["center"]), made["slug"])
    with world.inside(center.scope) as ctx:
        center.schools["north"] = ctx.session.scalars(select(School.id)).one()
    with world.inside(center.school_scope("north")) as ctx:
        child = ctx.session.scalars(select(Child).where(Child.id == UUID(made["child"]))).one()
        services.lend(ctx, child, "《草房子》")
    return {}


def pages(world: World, made: dict[str, Any]) -> Any:
    """Open the pages on which the module stands, and one on which it does not."""
    admin, father = (
        world.client(Person(login, secret, kind, UUID(int=1), UUID(int=1)))
        for login, secret, kind in made["people"]
    )
    own = f"/c/{made['slug']}/s/north"
    asked = {
        "module": admin.get(f"{own}/m/library_loans"),
        "child": admin.get(f"/c/{made['slug']}/children/{made['child']}/timeline"),
        "family": father.get(f"/family/{made['slug']}/"),
        "school": admin.get(f"{own}/children"),
    }
    return {name: [page.status_code, "《草房子》" in page.text] for name, page in asked.items()}


def rows(world: World, _made: dict[str, Any]) -> Any:
    """Count what lies in the module's table, whoever is installed."""
    engine = create_engine(world.config.owner_url or "")
    with engine.begin() as connection:
        return connection.execute(text("SELECT count(*) FROM library_loans_loan")).scalar_one()


def main() -> None:
    """Do what is asked and print what came of it."""
    what, *words = sys.argv[1:]
    config = Config.from_environ(os.environ)
    world = World(create_app(config), config)
    given = [json.loads(word) for word in words]
    doing = {"begin": begin, "lend": lend, "pages": pages, "rows": rows}[what]
    print(json.dumps(doing(world, *given)))  # noqa: T201


if __name__ == "__main__":
    main()
