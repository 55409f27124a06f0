"""A module of somebody else's, from a wheel: installed, migrated, used, upgraded and removed."""

from __future__ import annotations

import json
from typing import Any

from tests.outside.conftest import NAME, Elsewhere, wheel

OPEN, GONE = 200, 404


def _installed(elsewhere: Elsewhere) -> dict[str, str]:
    return {
        each["name"]: each["version"] for each in elsewhere.qinchao("plugins", "list", "--json")
    }


def _at(made: dict[str, Any]) -> tuple[str, ...]:
    return ("--center", made["slug"], "--school", "north", "--json")


def _switch(elsewhere: Elsewhere, made: dict[str, Any], how: str) -> None:
    elsewhere.qinchao("modules", how, NAME, *_at(made))


def test_a_wheel_from_the_first_day_to_the_last(elsewhere: Elsewhere) -> None:
    assert NAME not in _installed(elsewhere)
    elsewhere.pip("install", "--no-index", "--no-deps", wheel(elsewhere.folder, "1.0.0"))
    assert _installed(elsewhere)[NAME] == "1.0.0"

    elsewhere.qinchao("db", "upgrade")
    made = elsewhere.use("begin")
    told = json.dumps(made)
    [offered] = [m for m in elsewhere.qinchao("modules", "list", *_at(made)) if m["name"] == NAME]
    assert (offered["offered"], offered["active"]) == (True, False)
    assert elsewhere.use("pages", told)["module"] == [GONE, False]

    _switch(elsewhere, made, "enable")
    elsewhere.use("lend", told)
    used = {name: [OPEN, True] for name in ("module", "child", "family")}
    assert elsewhere.use("pages", told) == used | {"school": [OPEN, False]}

    _switch(elsewhere, made, "disable")
    off = {"module": [GONE, False]} | {n: [OPEN, False] for n in ("child", "family", "school")}
    assert elsewhere.use("pages", told) == off
    _switch(elsewhere, made, "enable")

    newer = wheel(elsewhere.folder, "1.1.0")
    elsewhere.pip("install", "--no-index", "--no-deps", "--upgrade", newer)
    assert _installed(elsewhere)[NAME] == "1.1.0"
    elsewhere.qinchao("db", "upgrade")
    elsewhere.qinchao("db", "check")
    elsewhere.use("lend", told)
    assert elsewhere.use("pages", told) == used | {"school": [OPEN, False]}
    assert elsewhere.use("rows", told) == 2

    elsewhere.pip("uninstall", "--yes", "qinchao-library-loans")
    assert NAME not in _installed(elsewhere)
    elsewhere.qinchao("db", "upgrade")
    assert elsewhere.use("pages", told) == off
    assert elsewhere.use("rows", told) == 2
