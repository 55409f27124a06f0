"""A whole centre paid at once: 31 schools, 16,856 awards, one batch, the bank's sheet out and in.

Every step is the one that a page or its job runs: prepared by one person, released by another, the
sheet written, the same sheet read again with its results, and each payment in the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.children.models import Child
from app.db.sealed import blind
from app.host.context import Ctx
from app.host.enablement import switch_module
from app.kernel.access import Actor, HeldGrant
from app.kernel.clock import Clock
from app.kernel.names import pinyin
from app.ledger.models import Entry
from app.ledger.past import Past
from app.sdk import sheet_bytes, uploaded_workbook
from app.sheets.write import Column, SheetSpec
from app.tenancy.models import School, Term
from bench.support import Installation, forget_peak, installation, peak_since, timed
from plugins.subsidies import papers, payments, settling
from plugins.subsidies.manifest import APPROVE, PAID, PAY
from plugins.subsidies.models import Application, BankAccount, PublicList, SubsidyRound
from plugins.subsidies.pay_models import Award, Batch
from plugins.subsidies.queries import money
from plugins.subsidies.reconcile import total
from plugins.subsidies.results import read_results
from plugins.subsidies.rounds import Span, open_round
from plugins.subsidies.schemes import adopt

SCHOOLS, CHILDREN, EACH_FEN = 31, 16_856, 62_500
MOST_SECONDS, MOST_MB = 120.0, 700
_STEPS = ("prepare", "release", "sheet out", "sheet in", "settle", "sums")


@dataclass(frozen=True)
class Result:
    """Seconds by step, and the most memory held beyond what was held before."""

    seconds: dict[str, float]
    megabytes: int


def _awarded(place: Installation) -> None:
    """Write everybody's approved application, award and account, as the steps before leave them."""
    with place.inside() as ctx:
        for number in range(3):
            name = f"人员{number}"
            ctx.session.add(Staff(number=f"B{number}", name=name, name_pinyin="", name_initials=""))
        year = ctx.today().year
        term = Term(
            school_year=year, number=1, starts_on=date(year, 1, 1), ends_on=date(year, 12, 31)
        )
        ctx.session.add(term)
        ctx.session.flush()
        schools = ctx.session.scalars(select(School).order_by(School.position)).all()
        for school in schools:
            switch_module(ctx, school_id=school.id, module="subsidies", enabled=True)
        round_ = open_round(ctx, adopt(ctx, "living_boarder"), Span(term))
        past = Past(ctx)
        officer, approver, _cashier = (one.id for one in _staff(ctx))
        lists = [_list(past, ctx, round_, school, officer, approver) for school in schools]
        for number in range(CHILDREN):
            at = number % SCHOOLS
            _pupil(past, ctx, round_, schools[at], lists[at], number)
        past.write()
    with place.inside() as ctx:
        ctx.session.execute(select(func.gather_statistics()))


def _staff(ctx: Ctx) -> list[Staff]:
    return list(ctx.session.scalars(select(Staff).order_by(Staff.number)))


def _list(past: Past, ctx: Ctx, round_: SubsidyRound, school: School, by: UUID, on: UUID) -> UUID:
    today = ctx.today()
    heads = CHILDREN // SCHOOLS
    return past.add(
        PublicList, school_id=school.id, round_id=round_.id, number=1, state="approved",
        heads=heads, amount_fen=heads * EACH_FEN, place="校门口", published_on=today,
        until_on=today, published_by_id=by, submitted_at=ctx.now(), submitted_by_id=by,
        decided_at=ctx.now(), decided_by_id=on,
    )  # fmt: skip


def _pupil(
    past: Past, ctx: Ctx, round_: SubsidyRound, school: School, list_id: UUID, number: int
) -> None:
    name = f"石小{number:05}"
    full, initials = pinyin(name[:2])
    now, account = ctx.now(), f"99010000{number:08}"
    child = past.add(
        Child, school_id=school.id, name=name, name_pinyin=full, name_initials=initials,
        sex="male", birth_date=date(2016, 5, 1), created_at=now, updated_at=now, version=1,
    )  # fmt: skip
    application = past.add(
        Application, school_id=school.id, child_id=child, round_id=round_.id,
        at_school_id=school.id, list_id=list_id, source="facts", reasons=["hardship:低保"],
        stage="primary", boarding="boarding", amount_fen=EACH_FEN, state="approved",
        proposed_at=now,
    )  # fmt: skip
    past.add(
        Award, school_id=school.id, round_id=round_.id, list_id=list_id,
        application_id=application, child_id=child, name=name, class_name="三（1）班",
        stage="primary", boarding="boarding", amount_fen=EACH_FEN, awarded_at=now,
    )  # fmt: skip
    past.add(
        BankAccount, school_id=school.id, child_id=child, holder=name, bank="乡信用社",
        number=account, number_index=blind(account, "bank_account"), tail=account[-4:],
        recorded_at=now,
    )  # fmt: skip


def _as(ctx: Ctx, who: int, *permissions: str) -> Ctx:
    person = _staff(ctx)[who]
    held = HeldGrant("center_admin", "center", frozenset(permissions))
    actor = Actor(person.name, None, person.id, grants=(held,))
    return replace(ctx, actor=actor, clock=Clock(lambda: datetime.now(UTC)))


def measure() -> Result:
    """Take a batch of everybody from the awards to the last settled line."""
    seconds: dict[str, float] = {}
    with installation(SCHOOLS) as place:
        _awarded(place)
        before = forget_peak()
        with place.inside() as ctx, timed(seconds, "prepare"):
            then = _as(ctx, 2, PAY)
            round_ = ctx.session.scalars(select(SubsidyRound)).one()
            payments.prepare(then, round_, way=payments.BANK)
            ctx.session.commit()
        with place.inside() as ctx, timed(seconds, "release"):
            payments.release(_as(ctx, 1, APPROVE), _batch(ctx))
            ctx.session.commit()
        _answered(place, seconds)
        return Result(seconds, peak_since() - before)


def _batch(ctx: Ctx) -> Batch:
    return ctx.session.scalars(select(Batch)).one()


def _answered(place: Installation, seconds: dict[str, float]) -> None:
    with place.inside() as ctx, timed(seconds, "sheet out"):
        batch = _batch(ctx)
        schools = {one.id: one for one in ctx.session.scalars(select(School))}
        body = papers.bank_sheet(batch, payments.payments_of(ctx, batch), schools)
    answer = _filled(body)
    with place.inside() as ctx:
        then, batch = _as(ctx, 2, PAY), _batch(ctx)
        with timed(seconds, "sheet in"):
            every = payments.payments_of(ctx, batch)
            book = uploaded_workbook("answer.xlsx", answer)
            found = read_results(book, batch, every, day=ctx.today())
        with timed(seconds, "settle"):
            assert settling.settle(then, batch, found.results) == 0
            ctx.session.commit()
    with place.inside() as ctx:
        with timed(seconds, "sums"):
            whole = total(money(ctx))
        assert whole.paid == CHILDREN * EACH_FEN
        told = select(func.count()).select_from(Entry).where(Entry.kind == PAID)
        assert ctx.session.scalar(told) == CHILDREN


def _filled(body: bytes) -> bytes:
    """Return the sheet with 成功 in every line, as a bank sends it back."""
    sheet = uploaded_workbook("out.xlsx", body).sheets[0]
    rows = list(sheet.rows)
    at = next(n for n, row in enumerate(rows) if "发放结果" in row or "Result of payment" in row)
    column = next(n for n, cell in enumerate(rows[at]) if cell in ("发放结果", "Result of payment"))
    filled = []
    for row in rows[at + 1 :]:
        cells = [str(cell) for cell in row]
        cells[column] = "成功" if cells[0] else ""
        filled.append(cells)
    columns = [Column(str(heading), 14, text=True) for heading in rows[at]]
    return sheet_bytes([SheetSpec("发放表", columns, filled)])


def run() -> bool:
    """Measure, print a table, and say whether the promise is kept."""
    result = measure()
    print(f"payments: {SCHOOLS} schools, {CHILDREN:,} payments, one batch, seconds by step")
    print("".join(f"{name:>12}" for name in (*_STEPS, "peak +MB")))
    steps = "".join(f"{result.seconds[name]:>12.2f}" for name in _STEPS)
    print(f"{steps}{result.megabytes:>12}")
    return sum(result.seconds.values()) <= MOST_SECONDS and result.megabytes <= MOST_MB
