"""An invented term of subsidies: one round through to receipts and a reversal, others on the way.

Everything goes through the services, as the people of the school and the centre who would do it.
Bank accounts are invented and begin with 9901, as no bank's do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from app.sdk import (
    Child,
    Ctx,
    School,
    Staff,
    Term,
    acting_as,
    active_modules,
    families,
    holders,
)
from plugins.subsidies.accounts import set_account
from plugins.subsidies.deciding import approve
from plugins.subsidies.eligible import Pupil, pupils
from plugins.subsidies.lists import answer, object_to, objections, publish, submit
from plugins.subsidies.manifest import APPROVE, NAME, PUBLISH, REVIEW
from plugins.subsidies.models import Application, PublicList, SubsidyRound
from plugins.subsidies.pay_models import Batch
from plugins.subsidies.payments import BANK, PAID_, RETURNED, payments_of, prepare, release
from plugins.subsidies.queries import cases_of, rounds
from plugins.subsidies.receipts import ask_reversal, confirm_reversal, sign
from plugins.subsidies.rounds import Span, open_round
from plugins.subsidies.schemes import add_budget, add_rate, adopt
from plugins.subsidies.services import Opinion, apply, check, propose, review
from plugins.subsidies.settling import Result, settle
from plugins.subsidies.words import T

_WORKDAY = time(2, 30)  # UTC: half past ten in China
_LEAST_DAYS, _MOST = 60, 12
_TAKEN_OVER = ("living_boarder", "living_day", "orphan", "de_facto", "relief", "gift", "wish")
_BUDGET, _ORPHAN = 20_000_000, 113_000


@dataclass(frozen=True)
class _People:
    """Who does it: two at the school, two at the centre."""

    officer: Staff
    head: Staff
    approver: Staff
    cashier: Staff


def load(ctx: Ctx, days: int) -> None:
    """Write the term; nothing without a term of today, two people here and there, or history."""
    term = ctx.session.scalars(
        select(Term).where(Term.starts_on <= ctx.today(), Term.ends_on >= ctx.today())
    ).first()
    here = _schools(ctx)
    if term is None or days < _LEAST_DAYS or not here:
        return
    people = _people(ctx, here[0])
    if people is None:
        return
    boarders, walkers = _open(ctx, term, people)
    _whole(ctx, boarders, here[0], people)
    _published(ctx, walkers, here[0], people)
    for school in here[1:2]:
        others = _people(ctx, school)
        if others is not None:
            _waiting(ctx, boarders, school, others)


def families_apply(ctx: Ctx, school: UUID) -> None:
    """Let three families apply for relief, if the centre has opened a round of it."""
    round_ = next((r for r in rounds(ctx) if r.scheme.code == "relief"), None)
    by = _staff(ctx, holders(ctx, PUBLISH, [school])[school])
    if round_ is None or not by:
        return
    then, texts = (
        _as(ctx, by[-1], 5),
        (T("Fire in the kitchen"), T("Father in hospital"), T("The roof fell in after rain")),
    )
    found = [p for p in pupils(ctx, None, round_.scheme) if p.child.school_id == school]
    for pupil, text in zip(found[-len(texts) :], texts, strict=False):
        apply(then, round_, pupil, text=str(text), amount=80_000)
    rows = _rows(ctx, round_, school)[:1]
    if rows:
        seen = str(T("Went there the same day, the kitchen is burnt"))
        check(_as(ctx, by[-1], 3), round_, rows, kind="visit", on=_day(ctx, 3), text=seen)


def _schools(ctx: Ctx) -> list[UUID]:
    active = [school for school, modules in active_modules(ctx).items() if NAME in modules]
    wanted = select(School.id).where(School.id.in_(active)).order_by(School.position)
    return list(ctx.session.scalars(wanted))


def _people(ctx: Ctx, school: UUID) -> _People | None:
    here = _staff(ctx, holders(ctx, PUBLISH, [school])[school])
    office = _staff(ctx, holders(ctx, APPROVE, [school])[school])
    if not here or len(office) < 2 or {s.id for s in here} & {s.id for s in office}:
        return None
    teachers = _staff(ctx, holders(ctx, REVIEW, [school])[school])
    head = next((one for one in teachers if one.id != here[-1].id), None)
    return _People(here[-1], head, office[0], office[1]) if head else None


def _staff(ctx: Ctx, ids: frozenset[UUID]) -> list[Staff]:
    return list(ctx.session.scalars(select(Staff).where(Staff.id.in_(ids)).order_by(Staff.number)))


def _as(ctx: Ctx, person: Staff, ago: int) -> Ctx:
    day = ctx.today() - timedelta(days=ago)
    return acting_as(ctx, person, datetime.combine(day, _WORKDAY, UTC))


def _day(ctx: Ctx, ago: int) -> date:
    return ctx.today() - timedelta(days=ago)


def _open(ctx: Ctx, term: Term, people: _People) -> tuple[SubsidyRound, SubsidyRound]:
    then = _as(ctx, people.approver, 48)
    schemes = {code: adopt(then, code) for code in _TAKEN_OVER}
    for code in ("orphan", "de_facto"):
        add_rate(
            then,
            schemes[code],
            stage="",
            boarding="",
            amount=_ORPHAN,
            starts_on=term.starts_on,
            source=str(T("Notice of the province (invented)")),
        )
    add_budget(
        then,
        schemes["living_boarder"],
        school_year=term.school_year,
        amount=_BUDGET,
        source=str(T("County finance, autumn")),
        day=_day(ctx, 48),
    )
    add_budget(
        then,
        schemes["gift"],
        school_year=term.school_year,
        amount=500_000,
        source=str(T("Donation")),
        donor=str(T("A company of the township (invented)")),
        day=_day(ctx, 48),
    )
    open_round(then, schemes["relief"], Span(term, occasion=str(T("Autumn"))))
    return (
        open_round(then, schemes["living_boarder"], Span(term)),
        open_round(then, schemes["living_day"], Span(term)),
    )


def _eligible(ctx: Ctx, round_: SubsidyRound, school: UUID) -> list[Pupil]:
    found = pupils(ctx, None, round_.scheme)
    return [pupil for pupil in found if pupil.child.school_id == school][:_MOST]


def _through(
    ctx: Ctx, round_: SubsidyRound, school: UUID, people: _People, begun: int
) -> PublicList | None:
    """Propose, check, review and publish within a week, from so many days ago on."""
    found = _eligible(ctx, round_, school)
    if len(found) < 2:
        return None
    propose(_as(ctx, people.officer, begun), round_, found)
    rows = _rows(ctx, round_, school)
    seen = str(T("Certificate of subsistence allowance seen"))
    check(
        _as(ctx, people.officer, begun - 2),
        round_,
        rows[1:],
        kind="papers",
        on=_day(ctx, begun - 2),
        text=seen,
    )
    visited = str(T("Old house, father ill, two children at school"))
    check(
        _as(ctx, people.officer, begun - 2),
        round_,
        rows[:1],
        kind="visit",
        on=_day(ctx, begun - 2),
        text=visited,
    )
    opinions = [Opinion(row, child, True) for row, child in rows]
    if len(opinions) > 4:
        row, child = rows[-1]
        opinions[-1] = Opinion(row, child, False, str(T("No longer in hardship since spring")))
    review(
        _as(ctx, people.head, begun - 4),
        round_,
        opinions,
        on=_day(ctx, begun - 4),
        members=str(T("Class teacher, two parents, two pupils")),
    )
    return publish(_as(ctx, people.officer, begun - 5), round_, school)


def _rows(ctx: Ctx, round_: SubsidyRound, school: UUID) -> list[tuple[Application, Child]]:
    return [(c.row, c.child) for c in cases_of(ctx, round_.id, school)]


def _whole(ctx: Ctx, round_: SubsidyRound, school: UUID, people: _People) -> None:
    """Take the first school's boarders to receipts; one payment returns, one is reversed."""
    found = _through(ctx, round_, school, people, 44)
    if found is None:
        return
    submit(_as(ctx, people.officer, 27), found)
    approve(_as(ctx, people.approver, 25), found)
    _accounts(_as(ctx, people.officer, 24), [child for _row, child in _rows(ctx, round_, school)])
    batch = prepare(_as(ctx, people.cashier, 22), round_, way=BANK)
    release(_as(ctx, people.approver, 21), batch)
    _settled(ctx, batch, people)


def _accounts(then: Ctx, children: Sequence[Child]) -> None:
    """Give all but the last child an invented account in the name of a parent."""
    adults = families(then, [child.id for child in children])
    for number, child in enumerate(children[:-1], start=1):
        known = [a.guardian for a in adults.get(child.id, []) if a.guardian.name]
        holder = known[0].name if known else child.name
        set_account(
            then,
            child,
            holder=holder or child.name,
            bank=str(T("Credit union of the township (invented)")),
            number=f"99010000{number:08}",
            guardian_id=known[0].id if known else None,
        )


def _settled(ctx: Ctx, batch: Batch, people: _People) -> None:
    rows = payments_of(ctx, batch)
    paid = _day(ctx, 19)
    back = str(T("The name does not belong to the account"))
    results = [Result(p, PAID_, paid) for p in rows[:-1]]
    results.append(Result(rows[-1], RETURNED, paid, back))
    settle(_as(ctx, people.cashier, 18), batch, results)
    arrived = rows[:-1]
    signed = arrived[: len(arrived) * 2 // 3]
    if signed:
        sign(_as(ctx, people.officer, 14), signed, day=_day(ctx, 14))
    if len(arrived) > 2:
        reason = str(T("The family moved away before the term and gave the money back"))
        row = ask_reversal(_as(ctx, people.officer, 12), arrived[-1], reason=reason)
        confirm_reversal(_as(ctx, people.approver, 9), row, day=_day(ctx, 9))


def _published(ctx: Ctx, round_: SubsidyRound, school: UUID, people: _People) -> None:
    """Leave the day pupils' list in publicity, with one objection answered and one open."""
    found = _through(ctx, round_, school, people, 8)
    if found is None:
        return
    then = _as(ctx, people.officer, 2)
    texts = (T("Why is there no family of our village?"), T("I heard that this family has a car."))
    for text in texts:
        object_to(then, found, text=str(text), said_by="", said_on=_day(ctx, 2), child_id=None)
    [first, *_rest] = objections(ctx, found)
    said = str(T("Everybody can apply; the list of documents hangs beside it."))
    answer(_as(ctx, people.officer, 1), found, first, text=said, upheld=False)


def _waiting(ctx: Ctx, round_: SubsidyRound, school: UUID, people: _People) -> None:
    """Let the second school's list wait for the centre."""
    found = _through(ctx, round_, school, people, 24)
    if found is not None:
        submit(_as(ctx, people.officer, 6), found)
