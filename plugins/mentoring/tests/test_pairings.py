"""Who mentors whom: lists, proposals, changes with a reason, people from outside."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.sdk import Staff
from app.sdk.testing.core import Grant, Membership, write_staff
from app.sdk.testing.world import Browser, Person
from plugins.mentoring.tests.school import NAMES, TODAY, School


def test_the_school_sees_who_has_nobody_and_which_pairing_exists_in_name_only(
    school: School,
) -> None:
    school.note("石小满", school.mentors["石小满"], TODAY - timedelta(days=3))
    page = school.client(school.head).get(school.at).text
    unpaired = page.split('id="unpaired"')[1].split("</section>")[0]
    assert "江小渔" in unpaired
    assert "石小满" not in unpaired
    pairs = page.split('id="pairs"')[1]
    rows = {n: re.search(rf"<tr>(?:(?!</tr>).)*{n}.*?</tr>", pairs, re.S) for n in NAMES[:2]}
    assert rows["石小满"]
    assert "名存实亡" not in rows["石小满"][0]
    assert rows["柳青青"]
    assert "名存实亡" in rows["柳青青"][0]
    school.set(idle_days=9999)
    calm = school.client(school.head).get(school.at).text.split('id="pairs"')[1]
    assert "柳青青" in calm
    assert "名存实亡" not in calm


def test_the_proposal_is_shown_first_and_accepted_in_one_go(school: School) -> None:
    head = school.client(school.head)
    page = head.get(school.at + "/proposal").text
    chosen = re.search(r'name="(mentor-[^"]+)".*?value="([^"]+)" selected', page, re.S)
    assert chosen is not None
    assert school.open_pairings("江小渔") == []
    sent = head.submit(school.at + "/proposal", {chosen[1]: chosen[2]})
    assert sent.status_code == 302
    assert school.open_pairings("江小渔") == [UUID(chosen[2])]
    [entry] = school.entries("mentoring.pairing")
    assert entry.child_id == school.children["江小渔"]
    assert "江小渔" not in head.get(school.at + "/proposal").text


def test_nobody_is_proposed_beyond_the_limit(school: School) -> None:
    school.set(per_mentor=1)
    page = school.client(school.head).get(school.at + "/proposal").text
    assert "江小渔" in page
    assert " selected" not in page


def test_children_of_who_leaves_go_to_another_with_a_reason(school: School) -> None:
    leaving, taking = school.mentors["石小满"], school.mentors["柳青青"]
    head, name = school.client(school.head), f"mentor-{school.children['石小满']}"
    page = f"{school.at}/mentors/{leaving.id}"
    filled = head.get(page + f"?to={school.grant(taking)}").text
    assert f'value="{school.grant(taking)}" selected' in filled
    refused = head.submit(page, {name: str(school.grant(taking))})
    assert refused.status_code == 422
    assert school.open_pairings("石小满") == [school.grant(leaving)]
    sent = head.submit(page, {name: str(school.grant(taking)), "reason": "调往县城"})
    assert sent.status_code == 302
    assert school.open_pairings("石小满") == [school.grant(taking)]
    assert "调往县城" in head.get(page).text
    assert "调往县城" in head.get(school.of("石小满") + "/m/mentoring").text
    assert school.client(leaving).get(school.of("石小满") + "/").status_code == 404
    assert school.client(taking).get(school.of("石小满") + "/").status_code == 200


def test_a_pairing_ends_with_a_reason_and_its_mentor_sees_the_child_no_more(
    school: School,
) -> None:
    mentor = school.mentors["石小满"]
    page = f"{school.at}/mentors/{mentor.id}"
    fields = {f"mentor-{school.children['石小满']}": "", "reason": "家长已回乡"}
    assert school.client(school.head).submit(page, fields).status_code == 302
    assert school.open_pairings("石小满") == []
    assert school.client(mentor).get(school.of("石小满") + "/").status_code == 404


def test_somebody_from_outside_mentors_without_signing_in(school: School) -> None:
    head = school.client(school.head)
    fields = {"name": "周稻香", "sex": "female", "kind": "retired", "organisation": ""}
    assert head.submit(school.at + "/mentors/outside", fields).status_code == 422
    fields |= {"organisation": "乡关工委", "until": (TODAY + timedelta(days=90)).isoformat()}
    assert head.submit(school.at + "/mentors/outside", fields).status_code == 302
    page = head.get(school.at).text
    assert "周稻香" in page
    assert "乡关工委" in page
    with school.world.inside(school.center.scope) as ctx:
        staff = ctx.session.scalars(select(Staff).where(Staff.name == "周稻香")).one()
        assert staff.account_id is None
        grant = ctx.session.scalars(
            select(Grant)
            .join(Membership, Membership.id == Grant.membership_id)
            .where(Membership.staff_id == staff.id)
        ).one()
        assert (grant.role, grant.ends_on) == ("mentor", TODAY + timedelta(days=90))
    child = f"mentor-{school.children['江小渔']}"
    assert head.submit(school.at + "/proposal", {child: str(grant.id)}).status_code == 302
    outsider = Person("", "", "staff", staff.id, staff.id)
    school.note("江小渔", outsider)
    row = re.search(r"<tr>(?:(?!</tr>).)*江小渔.*?</tr>", head.get(school.at).text, re.S)
    assert row
    assert "名存实亡" not in row[0]


def test_whoever_ends_or_begins_a_pairing_it_stands_in_the_childs_record(school: School) -> None:
    head, mentor = school.client(school.head), school.mentors["石小满"]
    staff = f"/c/{school.center.slug}/s/north/staff/{mentor.id}"
    assert head.submit(f"{staff}/leave", {"orphan": "1"}, page=staff).status_code == 302
    [ended] = school.entries("mentoring.pairing")
    assert (ended.child_id, ended.text) == (school.children["石小满"], "不再在此任职")
    choose = f"{school.of('石小满')}/mentor"
    grant = str(school.grant(school.mentors["柳青青"]))
    assert head.submit(choose, {"mentor": grant}).status_code == 302
    begun = school.entries("mentoring.pairing")[1]
    assert "孙谷雨" in begun.title
    assert "不再在此任职" in head.get(school.of("石小满") + "/m/mentoring").text
    assert head.get(f"{school.of('石小满')}/entries/{begun.id}/void").status_code == 403


def test_a_role_that_the_files_of_the_centre_take_back_ends_its_pairings(school: School) -> None:
    mentor = school.mentors["石小满"]
    with school.world.inside(school.center.scope) as ctx:
        write_staff(ctx, {f"membership/{mentor.login}/north": {"roles": []}})
    [ended] = school.entries("mentoring.pairing")
    assert ended.child_id == school.children["石小满"]
    assert school.open_pairings("石小满") == []


def _outsider(school: School, head: Browser) -> tuple[UUID, UUID]:
    """Let the head add a retired teacher as a mentor; return the person and the grant."""
    fields = {"name": "周稻香", "sex": "female", "kind": "retired", "organisation": "关工委"}
    assert head.submit(f"{school.at}/mentors/outside", fields).status_code == 302
    with school.world.inside(school.center.scope) as ctx:
        wanted = (
            select(Staff.id, Grant.id)
            .join(Membership, Membership.staff_id == Staff.id)
            .join(Grant, Grant.membership_id == Membership.id)
            .where(Staff.name == "周稻香")
        )
        person, grant = ctx.session.execute(wanted).one()
        return person, grant


def test_where_outsiders_come_second_a_child_has_one_beside_its_teacher(school: School) -> None:
    school.set(partners_second=True)
    head, child = school.client(school.head), school.children["石小满"]
    person, grant = _outsider(school, head)
    page = f"{school.at}/mentors/{person}"
    given = head.submit(f"{page}/children", {"child": str(child)}, page=page)
    assert given.status_code == 302
    assert len(school.open_pairings("石小满")) == 2
    again = head.submit(f"{page}/children", {"child": str(child)}, page=page)
    assert again.status_code == 422
    # Only a teacher fills the first place, and only the second ends on the second's page.
    assert str(grant) not in head.get(f"{school.at}/proposal").text
    ended = {f"mentor-{child}": "", "reason": "搬走了"}
    assert head.submit(page, ended).status_code == 302
    assert school.open_pairings("石小满") == [school.grant(school.mentors["石小满"])]


def test_without_layers_a_child_has_one_mentor(school: School) -> None:
    head = school.client(school.head)
    person, grant = _outsider(school, head)
    page = f"{school.at}/mentors/{person}"
    child = school.children
    refused = head.submit(f"{page}/children", {"child": str(child["石小满"])}, page=page)
    assert refused.status_code == 422
    given = head.submit(f"{page}/children", {"child": str(child["江小渔"])}, page=page)
    assert given.status_code == 302
    assert school.open_pairings("江小渔") == [grant]


def test_a_school_may_do_without_pupils_who_help(school: School) -> None:
    head, page = school.client(school.head), f"{school.of('石小满')}/m/mentoring"
    assert "helpers/new" in head.get(page).text
    school.set(helpers=False)
    assert "helpers/new" not in head.get(page).text
    fields = {"helper": str(school.children["江小渔"]), "kind": "hand_in_hand"}
    assert head.submit(f"{page}/helpers/new", fields).status_code == 422
