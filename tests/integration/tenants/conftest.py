from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask

from app.cli.tenants import Plan, carry_out, plan_folder
from tests.support.world import World

CENTER = """\
name = "试验片区教管中心"
region = "试验片区"

[settings]
hotlines = ["青少年服务热线 12355", "报警 110"]
junior_style = "chu"
visits_a_term = 2

[[terms]]
code = "2026-2027-1"
starts_on = 2026-09-01
ends_on = 2027-01-22

[[days]]
day = 2026-10-01
kind = "holiday"
title = "国庆节"
"""
WORDING = 'title = "亲巢"\n'
SCHOOLS = """\
code,name,short_name,stages,system,parent,phone,address,closed_on
B2,北坡九年制学校,北坡学校,primary junior,6-3,,,,
A1,安家完全小学,安家完小,primary,5-4,,023-61230000,安家村,
A2,安家教学点,安家点,primary,5-4,A1,,,2026-08-31
"""
STAFF = """\
number,name,sex,kind,role,school,post
001,林禾,female,teacher,center_admin,,主任
002,唐岭,male,teacher,homeroom_teacher school_admin,B2,校长
003,许汐,female,retired,mentor,B2,退休教师
003,许汐,female,retired,counsellor,A1,
"""


class Folder:
    """A folder of a centre of its own, and what a county does with it."""

    def __init__(self, app: Flask, world: World, path: Path) -> None:
        self.app = app
        self.world = world
        self.path = path

    @property
    def slug(self) -> str:
        line = (self.path / "center.toml").read_text().splitlines()[0]
        return line.removeprefix("slug = ").strip('"') if "slug" in line else self.path.name

    def texts(self) -> dict[str, str]:
        return {file.name: file.read_text() for file in sorted(self.path.iterdir())}

    def write(self, **files: str) -> None:
        names = {"center": "center.toml", "wording": "wording.toml"}
        for name, text in files.items():
            (self.path / names.get(name, f"{name}.csv")).write_text(text)

    def plan(self, *, force: bool = False) -> Plan:
        with self.app.app_context():
            return plan_folder(self.app, self.path, force=force)

    def apply(self, *, force: bool = False) -> Plan:
        with self.app.app_context():
            plan = plan_folder(self.app, self.path, force=force)
            carry_out(self.app, plan)
        return plan


@pytest.fixture
def folder(app: Flask, world: World, tmp_path: Path) -> Folder:
    """A small centre that nobody has applied yet."""
    made = Folder(app, world, tmp_path / f"t{uuid4().hex[:10]}")
    made.path.mkdir()
    made.write(
        center=f'slug = "{made.path.name}"\n{CENTER}', wording=WORDING, schools=SCHOOLS, staff=STAFF
    )
    return made
