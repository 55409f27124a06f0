"""A row in every table there is: after an erasure none about the child holds anything but facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, select, text

from app.config import Config
from app.db.base import Base
from app.host.registry import Registry
from app.kernel.ids import uuid7
from app.privacy.erasing import rules
from app.privacy.tables import emptied, held_tables
from tests.isolation.rows import Corner, Rows

WORD = "Erased"
_SCOPE = text("SELECT bind_scope('qc_center', :center, '{}', '{}', :account)")
_CALL = text("SELECT erase_child(:id, CAST(:rules AS jsonb), :word)")
_BLANK = (None, WORD, {}, [])


@pytest.fixture
def owner(app: Flask, config: Config) -> Iterator[Connection]:
    assert config.owner_url
    engine = create_engine(config.owner_url)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def _fill(owner: Connection) -> Rows:
    """Make a row in every table for a child, and one for a neighbour; two people agree."""
    corner = Corner.new()
    owner.execute(
        text("INSERT INTO center (id, slug, name) VALUES (:id, :slug, 'x')"),
        {"id": corner.center, "slug": f"erase-{corner.center.hex}"},
    )
    rows = Rows(owner, corner)
    rows.make(set())
    neighbour = Rows(owner, Corner.new(center=corner.center))
    neighbour.make(set())
    values = {"center": corner.center, "child": corner.child, "second": neighbour.ids["staff"]}
    owner.execute(text("UPDATE child SET left_on = '2026-07-01' WHERE id = :child"), values)
    owner.execute(
        text(
            "UPDATE erasure SET state = 'confirmed', decided_by_id = :second"
            " WHERE center_id = :center AND child_id = :child"
        ),
        values,
    )
    return rows


def _about(owner: Connection, table: Any, column: str, key: Any) -> list[Any]:
    wanted = select(table).where(table.c[column] == key)
    return list(owner.execute(wanted).mappings())


def test_nothing_but_facts_stays_in_any_table(app: Flask, owner: Connection) -> None:
    registry: Registry = app.extensions["qinchao_registry"]
    rows = _fill(owner)
    corner = rows.corner
    given = {"word": WORD, "rules": json.dumps(rules(registry)), "id": rows.ids["erasure"]}
    owner.execute(_SCOPE, {"center": corner.center, "account": uuid7()})
    owner.execute(_CALL, given)
    owner.execute(text("RESET ROLE"))
    direct = [held for held in held_tables(registry) if held.through is None]
    left = []
    for held in direct:
        about = registry.personal[held.table.name]
        key = corner.child if held.subject == "child" else corner.guardian
        found = _about(owner, held.table, held.column, key)
        blank = emptied(held.table, about) if about.keeps else {}
        left += [(held.table.name, "row") for _row in found if not about.keeps]
        left += [
            (held.table.name, name)
            for row in found
            for name in blank
            if row[name] not in _BLANK and name not in ("voided_at", "void_reason")
        ]
    assert left == []
    assert len(direct) > 25


def test_the_neighbour_keeps_every_row(app: Flask, owner: Connection) -> None:
    registry: Registry = app.extensions["qinchao_registry"]
    rows = _fill(owner)
    before = _counts(owner, rows.corner)
    owner.execute(_SCOPE, {"center": rows.corner.center, "account": uuid7()})
    given = {"word": WORD, "rules": json.dumps(rules(registry)), "id": rows.ids["erasure"]}
    owner.execute(_CALL, given)
    owner.execute(text("RESET ROLE"))
    assert _counts(owner, rows.corner) == before


def test_a_table_of_a_module_long_removed_goes_too(app: Flask, owner: Connection) -> None:
    registry: Registry = app.extensions["qinchao_registry"]
    rows = _fill(owner)
    owner.execute(
        text(
            "CREATE TABLE left_over (center_id uuid, id uuid, child_id uuid, said text,"
            " CONSTRAINT pk_left_over PRIMARY KEY (center_id, id),"
            " FOREIGN KEY (center_id, child_id) REFERENCES child (center_id, id))"
        )
    )
    owner.execute(
        text("INSERT INTO left_over VALUES (:center, :id, :child, 'x')"),
        {"center": rows.corner.center, "id": uuid7(), "child": rows.corner.child},
    )
    owner.execute(_SCOPE, {"center": rows.corner.center, "account": uuid7()})
    given = {"word": WORD, "rules": json.dumps(rules(registry)), "id": rows.ids["erasure"]}
    owner.execute(_CALL, given)
    owner.execute(text("RESET ROLE"))
    assert owner.execute(text("SELECT count(*) FROM left_over")).scalar_one() == 0


def _counts(owner: Connection, corner: Corner) -> dict[str, int]:
    """Count the rows of the centre that are not about the corner's child or guardian."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if "center_id" in table.c and "child_id" in table.c:
            wanted = select(table.c.id).where(
                table.c.center_id == corner.center,
                table.c.child_id.is_distinct_from(corner.child),
            )
            found[table.name] = len(owner.execute(wanted).all())
    return found
