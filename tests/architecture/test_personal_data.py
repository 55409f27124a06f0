"""Nothing about a person is left out of a copy or an erasure: the tables themselves are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.host.manifest import PersonalTable
from app.host.registry import Registry
from app.kernel.text import T
from app.privacy.tables import faults


@pytest.fixture
def registry(app: Flask) -> Registry:
    found: Registry = app.extensions["qinchao_registry"]
    return found


def test_every_table_about_a_person_is_described(registry: Registry) -> None:
    assert faults(registry) == []


def test_a_table_without_a_description_is_found(registry: Registry) -> None:
    described = {
        name: held
        for name, held in registry.personal.items()
        if name not in ("declaration", "mentoring_plan_goal", "library_loans_loan")
    }
    assert [fault.split(" ")[0] for fault in faults(replace(registry, personal=described))] == [
        "declaration",
        "library_loans_loan",
        "mentoring_plan_goal",
    ]


def test_what_hangs_on_an_entry_alone_is_found_too(registry: Registry) -> None:
    found = faults(replace(registry, not_personal={}))
    assert [fault.split(" ")[0] for fault in found] == [
        "guardian_training_staff_credit",
        "mentoring_assessment",
    ]


def test_a_column_that_cannot_be_emptied_must_be_kept(registry: Registry) -> None:
    loose = PersonalTable("placement", T("x"), {"pupil_no": T("x")}, keeps=("ends_on",))
    found = faults(replace(registry, personal=dict(registry.personal) | {"placement": loose}))
    assert "placement.starts_on has no title in `personal`" in found
    assert "placement.starts_on cannot be emptied: keep it" in found
