"""Policies on their pages: adopted, changed with a preview, ended; the floor is the centre's."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select

from app.duties.models import DutyPolicy, DutyPolicyVersion, DutyWindow, StoredRule
from app.duties.policy_file import parse_policy
from app.duties.services import adopt
from app.kernel.clock import Clock
from tests.integration.duties.conftest import RULE, Year
from tests.support.forms import fields_of
from tests.support.world import World

TODAY = Clock().today()


def _count(year: Year, model: type) -> int:
    with year.world.inside(year.center.scope) as ctx:
        return int(ctx.session.scalar(select(func.count()).select_from(model)) or 0)


def test_a_head_reads_a_pack_in_sentences_and_keeps_it(year: Year, world: World) -> None:
    head = world.client(world.person(year.center, "school_admin", "north"))
    base = f"/c/{year.center.slug}/s/north/policies"
    listed = head.get(base)
    assert "三个一" in listed.text
    shown = head.get(f"{base}/packs/san-ge-yi")
    assert "每月家访" in shown.text
    assert "宽限3天" in shown.text
    assert _count(year, DutyWindow) == 0
    answer = head.submit(f"{base}/packs/san-ge-yi", {"in_force_from": TODAY.isoformat()})
    assert answer.status_code == 302
    assert "每月家访" in head.get(base).text
    assert _count(year, DutyWindow) > 5
    again = head.submit(f"{base}/packs/san-ge-yi", {"in_force_from": TODAY.isoformat()})
    assert again.status_code == 422


def test_the_floor_is_read_by_schools_and_changed_by_the_centre(year: Year, world: World) -> None:
    policy_id = year.keep(date(2026, 9, 1))
    head = world.client(world.person(year.center, "school_admin", "north"))
    base = f"/c/{year.center.slug}/s/north/policies"
    assert "三个一" in head.get(base).text
    assert head.get(f"{base}/{policy_id}/edit").status_code == 404
    floor = f"/c/{year.center.slug}/policies"
    assert "/edit" not in head.get(floor).text
    assert head.get(f"{floor}/{policy_id}/edit").status_code == 404
    centre = world.client(world.person(year.center, "center_admin"))
    assert centre.get(f"/c/{year.center.slug}/policies/{policy_id}/edit").status_code == 200


def test_another_school_never_sees_a_schools_own_policy(year: Year, world: World) -> None:
    policy_id = year.keep(date(2026, 9, 1), school="north")
    other = world.client(world.person(year.center, "school_admin", "south"))
    base = f"/c/{year.center.slug}/s/south/policies"
    assert "代管" not in other.get(base).text
    assert other.get(f"{base}/{policy_id}/edit").status_code == 404


def _form(**changes: str) -> dict[str, str]:
    return {
        "name": "三个一",
        "slogan": "",
        "text": "",
        "in_force_from": (TODAY + timedelta(days=1)).isoformat(),
        "duty-0-key": "visit",
        "duty-0-title": "家访",
        "duty-0-performer": "mentor",
        "duty-0-entry": "note",
        "duty-0-subject": "child",
        "duty-0-covers": "all",
        "duty-0-every": "month",
        "duty-0-min": "2",
        "duty-0-grace_days": "0",
        **changes,
    }


def test_a_change_is_seen_before_it_is_kept(year: Year, world: World) -> None:
    policy_id = year.keep(date(2026, 9, 1), school="north")
    head = world.client(world.person(year.center, "school_admin", "north"))
    address = f"/c/{year.center.slug}/s/north/policies/{policy_id}/edit"
    assert re.search(r'class="lead">每位代理家长每月[^<]*一次', head.get(address).text)
    seen = head.submit(address, _form(preview="1"))
    assert seen.status_code == 200
    assert re.search(r'class="lead">每位代理家长每月[^<]*2次', seen.text)
    assert _count(year, DutyPolicyVersion) == 1
    assert head.submit(address, _form()).status_code == 302
    assert _count(year, DutyPolicyVersion) == 2


def _rules(year: Year) -> list[StoredRule]:
    """Return the rules of the newest version of the newest policy."""
    with year.world.inside(year.center.scope) as ctx:
        version = select(DutyPolicyVersion.id).order_by(DutyPolicyVersion.id.desc()).limit(1)
        wanted = select(StoredRule).where(StoredRule.version_id.in_(version))
        return list(ctx.session.scalars(wanted.order_by(StoredRule.position)))


def test_a_change_keeps_what_a_rule_says_beyond_the_usual(year: Year, world: World) -> None:
    policy = parse_policy(RULE.format(covers="all", every="month", times=1, grace=0))
    limits = {"min_times": 2, "max_times": 3, "grades": (1, 2), "until": date(2027, 7, 1)}
    rule = replace(policy.duties[0], **limits)
    with year.world.inside(year.center.scope) as ctx:
        row = adopt(
            ctx,
            replace(policy, duties=(rule,)),
            key="x",
            in_force_from=date(2026, 9, 1),
            school_id=year.center.schools["north"],
        )
    head = world.client(world.person(year.center, "school_admin", "north"))
    address = f"/c/{year.center.slug}/s/north/policies/{row.id}/edit"
    sent = fields_of(head.get(address).text) | {"duty-0-title": "上门家访"}
    assert head.submit(address, sent).status_code == 302
    [stored] = _rules(year)
    assert stored.title == "上门家访"
    assert (stored.min_times, stored.max_times) == (2, 3)
    assert (stored.grades, stored.ends_on) == ([1, 2], date(2027, 7, 1))
    listed = head.get(f"/c/{year.center.slug}/s/north/policies").text
    assert "上门家访" in listed  # what begins tomorrow is told today


def test_a_school_writes_a_policy_of_its_own(year: Year, world: World) -> None:
    head = world.client(world.person(year.center, "school_admin", "north"))
    address = f"/c/{year.center.slug}/s/north/policies/new"
    sent = fields_of(head.get(address).text) | {
        "name": "每日一问",
        "duty-0-title": "问一问",
        "duty-0-entry": ["note"],
    }
    added = head.submit(address, sent | {"add": "1"})
    assert "duty-1-title" in added.text
    assert head.submit(address, sent | {"preview": "1"}).status_code == 200
    assert _count(year, DutyPolicy) == 0
    assert head.submit(address, sent).status_code == 302
    assert [rule.title for rule in _rules(year)] == ["问一问"]
    other = world.client(world.person(year.center, "school_admin", "south"))
    assert "每日一问" not in other.get(f"/c/{year.center.slug}/s/south/policies").text


def test_too_much_is_counted_with_all_that_is_kept(year: Year, world: World) -> None:
    head = world.client(world.person(year.center, "school_admin", "north"))
    address = f"/c/{year.center.slug}/s/north/policies/new"
    often = {
        "name": "十二次",
        "duty-0-title": "问一问",
        "duty-0-entry": ["note"],
        "duty-0-covers": ["all"],
        "duty-0-min": "12",
        "duty-0-max": "",
    }
    sent = fields_of(head.get(address).text) | often
    assert "load-too-much" not in head.submit(address, sent | {"preview": "1"}).text
    assert head.submit(address, sent).status_code == 302
    assert "load-too-much" in head.submit(address, sent | {"preview": "1"}).text


def test_what_is_wrong_stands_at_its_duty(year: Year, world: World) -> None:
    policy_id = year.keep(date(2026, 9, 1), school="north")
    head = world.client(world.person(year.center, "school_admin", "north"))
    address = f"/c/{year.center.slug}/s/north/policies/{policy_id}/edit"
    answer = head.submit(address, _form(**{"duty-0-every": "date", "duty-0-argument": "13-45"}))
    assert answer.status_code == 422
    assert "duty-0-every-error" in answer.text
    assert _count(year, StoredRule) == 1


def test_ending_leaves_what_is_open(year: Year, world: World) -> None:
    policy_id = year.keep(date(2026, 9, 1), school="north")
    head = world.client(world.person(year.center, "school_admin", "north"))
    base = f"/c/{year.center.slug}/s/north/policies"
    assert head.submit(f"{base}/{policy_id}/end", {}, page=base).status_code == 302
    with world.inside(year.center.scope) as ctx:
        row = ctx.session.scalars(select(DutyPolicy)).one()
        assert row.ended_on == ctx.today()
        last = ctx.session.scalar(select(func.max(DutyWindow.opens)))
        assert last is not None
        assert last <= ctx.today()
