"""``qinchao staff``: the same list from the command line, and a centre's first password."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from sqlalchemy import select

from app.accounts.models import Staff
from app.config import Config
from tests.support.commands import run_command
from tests.support.world import Person, World

HEAD = "工号,姓名,性别,手机,岗位/角色,学校,任教班级(班主任)"


def _run(config: Config, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_command(config, "staff", *arguments)


def _staff(world: World, center_scope: object, number: str) -> Staff | None:
    with world.inside(center_scope) as ctx:  # type: ignore[arg-type]
        return ctx.session.scalar(select(Staff).where(Staff.number == number))


def test_a_list_is_imported_once_and_again_changes_nothing(
    world: World, config: Config, tmp_path: Path
) -> None:
    center = world.center()
    world.homeroom(center, "north")
    file = tmp_path / "staff.csv"
    rows = ["S1,周禾,女,19900001101,班主任,north,三（1）班", "S2,吴川,男,,教管中心管理员,,"]
    file.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    first = _run(config, "import", str(file), "--center", center.slug, "--json")
    assert first.returncode == 0, first.stderr
    found = json.loads(first.stdout)
    assert (found["imported"], found["new"], found["refused"]) == (True, 2, 0)
    again = json.loads(_run(config, "import", str(file), "--center", center.slug, "--json").stdout)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 2)


def test_a_wrong_row_is_named_and_nothing_is_written(
    world: World, config: Config, tmp_path: Path
) -> None:
    center = world.center()
    file = tmp_path / "staff.csv"
    rows = ["S1,周禾,女,,教师,north,", "S2,吴川,男,,教师,天边小学,"]
    file.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    done = _run(config, "import", str(file), "--center", center.slug, "--json")
    assert done.returncode == 1
    problem = json.loads(done.stdout)["problems"][0]
    assert (problem["row"], problem["field"], problem["level"]) == (3, "school", "refused")
    assert "天边小学" in problem["reason"]
    assert _staff(world, center.scope, "S1") is None
    plain = _run(config, "import", str(file), "--center", center.slug)
    assert plain.returncode == 1
    assert "天边小学" in plain.stderr
    assert _run(config, "import", str(file), "--center", "nowhere-at-all").returncode == 1
    assert _run(config, "import", str(file)).returncode == 2


def test_the_first_administrator_gets_a_password_and_must_change_it(
    world: World, config: Config, tmp_path: Path
) -> None:
    center = world.center()
    file = tmp_path / "staff.csv"
    file.write_text(f"{HEAD}\nS1,吴川,男,,教管中心管理员,,", encoding="utf-8")
    assert _run(config, "import", str(file), "--center", center.slug).returncode == 0
    given = json.loads(_run(config, "password", "S1", "--center", center.slug, "--json").stdout)
    assert (given["name"], given["logins"]) == ("吴川", ["S1"])
    admin = _staff(world, center.scope, "S1")
    assert admin is not None
    assert admin.account_id is not None
    browser = world.client(Person("S1", given["password"], "staff", admin.account_id, admin.id))
    sent = browser.get(f"/c/{center.slug}/")
    assert sent.status_code == 302
    assert "password" in sent.location or "secret" in sent.location


def test_nobody_gets_a_password_by_an_unknown_number(world: World, config: Config) -> None:
    done = _run(config, "password", "S0", "--center", world.center().slug)
    assert done.returncode == 1
    assert "S0" in done.stderr
    assert done.stdout == ""
