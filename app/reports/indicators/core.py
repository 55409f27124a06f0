"""The indicators of the core: what is known of the children, duties, concerns, posts."""

from __future__ import annotations

from collections.abc import Mapping

from app.host.hooks import IndicatorRows
from app.host.manifest import Indicator
from app.kernel.text import T
from app.reports.indicators.pupils import classified_rows, no_phone_rows, unpaired_rows
from app.reports.indicators.work import concern_rows, duty_rows, vacant_rows

_CHILDREN, _DUTIES, _CONCERNS, _POSTS = T("children"), T("duties"), T("concerns"), T("posts")
_SEE_CHILDREN, _SEE_DUTIES = "children.view", "duties.view"

INDICATORS = (
    Indicator(
        "children.pupils", T("Pupils"), _CHILDREN,
        T("Everybody who is a pupil today; who has left or was entered twice is not counted."),
        _SEE_CHILDREN, main=True,
    ),
    Indicator(
        "children.boys", T("Boys"), _CHILDREN, T("Pupils entered as male."), _SEE_CHILDREN
    ),
    Indicator(
        "children.girls", T("Girls"), _CHILDREN, T("Pupils entered as female."), _SEE_CHILDREN
    ),
    Indicator(
        "children.left_behind", T("Left-behind (education)"), _CHILDREN,
        T("Pupils of whom one parent or both have been away for three months or longer; what is "
          "known of the parents goes before what a roster says."),
        _SEE_CHILDREN, main=True,
    ),
    Indicator(
        "children.both_away", T("Both away"), _CHILDREN,
        T("Of the left-behind children by education, those whose parents are both away."),
        _SEE_CHILDREN,
    ),
    Indicator(
        "children.one_away", T("One away"), _CHILDREN,
        T("Of the left-behind children by education, those with one parent away."),
        _SEE_CHILDREN,
    ),
    Indicator(
        "children.left_behind_share", T("Share of left-behind children"), _CHILDREN,
        T("Left-behind children by education out of all pupils."), _SEE_CHILDREN, among="pupils",
    ),
    Indicator(
        "children.civil", T("Left-behind (civil affairs)"), _CHILDREN,
        T("Pupils under sixteen whose parents both work away, or one does and the other cannot "
          "care for them."),
        _SEE_CHILDREN, main=True,
    ),
    Indicator(
        "children.unknown", T("Situation unclear"), _CHILDREN,
        T("Pupils of whom it is not known whether their parents are away long enough."),
        _SEE_CHILDREN, main=True,
    ),
    Indicator(
        "children.civil_unknown", T("Unclear by civil affairs"), _CHILDREN,
        T("Pupils of whom the meaning of civil affairs cannot be decided yet."), _SEE_CHILDREN,
    ),
    Indicator(
        "children.no_phone", T("No phone number"), _CHILDREN,
        T("Pupils of whose family nobody has a number that is known to work."), _SEE_CHILDREN,
        main=True,
    ),
    Indicator(
        "children.unpaired", T("Left-behind children without a mentor"), _CHILDREN,
        T("Left-behind children by education whom nobody at work is the mentor of today, out of "
          "all of them."),
        _SEE_CHILDREN, among="left_behind", main=True,
    ),
    Indicator(
        "duties.kept", T("Duties kept"), _DUTIES,
        T("Duties of the term that were done in time, out of those done or missed; what is still "
          "due or excused is not in it."),
        _SEE_DUTIES, among="decided", of_terms=True, main=True,
    ),
    Indicator(
        "duties.missed", T("Duties missed"), _DUTIES,
        T("Duties of the term that were not done by their day, grace included."), _SEE_DUTIES,
        of_terms=True, main=True,
    ),
    Indicator(
        "duties.due", T("Duties still due"), _DUTIES,
        T("Duties whose window has begun, not done yet and not late."), _SEE_DUTIES,
    ),
    Indicator(
        "concerns.open", T("Open concerns"), _CONCERNS,
        T("Concerns that wait for a visit."), "ledger.view",
    ),
    Indicator(
        "concerns.late", T("Late concerns"), _CONCERNS,
        T("Concerns whose visit should have taken place before today."), "ledger.view", main=True,
    ),
    Indicator(
        "posts.vacant", T("Posts without anybody"), _POSTS,
        T("Posts that nobody at work holds today, and classes with pupils but no class teacher."),
        "organisation.view",
    ),
)  # fmt: skip

ROWS: Mapping[str, IndicatorRows] = {
    "children": classified_rows,
    "children.no_phone": no_phone_rows,
    "children.unpaired": unpaired_rows,
    "duties": duty_rows,
    "concerns": concern_rows,
    "posts": vacant_rows,
}


def rows_of(indicator: Indicator) -> IndicatorRows:
    """Return the rows of a core indicator: its own or those of its group."""
    return ROWS.get(indicator.key) or ROWS[indicator.key.partition(".")[0]]
