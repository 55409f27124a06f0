"""What a row says of parents away: the kind, and the two questions of the register of 2016.

The form asks the civil meaning (国发〔2016〕13号): 父母双方同时外出, and 父母一方外出
另一方无监护能力 with who that is. Two times 否 says "not left behind" in that meaning only and is
kept as declared: one parent may work away while the other is at home and able.
"""

from __future__ import annotations

from app.children.roster.cells import Cells
from app.children.roster.rows import RosterChild, RosterGuardian
from app.children.roster.words import (
    BOTH,
    LEFT_BEHIND,
    NO,
    NONE,
    ONE,
    RELATIONS,
    UNKNOWN,
    YES,
    YES_NO,
)
from app.kernel.text import T
from app.sheets.clean import is_placeholder, text_of

_OTHER = {"father": "mother", "mother": "father"}


def read_away(
    cells: Cells, child: RosterChild, adults: list[RosterGuardian], *, places_asked: bool
) -> None:
    """Fill the child's kind, and what the register's questions say of its parents.

    ``places_asked``: the sheet has a column for where each parent works, so that an empty one
    says something.
    """
    said = _left_behind_word(cells)
    both, one = cells.word("both_away", YES_NO), cells.word("one_away", YES_NO)
    if both is None and one is None:
        child.left_behind = said
        return
    parents = {adult.relation: adult for adult in adults if adult.relation in _OTHER}
    away = [relation for relation, parent in parents.items() if parent.away == YES]
    if both == YES:
        form = BOTH
    elif one == YES:
        form = ONE
        _incapable(cells, parents, away)
    elif both == one == NO:
        form = _not_left_behind(parents, away, places_asked)
        child.civil = NO
    else:
        form = UNKNOWN
    child.left_behind = _agreed(cells, said, form)


def _agreed(cells: Cells, said: str, form: str) -> str:
    if UNKNOWN in (said, form):
        return form if said == UNKNOWN else said
    if said != form:
        reason = T("The columns about parents away contradict each other: correct them")
        cells.row.warn("left_behind", "left_behind_contradiction", reason)
        return UNKNOWN
    return said


def _incapable(cells: Cells, parents: dict[str, RosterGuardian], away: list[str]) -> None:
    """One parent is away and the other cannot care: named, or the one who is not away."""
    named = cells.word("incapable_parent", RELATIONS)
    if named not in _OTHER and len(away) == 1:
        named = _OTHER[away[0]]
    if named is None or named not in _OTHER:
        return
    _say(parents.get(named), away=NO, can_care=NO)
    _say(parents.get(_OTHER[named]), away=YES)


def _not_left_behind(
    parents: dict[str, RosterGuardian], away: list[str], places_asked: bool
) -> str:
    """Two times 否: with one parent away the other is at home and able."""
    if len(away) == 1:
        _say(parents.get(_OTHER[away[0]]), away=NO, can_care=YES)
        return ONE
    return NONE if places_asked and not away else UNKNOWN


def _say(parent: RosterGuardian | None, *, away: str, can_care: str = UNKNOWN) -> None:
    if parent is None:
        return
    if parent.away == UNKNOWN:
        parent.away = away
    if can_care != UNKNOWN:
        parent.can_care = can_care


def _left_behind_word(cells: Cells) -> str:
    text = cells.text("left_behind") or text_of(cells.raw("left_behind")).strip()
    known = LEFT_BEHIND.get(text)
    if known:
        return known
    if not text or is_placeholder(text):
        return UNKNOWN
    if YES_NO.get(text) == YES or text in ("留守", "留守儿童"):
        reason = T("“{text}” does not say whether one or both parents are away: add it", text=text)
        cells.row.warn("left_behind", "left_behind_kind_missing", reason)
    else:
        reason = T(
            "“{text}” is not a left-behind kind: write 双亲留守, 单亲留守 or 非留守", text=text
        )
        cells.row.warn("left_behind", "left_behind_unknown_word", reason)
    return UNKNOWN
