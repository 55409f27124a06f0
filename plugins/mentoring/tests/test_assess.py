"""The facts of a term are counted as they are explained on the page."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from app.sdk import Pairing, Staff, uuid7
from plugins.mentoring.assess import Rate, Rules, Told, at_once, facts, steadiness
from plugins.mentoring.proposal import Free, propose
from plugins.mentoring.proposal import Rules as PairingRules

RULES = Rules(late_days=7, many=8, minutes=10, before_days=7)
WHO, CHILD = uuid7(), uuid7()
BEGIN = date(2026, 9, 1)


def told(
    day: date, *, after: int = 0, minute: int = 0, act: UUID | None = None, answer: str = ""
) -> Told:
    written = datetime.combine(day + timedelta(days=after), time(9, 0), UTC)
    return Told(
        uuid7(), act or uuid7(), WHO, CHILD, "home_contact.visit", day,
        written + timedelta(minutes=minute), "done", answer,
    )  # fmt: skip


def pairing(starts: date = BEGIN, ends: date | None = None) -> Pairing:
    return Pairing(uuid7(), CHILD, uuid7(), Staff(id=WHO, name="赵满仓"), starts, ends)


def test_weeks_count_from_the_pairing_and_a_week_with_two_contacts_counts_once() -> None:
    contacts = [told(date(2026, 9, 7)), told(date(2026, 9, 11)), told(date(2026, 9, 22))]
    until = date(2026, 9, 27)
    assert steadiness(contacts, [pairing()], BEGIN, until) == Rate(2, 4)
    assert steadiness(contacts, [pairing(date(2026, 9, 16))], BEGIN, until) == Rate(1, 2)
    assert steadiness(contacts, [pairing(ends=date(2026, 9, 13))], BEGIN, until) == Rate(1, 2)


def test_eight_acts_within_ten_minutes_are_many_at_once_and_one_act_for_eight_children_is_not() -> (
    None
):
    day = date(2026, 10, 9)
    seven = [told(day, minute=n) for n in range(7)]
    assert at_once(seven, RULES) == []
    eight = [*seven, told(day, minute=10)]
    assert at_once(eight, RULES) == eight
    assert at_once([*seven, told(day, minute=11)], RULES) == []
    letter = uuid7()
    assert at_once([told(day, act=letter) for _ in range(12)], RULES) == []


def test_late_before_and_answers_are_rates_of_what_they_can_concern() -> None:
    fine = told(date(2026, 10, 1), answer="yes")
    late = told(date(2026, 9, 5), after=8, answer="contest")
    call = told(date(2026, 10, 13))
    found = facts(
        [fine, late, call],
        [pairing()],
        kept=Rate(3, 4),
        rules=RULES,
        inspections=[date(2026, 10, 14), date(2026, 10, 1)],
        since=BEGIN,
        until=date(2026, 10, 20),
    )
    assert found.late == [late]
    assert found.before == [call]  # what is written on the day itself is not before it
    assert (found.rate("late"), found.rate("contested")) == (Rate(1, 3), Rate(1, 2))
    assert found.kept.percent == 75
    assert Rate(0, 0).percent is None


def test_the_proposal_fills_the_emptiest_keeps_the_limit_and_pairs_the_same_sex() -> None:
    girls, boy = [uuid7() for _ in range(4)], uuid7()
    her, other, him = uuid7(), uuid7(), uuid7()
    mentors = [Free(her, "female", 1), Free(other, "female", 0), Free(him, "male", 2)]
    wanted = [(girl, "female") for girl in girls] + [(boy, "male")]
    found = propose(wanted, mentors, PairingRules(2))
    assert found == {girls[0]: other, girls[1]: her, girls[2]: other}
    assert propose([(boy, "male")], mentors, PairingRules(2, same_sex=False)) == {boy: other}
    assert propose([(uuid7(), "unknown")], mentors, PairingRules(9)) == {}
