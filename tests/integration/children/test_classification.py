"""Every rule of both meanings of 留守 and of the difficult categories, as of any day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from app.children.classification import (
    CATEGORIES,
    CLASSIFY,
    REASONS,
    VALUES,
    classified,
    classify,
)
from app.children.models import Child, Declaration, Guardian, Guardianship, ParentStatus
from tests.support.world import CenterHandle, World

DAY = date(2026, 11, 22)
LONG, RECENT = date(2026, 3, 1), date(2026, 10, 1)
AWAY = {"away": "yes", "away_since": LONG}
UNDATED = {"away": "yes"}
JUST = {"away": "yes", "away_since": RECENT}
HOME = {"away": "no"}
ABLE = {"away": "no", "can_care": "yes"}
UNABLE = {"away": "no", "can_care": "no"}
DEAD = {"condition": "deceased"}
JAIL = {"condition": "imprisoned"}
ILL = {"away": "no", "condition": "severe_illness"}
UNKNOWN: dict[str, Any] = {}


@pytest.fixture
def center(world: World) -> CenterHandle:
    return world.center()


def _status(
    world: World, center: CenterHandle, guardian: UUID, on: date = date(2026, 9, 5), **values: Any
) -> None:
    with world.inside(center.scope) as ctx:
        ctx.session.add(
            ParentStatus(guardian_id=guardian, confirmed_on=on, source="visit", **values)
        )


def _declare(
    world: World, center: CenterHandle, child: UUID, scheme: str, value: str, on: date
) -> None:
    with world.inside(center.scope) as ctx:
        school = ctx.session.scalar(select(Child.school_id).where(Child.id == child))
        ctx.session.add(
            Declaration(school_id=school, child_id=child, as_of=on, source="x", **{scheme: value})
        )


def _family(
    world: World,
    center: CenterHandle,
    father: dict[str, Any] | None,
    mother: dict[str, Any] | None,
    *,
    birth: date | None = date(2017, 5, 4),
) -> UUID:
    child = world.child(center, "north", birth=birth)  # type: ignore[arg-type]
    for relation, facts in (("father", father), ("mother", mother)):
        if facts is None:
            continue
        person = world.guardian(center, child, relation=relation)
        if facts:
            _status(world, center, person.id, **facts)
    return child


def _answers(
    world: World, center: CenterHandle, child: UUID, day: date = DAY
) -> dict[str, tuple[str, str]]:
    with world.inside(center.scope) as ctx:
        found = classify(ctx, [child], day)[child]
    return {name: (finding.value, finding.reason) for name, finding in found.items()}


@pytest.mark.parametrize(
    ("father", "mother", "education", "civil"),
    [
        (AWAY, AWAY, ("both", "both_away"), ("yes", "both_working_away")),
        (AWAY, UNDATED, ("both", "both_away_undated"), ("yes", "both_working_away")),
        (AWAY, HOME, ("one", "father_away"), ("unknown", "capacity_unknown")),
        (ABLE, AWAY, ("one", "mother_away"), ("no", "parent_cares")),
        (AWAY, UNABLE, ("one", "father_away"), ("yes", "other_cannot_care")),
        (UNDATED, ABLE, ("one", "one_away_undated"), ("no", "parent_cares")),
        (AWAY, ILL, ("one", "father_away"), ("yes", "other_cannot_care")),
        (AWAY, DEAD, ("one", "one_away_other_absent"), ("yes", "other_cannot_care")),
        (JAIL, AWAY, ("one", "one_away_other_absent"), ("yes", "other_cannot_care")),
        (AWAY, JUST, ("one", "one_away_other_recent"), ("yes", "both_working_away")),
        (JUST, JUST, ("none", "away_under_three_months"), ("yes", "both_working_away")),
        (JUST, ABLE, ("none", "away_under_three_months"), ("no", "parent_cares")),
        (HOME, HOME, ("none", "no_parent_away"), ("no", "no_parent_away")),
        (DEAD, HOME, ("none", "no_parent_away"), ("no", "no_parent_away")),
        (DEAD, DEAD, ("none", "parents_gone"), ("no", "no_parent_away")),
        (AWAY, None, ("one", "one_away_other_unknown"), ("unknown", "one_parent_unknown")),
        (HOME, UNKNOWN, ("unknown", "one_parent_unknown"), ("unknown", "one_parent_unknown")),
        (ABLE, UNKNOWN, ("unknown", "one_parent_unknown"), ("no", "parent_cares")),
        (UNKNOWN, None, ("unknown", "no_facts"), ("unknown", "no_facts")),
    ],
)
def test_both_meanings_stand_side_by_side(
    world: World,
    center: CenterHandle,
    father: dict[str, Any] | None,
    mother: dict[str, Any] | None,
    education: tuple[str, str],
    civil: tuple[str, str],
) -> None:
    found = _answers(world, center, _family(world, center, father, mother))
    assert (found["education"], found["civil"]) == (education, civil)


def test_three_months_are_counted_to_the_day(world: World, center: CenterHandle) -> None:
    child = _family(world, center, {"away": "yes", "away_since": date(2026, 8, 22)}, ABLE)
    assert _answers(world, center, child, date(2026, 11, 21))["education"][0] == "none"
    assert _answers(world, center, child, date(2026, 11, 22))["education"][0] == "one"


def test_every_day_has_its_own_answer(world: World, center: CenterHandle) -> None:
    child = world.child(center, "north")
    father = world.guardian(center, child, relation="father").id
    mother = world.guardian(center, child, relation="mother").id
    _status(world, center, mother, date(2026, 9, 5), **ABLE)
    _status(world, center, father, date(2026, 9, 5), **ABLE)
    _status(world, center, father, date(2026, 10, 5), **AWAY)
    days = [date(2026, 9, 4), date(2026, 9, 5), date(2026, 10, 4), date(2026, 10, 5)]
    answers = [_answers(world, center, child, day)["education"][0] for day in days]
    assert answers == ["unknown", "none", "none", "one"]


def test_a_voided_fact_does_not_count(world: World, center: CenterHandle) -> None:
    child = world.child(center, "north")
    father = world.guardian(center, child, relation="father").id
    _status(world, center, father, date(2026, 10, 5), voided_at=datetime.now(UTC), **AWAY)
    assert _answers(world, center, child)["education"] == ("unknown", "no_facts")


def test_a_parent_who_died_counts_from_that_day(world: World, center: CenterHandle) -> None:
    child = _family(world, center, AWAY, AWAY)
    with world.inside(center.scope) as ctx:
        bond = ctx.session.scalars(
            select(Guardianship).where(
                Guardianship.child_id == child, Guardianship.relation == "mother"
            )
        ).one()
        ctx.session.scalars(
            select(Guardian).where(Guardian.id == bond.guardian_id)
        ).one().died_on = date(2026, 11, 1)
    assert _answers(world, center, child, date(2026, 10, 31))["education"][0] == "both"
    assert _answers(world, center, child)["education"] == ("one", "one_away_other_absent")


def test_an_ended_guardianship_does_not_count(world: World, center: CenterHandle) -> None:
    child = _family(world, center, AWAY, AWAY)
    with world.inside(center.scope) as ctx:
        for bond in ctx.session.scalars(select(Guardianship).where(Guardianship.child_id == child)):
            bond.ends_on = date(2026, 11, 1)
    assert _answers(world, center, child)["education"] == ("unknown", "no_facts")


@pytest.mark.parametrize(
    ("said", "education", "civil"),
    [
        ("both", ("both", "declared"), ("yes", "declared")),
        ("one", ("one", "declared"), ("unknown", "capacity_unknown")),
        ("none", ("none", "declared"), ("no", "declared")),
    ],
)
def test_a_declaration_fills_what_no_fact_tells(
    world: World,
    center: CenterHandle,
    said: str,
    education: tuple[str, str],
    civil: tuple[str, str],
) -> None:
    child = _family(world, center, UNKNOWN, None)
    _declare(world, center, child, "left_behind", said, date(2026, 9, 1))
    found = _answers(world, center, child)
    assert (found["education"], found["civil"]) == (education, civil)


def test_a_declaration_tells_of_the_parent_who_is_not_known(
    world: World, center: CenterHandle
) -> None:
    child = _family(world, center, AWAY, None)
    _declare(world, center, child, "left_behind", "both", date(2026, 9, 1))
    assert _answers(world, center, child)["education"] == ("both", "declared")


def test_newer_facts_beat_a_declaration_silently(world: World, center: CenterHandle) -> None:
    child = _family(world, center, ABLE, ABLE)  # confirmed on 5 September
    _declare(world, center, child, "left_behind", "both", date(2026, 9, 4))
    assert _answers(world, center, child)["education"] == ("none", "no_parent_away")


@pytest.mark.parametrize("on", [date(2026, 9, 5), date(2026, 9, 20)])
def test_a_later_or_equal_declaration_is_a_conflict_and_the_fact_stands(
    world: World, center: CenterHandle, on: date
) -> None:
    child = _family(world, center, ABLE, ABLE)
    _declare(world, center, child, "left_behind", "both", on)
    found = _answers(world, center, child)
    assert found["education"] == ("none", "conflict")
    assert found["civil"] == ("no", "conflict")


def test_the_latest_declaration_counts(world: World, center: CenterHandle) -> None:
    child = _family(world, center, UNKNOWN, None)
    _declare(world, center, child, "left_behind", "both", date(2026, 3, 1))
    _declare(world, center, child, "left_behind", "none", date(2026, 9, 1))
    assert _answers(world, center, child)["education"] == ("none", "declared")
    assert _answers(world, center, child, date(2026, 8, 31))["education"] == ("both", "declared")


def test_at_sixteen_the_civil_meaning_ends(world: World, center: CenterHandle) -> None:
    child = _family(world, center, AWAY, AWAY, birth=date(2010, 11, 22))
    assert _answers(world, center, child, date(2026, 11, 21))["civil"] == (
        "yes",
        "both_working_away",
    )
    found = _answers(world, center, child)
    assert found["civil"] == ("no", "sixteen")
    assert found["education"][0] == "both"


def test_without_a_date_of_birth_sixteen_cannot_be_told(world: World, center: CenterHandle) -> None:
    child = _family(world, center, AWAY, AWAY, birth=None)
    assert _answers(world, center, child)["civil"] == ("unknown", "birth_unknown")


@pytest.mark.parametrize(
    ("father", "mother", "orphan", "unsupported"),
    [
        (DEAD, DEAD, ("yes", "parents_gone"), ("no", "parents_gone")),
        (DEAD, {"condition": "missing"}, ("yes", "parents_gone"), ("no", "parents_gone")),
        (DEAD, JAIL, ("no", "parent_alive"), ("yes", "no_parent_can")),
        (JAIL, ILL, ("no", "parent_alive"), ("yes", "no_parent_can")),
        (DEAD, HOME, ("no", "parent_alive"), ("no", "parent_without_condition")),
        (DEAD, UNKNOWN, ("unknown", "no_facts"), ("unknown", "one_parent_unknown")),
        (UNKNOWN, None, ("unknown", "no_facts"), ("unknown", "no_facts")),
        (HOME, UNKNOWN, ("no", "parent_alive"), ("no", "parent_without_condition")),
    ],
)
def test_orphans_and_children_nobody_supports(
    world: World,
    center: CenterHandle,
    father: dict[str, Any] | None,
    mother: dict[str, Any] | None,
    orphan: tuple[str, str],
    unsupported: tuple[str, str],
) -> None:
    found = _answers(world, center, _family(world, center, father, mother))
    assert (found["orphan"], found["de_facto_unsupported"]) == (orphan, unsupported)


def test_hardship_disability_and_orphans_as_declared(world: World, center: CenterHandle) -> None:
    child = _family(world, center, UNKNOWN, None)
    before = _answers(world, center, child)
    assert before["hardship"] == before["disability"] == ("unknown", "not_asked")
    _declare(world, center, child, "hardship", "none", date(2026, 9, 1))
    _declare(world, center, child, "disability", "听力", date(2026, 9, 1))
    _declare(world, center, child, "orphan", "yes", date(2026, 9, 1))
    after = _answers(world, center, child)
    assert after["hardship"] == ("no", "declared")
    assert after["disability"] == ("yes", "declared")
    assert after["orphan"] == ("yes", "declared")


def test_a_gap_in_guardianship(world: World, center: CenterHandle) -> None:
    alone = _family(world, center, AWAY, AWAY)
    assert _answers(world, center, alone)["guardianship_gap"] == ("yes", "nobody_cares")
    world.guardian(center, alone, relation="grandmother", name="石桂英")
    assert _answers(world, center, alone)["guardianship_gap"] == ("no", "carer_known")
    half = _family(world, center, AWAY, UNKNOWN)
    assert _answers(world, center, half)["guardianship_gap"] == ("unknown", "carer_unknown")
    kept = _family(world, center, AWAY, HOME)
    assert _answers(world, center, kept)["guardianship_gap"] == ("no", "carer_known")


def test_a_page_of_children_and_the_whole_centre_agree(world: World, center: CenterHandle) -> None:
    kids = [_family(world, center, f, m) for f, m in ((AWAY, HOME), (AWAY, AWAY), (UNKNOWN, None))]
    table = classified(DAY)
    with world.inside(center.scope) as ctx:
        whole = {row.child_id: row for row in ctx.session.execute(select(table))}
        some = classify(ctx, kids, DAY)
    for child in kids:
        for name in CATEGORIES:
            assert some[child][name].value == getattr(whole[child], name)
            assert some[child][name].reason == getattr(whole[child], f"{name}_reason")


def test_a_school_counts_its_own_children_only(world: World, center: CenterHandle) -> None:
    _family(world, center, AWAY, AWAY)
    world.child(center, "south")
    table = classified(DAY)
    with world.inside(center.school_scope("north")) as ctx:
        counts = select(table.c.education, func.count()).group_by(table.c.education)
        assert list(ctx.session.execute(counts)) == [("both", 1)]


def test_it_is_one_query_the_planner_sees_into(world: World, center: CenterHandle) -> None:
    with world.inside(center.scope) as ctx:
        plan = ctx.session.execute(
            text("EXPLAIN SELECT education, count(*) FROM classify(current_date) GROUP BY 1")
        ).scalars()
        assert "Function Scan" not in "\n".join(plan)


def test_every_reason_has_words() -> None:
    told = set(re.findall(r"(?:THEN|ELSE) '([a-z_]+)'", CLASSIFY.sql))
    assert told - set(VALUES) == set(REASONS)
