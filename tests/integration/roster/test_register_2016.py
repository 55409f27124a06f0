"""The register of 2016 asks the civil meaning; an answer counts for both of left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.children.classification import classify
from app.children.models import Child, Declaration, ParentStatus
from tests.integration.roster.importing import TODAY, Place, children, count, upload
from tests.support.world import World

HEAD = (
    "姓名,班级,出生日期,父亲姓名,父亲务工地点,母亲姓名,母亲务工地点,"
    "父母双方同时外出（是/否）,父母一方外出另一方无监护能力（是/否）,无监护能力"
)


@pytest.mark.parametrize(
    ("answers", "education", "civil"),
    [
        ("否,是,母亲", "one", ("yes", "other_cannot_care")),
        ("否,否,", "one", ("no", "parent_cares")),
    ],
)
def test_an_answer_counts_in_both_meanings(
    world: World,
    place: Place,
    tmp_path: Path,
    answers: str,
    education: str,
    civil: tuple[str, str],
) -> None:
    _, scope = place
    path = tmp_path / "a.csv"
    path.write_text(
        f"{HEAD}\n甲一,三（1）班,2018-03-01,甲父,深圳,乙母,—,{answers}\n", encoding="utf-8"
    )
    upload(world, scope, path)
    child: Child = children(world, scope)["甲一"]
    with world.inside(scope) as ctx:
        found = classify(ctx, [child.id], TODAY)[child.id]
    assert found["education"].value == education
    assert found["education"].reason != "conflict"
    assert (found["civil"].value, found["civil"].reason) == civil
    upload(world, scope, path)
    assert count(world, scope, ParentStatus) == [2]


def test_two_times_no_says_no_in_the_civil_meaning_only(
    world: World, place: Place, tmp_path: Path
) -> None:
    _, scope = place
    path = tmp_path / "a.csv"
    head = "姓名,班级,出生日期,父母双方同时外出（是/否）,父母一方外出另一方无监护能力（是/否）"
    path.write_text(f"{head}\n甲一,三（1）班,2018-03-01,否,否\n", encoding="utf-8")
    upload(world, scope, path)
    child: Child = children(world, scope)["甲一"]
    with world.inside(scope) as ctx:
        found = classify(ctx, [child.id], TODAY)[child.id]
    assert (found["civil"].value, found["civil"].reason) == ("no", "declared")
    assert found["education"].value == "unknown"
    upload(world, scope, path)
    assert count(world, scope, Declaration) == [1]
