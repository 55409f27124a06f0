"""Subsidies as schools, the centre and families use them: page by page."""

from __future__ import annotations

import io
import re
from datetime import date
from uuid import UUID

from openpyxl import load_workbook
from sqlalchemy import select

from app.sdk import IdentityDocument, blind
from app.sdk.testing.core import AuditEvent
from app.sdk.testing.papers import text as pdf_text
from app.sdk.testing.schools import counted
from app.sdk.testing.world import identity_number
from plugins.subsidies.models import BankAccount, PublicList, SubsidyRound
from plugins.subsidies.pay_models import Batch, Payment, Settlement
from plugins.subsidies.tests.walking import NUMBER, TODAY, Walk


def test_from_scheme_to_receipt_and_reversal_by_pages(walk: Walk) -> None:
    walk.scene.add("石小满", "柳青青")
    father = walk.scene.world.guardian(walk.scene.center, walk.scene.children["石小满"],
                                       account=True)  # fmt: skip
    at = walk.opened()
    page = walk.as_("subsidy_officer").get(at).text
    assert "家庭困难（低保）" in page or "低保" in page
    walk.approved(at)
    walk.account("石小满")
    walk.account("柳青青", "9901 0000 0000 0002")
    batch = walk.released(at)
    rows = [list(row) for row in walk.sheet(batch).iter_rows(values_only=True)]
    heading = next(i for i, row in enumerate(rows) if "发放编号" in row)
    numbers = {row[5] for row in rows[heading + 1 : heading + 3]}
    assert numbers == {"9901000000000001", "9901000000000002"}
    answered = [rows[heading]]
    for row in rows[heading + 1 : heading + 3]:
        row[7] = "成功"
        answered.append(row)
    assert walk.answer(batch, answered).status_code == 302
    family = walk.scene.world.client(father)
    home = f"/family/{walk.scene.center.slug}/"
    told = family.get(home).text
    assert "625.00 元" in told
    assert "收到了" in told
    entry = walk.one(Settlement).entry_id
    with walk.scene.world.inside(walk.scene.center.scope) as ctx:
        mine = ctx.session.execute(
            select(Settlement.entry_id, Payment.id)
            .join(Payment, Payment.id == Settlement.payment_id)
            .where(Payment.child_id == walk.scene.children["石小满"])
        ).one()
    assert entry is not None
    sent = family.submit(
        f"{home}children/{walk.scene.children['石小满']}/entries/{mine[0]}/answer",
        {"answer": "yes"}, page=home,
    )  # fmt: skip
    assert sent.status_code == 302
    ledger = walk.as_("subsidy_officer").get(walk.school + "/awards").text
    assert "已发放并签收" in ledger
    here = f"{walk.school}/batches/{batch.rpartition('/')[2]}"
    fields = {"all": "1", "day": TODAY.isoformat()}
    sent = walk.as_("subsidy_officer").submit(here + "/receipts", fields, page=here)
    assert sent.status_code == 302
    assert walk.cases(walk.as_("subsidy_officer").get(here).text, "payment") == [], "all signed"
    sent = walk.as_("subsidy_officer").submit(
        f"{here}/reversals/{mine[1]}", {"reason": "重复发放"}, page=here
    )
    assert sent.status_code == 302
    there = walk.center + "/reversals"
    target = re.search(
        r'action="([^"]+/reversals/[^"]+)"', walk.as_("center_admin").get(there).text
    )
    assert target
    fields = {"step": "confirm", "day": TODAY.isoformat()}
    sent = walk.as_("center_admin").submit(target[1], fields, page=there)
    assert sent.status_code == 302, sent.text
    assert "已冲正" in walk.as_("subsidy_officer").get(walk.school + "/awards").text
    round_page = walk.as_("center_inspector").get(at.replace(walk.school, walk.center)).text
    assert "625.00" in round_page
    assert "资助冲正" in family.get(home).text or "已冲正" in family.get(home).text


def test_a_family_that_got_nothing_is_seen_in_the_ledger_on_screen_and_paper(walk: Walk) -> None:
    walk.scene.add("石小满")
    father = walk.scene.world.guardian(
        walk.scene.center, walk.scene.children["石小满"], account=True
    )
    at = walk.opened()
    walk.approved(at)
    batch = walk.released(at, "hand")
    admin = walk.as_("center_admin")
    ticked = walk.cases(admin.get(batch).text, "payment")
    fields = {"payment": ticked, "day": TODAY.isoformat()}
    assert admin.submit(batch + "/all-paid", fields, page=batch).status_code == 302
    home = f"/family/{walk.scene.center.slug}/"
    entry = walk.one(Settlement).entry_id
    family = walk.scene.world.client(father)
    sent = family.submit(
        f"{home}children/{walk.scene.children['石小满']}/entries/{entry}/answer",
        {"answer": "contest"}, page=home,
    )  # fmt: skip
    assert sent.status_code == 302
    officer = walk.as_("subsidy_officer")
    assert "家长反映未收到" in officer.get(walk.school + "/awards").text
    paper = pdf_text(officer.get(walk.school + "/awards.pdf").data)
    for words in ("石小满", "625.00", "家长反映未收到", "合计"):
        assert words in paper
    assert "石小满" in pdf_text(admin.get(walk.center + "/awards.pdf").data)
    sheet = load_workbook(io.BytesIO(officer.get(walk.school + "/awards.xlsx").data)).active
    assert sheet is not None
    assert "石小满" in [v for row in sheet.iter_rows(values_only=True) for v in row]
    signatures = f"{walk.school}/batches/{batch.rpartition('/')[2]}"
    assert "625.00" in pdf_text(officer.get(signatures + ".pdf").data)
    assert officer.get(signatures + ".xlsx").status_code == 200
    reconciled = admin.get(at.replace(walk.school, walk.center) + ".xlsx")
    assert len(load_workbook(io.BytesIO(reconciled.data)).sheetnames) == 2


def test_who_proposes_and_prepares_is_refused_on_the_page(walk: Walk) -> None:
    walk.scene.add("石小满")
    at = walk.opened()
    walk.approved(at)
    round_page = at.replace(walk.school, walk.center)
    admin = walk.as_("center_admin")
    assert (
        admin.submit(round_page + "/batches", {"way": "hand"}, page=round_page).status_code == 302
    )
    batch = f"{walk.center}/batches/{walk.one(Batch).id}"
    refused = admin.submit(batch + "/release", {}, page=batch)
    assert refused.status_code == 422
    assert "两人" in refused.text
    assert walk.one(Batch).state == "prepared"


def test_the_list_is_public_with_masked_names_and_prints(walk: Walk) -> None:
    walk.scene.add("石小满")
    at = walk.opened()
    here = f"{walk.school}/lists/{walk.published(at)}"
    officer = walk.as_("subsidy_officer")
    paper = pdf_text(officer.get(here + ".pdf").data)
    assert "石*满" in paper
    assert "石小满" not in paper
    assert "625.00" in paper
    cells = load_workbook(io.BytesIO(officer.get(here + ".xlsx").data)).active
    assert cells is not None
    values = [v for row in cells.iter_rows(values_only=True) for v in row]
    assert "石*满" in values
    assert "石小满" not in values
    refused = officer.submit(here + "/submit", {}, page=here)
    assert refused.status_code == 422
    fields = {"said_on": TODAY.isoformat(), "text": "家里有车", "said_by": "",
              "child": str(walk.scene.children["石小满"])}  # fmt: skip
    assert officer.submit(here + "/objections", fields, page=here).status_code == 302
    walk.waited(UUID(here.rpartition("/")[2]))
    assert officer.submit(here + "/submit", {}, page=here).status_code == 422
    target = re.search(r'action="([^"]+/objections/[^"]+)"', officer.get(here).text)
    assert target
    answer = {"answer": "已核实，家中无车", "upheld": "no"}
    assert officer.submit(target[1], answer, page=here).status_code == 302
    assert officer.submit(here + "/submit", {}, page=here).status_code == 302


def test_a_teacher_sees_the_own_class_and_no_sum(walk: Walk) -> None:
    other = walk.scene.world.homeroom(walk.scene.center, "north", intake=2023)
    walk.scene.add("石小满")
    walk.scene.add("柳青青", homeroom=other)
    at = walk.opened()
    list_id = walk.approved(at)
    teacher = walk.as_("homeroom_teacher")
    for path in (at, walk.school, f"{walk.school}/lists/{list_id}", walk.child("石小满")):
        page = teacher.get(path)
        assert page.status_code == 200, path
        assert "柳青青" not in page.text
        assert "625" not in page.text, path
    assert "石小满" in teacher.get(at).text
    assert teacher.get(walk.child("柳青青")).status_code == 404
    for path in ("/awards", "/awards.xlsx"):
        assert teacher.get(walk.school + path).status_code == 403
    assert teacher.get(walk.center).status_code == 403


def test_an_account_number_is_masked_and_looking_at_it_is_in_the_log(walk: Walk) -> None:
    walk.scene.add("石小满")
    walk.opened()
    walk.account("石小满")
    page = walk.as_("subsidy_officer").get(walk.child("石小满")).text
    assert "**** 0001" in page
    assert "9901000000000001" not in page
    assert "9901000000000001" not in walk.as_("school_admin").get(walk.child("石小满")).text
    show = walk.child("石小满") + "/account/show"
    shown = walk.as_("subsidy_officer").submit(show, {}, page=walk.child("石小满"))
    assert "9901000000000001" in shown.text
    with walk.scene.world.inside(walk.scene.center.scope) as ctx:
        assert "subsidies.account.read" in set(ctx.session.scalars(select(AuditEvent.action)))
        row = (
            ctx.session.connection()
            .exec_driver_sql("SELECT number FROM subsidies_account")
            .scalar_one()
        )
        assert b"99010000" not in bytes(row)
    bad = {"holder": "石大山", "bank": "乡信用社", "number": "12 34"}
    refused = walk.as_("subsidy_officer").submit(walk.child("石小满") + "/account", bad)
    assert refused.status_code == 422
    walk.scene.add("江小渔")
    fields = {"holder": "江大河", "bank": "乡信用社", "number": NUMBER}
    assert walk.as_("subsidy_officer").submit(
        walk.child("江小渔") + "/account", fields
    ).status_code == (422)
    assert walk.one(BankAccount).holder == "石大山"


def test_mistakes_in_the_bank_s_answer_are_located_and_nothing_is_written(walk: Walk) -> None:
    walk.scene.add("石小满", "柳青青")
    at = walk.opened()
    walk.approved(at)
    walk.account("石小满")
    walk.account("柳青青", "9901 0000 0000 0002")
    batch = walk.released(at)
    rows = [list(row) for row in walk.sheet(batch).iter_rows(values_only=True)]
    start = next(i for i, row in enumerate(rows) if "发放编号" in row)
    head, one, two = rows[start], rows[start + 1], rows[start + 2]
    wrong = [
        ([*one[:3], "张三", *one[4:7], "成功", None], "户名"),
        ([*one[:6], "1.00", "成功", None], "金额"),
        ([*one[:7], "大概", None], "大概"),
        ([*one[:7], "退回", None], "退回原因"),
        (["9999-00001", *one[1:7], "成功", None], "9999-00001"),
    ]
    for row, word in wrong:
        refused = walk.answer(batch, [head, row])
        assert refused.status_code == 422
        assert word in refused.text
        assert "第 2 行" in refused.text
    assert walk.one(Settlement) is None
    one[7], two[7], two[8] = "成功", "退回", "账号户名不符"
    assert walk.answer(batch, [head, one]).status_code == 302
    assert walk.answer(batch, [head, one, two]).status_code == 302, "what was said stays said"
    page = walk.as_("center_admin").get(batch).text
    assert "账号户名不符" in page
    assert walk.one(Batch).state == "closed"


def test_gaps_name_the_eligible_without_help_and_one_person_under_two_records(walk: Walk) -> None:
    scene = walk.scene
    scene.add("石小满", "柳青青")
    number = identity_number(date(2017, 5, 4), 12)
    with scene.world.inside(scene.center.scope) as ctx:
        for child in scene.children.values():
            ctx.session.add(
                IdentityDocument(
                    school_id=scene.center.schools["north"], child_id=child, number=number,
                    number_index=blind(number, "identity_number"),
                )
            )  # fmt: skip
    at = walk.opened()
    page = walk.as_("school_admin").get(at + "/gaps").text
    unfunded = page.split('id="unfunded"')[1].split("</section>")[0]
    assert "石小满" in unfunded
    walk.approved(at)
    center = walk.as_("center_inspector").get(at.replace(walk.school, walk.center) + "/gaps").text
    assert "石小满" not in center.split('id="unfunded"')[1].split("</section>")[0]
    doubles = center.split('id="doubles"')[1].split("</section>")[0]
    assert "石小满" in doubles
    assert "柳青青" in doubles


def test_a_page_asks_the_database_the_same_whatever_its_rows(walk: Walk) -> None:
    walk.scene.add("石小满")
    at = walk.opened()
    list_id = walk.approved(at)
    batch = walk.released(at, "hand")
    school_batch = f"{walk.school}/batches/{batch.rpartition('/')[2]}"
    paths = {
        "subsidy_officer": [
            walk.school, at, at + "/gaps", at + "/check", at + "/publish",
            f"{walk.school}/lists/{list_id}", walk.school + "/awards", school_batch,
            walk.child("石小满"), walk.school + "/accounts", walk.school + "/accounts/sheet",
        ],
        "school_admin": [at + "/review"],
        "center_admin": [
            walk.center, walk.center + "/schemes", at.replace(walk.school, walk.center),
            f"{walk.center}/lists/{list_id}", batch, walk.center + "/awards",
            walk.center + "/reversals", walk.center + "/accounts",
        ],
    }  # fmt: skip

    def costs() -> dict[str, int]:
        found = {}
        for who, pages in paths.items():
            client = walk.as_(who)
            for path in pages:
                client.get(path)
                with counted(walk.scene.world.app) as seen:
                    client.get(path)
                found[path] = len(seen)
        return found

    few = costs()
    walk.scene.add(*(f"石小{n}" for n in "一二三四五六七八"))
    walk.waited(walk.published(at))
    second = f"{walk.school}/lists/{walk.one(PublicList).id}"
    officer = walk.as_("subsidy_officer")
    assert officer.submit(second + "/submit", {}, page=second).status_code == 302
    there = second.replace(walk.school, walk.center)
    assert walk.as_("center_admin").submit(there + "/approve", {}, page=there).status_code == 302
    many = costs()
    grown = {path: (few[path], many[path]) for path in few if many[path] > few[path]}
    assert grown == {}
    over = {path: count for path, count in few.items() if count > 12}
    assert over == {}


def test_a_home_visit_needs_words_and_a_no_needs_a_reason(walk: Walk) -> None:
    walk.scene.add("石小满")
    at = walk.opened()
    officer, head = walk.as_("subsidy_officer"), walk.as_("school_admin")
    officer.submit(at + "/propose", {"everybody": "1"}, page=at)
    ticked = walk.cases(officer.get(at + "/check").text, "case")
    fields = {"case": ticked, "kind": "visit", "on": TODAY.isoformat(), "text": ""}
    assert officer.submit(at + "/check", fields).status_code == 422
    assert officer.submit(at + "/check", fields | {"text": "房屋破旧"}).status_code == 302
    [name] = re.findall(r'name="(passes-[^"]+)"', head.get(at + "/review").text)
    fields = {"on": TODAY.isoformat(), "members": "班委", name: "no"}
    assert head.submit(at + "/review", fields).status_code == 422
    fields[name.replace("passes", "reason")] = "已不再困难"
    assert head.submit(at + "/review", fields).status_code == 302
    assert "已不再困难" in officer.get(at + "?shows=closed").text


def test_a_family_applies_and_the_sum_is_decided_for_the_child(walk: Walk) -> None:
    walk.scene.add("石小满", hardship=None)
    admin = walk.as_("center_admin")
    admin.submit(f"{walk.center}/schemes/adopt", {"code": ["relief"]},
                 page=f"{walk.center}/schemes")  # fmt: skip
    link = re.search(
        r'href="([^"]+/schemes/[^"/]+/open)"', admin.get(walk.center + "/schemes").text
    )
    assert link
    term = re.search(r'<option selected value="([^"]+)"', admin.get(link[1]).text)
    assert term
    assert admin.submit(link[1], {"term": term[1]}).status_code == 422
    assert admin.submit(link[1], {"term": term[1], "occasion": "火灾"}).status_code == 302
    page = f"{walk.child('石小满')}/apply/{walk.one(SubsidyRound).id}"
    teacher = walk.as_("homeroom_teacher")
    assert teacher.submit(page, {"text": "家中失火", "amount": "五百"}).status_code == 422
    assert teacher.submit(page, {"text": "家中失火", "amount": "500"}).status_code == 302
    assert (
        "家中失火"
        in teacher.get(
            f"/c/{walk.scene.center.slug}/children/{walk.scene.children['石小满']}/timeline"
        ).text
    )


def test_rates_keep_their_sources_and_local_ones_stand_above(walk: Walk) -> None:
    walk.opened()
    admin = walk.as_("center_admin")
    page = re.search(r'href="([^"]+/schemes/[0-9a-f-]+)"', admin.get(walk.center + "/schemes").text)
    assert page
    shown = admin.get(page[1]).text
    assert "财政部" in shown
    assert "1,250.00" in shown
    fields = {"stage": "primary", "boarding": "", "amount": "1,000",
              "starts_on": date(2026, 9, 1).isoformat(), "source": "县教〔2026〕1号"}  # fmt: skip
    refused = admin.submit(page[1] + "/rates", fields, page=page[1])
    assert refused.status_code == 422
    assert "1,250.00" in refused.text
    fields["amount"] = "1400"
    assert admin.submit(page[1] + "/rates", fields, page=page[1]).status_code == 302
    assert "县教〔2026〕1号" in admin.get(page[1]).text
    money = {"year": str(TODAY.year if TODAY.month > 8 else TODAY.year - 1), "amount": "112500",
             "source": "县财政", "donor": "", "day": TODAY.isoformat()}  # fmt: skip
    assert admin.submit(page[1] + "/budget", money, page=page[1]).status_code == 302
    assert "112,500.00" in admin.get(walk.center).text
